"""A sample of `make kill`: nights over a small squad killed at random instants, and a sample of `make year`."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from flows.guard import validation
from tests.lib import kill_nights, year_of_nights
from tests.lib.squads import runs_csv, strength_csv, write_files

FIRST = date(2026, 8, 1)
COUNT, SEED = 6, 20261124


@pytest.fixture
def unguarded(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nights without Great Expectations: the guards have tests of their own."""
    monkeypatch.setattr(validation, "run_suites", lambda *_: [])
    yield


def test_nights_killed_at_random_instants_lose_nothing(tmp_path: Path, unguarded: None) -> None:
    weeks: list[float | None] = [5.0, 0, 6, 0, 7, 0, 12] * 4
    calf = {FIRST + timedelta(days=3 * number): ["Seated calf raise"] for number in range(9)}
    write_files(
        tmp_path / "trial/raw",
        {
            "ada/runs.csv": runs_csv(FIRST, weeks),
            "ada/strength.csv": strength_csv(calf),
            "ben/runs.csv": runs_csv(FIRST, weeks[:14]),
            "ben/later.csv": runs_csv(FIRST + timedelta(days=14), weeks[:14]),
        },
    )
    trial = kill_nights.begin(tmp_path / "trial", "2026-08-30", False, ["ada/runs.csv", "ben/runs.csv"])
    moments = random.Random(SEED)
    for number in range(COUNT):
        kill_nights.kill_one(trial, tmp_path / str(number), moments.uniform(0, trial.cpu_s))


def test_nights_over_a_quarter_never_drift_and_take_bounded_room(tmp_path: Path, unguarded: None) -> None:
    dates = [FIRST + timedelta(days=8 * number) for number in range(8)]
    sizes_bytes = year_of_nights.live_through(tmp_path, year_of_nights.small_squad(FIRST), dates, compare_every=8)
    assert max(sizes_bytes[4:]) < 1.5 * sizes_bytes[4], "the memory and three kept nights are all that is left behind"
