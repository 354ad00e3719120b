"""What cannot be true is dropped and the run stays; only what a row needs can refuse it; whatever a file says can be stored."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from flows.guard.expectations import raw_suites
from flows.intake import bounds, contents, lay_out_runs, store
from flows.intake.contents import Job
from flows.intake.parse import parse_file
from flows.intake.run_summary import summarise
from flows.records import TRACK_COLUMNS, Activity
from flows.state import database
from tests.unit.readers import fit_builder

HEADER = "started_at,distance_km,moving_time,avg_heart_rate_bpm,cadence_spm,rpe,carried_kg,ascent_m"

# Numbers that no reader judges and no bound has to: they count rows of a file.
COUNTERS = {"activity_number", "row_number", "set_row", "sets"}
# How a planned day repeats: laid out over four weeks alone, whatever is said.
REPEATS = re.compile(r"event_version|repeat_\w+")
MEASURED = ("INTEGER", "DOUBLE", "DECIMAL", "BIGINT", "DATE", "TIMESTAMP")
EXTREMES = (-1, 0, 1e-9, 1e300, float("inf"), -float("inf"), float("nan"), 3_000_000_000, 10**400)
TIMES = (
    datetime(1, 1, 1, tzinfo=UTC),
    datetime(1990, 1, 2, tzinfo=UTC),
    datetime(2106, 1, 1, tzinfo=UTC),
    datetime.max.replace(tzinfo=UTC),
)


def parsed(tmp_path: Path, name: str, content: str | bytes) -> contents.ParsedFile:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with path.open("rb") as stream:
        file_id = hashlib.file_digest(stream, "sha256").hexdigest()
    return parse_file(Job("ada", file_id, path, f"ada/{name}"))


def run_of(tmp_path: Path, cells: str) -> dict[str, Any]:
    """The row of raw.runs of one run, whether it was read by itself or in columns."""
    run = parsed(tmp_path, "runs.csv", f"{HEADER}\n2026-05-01T07:00,{cells}\n")
    columns = [columns.same | {name: values[0] for name, values in columns.values.items()} for columns in run.columns.values()]
    (row,) = [*run.rows.get("runs", []), *columns]
    return row


@pytest.mark.parametrize(
    ("cells", "column", "value", "notes"),
    [
        ("8,40:00,0,,,,", "summary_avg_heart_rate_bpm", None, []),  # 0 is no measurement
        ("8,40:00,20,,,,", "summary_avg_heart_rate_bpm", None, ["heart_rate_dropped"]),
        ("8,40:00,1e300,,,,", "summary_avg_heart_rate_bpm", None, ["heart_rate_dropped"]),
        ("8,40:00,25,,,,", "summary_avg_heart_rate_bpm", 25, []),
        ("8,40:00,,0,,,", "summary_steps", None, []),
        ("8,40:00,,-172,,,", "summary_steps", None, ["cadence_dropped"]),
        ("8,40:00,,1720,,,", "summary_steps", None, ["cadence_dropped"]),
        ("8,40:00,,999999999,,,", "summary_steps", None, ["cadence_dropped"]),
        ("8,40:00,,172,,,", "summary_steps", 172 * 40, []),
        ("8,40:00,,,15,,", "rpe", None, ["rpe_dropped"]),
        ("8,40:00,,,,101,", "carried_kg", None, ["carried_dropped"]),
        ("5,40:00,,,,,29999", "summary_ascent_m", None, ["ascent_dropped"]),
        ("5,40:00,,,,,-1", "summary_ascent_m", None, ["ascent_dropped"]),
        ("1.92,40:00,,,,,1000", "summary_ascent_m", 1000, []),  # the steepest vertical kilometre there is
    ],
)
def test_an_optional_value_that_cannot_be_true_is_dropped_with_a_note_and_the_run_stays(
    tmp_path: Path, cells: str, column: str, value: float | None, notes: list[str]
) -> None:
    row = run_of(tmp_path, cells)
    assert row[column] == value
    assert row.get("notes", []) == notes
    assert row["summary_moving_s"] == 2400


def test_a_total_is_dropped_where_a_track_stands_behind_it_and_stays_for_the_guard_where_none_does(tmp_path: Path) -> None:
    *run, _ = fit_builder.even_run(seconds=600)
    total = fit_builder.session(0, 12 * 86400.0, total_timer_time=400_000.0, total_distance=600_000.0)
    (row,) = parsed(tmp_path, "a.fit", fit_builder.fit_file(fit_builder.file_id(), *run, total)).rows["runs"]
    assert (row["summary_distance_m"], row["summary_moving_s"], row["summary_elapsed_s"]) == (None, None, None)
    assert row["notes"] == ["distance_dropped", "elapsed_dropped", "time_dropped"]
    assert row["track_distance_m"] == pytest.approx(1800, rel=0.01)
    assert run_of(tmp_path, "10000000,40:00,,,,,")["summary_distance_m"] == 1e10


def test_a_start_that_cannot_be_true_gives_way_to_that_of_the_track(tmp_path: Path) -> None:
    right = datetime(2026, 5, 1, 6, tzinfo=UTC)
    track = pd.DataFrame({"time_s": [right.timestamp() + second for second in range(60)]}).reindex(columns=list(TRACK_COLUMNS))
    summary = summarise(Activity("running", track=track))
    row = {"started_at": datetime(1989, 12, 31, tzinfo=UTC), "started_local": None, "notes": ()}
    assert lay_out_runs.start_of_track(row, summary)["started_at"] == right
    assert lay_out_runs.start_of_track(row | {"started_at": right}, summary) == {}


def test_the_reason_for_a_time_that_cannot_be_true_fits_both_ends() -> None:
    columns = [
        (table, column, bound)
        for table, held in bounds.BOUNDS.items()
        for column, bound in held.items()
        if isinstance(bound.lowest, date) and bound.is_needed
    ]
    assert len(columns) >= 10
    for table, column, bound in columns:
        assert f"before {bound.lowest.year}" in bound.why and "after 2100" in bound.why, (table, column)


def test_a_track_of_33000_km_gives_way_to_the_totals() -> None:
    assert not bounds.is_track_possible({"track_distance_m": 33e6, "track_moving_s": 3600}, {})
    assert not bounds.is_track_possible({"track_distance_m": 5e3, "track_moving_s": 1146378000}, {})
    assert not bounds.is_track_possible({}, {"run_bins": [{"seconds": 1146378000.0, "metres": 1.0}]})
    assert bounds.is_track_possible({"track_distance_m": 5e3, "track_moving_s": 1800}, {"run_bins": [{"seconds": 1800.0}]})


def test_a_set_loses_what_cannot_be_true_but_not_the_last_thing_that_it_says(tmp_path: Path) -> None:
    content = parsed(
        tmp_path,
        "strength.csv",
        "performed_at,exercise,set,reps,weight_kg,hold_s,rpe,rir\n"
        "2026-05-01T18:00,Calf raise,3000000000,12,,,15,99\n"
        "2026-05-01T18:05,Calf raise,2,12000,,30,,\n"
        "2026-05-01T18:10,Calf raise,3,1e-9,700,,,\n",
    )
    first, second, third = content.rows["strength_sets"]
    assert (first["set_number"], first["reps"], first["rpe"], first["rir"]) == (None, 12, None, None)
    assert (second["reps"], second["hold_s"]) == (None, 30)
    assert third["reps"] == 1e-9  # the guard refuses the row, which shows the number
    assert "set_number left out of 1 row" in (content.reason or "")


def test_a_symptom_keeps_its_event_where_its_pain_cannot_be_true(tmp_path: Path) -> None:
    rows = parsed(tmp_path, "symptoms.csv", "date,pain_0_10,event\n2026-05-01,30,pop\n2026-05-02,30,\n").rows["symptoms"]
    assert [(row["pain_0_10"], row["event"]) for row in rows] == [(None, "pop"), (30, None)]


@pytest.mark.parametrize(
    ("distance_m", "moving_s", "is_running"),
    [(10_000, 1e-9, False), (999, 1, False), (1001, 100, False), (100, 9.58, True), (10_000, 1571, True), (60, 1, True)],
)
def test_a_distance_and_its_time_fit_together_or_not(distance_m: float, moving_s: float, is_running: bool) -> None:
    row = "select 0 as track_points, ? as summary_distance_m, null as summary_distance_km_or_mi, ? as summary_moving_s"
    refused = duckdb.execute(f"select count(*) from ({row}) where {bounds.NO_RUNNING_SQL}", [distance_m, moving_s]).fetchone()
    assert refused == (int(not is_running),)


@pytest.mark.parametrize(
    ("day", "is_refused"),
    [
        (date(1, 1, 1), True),
        (date(2100, 1, 1), True),
        (date(9999, 12, 31), True),
        (date(2026, 6, 1), False),
        (date(2027, 1, 1), False),
    ],
)
def test_nobody_looks_from_another_age(day: date, is_refused: bool) -> None:
    assert bool(bounds.problem_of_as_of(day, date(2026, 6, 1))) is is_refused


@pytest.fixture
def memory(tmp_path: Path) -> Any:
    with database.writer(tmp_path / "memory.duckdb") as connection:
        store.create_memory(connection)
        yield connection


def test_every_number_and_time_of_a_log_has_its_bound(memory: database.Connection) -> None:
    for table in set(contents.LOG_TABLES) - {"refused_rows", "named_files"}:
        columns = {name for name, kind, *_ in memory.execute(f"describe raw.{table}").fetchall() if kind.startswith(MEASURED)}
        columns = {name for name in columns if not REPEATS.fullmatch(name)}
        assert columns - COUNTERS == set(bounds.BOUNDS[table]), table


def test_the_guard_asks_for_the_same_bounds() -> None:
    for suite in raw_suites():
        asked = {expectation.column for expectation in suite.expectations if hasattr(expectation, "min_value")}
        assert asked == set(bounds.BOUNDS[suite.table.removeprefix("raw.")]), suite.table


def test_whatever_a_number_or_a_time_is_the_row_can_be_stored(memory: database.Connection) -> None:
    stored = 0
    for table, limits in bounds.BOUNDS.items():
        if table in ("run_bins", "run_hr_bins", "run_efforts"):  # of these all are possible, or the track is left out
            continue
        usual = {
            name: {"BOOLEAN": False, "INTEGER": 1, "VARCHAR": "x", "DATE": date(2026, 5, 1), "DOUBLE": 1.0}.get(kind)
            for name, kind, null, *_ in memory.execute(f"describe raw.{table}").fetchall()
            if null == "NO"
        }
        for column, bound in limits.items():
            values = EXTREMES
            if isinstance(bound.lowest, date):
                is_day = not isinstance(bound.lowest, datetime)
                is_local = not is_day and bound.lowest.tzinfo is None
                values = tuple(time.date() if is_day else time.replace(tzinfo=None) if is_local else time for time in TIMES)
            rows = [usual | {column: value} for value in values if value == value or column not in usual]  # noqa: PLR0124
            for row in rows:
                bounds.hold_run(row) if table == "runs" else bounds.hold(table, row)
            store.insert(memory, table, rows)
            stored += len(rows)
    assert sum(memory.execute(f"select count(*) from raw.{table}").fetchone()[0] for table in bounds.BOUNDS) == stored > 300
