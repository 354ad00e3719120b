"""Files as apps and watches really write them, each with an answer worked by hand, in one night over all of them.

Most tracks are a straight line north at a known speed. cases/runs.zip holds a folder for each; cases/runs.csv the runs that are
right for it, with a row without a date where no run is.
"""

from __future__ import annotations

import csv
import zipfile
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from tests.lib.squads import Night, night_over

CASES = Path(__file__).parents[1] / "cases"
HISTORIES = ("i-stops", "i-trail-lost", "i-kmh", "i-treadmill-always-corrected")  # months of runs, judged below


def expected_runs() -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    with (CASES / "runs.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            found[row["case"]] += [row] if row["run_date"] else []
    return found


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    folder = tmp_path_factory.mktemp("ugly")
    with zipfile.ZipFile(CASES / "runs.zip") as archive:
        archive.extractall(folder / "raw")
    return night_over(folder / "raw", folder, as_of="2026-11-20")


def runs_of(night: Night, case: str) -> list[dict[str, Any]]:
    return night.rows(
        """
        select run_date::text as run_date, sport, distance_m, moving_s, steps, fast_steps, achilles_quality, notes
        from marts.runs where athlete_id = ? order by started_at
        """,
        case,
    )


@pytest.mark.parametrize("case", expected_runs())
def test_runs_are_what_was_run(night: Night, case: str) -> None:
    right = expected_runs()[case]
    runs = runs_of(night, case)
    assert [(run["run_date"], run["sport"]) for run in runs] == [(row["run_date"], row["sport"]) for row in right]
    for run, row in zip(runs, right, strict=True):
        assert run["distance_m"] == pytest.approx(1000 * float(row["distance_km"]), rel=0.01)
        assert run["moving_s"] == pytest.approx(60 * float(row["moving_min"]), abs=2)
        if row["steps"]:
            assert run["steps"] == pytest.approx(float(row["steps"]), rel=0.01)


def test_every_folder_has_an_answer(night: Night) -> None:
    folders = {row["athlete_id"] for row in night.rows("from marts.athletes")}
    assert folders == {*expected_runs(), *HISTORIES}


def test_runs_that_cannot_be_read_are_refused_aloud(night: Night) -> None:
    (file,) = night.rows("select state, reason, remedy from ops.files where athlete_id = 'huawei-json'")
    assert file["state"] == "quarantined"
    assert file["reason"]
    assert "xport" in file["remedy"]


def test_standing_with_the_timer_running_makes_no_easy_runner_fast(night: Night) -> None:
    runs = runs_of(night, "i-stops")
    assert len(runs) == 16
    assert {(run["distance_m"], run["moving_s"], run["fast_steps"] or 0) for run in runs} == {(4992.0, 2160.0, 0)}


def test_corrected_treadmill_runs_are_on_one_scale_with_their_tracks(night: Night) -> None:
    runs = runs_of(night, "i-treadmill-always-corrected")
    assert len(runs) == 16
    assert {(run["distance_m"], run["fast_steps"] or 0) for run in runs} == {(5712.0, 0)}


@pytest.mark.parametrize(("case", "km", "level"), [("i-trail-lost", 25.2, "R2"), ("i-kmh", 8.0, "R0")])
def test_the_last_run_decides_the_level_of_its_day(night: Night, case: str, km: float, level: str) -> None:
    runs = runs_of(night, case)
    assert len(runs) == 31
    assert runs[-1]["distance_m"] == pytest.approx(1000 * km, rel=0.01)
    assert (
        night.value("select run_level from marts.athlete_status where athlete_id = ? and load_date = '2026-11-20'", case) == level
    )
