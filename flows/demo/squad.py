"""Writes the demo squad: eight invented runners, sixteen weeks, one story each, the same bytes every time.

The plans are in runners.py; the other modules turn plans into files.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from flows.demo import runners
from flows.demo.broken_uploads import break_uploads
from flows.demo.files import write
from flows.demo.formats import Track, fit_run, fit_strength, gpx_run, tcx_run
from flows.demo.plans import Runner, planned_days, source_of
from flows.demo.runs import run_track
from flows.demo.typed import csv_bytes, fit_sets, runs_csv_row, squad_csv_row, strength_csv_rows, strength_start

# Older GPX and TCX files are packed, as in a bulk export; the last three weeks were dropped in one by one.
PACKED_BEFORE = date(2026, 10, 26)


def write_demo_squad(folder: Path) -> None:
    """Write the demo squad into a new or empty folder; raise FileExistsError if it may hold real files."""
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty; the demo squad needs a new or empty folder")
    for runner in runners.SQUAD:
        write_runner(folder / runner.athlete_id, runner)
    break_uploads(folder / runners.BROKEN_UPLOADS.athlete_id)
    write(folder / "squad.csv", csv_bytes([squad_csv_row(runner) for runner in runners.SQUAD]))
    write(folder / "demo.toml", runners.DEMO_TOML.encode())
    write(folder / "marks.csv", runners.MARKS_CSV.encode())
    write(folder / "calf_tests.csv", runners.CALF_TESTS_CSV.encode())
    write(folder / runners.INTERVAL_SPIKE.athlete_id / "symptoms.csv", runners.KEISHA_SYMPTOMS_CSV.encode())
    write(folder / runners.RETURN_AFTER_BREAK.athlete_id / "symptoms.csv", runners.JIA_WEI_SYMPTOMS_CSV.encode())
    write(folder / runners.RETURN_AFTER_BREAK.athlete_id / "injuries.csv", runners.JIA_WEI_INJURIES_CSV.encode())


def write_runner(folder: Path, runner: Runner) -> None:
    """Write every run and every strength session of one runner, each in the format of its week."""
    typed_runs: list[dict[str, Any]] = []
    typed_sets: list[dict[str, Any]] = []
    for planned in planned_days(runner):
        if planned.run != ".":
            track = run_track(runner, planned.day, planned.run)
            source = source_of(runner, planned.week)
            if source == "runs.csv":
                typed_runs.append(runs_csv_row(runner, track))
            else:
                write_track(folder, runner, planned.day, source, track)
        if planned.has_strength and runner.strength_as == "fit":
            content = fit_strength(int(strength_start(runner, planned.day).timestamp()), fit_sets(runner, planned.day))
            write(folder / "strength" / f"{planned.day}-strength.fit", content)
        elif planned.has_strength:
            typed_sets += strength_csv_rows(runner, planned.day)
    if typed_runs:
        write(folder / "runs.csv", csv_bytes(typed_runs))
    if typed_sets:
        write(folder / "strength.csv", csv_bytes(typed_sets))


def write_track(folder: Path, runner: Runner, day: date, source: str, track: Track) -> None:
    path = folder / "runs" / f"{day}-run"
    packed = ".gz" if day < PACKED_BEFORE else ""
    if source == "fit":
        write(path.with_suffix(".fit"), fit_run(track, rates_effort=runner.rates_effort))
    elif source == "fit.gz":
        write(path.with_suffix(".fit.gz"), fit_run(track, rates_effort=runner.rates_effort))
    elif source == "gpx":
        content = gpx_run(track, name="Run", gpx_type=runner.gpx_type, counts=runner.gpx_counts)
        write(path.with_suffix(f".gpx{packed}"), content)
    elif source == "tcx":
        write(path.with_suffix(f".tcx{packed}"), tcx_run(track))
    else:
        raise ValueError(f"{runner.athlete_id}: no writer for runs as {source!r}")
