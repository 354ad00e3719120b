"""What could not be read, or cannot be true, is said; it is never rest, never 0, and never settled in silence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from flows.state import database
from tests.lib import any_squads
from tests.lib.any_squads import AS_OF
from tests.models.steady import EVERY_OTHER_DAY, Squad, day

ASSISTED = ("Assisted single-leg calf raise",)
LONG_AGO = range(85, 35, -3)


def unread_runs(squad: Squad) -> None:
    squad.runner("long_run", longer={3: 16_000})
    for athlete_id, days_ago in (("long_runs_unread", (26, 12)), ("read_before_that", (34,))):
        squad.runner(athlete_id, [ago for ago in EVERY_OTHER_DAY if ago not in days_ago], {3: 16_000})
        squad.lost(athlete_id, "runs", *days_ago)
    squad.runner("acknowledged", [ago for ago in EVERY_OTHER_DAY if ago != 25])
    squad.lost("acknowledged", "runs", 25, is_acknowledged=True)
    squad.runner("all_unread", [ago for ago in EVERY_OTHER_DAY if ago > 34])
    squad.lost("all_unread", "runs", *range(33, 0, -2))
    squad.runner("week_missing", [ago for ago in EVERY_OTHER_DAY if not 10 <= ago <= 16], {3: 16_000})
    squad.mark("week_missing", "missing", 16, 10)


def unread_sets(squad: Squad) -> None:
    squad.runner("too_much_help", exercises=ASSISTED, rpe=None, weight_kg=-90)
    squad.runner("help", exercises=ASSISTED, rpe=None, weight_kg=-20)
    squad.runner("sets_stopped", set_days=LONG_AGO)
    for athlete_id, ago in (("set_unread", 5), ("set_unread_long_ago", 33), ("set_unread_before", 40)):
        squad.runner(athlete_id, set_days=LONG_AGO)
        squad.lost(athlete_id, "strength", ago)
    for athlete_id, kind in (("weeks_missing", "missing"), ("weeks_of_rest", None)):
        squad.runner(athlete_id, [ago for ago in EVERY_OTHER_DAY if ago > 22], set_days=range(85, 22, -3))
        if kind:
            squad.mark(athlete_id, kind, 22, 0)


def reports(squad: Squad) -> None:
    squad.runner("worse_morning")
    squad.report("worse_morning", 1, pain_0_10=3, is_worse_next_morning=True)
    squad.runner("better_again")
    squad.report("better_again", 2, pain_0_10=3, is_worse_next_morning=True)
    squad.report("better_again", 1, row=3, pain_0_10=2, is_worse_next_morning=False)
    for athlete_id, ago, site in (
        ("healed_yesterday", 1, "calf"),
        ("healed_27_days_ago", 27, "foot"),
        ("healed_28_days_ago", 28, "calf"),
        ("knee_healed", 1, "other"),
    ):
        squad.runner(athlete_id)
        squad.injury(athlete_id, 60, ago, site)
    squad.runner("popped")
    squad.report("popped", 6, event="pop", side="left")


def contradictions(squad: Squad) -> None:
    squad.runner("ill_then_away", [ago for ago in EVERY_OTHER_DAY if ago > 8])
    squad.mark("ill_then_away", "illness", 8, 5)
    squad.mark("ill_then_away", "holiday", 4, 1)
    squad.runner("Twin", longer=dict.fromkeys(EVERY_OTHER_DAY, 5000))
    squad.runner("twin")
    squad.runner("two_lengths", [ago for ago in EVERY_OTHER_DAY if ago != 3])
    squad.run("two_lengths", 3, 10_000)
    squad.run("two_lengths", 3, 20_000, file="more")
    squad.runner("two_like_lengths", [ago for ago in EVERY_OTHER_DAY if ago != 3])
    squad.run("two_like_lengths", 3, 8_000)
    squad.run("two_like_lengths", 3, 8_800, file="more")
    squad.runner("ran_on_marked_days")
    squad.mark("ran_on_marked_days", "missing", 5, 5)
    squad.mark("ran_on_marked_days", "illness", 12, 11)
    squad.runner("said_twice")
    squad.report("said_twice", 2, side="left", pain_0_10=0, is_worse_next_morning=False)
    squad.report("said_twice", 2, row=3, side="left", pain_0_10=2, is_worse_next_morning=True)
    squad.report("said_twice", 2, row=4, side="right", pain_0_10=1)
    squad.runner("history_to_come", achilles_history_until=day(-30))
    squad.runner("history", achilles_history_until=day(400))


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[database.Connection]:
    squad = Squad()
    for add in (unread_runs, unread_sets, reports, contradictions):
        add(squad)
    built = any_squads.build(tmp_path_factory.mktemp("strangers"), [squad.tables])
    with database.reader(built) as connection:
        yield connection


def status(work: database.Connection, athlete_id: str) -> dict[str, Any]:
    [row] = database.rows(work, "from marts.athlete_status where athlete_id = ? and load_date = ?", [athlete_id, AS_OF])
    return row


def flags(work: database.Connection, athlete_id: str, code: str) -> dict[str, dict[str, Any]]:
    """The rows of one code today, by what they measure."""
    query = "from marts.flags where athlete_id = ? and code = ? and load_date = ?"
    return {row["measure"]: row for row in database.rows(work, query, [athlete_id, code, AS_OF])}


def actions(work: database.Connection, athlete_id: str) -> list[str]:
    query = "select action_codes from intermediate.todays_actions where athlete_id = ?"
    codes: list[str] = database.rows(work, query, [athlete_id])[0]["action_codes"]
    return codes


def contradicted(work: database.Connection, athlete_id: str) -> dict[str, str]:
    return {
        kind: row["evidence"] for kind, row in flags(work, athlete_id, "DATA_CONTRADICTION").items() if row["state"] == "raised"
    }


# ---- runs that could not be read


@pytest.mark.parametrize(
    ("athlete_id", "state"),
    [("long_run", "raised"), ("read_before_that", "raised"), ("week_missing", "raised"), ("long_runs_unread", "not_assessed")],
)
def test_a_run_is_no_spike_against_days_of_which_a_run_could_not_be_read(
    work: database.Connection, athlete_id: str, state: str
) -> None:
    for code in ("RUN_SESSION_SPIKE_MODERATE", "RUN_DURATION_SPIKE", "RUN_LOAD_SPIKE"):
        (row,) = flags(work, athlete_id, code).values()
        assert row["state"] == state
        assert (row["value"] is None) == (state == "not_assessed")
    if state == "not_assessed":
        assert "could not be read" in row["not_assessed_because"]


def test_what_could_not_be_compared_lowers_confidence_and_is_to_be_mended(work: database.Connection) -> None:
    today = status(work, "long_runs_unread")
    assert (today["confidence"], today["forbids"]) == ("low", ["keep_running"])
    assert "DATA_ROWS_REFUSED" in today["confidence_because"]
    assert actions(work, "long_runs_unread") == ["DATA_ROWS_REFUSED"]
    assert "could not be read" in today["headline"]
    assert "in step" not in today["headline"]
    # Thirty days after the last refused run an older one still stands behind a run that counts.
    outings = flags(work, "read_before_that", "DATA_ROWS_REFUSED")["outings"]
    assert (outings["state"], outings["value"]) == ("raised", 5)  # 13, 11, 9, 7 and 5 days ago


def test_an_acknowledged_run_stays_unknown_and_is_not_asked_for_again(work: database.Connection) -> None:
    today = status(work, "acknowledged")
    assert (today["confidence"], today["forbids"]) == ("low", [])
    assert actions(work, "acknowledged") == ["ON_TRACK"]


@pytest.mark.parametrize(
    ("athlete_id", "is_told"),
    [("long_run", True), ("week_missing", True), ("read_before_that", True), ("long_runs_unread", False)],
)
def test_no_ceiling_stands_on_a_longest_run_that_nobody_knows(work: database.Connection, athlete_id: str, is_told: bool) -> None:
    query = "select longest_run_ceiling_m from intermediate.room where athlete_id = ? and load_date = ?"
    [row] = database.rows(work, query, [athlete_id, AS_OF])
    assert (row["longest_run_ceiling_m"] is not None) == is_told


def test_marked_days_in_the_window_are_named_beside_the_spike(work: database.Connection) -> None:
    (row,) = flags(work, "week_missing", "RUN_SESSION_SPIKE_MODERATE").values()
    assert "7 of those days are unknown, and may have held more" in row["evidence"]
    assert "unknown" not in flags(work, "long_run", "RUN_SESSION_SPIKE_MODERATE")["distance_m"]["evidence"]


def test_five_weeks_of_refused_runs_are_no_green_weeks(work: database.Connection) -> None:
    today = status(work, "all_unread")
    assert (today["flag"], today["run_level"], today["confidence"]) == ("grey", "unknown", "low")
    assert "could not be read" in today["headline"]


# ---- calf work that could not be read


def test_a_set_with_more_help_than_a_body_weighs_was_done_and_its_load_is_unknown(work: database.Connection) -> None:
    query = """
        select distinct is_hard_set, is_heavy_set, peak_force_bw is null as is_force_unknown from marts.strength_sets
        where athlete_id = ?
    """
    done = {name: database.rows(work, query, [name]) for name in ("too_much_help", "help")}
    assert done["too_much_help"] == [{"is_hard_set": True, "is_heavy_set": False, "is_force_unknown": True}]
    assert done["help"] == [{"is_hard_set": True, "is_heavy_set": False, "is_force_unknown": False}]
    today, other = (status(work, name) for name in ("too_much_help", "help"))
    assert (today["capacity_level"], other["capacity_level"]) == ("C1", "C2")
    assert today["confidence"] == "low"
    assert "load that cannot be, and may have been heavy" in today["headline"]
    said = contradicted(work, "too_much_help")["over_assisted"]
    assert all(part in said for part in ("90 kg", "row ", "unknown load", "correct the weight", "9 such cases"))
    assert contradicted(work, "help") == {}


@pytest.mark.parametrize(
    ("athlete_id", "is_at_most"),
    [("sets_stopped", False), ("set_unread", True), ("set_unread_long_ago", True), ("set_unread_before", False)],
)
def test_days_since_are_told_as_at_most_where_a_later_entry_could_not_be_read(
    work: database.Connection, athlete_id: str, is_at_most: bool
) -> None:
    (row,) = (row for row in flags(work, athlete_id, "GAST_STALE").values())
    assert (row["state"], row["value"]) == ("raised", 37)
    assert ("37 days ago at most: 1 entry since then could not be read" in row["evidence"]) == is_at_most


def test_weeks_marked_as_missing_are_no_weeks_without_calf_work(work: database.Connection) -> None:
    query = "select link, state, days_since from marts.chain_links where athlete_id = ? and load_date = ? and link = 'soleus'"
    lost, rested = (database.rows(work, query, [name, AS_OF])[0] for name in ("weeks_missing", "weeks_of_rest"))
    # The last sets were 25 days ago; 23 of the days since are marked.
    assert (lost["days_since"], lost["state"]) == (2, "on_track")
    assert (rested["days_since"], rested["state"]) == (25, "red")
    (volume,) = flags(work, "weeks_missing", "SOL_LOW_VOLUME").values()
    assert volume["state"] == "not_assessed"
    assert "marked as missing" in volume["not_assessed_because"]
    assert status(work, "weeks_missing")["capacity_level"] == "C0"


# ---- what was reported


def test_a_worse_morning_asks_for_less_whatever_the_score(work: database.Connection) -> None:
    today = status(work, "worse_morning")
    assert (today["flag"], today["forbids"]) == ("green", ["heavy_dose", "more_load"])
    assert actions(work, "worse_morning") == ["MORNING_WORSE"]
    assert "Nothing to change" not in today["next_action"]
    assert "was worse" in today["headline"]
    assert (status(work, "better_again")["forbids"], actions(work, "better_again")) == ([], ["ON_TRACK"])


@pytest.mark.parametrize(
    ("athlete_id", "is_back"),
    [("healed_yesterday", True), ("healed_27_days_ago", True), ("healed_28_days_ago", False), ("knee_healed", False)],
)
def test_who_was_injured_until_yesterday_is_coming_back(work: database.Connection, athlete_id: str, is_back: bool) -> None:
    today = status(work, athlete_id)
    assert (today["person_state"] == "coming_back") == is_back
    assert ("heavy_dose" in today["forbids"]) == is_back


def test_a_holiday_after_an_illness_is_named_beside_it(work: database.Connection) -> None:
    today = status(work, "ill_then_away")
    facts = json.loads(today["person_facts"])
    assert (facts["until_date"], facts["holiday_until_date"]) == (str(day(5)), str(day(1)))
    assert today["headline"].startswith("Marked as ill up to 23 June and on holiday up to 27 June")


def test_runs_after_a_pop_are_counted(work: database.Connection) -> None:
    (row,) = flags(work, "popped", "RED_FLAG_RUPTURE").values()
    assert "3 runs followed" in row["evidence"]


# ---- what cannot all be true


@pytest.mark.parametrize(
    ("athlete_id", "said"),
    [
        ("twin", {"like_name": "kept apart"}),
        ("Twin", {"like_name": "kept apart"}),
        ("two_lengths", {"two_lengths": "one of 20.0 km and one of 10.0 km: 20.0 km was taken"}),
        ("two_like_lengths", {}),
        ("ran_on_marked_days", {"run_on_missing": "23 June", "run_while_ill": "17 June"}),
        ("said_twice", {"two_scores": "0 and 2 of 10", "two_mornings": "worse was taken"}),
        ("history_to_come", {"history_to_come": "yet to come"}),
        ("history", {}),
        ("long_run", {}),
    ],
)
def test_each_contradiction_is_said(work: database.Connection, athlete_id: str, said: dict[str, str]) -> None:
    found = contradicted(work, athlete_id)
    assert found.keys() == said.keys()
    assert all(words in found[kind] for kind, words in said.items())


def test_nobody_gets_the_runs_of_somebody_of_a_like_name(work: database.Connection) -> None:
    query = """
        select athlete_id, count(*) as runs, max(distance_m) as longest_m
        from marts.runs
        where lower(athlete_id) = 'twin'
        group by athlete_id
        order by athlete_id
    """
    assert database.rows(work, query, []) == [
        {"athlete_id": "Twin", "runs": 46, "longest_m": 5000},
        {"athlete_id": "twin", "runs": 46, "longest_m": 8000},
    ]
