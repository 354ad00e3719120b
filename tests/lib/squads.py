"""Squads made in a few lines, run through a whole night without Prefect."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from dashboards import site
from flows import nightly
from flows.guard import validation
from flows.operate.outcome import Outcome
from flows.settings import Settings
from flows.state import database


@dataclass(frozen=True)
class Night:
    """One published night: the settings it ran under, and what it said about itself."""

    settings: Settings
    outcome: Outcome

    @property
    def warehouse(self) -> Path:
        return self.settings.warehouse

    @property
    def site(self) -> Path:
        return self.settings.site

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """A query's rows from the published warehouse, as dicts."""
        with database.reader(self.settings.warehouse) as connection:
            return database.rows(connection, query, values)

    def value(self, query: str, *values: Any) -> Any:
        """The first column of the first row."""
        with database.reader(self.settings.warehouse) as connection:
            return database.scalar(connection, query, values)


def night_over(
    raw: Path,
    folder: Path,
    as_of: str | None = None,
    rules: dict[str, str] | None = None,
    full: bool = False,
    is_guarded: bool = True,
    has_pages: bool = True,
) -> Night:
    """Run a night over an input folder; warehouse and site go below `folder`. One worker: tests are small.

    Without Great Expectations (`is_guarded`) it is a quarter shorter: for what is not theirs to see, like who reads which file.
    Without pages (`has_pages`) a night over hundreds of runners takes half the time: for what is asked of tables alone.
    """
    settings = Settings(raw=raw, warehouse=folder / "warehouse.duckdb", site=folder / "site", workers=1)
    with pytest.MonkeyPatch.context() as patch:
        if not is_guarded:
            patch.setattr(validation, "run_suites", lambda *_: [])
        if not has_pages:
            patch.setattr(site, "build_site", _write_no_page)
            patch.setattr(site, "own_folders", lambda _: {})
        return Night(settings, nightly.run_night(settings, as_of=as_of, rules=rules, full=full))


def tables_over(
    raw: Path, folder: Path, as_of: str | None = None, rules: dict[str, str] | None = None, full: bool = False
) -> Night:
    """A night for what is asked of its tables alone: without Great Expectations and without pages."""
    return night_over(raw, folder, as_of, rules, full, is_guarded=False, has_pages=False)


def _write_no_page(_: Path, folder: Path, *__: str) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "assets").mkdir(parents=True)


def with_the_memory_of(night: Night, folder: Path) -> Path:
    """A folder for a night over the same input, whose files need not be read again."""
    shutil.copyfile(database.memory_path(night.warehouse), database.memory_path(folder / night.warehouse.name))
    return folder


@contextmanager
def several_threads() -> Iterator[None]:
    """Nights on two threads, which a worker of the suite, bound to one core, would not have: their order must decide nothing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(database.CONFIG, "threads", "2")
        yield


def write_files(raw: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write an input folder: path below it -> content."""
    for path, content in files.items():
        target = raw / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
    return raw


def runs_csv(first_day: date, kilometres: list[float | None], minutes_per_km: float = 5.0) -> str:
    """A runs.csv with one run a day at noon from `first_day` on; 0 and None are days without one."""
    lines = ["started_at,distance_km,moving_time"]
    for number, distance in enumerate(kilometres):
        if distance:
            day = first_day + timedelta(days=number)
            lines.append(f"{day}T12:00,{distance},{_clock(distance * minutes_per_km * 60)}")
    return "\n".join(lines) + "\n"


def strength_csv(days: Mapping[date, list[str]], reps: int = 12) -> str:
    """A strength.csv: day -> exercises done on it, three sets each."""
    lines = ["performed_at,exercise,set,reps"]
    for day, exercises in days.items():
        for exercise in exercises:
            lines += [f"{day}T18:00,{exercise},{number},{reps}" for number in (1, 2, 3)]
    return "\n".join(lines) + "\n"


def _clock(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"
