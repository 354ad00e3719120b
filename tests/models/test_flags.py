"""Flags and status as tables: what every row says, what is told about whom, and in which words. Thresholds: tests/tendon."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from tests.lib.squads import Night, runs_csv, strength_csv, tables_over, write_files

FIRST_DAY, AS_OF = date(2026, 9, 14), date(2026, 11, 8)  # eight weeks, Monday to Sunday
STRAIGHT, BENT, MARCH = "Single Leg Standing Calf Raise", "Single-Leg Bent-Knee Calf Raise", "Single-Leg March"

WEEK = [6, 0, 4, 0, 5, 0, 9]  # 24 km, two hours at five minutes a kilometre
STEADY = WEEK * 8
# 36 km after weeks of 24, without a run longer than before: 1.5 times as much.
AT_THE_LINE = [*WEEK * 7, 6, 4, 4, 4, 5, 4, 9]
# 20 km a week, then 30: as doubles (9000 / 7) / (18000 / 21) comes out a hair above 1.5.
AT_THE_LINE_OF_DOUBLES = [*[5, 0, 4, 0, 4, 0, 7] * 7, 5, 3, 4, 4, 4, 3, 7]
ABOVE_THE_LINE = [*WEEK * 7, 6, 4, 4, 4, 5, 4, 9.1]
ONE_LONG_RUN = [*WEEK * 7, 6, 0, 4, 0, 5, 0, 13.5]


def days_ago(days: int) -> date:
    return AS_OF - timedelta(days=days)


def calf_work(last_straight: int, last_bent: int, first: int = 50) -> str:
    """Six sets a week of each kind with a weekly march, from `first` days ago to so many days ago."""
    done: dict[date, list[str]] = {}
    for exercise, last in ((STRAIGHT, last_straight), (BENT, last_bent), (MARCH, 2)):
        for ago in range(first, last - 1, -1):
            if (ago - last) % 7 in (0, 3):
                done.setdefault(days_ago(ago), []).append(exercise)
    return strength_csv(dict(sorted(done.items())))


FRESH = calf_work(last_straight=2, last_bent=2)
STORIES: Mapping[str, tuple[Sequence[float | None], str | None]] = {
    "on_track": (STEADY, FRESH),
    "ratio_at_the_line": (AT_THE_LINE, FRESH),
    "ratio_at_the_line_of_doubles": (AT_THE_LINE_OF_DOUBLES, FRESH),
    "ratio_above_the_line": (ABOVE_THE_LINE, FRESH),
    "one_long_run": (ONE_LONG_RUN, FRESH),
    "bent_knee_10_days_ago": (STEADY, calf_work(last_straight=2, last_bent=10)),
    "bent_knee_11_days_ago": (STEADY, calf_work(last_straight=2, last_bent=11)),
    "straight_knee_only": (STEADY, strength_csv({days_ago(n): [STRAIGHT] for n in (50, 2)})),
    "no_strength_log": (STEADY, None),
    "ratio_and_stale": (ABOVE_THE_LINE, calf_work(last_straight=2, last_bent=11)),
    "log_27_days_old": (STEADY, calf_work(last_straight=20, last_bent=20, first=27)),
    "stopped_running": ([*WEEK * 6, *[0] * 14], FRESH),
    "back_after_months": ([5, *[0] * 144, *WEEK * 5], None),
}


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    folder = tmp_path_factory.mktemp("flags")
    files = {"squad.csv": "athlete_id,name\nsilent,Never Sent Anything\n"}
    for athlete_id, (kilometres, strength) in STORIES.items():
        files[f"{athlete_id}/runs.csv"] = runs_csv(days_ago(len(kilometres) - 1), list(kilometres))
        if strength:
            files[f"{athlete_id}/strength.csv"] = strength
    return tables_over(write_files(folder / "raw", files), folder, as_of=AS_OF.isoformat())


def status(night: Night, athlete_id: str) -> dict[str, Any]:
    (row,) = night.rows("select * from marts.athlete_status where athlete_id = ? and load_date = ?", athlete_id, AS_OF)
    return row


@pytest.mark.parametrize(
    ("athlete_id", "flag", "priority", "run_level", "capacity_level"),
    [
        ("on_track", "green", 0, "R0", "C0"),
        ("ratio_at_the_line", "green", 0, "R0", "C0"),
        ("ratio_at_the_line_of_doubles", "green", 0, "R0", "C0"),
        ("ratio_above_the_line", "green", 0, "RW", "C0"),
        ("one_long_run", "amber", 2, "R1", "C0"),
        ("bent_knee_10_days_ago", "green", 0, "R0", "C0"),
        ("bent_knee_11_days_ago", "amber", 1, "R0", "C1"),
        ("no_strength_log", "grey", 0, "R0", "unknown"),
        ("log_27_days_old", "grey", 0, "R0", "building"),
        ("silent", "grey", 0, "unknown", "unknown"),
    ],
)
def test_status_of_each_story(
    night: Night, athlete_id: str, flag: str, priority: int, run_level: str, capacity_level: str
) -> None:
    row = status(night, athlete_id)
    levels = (row["flag"], row["priority"], row["run_level"], row["capacity_level"])
    assert levels == (flag, priority, run_level, capacity_level)


def test_a_runner_who_stopped_has_no_raised_ratio(night: Night) -> None:
    assert "ACWR_HIGH" not in status(night, "stopped_running")["reasons"]


def test_every_athlete_has_one_status_on_the_as_of_date(night: Night) -> None:
    rows = night.rows("select athlete_id from marts.athlete_status where load_date = ? order by 1", AS_OF)
    assert [row["athlete_id"] for row in rows] == sorted([*STORIES, "silent"])
    assert night.value("select count(distinct athlete_id) from marts.athletes") == len(rows)


def test_every_day_since_the_first_activity_has_a_status(night: Night) -> None:
    rows = night.rows("select * from marts.athlete_status where athlete_id = 'no_strength_log' order by load_date")
    assert [row["load_date"] for row in rows] == [FIRST_DAY + timedelta(days=n) for n in range(56)]
    assert {row["run_level"] for row in rows[:27]} == {"unknown"}
    assert night.value("select max(load_date) from marts.athlete_status") == AS_OF


def test_stale_work_in_a_log_of_less_than_28_days_never_was_amber(night: Night) -> None:
    flags = night.rows("select distinct flag from marts.athlete_status where athlete_id = 'log_27_days_old'")
    assert {row["flag"] for row in flags} <= {"grey", "green"}


def test_flag_and_priority_say_the_same(night: Night) -> None:
    pairs = night.rows("select distinct flag, priority from marts.athlete_status")
    assert {(row["flag"], row["priority"]) for row in pairs} <= {
        *(("grey", 0), ("green", 0)),
        *(("amber", 1), ("amber", 2), ("amber", 3), ("red", 4)),
    }


def test_who_needs_no_call_is_told_what_is_next_as_well(night: Night) -> None:
    silent = night.rows(
        "select athlete_id from marts.athlete_status where load_date = ? and coalesce(next_action, '') = ''", AS_OF
    )
    assert silent == []


def test_a_headline_is_one_sentence_however_many_reasons_it_tells(night: Night) -> None:
    headlines = [
        row["headline"] for row in night.rows("select distinct headline from marts.athlete_status where load_date = ?", AS_OF)
    ]
    # A full stop, question or exclamation mark that ends something; a decimal point does not.
    assert [told for told in headlines if len(re.findall(r"[.?!](?=\s|$)", told)) != 1] == []
    assert all(told[0] == told[0].upper() for told in headlines)
    both = status(night, "ratio_and_stale")["headline"]
    assert re.fullmatch(r".+ on the mean of .+; last bent-knee raises .+ ago .+\.", both)


def test_amber_says_what_to_do_about_each_reason(night: Night) -> None:
    row = status(night, "ratio_and_stale")
    assert "bent-knee" in row["next_action"]
    assert "Repeat the distance of the last 7 days" in row["next_action"]


# ---------------------------------------------------------------- marts.flags


def flags(night: Night, athlete_id: str) -> dict[tuple[str, str], dict[str, Any]]:
    rows = night.rows("select * from marts.flags where athlete_id = ? and load_date = ?", athlete_id, AS_OF)
    return {(row["code"], row["measure"]): row for row in rows}


def test_the_value_and_the_line_it_crossed_are_told(night: Night) -> None:
    flag = flags(night, "ratio_above_the_line")["ACWR_HIGH", "moving_s"]
    # 36.1 km at five minutes a kilometre against 24 km a week: 180.5 and 120 minutes.
    assert (flag["state"], flag["threshold"], flag["unit"]) == ("raised", 1.5, "ratio")
    assert flag["value"] == pytest.approx(36.1 / 24)
    # Without a decimal it would read as the line itself.
    assert "+50.4 %" in flag["evidence"]
    assert "2 h 00 min a week" in flag["evidence"]


@pytest.mark.parametrize("athlete_id", ["ratio_at_the_line", "ratio_at_the_line_of_doubles"])
def test_a_ratio_on_the_line_is_clear(night: Night, athlete_id: str) -> None:
    flag = flags(night, athlete_id)["ACWR_HIGH", "moving_s"]
    assert (flag["state"], flag["value"]) == ("clear", pytest.approx(1.5))


def test_nothing_is_told_as_a_share_of_a_usual_load_of_nothing(night: Night) -> None:
    usual = night.value(
        "select median(chronic_uncoupled) from marts.load_ratio where athlete_id = 'back_after_months' "
        "and measure = 'achilles_load_steps' "
        "and load_date > ? - (select cast(max(usual_days) as integer) from seeds.athlete_rules)",
        AS_OF,
    )
    rows = night.rows(
        "select measure, state, value, unit, evidence from marts.flags "
        "where athlete_id = 'back_after_months' and code = 'ACWR_LOW_BASE' and load_date = ?",
        AS_OF,
    )
    assert usual == 0
    assert {row["measure"] for row in rows} >= {"distance_m", "achilles_load_steps"}
    for row in rows:
        assert (row["state"], row["value"], row["unit"]) == ("clear", 24_000, "m a week"), row
        assert "24.0 km a week, enough to compare with: at least 5.0 km" in row["evidence"]


def test_a_long_run_tells_the_run_it_is_held_against_and_how_long_the_next_may_be(night: Night) -> None:
    flag = flags(night, "one_long_run")["RUN_SESSION_SPIKE_MODERATE", "distance_m"]
    assert (flag["value"], flag["unit"], flag["window_days"]) == (1.5, "ratio", 30)
    assert flag["evidence"] == "13.5 km on Sunday, +50 % on the longest of the 30 days before (9.0 km)."
    assert "9.9 km" in flag["action"]  # 1.10 x 9 km


def test_stale_work_tells_its_days_and_its_date(night: Night) -> None:
    flag = flags(night, "bent_knee_11_days_ago")["SOL_STALE", "days_since"]
    assert (flag["value"], flag["threshold"], flag["unit"]) == (11, 11, "days")
    assert flag["evidence"] == "Last bent-knee raises 11 days ago (28 October)."


def test_work_never_done_is_as_old_as_the_log(night: Night) -> None:
    flag = flags(night, "straight_knee_only")["SOL_STALE", "days_since"]
    assert (flag["state"], flag["value"], flag["threshold"]) == ("raised", 51, 28)
    assert "logged in 7 weeks" in flag["evidence"]


def test_the_as_of_date_tells_what_is_raised_clear_and_not_assessed(night: Night) -> None:
    states = {key: flag["state"] for key, flag in flags(night, "no_strength_log").items()}
    assert states["ACWR_HIGH", "moving_s"] == "clear"
    assert states["ACWR_HIGH", "fast_steps"] == "not_assessed"
    of_code = {code: state for (code, _), state in states.items()}
    assert of_code["GAST_STALE"] == of_code["SOL_STALE"] == of_code["TENDON_DETRAIN_28"] == "not_assessed"
    assert of_code["DATA_NO_STRENGTH_SOURCE"] == "raised"


def test_every_code_has_a_state_for_everybody_on_the_as_of_date(night: Night) -> None:
    missing = night.rows(
        """
        select athletes.athlete_id, reasons.code
        from marts.athletes as athletes cross join seeds.reasons as reasons
        anti join (select athlete_id, code from marts.flags where load_date = ?) as flags
            on athletes.athlete_id = flags.athlete_id and reasons.code = flags.code
        where reasons.family <> 'none'
        """,
        AS_OF,
    )
    assert missing == []


def test_no_code_is_both_raised_and_not_assessed_for_one_measure_and_side(night: Night) -> None:
    doubled = night.rows("select athlete_id, load_date, code, measure, side from marts.flags group by all having count(*) > 1")
    assert doubled == []


def test_past_days_keep_raised_flags_only(night: Night) -> None:
    assert night.rows("select distinct state from marts.flags where load_date < ?", AS_OF) == [{"state": "raised"}]


def test_what_is_not_assessed_says_why_and_nothing_else_does(night: Night) -> None:
    wrong = night.rows(
        "select * from marts.flags where load_date = ? and (state = 'not_assessed') <> (not_assessed_because is not null)", AS_OF
    )
    assert wrong == []


def test_only_who_is_set_aside_is_told_so(night: Night) -> None:
    told = night.rows(
        """
        select athlete_id, code from marts.flags as flags
        where message = 'because.set_aside' and not exists (
            from marts.flags as aside
            where aside.athlete_id = flags.athlete_id and aside.load_date = flags.load_date
                and aside.code = 'DATA_SET_ASIDE' and aside.state = 'raised'
        )
        """
    )
    assert told == []


def test_a_raised_flag_has_evidence_an_action_and_a_source(night: Night) -> None:
    wrong = night.rows(
        "select * from marts.flags where state = 'raised' and load_date = ? "
        "and (evidence is null or action is null or source_tag is null)",
        AS_OF,
    )
    assert wrong == []


def test_no_action_shows_a_place_that_was_to_be_filled(night: Night) -> None:
    assert night.rows("select distinct code, action from marts.flags where action like '%{%'") == []


def test_the_reasons_of_a_status_that_is_not_held_are_the_raised_flags_of_its_day(night: Night) -> None:
    differing = night.rows(
        """
        with raised as (
            select athlete_id, load_date, list_sort(list(distinct code)) as codes from marts.flags
            where state = 'raised' group by all
        )
        select statuses.athlete_id, statuses.load_date, reasons, codes
        from marts.athlete_status as statuses
        left join raised on statuses.athlete_id = raised.athlete_id and statuses.load_date = raised.load_date
        where held_days = 0 and reasons is distinct from coalesce(codes, [])
        """
    )
    assert differing == []
    held_days = night.rows("select distinct held_days from marts.athlete_status")
    assert {row["held_days"] for row in held_days} <= {0, 1, 2, 3}


def test_a_flag_is_new_worse_better_or_cleared_against_the_day_before(night: Night) -> None:
    assert status(night, "one_long_run")["change"] == "new"  # the long run was today
    assert status(night, "on_track")["change"] is None
    turns = {"new": "before = 0 and now > 0", "worse": "now > before and before > 0", "cleared": "before > 0 and now = 0"}
    turns |= {"better": "now < before and now > 0"}
    for change, turn in turns.items():
        wrong = night.rows(
            f"""
            select * from (
                select change, priority as now, lag(priority) over (partition by athlete_id order by load_date) as before
                from marts.athlete_status where flag <> 'grey'
            )
            where change = ? and before is not null and not ({turn})
            """,
            change,
        )
        assert wrong == [], change


def test_past_days_keep_the_facts_of_their_sentences_and_not_the_sentences(night: Night) -> None:
    told = night.rows(
        """
        select distinct flags.load_date = ? or flags.load_date = status.reasons_date as is_shown,
            evidence is not null or not_assessed_because is not null as is_said,
            message is not null and facts is not null as is_kept
        from marts.flags as flags
        inner join marts.athlete_status as status on flags.athlete_id = status.athlete_id and status.load_date = ?
        order by all
        """,
        AS_OF,
        AS_OF,
    )
    assert [(row["is_shown"], row["is_said"], row["is_kept"]) for row in told] == [(False, False, True), (True, True, True)]


def test_thresholds_come_from_the_seeds(night: Night, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("other_rules")
    raw = night.settings.raw
    rules = {"acwr_high": "1.4", "calf_amber_days": "7"}
    stricter = tables_over(raw, folder, as_of=AS_OF.isoformat(), rules=rules)
    at_the_line, seven_days = (status(stricter, name) for name in ("ratio_at_the_line", "bent_knee_10_days_ago"))
    assert (at_the_line["run_level"], seven_days["capacity_level"]) == ("RW", "C1")
    assert at_the_line["ruleset_version"] != status(night, "ratio_at_the_line")["ruleset_version"]
