"""Real sets of three exercises week by week, their goals and next steps; running and ceilings on the same weeks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from flows.intake import ingest
from flows.models import layers, seeds
from flows.state import database
from tests.lib.squads import runs_csv, write_files

AS_OF = date(2026, 11, 15)
FIRST = AS_OF - timedelta(days=119)
STRAIGHT, BENT, MARCH = "Single Leg Standing Calf Raise", "Single-leg bent-knee calf raise", "Single-leg march"


def ago(days: int) -> date:
    return AS_OF - timedelta(days=days)


def strength(*sets: tuple[int, str, str]) -> str:
    """A strength.csv: days ago, exercise, and reps,weight_kg,side,rpe of one set."""
    lines = [f"{ago(days)}T18:00,{exercise},{number},{told}" for number, (days, exercise, told) in enumerate(sets)]
    return "\n".join(["performed_at,exercise,set,reps,weight_kg,side,rpe", *lines]) + "\n"


# 8 km every other day; in the last four weeks half as much again where load is built.
STEADY: list[float | None] = [8.0, 0.0] * 60
BUILT: list[float | None] = [8.0, 0.0] * 46 + [12.0, 0.0] * 14
EARLY = [(100, STRAIGHT, "12,,,8")]
# Enough before, so that no link is late: two sets a week.
KEPT = [(days, STRAIGHT, "12,,,8") for days in (8, 8, 15, 15, 22, 22)]
KEPT_BENT = [(days, BENT, "12,,,8") for days in (16, 16, 16, 23, 23, 23)]
SETS = {
    # Sided: left three hard sets and an easy one, right two and none; a week ago by both legs.
    "ada": strength(
        *EARLY,
        *KEPT,
        *KEPT_BENT,
        *[(2, BENT, "12,20,left,8"), (2, BENT, "12,22,left,8"), (2, BENT, "10,20,left,9"), (2, BENT, "15,,left,4")],
        *[(2, BENT, "10,16,right,8"), (2, BENT, "9,16,right,8")],
        *[(9, BENT, "15,10,,7")],
        *[(1, STRAIGHT, "15,30,,7"), (1, STRAIGHT, "12,30,,7"), (1, STRAIGHT, "20,,,3")],
    ),
    # Fifteen that were not easy; hip work by other names counts as what it is.
    "ben": strength(
        *EARLY, *KEPT, (1, STRAIGHT, "15,30,,9"), (1, STRAIGHT, "15,30,,9"), (3, "Step Up", "8,,,"), (3, MARCH, "8,,,")
    ),
    "old": strength(*EARLY, (1, STRAIGHT, "12,30,,8")),
    "built": strength(*EARLY, (1, STRAIGHT, "12,30,,8"), (1, BENT, "12,,,8"), (1, MARCH, "8,,,")),
    "racing": strength(*EARLY, (1, STRAIGHT, "12,30,,8")),
    "hurt": strength(*EARLY, (1, STRAIGHT, "12,30,,8")),
    "away": strength(*EARLY, (1, STRAIGHT, "12,30,,8")),
}
SPIKED = [*STEADY[:-20], 14.0, 0.0, *STEADY[:18]]
SPIKED[-4] = 10.0
FILES = {
    **{f"{name}/strength.csv": sets for name, sets in SETS.items()},
    **{f"{name}/runs.csv": runs_csv(FIRST, BUILT if name == "built" else STEADY) for name in SETS},
    "spiked/runs.csv": runs_csv(FIRST, SPIKED),
    "away/marks.csv": f"from_date,to_date,kind\n{ago(27)},{ago(21)},missing\n",
    "hurt/injuries.csv": f"onset_date,site,side\n{ago(5)},achilles_insertion,left\n",
    "squad.csv": f"athlete_id,birth_year,race_date\nold,1960,\nracing,1990,{AS_OF + timedelta(days=4)}\n",
}


@pytest.fixture(scope="module")
def marts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[database.Connection]:
    """The models over these files, without guards and pages."""
    folder = tmp_path_factory.mktemp("exercises")
    memory, work = folder / "memory.duckdb", folder / "work.duckdb"
    ingest.import_files(write_files(folder / "raw", FILES), memory, workers=1)
    layers.start_work(work, memory)
    seeds.load_seeds(work, "UTC")
    layers.set_as_of(work, AS_OF)
    for layer in ("staging", "activities", "intermediate", "marts"):
        layers.build_layer(work, layer)
    with database.reader(work) as connection:
        yield connection


def week(marts: database.Connection, athlete_id: str, exercise: str, weeks_ago: int = 0) -> dict[str, Any]:
    query = "from marts.exercise_weeks where athlete_id = ? and exercise = ? and load_date = ?"
    (found,) = database.rows(marts, query, [athlete_id, exercise, ago(7 * weeks_ago)])
    return found


def today(marts: database.Connection, athlete_id: str, exercise: str) -> dict[str, Any]:
    query = "from marts.exercises_today where athlete_id = ? and exercise = ?"
    (found,) = database.rows(marts, query, [athlete_id, exercise])
    return found


def test_a_week_counts_real_sets_of_the_leg_that_had_fewer_and_tells_each_leg(marts: database.Connection) -> None:
    found = week(marts, "ada", "bent_knee_raise")
    assert (found["is_sided"], found["left_sets"], found["right_sets"], found["sets"]) == (True, 3, 2, 2)
    # Fifteen at an effort of 4 of 10 are none that counts, and the right leg had none of those.
    assert found["easy_sets"] == 0
    # Most work: 12 repetitions with 22 kg on the left, 10 with 16 on the right.
    assert (found["left_best_reps"], found["left_best_load_kg"]) == (12, 22)
    assert (found["right_best_reps"], found["right_best_load_kg"]) == (10, 16)
    before = week(marts, "ada", "bent_knee_raise", 1)
    assert (before["sets"], before["left_sets"], before["left_best_reps"], before["right_best_reps"]) == (1, 1, 15, 15)


def test_easy_sets_stand_beside_those_that_count_and_no_set_stands_for_another_exercise(marts: database.Connection) -> None:
    found = week(marts, "ada", "straight_knee_raise")
    assert (found["sets"], found["easy_sets"], found["is_sided"]) == (2, 1, False)
    assert found["left_sets"] is None
    # Straight-knee sets feed the soleus by half, but they are no bent-knee sets.
    assert week(marts, "ben", "bent_knee_raise")["sets"] == 0
    assert week(marts, "ben", "single_leg_march")["sets"] == 2


@pytest.mark.parametrize(
    ("athlete_id", "straight", "bent", "march", "cause"),
    [
        # Two sets keep what is there; three of hip work, once any was logged.
        ("ben", 2, 2, 3, "usual"),
        # Four from sixty on; 0.5 x two before a race; six while building, half of them with the knee bent.
        ("old", 4, 4, None, "by_age"),
        ("racing", 1, 1, None, "before_race"),
        ("built", 6, 3, 6, "building_up"),
        ("hurt", 6, 3, None, "after_trouble"),
    ],
)
def test_each_exercise_has_its_own_goal_and_the_goal_its_cause(
    marts: database.Connection, athlete_id: str, straight: int, bent: int, march: int | None, cause: str
) -> None:
    goals = {name: week(marts, athlete_id, name) for name in ("straight_knee_raise", "bent_knee_raise", "single_leg_march")}
    assert [found["target_sets"] for found in goals.values()] == [straight, bent, march]
    assert goals["straight_knee_raise"]["target_cause"] == cause
    assert goals["single_leg_march"]["target_cause"] == (None if march is None else cause)


def test_a_week_that_is_missing_is_unknown_and_no_week_of_rest(marts: database.Connection) -> None:
    missing = week(marts, "away", "straight_knee_raise", 3)
    assert (missing["known_days"], missing["sets"], missing["easy_sets"]) == (0, None, None)
    assert week(marts, "away", "straight_knee_raise", 2)["sets"] == 0


def test_weeks_before_the_first_strength_row_do_not_exist(marts: database.Connection) -> None:
    (count,) = marts.execute("select count(*) from marts.exercise_weeks where athlete_id = 'spiked'").fetchone() or (None,)
    assert count == 0
    assert database.rows(marts, "from marts.exercises_today where athlete_id = 'spiked'") == []


@pytest.mark.parametrize(
    ("athlete_id", "exercise", "step"),
    [
        ("ada", "straight_knee_raise", "more_load"),  # fifteen at 7 of 10
        ("ben", "straight_knee_raise", "more_repetitions"),  # fifteen at 9 of 10 were not easy
        ("ben", "bent_knee_raise", "begin"),
        ("ben", "single_leg_march", "again"),  # two sets of three
        ("ada", "bent_knee_raise", "more_repetitions"),
        ("hurt", "straight_knee_raise", None),  # the dose is the clinician's
        ("old", "straight_knee_raise", "dose"),  # one set after three months without: as whoever begins
    ],
)
def test_the_next_step_follows_from_what_was_done_and_from_what_may_be_said(
    marts: database.Connection, athlete_id: str, exercise: str, step: str | None
) -> None:
    found = today(marts, athlete_id, exercise)
    assert found["next_step"] == step
    # Fifteen repetitions, five kilograms: the rules progress_reps and progress_kg.
    told = (15, 5) if step in ("more_load", "more_repetitions") else (None, None)
    assert (found["next_reps"], found["next_kg"]) == told


def test_days_since_are_those_of_the_exercise_itself(marts: database.Connection) -> None:
    assert today(marts, "ada", "bent_knee_raise")["days_since"] == 2
    assert today(marts, "ada", "straight_knee_raise")["last_date"] == ago(1)
    assert today(marts, "ben", "bent_knee_raise")["days_since"] is None


def test_the_weeks_of_running_hold_the_distance_of_their_known_days(marts: database.Connection) -> None:
    query = "select * from marts.weekly_ledger where athlete_id = ? order by load_date desc"
    newest, *others = database.rows(marts, query, ["away"])
    # Eight kilometres every other day up to the day before: three or four runs in seven days.
    assert newest["distance_m"] == 24_000
    assert (newest["known_days"], newest["runs"], newest["moving_s"]) == (7, 3, 24 * 300)
    assert {row["distance_m"] for row in others} <= {24_000.0, 32_000.0}


def test_a_ceiling_stays_that_of_before_a_jump_while_the_jump_counts(marts: database.Connection) -> None:
    found = {
        row["run_date"]: row
        for row in database.rows(marts, "from marts.run_ceilings where athlete_id = 'spiked' order by run_date")
    }
    # 14 km after 8 km, twenty days back, counts for fourteen days: until then 8.8 km, afterwards 1.1 x 14.
    jump = found[ago(19)]
    assert (jump["distance_m"], jump["spike_ceiling_m"], jump["ceiling_m"]) == (14_000, 8_800, 8_800)
    assert {row["ceiling_m"] for day, row in found.items() if ago(19) < day < ago(5)} == {8_800}
    assert {row["spike_ceiling_m"] for day, row in found.items() if ago(19) < day} == {15_400}
    assert {row["ceiling_m"] for day, row in found.items() if day > ago(6)} == {15_400}
