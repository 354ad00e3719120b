"""How many rows, records and points a second become raw tables on one core, against what only reads the same files.

Each line holds what came of a goal, and in the same run how long pandas, fitdecode or lxml take over the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import random
import tempfile
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import fitdecode
import pandas as pd
from lxml import etree

from bench.bench_import import DEMO_FILES, REAL_FILES, records_by_fitdecode
from bench.clock import timed
from flows.intake.contents import Job, ParsedFile
from flows.intake.jobs import parse_all
from flows.intake.parse import parse_file
from flows.intake.store import create_memory, store
from flows.state import database

ROWS = 100_000
ROWS_GOAL, RECORDS_GOAL, POINTS_GOAL = 100_000, 100_000, 60_000
FIRST_DAY = datetime(1996, 1, 1, 6)  # noqa: DTZ001 (a log holds local times)
EXERCISES = ("Standing calf raise", "Bent-knee calf raise", "Single-leg march")


@dataclass(frozen=True)
class Rate:
    """How many things of a kind became rows of the raw tables in a second of processor; `bare` of the plain reader."""

    name: str
    things: int
    per_s: float
    goal: int
    plainly: str
    bare_per_s: float

    def __str__(self) -> str:
        reached = "reached" if self.per_s >= self.goal else "NOT reached"
        against = f"{self.per_s / self.bare_per_s:5.2f} x {self.plainly}" if self.bare_per_s else ""
        return f"  {self.name:<34} {self.things:9,} {self.per_s:10,.0f}/s  goal {self.goal:,}: {reached:<12} {against}"


def run(rows: int = ROWS) -> None:
    """Print a line for each kind of file."""
    warnings.simplefilter("ignore")  # what decoders say of odd files
    with tempfile.TemporaryDirectory() as temporary:  # what is done once for all files is not a matter of their rows
        list(row_rates(Path(temporary), rows=10))
    print("Rows, records and points a second of processor, from file to raw tables, one process")
    with tempfile.TemporaryDirectory() as temporary:
        for rate in (*row_rates(Path(temporary), rows), *track_rates(Path(temporary))):
            print(rate)


def row_rates(folder: Path, rows: int) -> Iterable[Rate]:
    """Tables of so many rows: our own logs, and those of whole accounts."""
    for name, text in (("runs.csv", runs_csv(rows)), ("strength.csv", strength_csv(rows)), ("activities.csv", strava_csv(rows))):
        path = folder / name
        path.write_text(text, encoding="utf-8")
        per_s, stored = into_tables(folder, [path], ("runs", "strength_sets"))
        data = path.read_bytes()
        bare = timed(lambda data=data: pd.read_csv(io.BytesIO(data)))  # type: ignore[misc]
        yield Rate(f"{name}, rows", stored, per_s, ROWS_GOAL, "pandas.read_csv", rows / bare.cpu_s)


def track_rates(folder: Path) -> Iterable[Rate]:
    """The tracks of the real files, or of the demo squad's."""
    files = [path for path in sorted((REAL_FILES if REAL_FILES.is_dir() else DEMO_FILES).rglob("*")) if path.is_file()]
    kinds: tuple[tuple[str, str, int, str, Callable[[Path], object]], ...] = (
        (".fit", "records", RECORDS_GOAL, "fitdecode", _fit_plainly),
        (".gpx", "points", POINTS_GOAL, "lxml", _xml_plainly),
        (".tcx", "points", POINTS_GOAL, "lxml", _xml_plainly),
    )
    for suffix, things, goal, plainly, read in kinds:
        of_kind = [path for path in files if path.suffix.lower() == suffix and points_of([parse_file(job_of(path))])]
        if not of_kind:
            continue
        per_s, points = into_tables(folder, of_kind, ("points",))
        bare = timed(lambda some=of_kind, read=read: [read(path) for path in some])  # type: ignore[misc]
        yield Rate(f"{len(of_kind)} {suffix} files, {things}", points, per_s, goal, plainly, points / bare.cpu_s)


def into_tables(folder: Path, files: list[Path], counted: tuple[str, ...]) -> tuple[float, int]:
    """How many things a second of processor reach the tables, and how many did."""
    memory = folder / "memory.duckdb"
    database.discard(memory)
    found: list[ParsedFile] = []
    jobs = [job_of(path) for path in files]
    with database.writer(memory) as connection:
        create_memory(connection)

        def work() -> None:
            found.extend(parse_all(jobs, workers=1))
            store(connection, found)

        taken = timed(work)
        if counted == ("points",):
            things = points_of(found)
        else:
            things = sum(int(database.scalar(connection, f"select count(*) from raw.{table}")) for table in counted)
    return things / taken.cpu_s, things


def job_of(path: Path) -> Job:
    return Job("ada", hashlib.sha256(path.read_bytes()).hexdigest(), path, f"ada/{path.name}")


def points_of(found: list[ParsedFile]) -> int:
    return sum(row["track_points"] or 0 for one in found for row in one.rows.get("runs", []) if "track_points" in row)


def _fit_plainly(path: Path) -> None:
    try:
        records_by_fitdecode(path)
    except (fitdecode.FitError, ValueError, TypeError, LookupError):
        return  # a damaged file: what it holds is read up to there


def _xml_plainly(path: Path) -> int:
    return sum(1 for _ in etree.iterparse(io.BytesIO(path.read_bytes().lstrip()), recover=True))


def runs_csv(rows: int) -> str:
    """A log of so many runs, as a watch's app or a spreadsheet writes it."""
    chance, at = random.Random(15), FIRST_DAY
    lines = ["started_at,sport,distance_km,moving_time,ascent_m,avg_heart_rate_bpm,cadence_spm,rpe,note"]
    for _ in range(rows):
        at += timedelta(seconds=chance.randint(3000, 9000))
        km, pace = chance.uniform(3, 20), chance.uniform(280, 380)
        body = f"{chance.randint(0, 300)},{chance.randint(120, 170)},{chance.randint(160, 190)},{chance.randint(2, 9)}"
        lines.append(f"{at},running,{km:.2f},{timedelta(seconds=int(km * pace))},{body},{chance.choice(['', 'easy'])}")
    return "\n".join(lines) + "\n"


def strength_csv(rows: int) -> str:
    chance, at = random.Random(16), FIRST_DAY + timedelta(days=3000)
    lines = ["performed_at,exercise,set,reps,weight_kg,side,rpe,is_warmup,note"]
    for number in range(rows):
        at += timedelta(seconds=chance.randint(60, 3000))
        load = f"{chance.randint(6, 15)},{chance.choice([0, 5, 12.5])},{chance.choice(['left', 'right', ''])}"
        lines.append(f"{at:%Y-%m-%d %H:%M},{chance.choice(EXERCISES)},{number % 3 + 1},{load},{chance.randint(5, 9)},no,")
    return "\n".join(lines) + "\n"


def strava_csv(rows: int) -> str:
    chance, at = random.Random(17), FIRST_DAY
    lines = [
        "Activity ID,Activity Date,Activity Name,Activity Type,Elapsed Time,Distance,Filename,Moving Time,Distance,Elevation Gain"
    ]
    for number in range(rows):
        at += timedelta(seconds=chance.randint(3000, 9000))
        km = chance.uniform(3, 20)
        when = f'"{at:%b} {at.day}, {at.year}, {at:%I:%M:%S %p}"'
        seconds = int(km * 330)
        lines.append(
            f"{number},{when},Morning Run,Run,{seconds + 60},{km:.2f},activities/{number}.fit.gz,{seconds}.0,{1000 * km:.1f},80.0"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    run()
