"""Planned days against their ceilings, and quiet times, with sums that a hand can do.

Everybody runs 8, 0, 10, 0, 8, 0 and 13 km a week at 5 minutes a km for twelve weeks: 39 km, the longest 13 km. So a run of the
next seven days may have 1.1 x 13 = 14.3 km, and the week 1.5 x 39 = 58.5 km.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from flows.intake import ingest
from flows.models import layers, seeds
from flows.state import database
from flows.words import warehouse
from tests.lib.squads import runs_csv, strength_csv, write_files
from tests.models.harness import approximately

AS_OF = date(2026, 6, 7)  # a Sunday
WEEKS = 12
FIRST = AS_OF - timedelta(days=7 * WEEKS - 1)
WEEK_KM: list[float | None] = [8, 0, 10, 0, 8, 0, 13]
RAISES = ["Single-leg calf raise", "Single-leg bent-knee calf raise"]
PLAN = "date,distance_km,moving_time,kind,note\n"


def day(number: int) -> date:
    """Days from the as-of date."""
    return AS_OF + timedelta(days=number)


def raises(weeks: int = WEEKS) -> str:
    return strength_csv({FIRST + timedelta(days=7 * week + on): RAISES for week in range(weeks) for on in (0, 3)})


def plan(*rows: tuple[int, str]) -> str:
    """Rows of plan.csv: the day as a number, and what follows it."""
    return PLAN + "".join(f"{day(number)},{rest}\n" for number, rest in rows)


def jumped(kilometres: float) -> str:
    """The usual weeks, and yesterday a run of this length."""
    return runs_csv(FIRST, [*(WEEK_KM * WEEKS)[:-2], kilometres, 13])


PLANS = {
    "amara": plan((1, "6,,easy,"), (2, "18,,long,with ben"), (4, "14.3,,long,"), (6, "14.31,,long,")),
    "wim": plan(*((number, "14,,easy,") for number in range(1, 6))),
    "flo": plan((1, "8,,easy,"), (3, "8,,easy,"), (5, ",,strength,")),
    "tim": plan((1, ",50,easy,"), (2, ",84:30,long,"), (3, ",90:00,long,")),
    "gus": plan((2, "14,,easy,"), (5, "25,,easy,"), (9, "15.7,,long,"), (12, "15.8,,long,"), (24, "15,,long,")),
    "fay": plan((1, "8,,fast,"), (3, "8,,fast,"), (4, "15,,long,")),
    "fred": plan((3, "8,,fast,"), (5, "8,,fast,")),
    "eve": plan((1, "12,,long,"), (2, ",,strength,")),
    "kid": plan((1, "5,,easy,"), (3, ",,strength,")),
    "new": plan((1, "5,,easy,")),
    "gone": plan((1, "40,,long,"), (2, "8,,fast,"), (3, ",,strength,")),
    "mix": plan((1, ",,strength,"), (2, "10,,fast,"), (0, "9,,easy,"), (-1, "9,,easy,"), (29, "9,,easy,")),
}
NOTES = {
    "quiet": [(-5, "quiet_until", 3)],
    "worse": [(-5, "quiet_until", 3)],
    "pained": [(-5, "quiet_until", 3)],
    "torn": [(-5, "quiet_until", 3)],
    "over": [(-9, "quiet_until", -1)],
    "twice": [(-9, "quiet_until", 20), (-4, "quiet_until", -2)],
    "called": [(-1, "called", None)],
}


def files() -> dict[str, str]:
    squad = "athlete_id,birth_year\nkid,2011\nnew,\n"
    found = {"squad.csv": squad, "notes.csv": "date,athlete_id,kind,until,text\n"}
    for name in (set(PLANS) - {"new"}) | NOTES.keys():
        found[f"{name}/runs.csv"] = runs_csv(FIRST, WEEK_KM * WEEKS)
        found[f"{name}/strength.csv"] = raises()
    found |= {f"{name}/plan.csv": text for name, text in PLANS.items()}
    found["flo/strength.csv"] = raises(WEEKS - 1)
    found["fay/runs.csv"] = found["fred/runs.csv"] = jumped(20)
    found["worse/runs.csv"] = jumped(27)
    # Four weeks of twelve without a line of running or strength.
    found["gone/runs.csv"], found["gone/strength.csv"] = runs_csv(FIRST, WEEK_KM * (WEEKS - 4)), raises(WEEKS - 4)
    found["eve/injuries.csv"] = f"onset_date,site,side,resolved_date\n{day(-6)},calf,left,\n"
    found["pained/symptoms.csv"] = f"date,pain_0_10\n{day(-6)},0\n{day(-2)},5\n"
    found["torn/symptoms.csv"] = f"date,event\n{day(-6)},pop\n"
    for name, notes in NOTES.items():
        for on, kind, until in notes:
            found["notes.csv"] += f"{day(on)},{name},{kind},{'' if until is None else day(until)},\n"
    return found


@pytest.fixture(scope="module")
def marts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[database.Connection]:
    """The models over these files, without guards and pages."""
    folder = tmp_path_factory.mktemp("plans")
    memory, work = folder / "memory.duckdb", folder / "work.duckdb"
    ingest.import_files(write_files(folder / "raw", files()), memory, workers=1)
    layers.start_work(work, memory)
    seeds.load_seeds(work, "UTC")
    layers.set_as_of(work, AS_OF)
    for layer in ("staging", "activities", "intermediate", "marts"):
        layers.build_layer(work, layer)
    warehouse.write_sentences(work)
    with database.writer(work) as connection:
        connection.execute(f"create table ops.plan_left_out as {layers.model_sql('ops', 'plan_left_out')}")
    with database.reader(work) as connection:
        yield connection


def checks(marts: database.Connection, athlete_id: str) -> dict[int, dict[str, Any]]:
    """The rows of one athlete by the number of their day."""
    found = database.rows(marts, "from marts.plan_check where athlete_id = ? order by plan_date", [athlete_id])
    return {row["day_number"]: row for row in found}


def states(marts: database.Connection, athlete_id: str) -> dict[int, str]:
    return {number: row["state"] for number, row in checks(marts, athlete_id).items()}


def test_a_run_is_over_from_the_first_metre_beyond_its_ceiling(marts: database.Connection) -> None:
    found = checks(marts, "amara")
    assert [found[number]["state"] for number in (1, 2, 4, 6)] == ["ok", "over_run", "ok", "over_run"]
    assert [found[number]["over_by_m"] for number in (2, 6)] == approximately([3700.0, 10.0])
    assert (found[2]["run_ceiling_m"], found[2]["week_usual_m"]) == approximately((14300.0, 39000.0))


def test_where_all_else_is_on_track_the_plan_is_to_be_shortened(marts: database.Connection) -> None:
    told = {
        row["athlete_id"]: (row["flag"], row["next_action"], row["short_action"])
        for row in database.rows(marts, "from marts.athlete_status where load_date = ?", [AS_OF])
    }
    assert told["amara"] == ("green", "Shorten the plan: Tuesday, 18.0 km is 3.7 km over.", "Shorten the plan for Tuesday")
    week = "Shorten the plan: by Friday the week holds 70.0 km, 11.5 km over."
    assert told["wim"] == ("green", week, "Shorten the plan for Friday")
    assert told["mix"][2] == "Nothing to change"
    # Something else is to be done: that is said, and not the plan.
    assert "plan" not in told["fay"][1]


def test_a_week_with_a_plan_has_a_row_for_each_of_its_days_and_days_without_are_free(marts: database.Connection) -> None:
    found = checks(marts, "amara")
    assert list(found) == [1, 2, 3, 4, 5, 6, 7]
    assert [found[3][name] for name in ("kinds", "distance_m", "state")] == [[], 0.0, "ok"]


def test_a_week_is_over_from_the_day_on_which_its_sum_passes_the_ceiling(marts: database.Connection) -> None:
    """14, 28, 42, 56 and 70 km of 58.5."""
    found = checks(marts, "wim")
    assert [found[number]["state"] for number in range(1, 6)] == ["ok", "ok", "ok", "ok", "over_week"]
    assert (found[5]["over_by_m"], found[5]["week_planned_m"]) == approximately((11500.0, 70000.0))


def test_a_run_by_time_is_held_against_the_longest_time_and_counts_in_the_week_by_the_usual_pace(
    marts: database.Connection,
) -> None:
    """1.3 x 65 minutes are 84.5; 50 minutes at 5 minutes a km are 10 km."""
    found = checks(marts, "tim")
    assert [found[number]["state"] for number in (1, 2, 3)] == ["ok", "ok", "over_run"]
    assert (found[3]["run_ceiling_s"], found[3]["over_by_s"], found[3]["over_by_m"]) == (5070.0, 330.0, None)
    assert (found[1]["week_planned_m"], found[1]["is_week_estimated"]) == (approximately(10000.0), True)
    assert found[1]["distance_m"] is None


def test_later_weeks_grow_with_what_was_planned_before_up_to_its_ceilings(marts: database.Connection) -> None:
    """25 km counts as 14.3, so 15.73 km may follow; day 24 follows a week without a plan."""
    found = checks(marts, "gus")
    assert list(found) == [1, 2, 3, 4, 5, 6, 7, 9, 12, 24]
    assert [found[number]["state"] for number in (5, 9, 12, 24)] == ["over_run", "ok", "over_run", "not_assessed"]
    assert (found[9]["run_ceiling_m"], found[12]["run_ceiling_m"]) == (15730.0, 15730.0)
    assert found[12]["over_by_m"] == approximately(70.0)
    assert found[24]["not_assessed_because"] == "unplanned_week"
    # Two usual weeks of 39 km and the planned one of 39: 1.5 x 39.
    assert found[9]["week_ceiling_m"] == approximately(58500.0)


def test_late_calf_work_is_named_once_on_a_free_day_until_a_planned_session(marts: database.Connection) -> None:
    """Last work ten days ago, late from day 11: late tomorrow, which has a run, so the day after is named."""
    found = checks(marts, "flo")
    assert {number: row["state"] for number, row in found.items() if row["calf_link"]} == {2: "no_calf_work_planned"}
    assert (found[2]["calf_link"], found[2]["calf_days"]) == ("gastrocnemius", 12)
    assert [found[number]["state"] for number in (5, 6, 7)] == ["ok", "ok", "ok"]


def test_after_a_jump_fast_running_waits_two_days_and_the_ceiling_is_that_of_before_it(marts: database.Connection) -> None:
    """20 km yesterday: no fast run until tomorrow; 15 km are 0.7 over the 14.3 of before the jump."""
    found = checks(marts, "fay")
    assert [found[number]["state"] for number in (1, 3, 4)] == ["fast_wait", "ok", "over_run"]
    assert found[1]["message"] == "plan.fast_wait"
    assert found[4]["over_by_m"] == approximately(700.0)


def test_while_a_jump_counts_only_the_next_fast_run_is_swapped(marts: database.Connection) -> None:
    """20 km yesterday were 100 minutes, 1.54 times the longest: the two days of easy running are over on day 3."""
    found = checks(marts, "fred")
    assert [found[number]["state"] for number in (3, 5)] == ["fast_wait", "ok"]
    assert found[3]["message"] == "plan.fast_swap"


AMOUNTS = (
    *("distance_m", "moving_s", "longest_m", "longest_s", "over_by_m", "over_by_s", "run_ceiling_m", "run_ceiling_s"),
    *("week_planned_m", "week_ceiling_m", "week_usual_m", "week_planned_s", "week_ceiling_s", "week_usual_s"),
)


@pytest.mark.parametrize(("athlete_id", "state", "because"), [("eve", "forbidden", None), ("kid", "not_assessed", "under_16")])
def test_where_distances_are_forbidden_no_row_holds_one_not_even_the_planned_one(
    marts: database.Connection, athlete_id: str, state: str, because: str | None
) -> None:
    found = checks(marts, athlete_id)
    assert (found[1]["state"], found[1]["not_assessed_because"], found[1]["kinds"][0]) == (
        state,
        because,
        "long" if athlete_id == "eve" else "easy",
    )
    assert [(row[name], name) for row in found.values() for name in AMOUNTS if row[name] is not None] == []
    assert all(not set(row["facts"].replace('"', " ").split()) & set(AMOUNTS) for row in found.values())


def test_beside_an_open_injury_planned_calf_work_is_not_called_right(marts: database.Connection) -> None:
    assert states(marts, "eve")[2] == "forbidden"


def test_without_a_run_to_hold_it_against_a_plan_is_not_assessed_and_not_right(marts: database.Connection) -> None:
    found = checks(marts, "new")[1]
    assert (found["state"], found["not_assessed_because"], found["run_ceiling_m"]) == ("not_assessed", "no_run", None)


def test_while_no_data_come_in_a_plan_is_not_assessed_and_says_for_how_long(marts: database.Connection) -> None:
    """28 days since the last run, in eight weeks of which nobody can say whether they were rest."""
    found = checks(marts, "gone")
    assert [found[number]["state"] for number in range(1, 8)] == ["not_assessed", "not_assessed", "ok", "ok", "ok", "ok", "ok"]
    assert {found[number]["not_assessed_because"] for number in (1, 2)} == {"silent"}
    assert (found[1]["distance_m"], found[1]["run_ceiling_m"], found[1]["week_ceiling_m"]) == (40_000.0, None, None)
    assert found[1]["message"] == "plan.silent"
    assert json.loads(found[1]["facts"])["silent_days"] == 28


def test_past_days_and_far_ones_do_not_count_and_are_told(marts: database.Connection) -> None:
    dates = database.rows(marts, "select plan_date from marts.plan where athlete_id = 'mix' order by plan_date")
    assert [row["plan_date"] for row in dates] == [day(1), day(2)]
    told = database.rows(marts, "select because, rows, first_date, last_date, path from ops.plan_left_out order by because")
    assert told == [
        {"because": "far", "rows": 1, "first_date": day(29), "last_date": day(29), "path": "mix/plan.csv"},
        {"because": "past", "rows": 2, "first_date": day(-1), "last_date": day(0), "path": "mix/plan.csv"},
    ]


# ---------------------------------------------------------------- quiet times


def quiet(marts: database.Connection, athlete_id: str, number: int = 0) -> tuple[Any, ...]:
    query = """
        select is_quiet, quiet_until_date, quiet_broken_because from marts.athlete_status where athlete_id = ? and load_date = ?
    """
    return marts.execute(query, [athlete_id, day(number)]).fetchall()[0]


def test_a_runner_is_quiet_from_the_note_to_its_last_day(marts: database.Connection) -> None:
    assert quiet(marts, "quiet", -6) == (False, None, None)
    assert quiet(marts, "quiet", -5) == (True, day(3), None)
    assert quiet(marts, "quiet") == (True, day(3), None)
    assert quiet(marts, "over", -1) == (True, day(-1), None)
    assert quiet(marts, "over") == (False, None, None)
    assert quiet(marts, "called") == (False, None, None)


def test_quiet_ends_with_a_higher_flag_and_the_flag_is_what_it_is(marts: database.Connection) -> None:
    """27 km yesterday, the longest before 13."""
    assert quiet(marts, "worse", -2) == (True, day(3), None)
    assert quiet(marts, "worse", -1) == (False, day(3), "worse")
    assert quiet(marts, "worse") == (False, day(3), "worse")
    flags = database.rows(
        marts, "select flag from marts.athlete_status where athlete_id = 'worse' and load_date >= ? order by load_date", [day(-2)]
    )
    assert [row["flag"] == "green" for row in flags] == [True, False, False]


def test_quiet_ends_with_pain_that_comes(marts: database.Connection) -> None:
    assert quiet(marts, "pained", -3) == (True, day(3), None)
    assert quiet(marts, "pained", -2) == (False, day(3), "pain")
    assert quiet(marts, "pained") == (False, day(3), "pain")


def test_nobody_with_a_suspected_rupture_is_ever_quiet(marts: database.Connection) -> None:
    assert quiet(marts, "torn", -5) == (False, day(3), "rupture")
    assert quiet(marts, "torn") == (False, day(3), "rupture")


def test_a_newer_quiet_time_takes_the_place_of_an_older_one_also_where_it_ends_sooner(marts: database.Connection) -> None:
    assert quiet(marts, "twice", -5) == (True, day(20), None)
    assert quiet(marts, "twice", -4) == (True, day(-2), None)
    assert quiet(marts, "twice", -1) == (False, None, None)
