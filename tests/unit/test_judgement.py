"""How loud flags are: what the bench counts, what it writes, and that what is shown was reached."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb
import pytest

from bench import judgement
from bench.judged_squads import ALARMS, HEALTHY
from bench.judgement import GOALS, Days
from flows.seed_files import seed_rows

SEEDS = (1, 2, 3)
RUNNERS = 60
# One of 180 runs 34 % further than in 30 days while calf work is 11 days old. On day 15 that is red, as in scenario 4 (§8.6).
RED_BY_THE_TEXT = {("irregular_once", 3): 0.04}


def test_every_healthy_kind_has_a_goal() -> None:
    assert {goal.kind for goal in GOALS} == HEALTHY.keys() | {"marathon_after"}


@pytest.mark.parametrize("goal", GOALS, ids=lambda goal: goal.kind)
def test_what_the_evidence_page_shows_was_reached(goal: judgement.Goal) -> None:
    shown = [row for row in seed_rows("judgement") if row["kind"] == goal.said]
    assert [(int(row["seed"]), int(row["runners"])) for row in shown] == [(seed, RUNNERS) for seed in SEEDS]
    for row in shown:
        amber_goal, red_goal, amber, red = (
            float(row[name]) for name in ("amber_goal_percent", "red_goal_percent", "amber_percent", "red_percent")
        )
        assert (amber_goal, red_goal) == (goal.amber_percent, goal.red_percent)
        assert red <= amber <= amber_goal
        assert red <= max(red_goal, RED_BY_THE_TEXT.get((goal.kind, int(row["seed"])), 0))


def test_a_row_is_written_for_each_kind_and_squad(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judgement, "seed_path", lambda name: tmp_path / f"{name}.csv")
    monkeypatch.setattr(judgement, "GOALS", [judgement.Goal("elite", "Elite", 1), judgement.Goal("parkrun", "Parkrun", 5, 0.5)])
    found = {
        ("parkrun", 1): Days("parkrun", days=400, coloured=10, red=1),
        ("elite", 2): Days("elite", days=300, coloured=0, red=0),
        ("elite", 1): Days("elite", days=300, coloured=3, red=0),
        ("calf_stops", 1): Days("calf_stops", days=300, coloured=300, red=0),
    }
    judgement.write_seed(found, 2)
    assert (tmp_path / "judgement.csv").read_text(encoding="utf-8").splitlines() == [
        "kind,seed,runners,amber_goal_percent,red_goal_percent,amber_percent,red_percent",
        "Elite,1,2,1,0,1.00,0.00",
        "Elite,2,2,1,0,0.00,0.00",
        "Parkrun,1,2,5,0.5,2.50,0.25",
    ]


@pytest.mark.parametrize(
    ("row", "is_reached"),
    [
        (Days("elite", days=400, coloured=4, red=0), True),
        (Days("elite", days=400, coloured=5, red=0), False),
        (Days("elite", days=400, coloured=4, red=1), False),
        (Days("calf_stops", days=400, coloured=400, red=0), True),
        (Days("calf_stops", days=400, coloured=399, red=0, below=1), False),
        (Days("calf_stops", days=400, coloured=400, red=0, uncertain=1), False),
        # Intervals known by totals: amber may stand in for red on half of the days, green never.
        (Days("speed", days=400, coloured=400, red=200, below=200), True),
        (Days("speed", days=400, coloured=400, red=199, below=201), False),
        (Days("speed", days=400, coloured=399, red=300, below=100), False),
    ],
)
def test_one_day_beyond_a_goal_is_told(row: Days, is_reached: bool) -> None:
    text, answer = judgement.shown({(row.kind, 1): row}, [1])
    assert answer is is_reached
    assert ("!!" in text) is not is_reached


@pytest.mark.parametrize(
    ("kind", "because", "is_doubted"),
    [
        ("calf_stops", [], False),
        ("calf_stops", ["DATA_STALE_STRENGTH"], False),
        ("calf_stops", ["DATA_MISSING_DAYS", "DATA_STALE_STRENGTH"], True),
        ("gym_only", ["DATA_STALE_STRENGTH"], True),
        ("long_50", ["DATA_ROWS_REFUSED"], True),
    ],
)
def test_only_a_log_that_fell_silent_explains_low_confidence(kind: str, because: Sequence[str], is_doubted: bool) -> None:
    assert kind in ALARMS
    day = date(2026, 6, 1)
    with duckdb.connect() as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.athlete_status as select 'ada' as athlete_id, ?::date as load_date, 'red' as flag, "
            "? as confidence, ?::text[] as confidence_because",
            [day, "low" if because else "high", list(because)],
        )
        assert judgement.flags_of(connection, kind) == {("ada", day): ("red", is_doubted)}
