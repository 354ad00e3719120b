"""Outings, walks, next week's room and the words of the advice: one small squad, from CSV files through a night."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from tests.lib.squads import Night, night_over, runs_csv, strength_csv, write_files

FIRST_DAY, AS_OF = date(2026, 9, 14), date(2026, 11, 8)  # eight weeks, Monday to Sunday
STRAIGHT, BENT, MARCH = "Single Leg Standing Calf Raise", "Single-Leg Bent-Knee Calf Raise", "Single-Leg March"
WEEK = [6, 0, 4, 0, 5, 0, 9]  # 24 km, at five minutes a kilometre two hours
SHORT_RUNS = [5, 4, 0, 6, 4, 5, 0]  # the same 24 km without a long run
STEADY = WEEK * 8
SUNDAY_FREE = [*WEEK * 7, 6, 0, 4, 0, 5, 0, 0]


def days_ago(days: int) -> date:
    return AS_OF - timedelta(days=days)


def calf_work(last: int, last_march: int = 1) -> str:
    """Three sets of everything three times a week, raises and marches up to so many days ago."""
    return strength_csv(
        {
            days_ago(ago): [MARCH] + ([STRAIGHT, BENT] if ago >= last else [])
            for ago in range(50, last_march - 1, -1)
            if ago % 7 in (1, 2, 5)
        }
    )


def two_parts(pause_s: int) -> str:
    """Sunday's 12 km in two parts of half an hour, the second so long after the end of the first."""
    start = 12 * 3600 + 1800 + pause_s
    second = f"{start // 3600}:{start // 60 % 60:02}:{start % 60:02}"
    return f"{AS_OF}T12:00:00,6,30:00\n{AS_OF}T{second},6,30:00\n"


RUNS: dict[str, str] = {
    "parts_just_inside": runs_csv(FIRST_DAY, SUNDAY_FREE) + two_parts(30 * 60 - 1),
    "parts_just_outside": runs_csv(FIRST_DAY, SUNDAY_FREE) + two_parts(30 * 60),
    "steady": runs_csv(FIRST_DAY, STEADY),
    "short_runs": runs_csv(FIRST_DAY, [*WEEK * 7, *SHORT_RUNS]),
    "slow_short_runs": runs_csv(FIRST_DAY, WEEK * 7)
    + runs_csv(FIRST_DAY + timedelta(weeks=7), SHORT_RUNS, minutes_per_km=6).partition("\n")[2],
    "week_passed": runs_csv(FIRST_DAY, [*WEEK * 7, 6, 4, 4, 4, 5, 4, 9.1]),
    "long_run_counts": runs_csv(FIRST_DAY, [*WEEK * 7, 6, 0, 4, 0, 5, 0, 13.5]),
    "miles": runs_csv(FIRST_DAY, [*WEEK * 7, 6, 0, 4, 0, 5, 0, 13.5]),
    # The usual 9 km of Sunday, but in an hour in place of 45 minutes.
    "slow_sunday": runs_csv(FIRST_DAY, SUNDAY_FREE) + f"{AS_OF}T12:00:00,9,1:00:00\n",
    "stopped": runs_csv(FIRST_DAY, WEEK * 3),
    # Half of 14 km is a fair restart; 9 km after 31 days is more.
    "back_too_far": runs_csv(FIRST_DAY, [*WEEK * 2, 6, 0, 4, 0, 5, 0, 14, *[0] * 31, 9, 0, 6, 0]),
    "silent": runs_csv(FIRST_DAY, [*WEEK * 6, 6, 0, 4, 0, 0, 0, 0, *[0] * 7]),
    "insertional": runs_csv(FIRST_DAY, STEADY),
    "midportion": runs_csv(FIRST_DAY, STEADY),
    "walker": runs_csv(FIRST_DAY, STEADY),
}


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    folder = tmp_path_factory.mktemp("advice")
    files = {f"{athlete_id}/runs.csv": runs for athlete_id, runs in RUNS.items()}
    late = ("insertional", "midportion", "steady")
    files |= {f"{athlete_id}/strength.csv": calf_work(11 if athlete_id in late else 2) for athlete_id in RUNS}
    files["silent/strength.csv"] = calf_work(8, last_march=8)
    for athlete_id, site in (("insertional", "achilles_insertion"), ("midportion", "achilles_midportion")):
        files[f"{athlete_id}/injuries.csv"] = f"onset_date,site,resolved_date\n{days_ago(120)},{site},{days_ago(100)}\n"
    # Two hours of walking at 110 steps a minute on Saturday, farther than any run.
    files["walker/walks/runs.csv"] = (
        f"started_at,distance_km,moving_time,sport,cadence_spm\n{days_ago(1)}T12:00,12,2:00:00,walk,110\n"
    )
    files["squad.csv"] = "athlete_id,units\nmiles,mi\n"
    night = night_over(write_files(folder / "raw", files), folder, as_of=AS_OF.isoformat())
    assert (night.outcome.refused_files, night.outcome.refused_rows) == (0, 0)
    return night


def one(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    (row,) = rows
    return row


def flag(night: Night, athlete_id: str, code: str) -> dict[str, Any]:
    return one(
        night.rows(
            "select * from marts.flags where athlete_id = ? and load_date = ? and code = ? order by measure limit 1",
            athlete_id,
            AS_OF,
            code,
        )
    )


# ---------------------------------------------------------------- outings and walks


@pytest.mark.parametrize(("athlete_id", "is_one"), [("parts_just_inside", True), ("parts_just_outside", False)])
def test_parts_less_than_half_an_hour_apart_are_one_outing(night: Night, athlete_id: str, is_one: bool) -> None:
    parts = night.rows("select * from marts.runs where athlete_id = ? and run_date = ?", athlete_id, AS_OF)
    # 12 km against 9 km, or twice 6 km.
    ratio, state = (12 / 9, "moderate") if is_one else (6 / 9, "reference")
    assert [(part["distance_m"], part["distance_spike_ratio"], part["spike_state"]) for part in parts] == [
        (6000, pytest.approx(ratio), state)
    ] * 2
    small = flag(night, athlete_id, "RUN_SESSION_SPIKE_MODERATE")
    assert small["state"] == ("raised" if is_one else "clear")
    # Apart they are no jump at all: the farthest run that counts is one of 9 km, as usual.
    assert ("12.0 km on Sunday" if is_one else "9.0 km on 1 November") in small["evidence"]


def test_a_walk_loads_the_tendon_with_its_own_weight_and_is_no_run(night: Night) -> None:
    walk = one(night.rows("select * from marts.runs where athlete_id = 'walker' and sport = 'walk'"))
    # 2.7 body weights: (2.7 / 5)^4 = 0.085031 a step; 120 minutes at 110 steps are 6,600 a leg.
    assert walk["achilles_load_steps"] == pytest.approx(6600 * (2.7 / 5) ** 4, abs=1e-3)
    day = one(night.rows("select * from marts.daily_load where athlete_id = 'walker' and load_date = ?", days_ago(1)))
    assert (day["runs"], day["distance_m"], day["moving_s"]) == (0, 0, 0)
    assert day["achilles_load_steps"] == pytest.approx(walk["achilles_load_steps"])
    sunday = one(night.rows("select * from marts.runs where athlete_id = 'walker' and run_date = ?", AS_OF))
    assert (sunday["longest_30d_m"], sunday["spike_state"]) == (9000, "reference")


# ---------------------------------------------------------------- next week's room


@pytest.mark.parametrize(
    ("athlete_id", "longest_m", "week_m", "week_s", "binding_rule"),
    [
        # 1.10 x 9 km leaves a tenth, 1.5 x 24 km half as much again.
        ("steady", 9_900, 36_000, 10_800, "longest run"),
        # Against runs of 6 km at most, 9.9 km is more than half as much again.
        ("short_runs", 9_900, 36_000, 10_800, "week distance"),
        # 24 km took 144 minutes instead of 120: 1.5 x (120 + 120 + 144) / 3 = 192 minutes are a third more.
        ("slow_short_runs", 9_900, 36_000, 11_520, "week moving time"),
        # 1.5 x (24 + 24 + 36.1) / 3 km; the last 7 days alone are already more than half above the three weeks before.
        ("week_passed", 10_010, 42_050, 12_615, "week already passed"),
        # The run of 13.5 km counts up to its own ceiling of 9.9: 1.5 x (24 + 24 + 24.9) / 3 km. Its 67.5 minutes count up to
        # 1.3 x 45: 1.5 x (120 + 120 + 133.5) / 3 minutes.
        ("long_run_counts", 9_900, 36_450, 11_205, "longest run"),
        # Half of 9 km is less than 5 km.
        ("stopped", 5_000, None, None, "restart"),
        # The run of 9 km counts up to the restart of 7: 1.5 x (7 + 6) / 3 km; its minutes, and 30, count in full: 1.5 x 75 / 3.
        # The week is less than the restart.
        ("back_too_far", 6_500, 6_500, 2_250, "comeback"),
    ],
)
def test_next_weeks_room_and_what_binds_it(
    night: Night, athlete_id: str, longest_m: float, week_m: float | None, week_s: float | None, binding_rule: str
) -> None:
    room = one(night.rows("select * from marts.next_week_room where athlete_id = ? and load_date = ?", athlete_id, AS_OF))
    assert (room["longest_run_ceiling_m"], room["week_distance_ceiling_m"], room["week_moving_ceiling_s"]) == (
        longest_m,
        week_m,
        week_s,
    )
    assert room["binding_rule"] == binding_rule


# ---------------------------------------------------------------- advice


def test_who_ran_too_long_by_time_is_told_minutes(night: Night) -> None:
    # 45 minutes were the most, and 30 % more is the line: 58 and a half.
    told = "Next 2 weeks: keep runs at or under 58 min; only easy running for 2 days."
    assert flag(night, "slow_sunday", "RUN_DURATION_SPIKE")["action"] == told
    status = one(night.rows("from marts.athlete_status where athlete_id = 'slow_sunday' and load_date = ?", AS_OF))
    assert told in status["next_action"]
    assert "Max 58 min" in status["short_action"]
    rooms = night.rows("select athlete_id, longest_run_ceiling_s from marts.next_week_room where load_date = ?", AS_OF)
    ceilings = {room["athlete_id"]: room["longest_run_ceiling_s"] for room in rooms}
    assert ceilings["slow_sunday"] == 3510
    assert ceilings["steady"] is None


def test_trouble_at_the_heel_moves_the_raises_to_the_floor(night: Night) -> None:
    states = {name: flag(night, name, "INSERTIONAL")["state"] for name in ("insertional", "midportion", "steady")}
    assert states == {"insertional": "raised", "midportion": "clear", "steady": "not_assessed"}
    advice = {name: flag(night, name, "GAST_STALE")["action"] for name in states}
    assert "on the floor, heel never below the toes" in advice["insertional"]
    assert "on a step" not in advice["insertional"]
    assert "on a step" in advice["midportion"]
    assert advice["midportion"] == advice["steady"]
    next_action = "select next_action from marts.athlete_status where athlete_id = 'insertional' and load_date = ?"
    assert advice["insertional"] in night.value(next_action, AS_OF)
    pages = {name: (night.site / "athletes" / f"{name}.html").read_text() for name in states}
    assert all(f'<p class="dose">{advice[name]}</p>' in page for name, page in pages.items())


def test_who_counts_in_miles_reads_miles(night: Night) -> None:
    spike = flag(night, "miles", "RUN_SESSION_SPIKE_MODERATE")
    assert spike["evidence"] == "8.4 mi on Sunday, +50 % on the longest of the 30 days before (5.6 mi)."
    assert (spike["value"], spike["unit"]) == (1.5, "ratio")
    # 9,900 m are 6.15 miles: cut to 6.1, for 6.2 would be beyond the ceiling.
    assert "at or under 6.1 mi" in spike["action"]
    texts = night.rows("select evidence, action from marts.flags where athlete_id = 'miles'")
    assert [row for row in texts if re.search(r"\d km", f"{row['evidence']} {row['action']}")] == []
    assert any(" mi a week" in (row["evidence"] or "") for row in texts)


def test_where_nothing_was_logged_for_a_week_that_comes_first(night: Night) -> None:
    query = "select flag, headline, next_action from marts.athlete_status where athlete_id = 'silent' and load_date = ?"
    status = one(night.rows(query, AS_OF))
    assert status["flag"] == "green"
    assert status["headline"].startswith("No data of any kind for 8 days (last on 31 October)")
    assert status["next_action"] == "Ask whether the watch or the app stopped syncing; mark holiday or illness in marks.csv."
