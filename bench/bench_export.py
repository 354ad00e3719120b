"""How fast a Strava account export becomes raw tables, against a bare fitdecode and gpxpy loop over the same files."""

from __future__ import annotations

import gzip
import os
import sys
import tempfile
import threading
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import gpxpy
from rich.progress import Progress

from bench.bench_import import DEMO_FILES, REAL_FILES, readable, records_by_fitdecode
from bench.clock import Taken, timed
from flows.intake import ingest
from flows.state import database

ACTIVITIES = 5_000
NEW_ACTIVITIES = 50  # in the second snapshot
EVERY_NTH_DEMO_FILE = 8
FIRST_RUN = datetime(2018, 1, 1, 7, tzinfo=UTC)
HEADINGS = (
    "Activity ID,Activity Date,Activity Name,Activity Type,Elapsed Time,Distance,Activity Gear,Filename,Elapsed Time,Moving Time,"
    "Distance,Elevation Gain,Average Heart Rate,Perceived Exertion"
)


def run(activities: int = ACTIVITIES) -> None:
    """Print how long the bare loop, the import of an export and that of a later one take, and how much memory they need."""
    files = sample()
    bare = timed(lambda: [bare_read(file) for file in files])
    bare_rate = len(files) / bare.wall_s
    kinds = f"{sum(file.suffix == '.fit' for file in files)} FIT and {sum(file.suffix == '.gpx' for file in files)} GPX files"
    print(f"Strava export of {activities:,} activities: {kinds}, each packed again and again with another gzip header")
    print(f"  bare fitdecode and gpxpy loop, each file once  {bare} {bare_rate:8.1f} files/s")
    workers = os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as temporary:
        raw, memory = Path(temporary) / "raw", Path(temporary) / "memory.duckdb"
        write_export(raw / "ada" / "export_1.zip", files, activities)
        taken, peak_bytes, report = measured(partial(import_with_bar, raw, memory, workers))
        print(
            f"  import of the zip, {workers} workers                   {taken} {activities / taken.wall_s:8.1f} files/s: "
            f"{activities / taken.wall_s / bare_rate:.1f} x as fast, "
            f"{activities / taken.cpu_s / (len(files) / bare.cpu_s):.1f} x per second of processor; "
            f"{peak_bytes / 1e6:.0f} MB at most ({loaded(memory)} of {report.files_parsed} contents held runs or strength work)"
        )
        write_export(raw / "ada" / "export_2.zip", files, activities + NEW_ACTIVITIES)
        taken, _, report = measured(partial(import_with_bar, raw, memory, workers))
        print(
            f"  a later export with {NEW_ACTIVITIES} more activities          {taken}, {report.files_parsed} contents parsed: "
            "the archive, its table and what is new"
        )


def sample() -> list[Path]:
    """FIT and GPX files, real ones where there are any and some of the demo squad's, that the bare decoders can read."""
    real = [*sorted(REAL_FILES.glob("fit_run/*.fit")), *sorted(REAL_FILES.glob("gpx/*.gpx"))] if REAL_FILES.is_dir() else []
    demo = sorted(path for path in DEMO_FILES.rglob("*") if path.suffix in (".fit", ".gpx"))
    files = real + demo[::EVERY_NTH_DEMO_FILE]
    whole = readable([file for file in files if file.suffix == ".fit"])
    for file in (file for file in files if file.suffix == ".gpx"):
        try:
            bare_read(file)
        except (gpxpy.gpx.GPXException, ValueError):
            continue
        whole.append(file)
    return whole


def bare_read(file: Path) -> object:
    """Every point of one file by the public decoder of its format."""
    if file.suffix == ".fit":
        return records_by_fitdecode(file)
    return list(gpxpy.parse(file.read_text(encoding="utf-8-sig")).walk(only_points=True))


def write_export(target: Path, files: list[Path], activities: int) -> None:
    """A zip as Strava makes it: activities.csv and a packed file for each row, none like another to the last byte."""
    target.parent.mkdir(parents=True, exist_ok=True)
    contents = [file.read_bytes() for file in files]
    rows = [HEADINGS]
    with zipfile.ZipFile(target, "w") as packed:
        for number in range(activities):
            place = number % len(files)
            name = f"activities/{number}{files[place].suffix}.gz"
            packed.writestr(name, gzip.compress(contents[place], compresslevel=6, mtime=number))
            date = FIRST_RUN + timedelta(hours=12 * number)
            rows.append(
                f'{number},"{date:%b} {date.day}, {date.year}, {date:%I:%M:%S %p}",Run {number},Run,3600,10.00,Ghost,{name},'
                "3600.0,3500.0,10000.0,80.0,150.0,"
            )
        packed.writestr("activities.csv", "\n".join(rows) + "\n")


def import_with_bar(raw: Path, memory: Path, workers: int) -> ingest.ImportReport:
    with Progress(disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("Reading files")
        return ingest.import_files(
            raw, memory, workers, progress=lambda done, total: bar.update(task, completed=done, total=total)
        )


def measured(work: Callable[[], ingest.ImportReport]) -> tuple[Taken, int, ingest.ImportReport]:
    """The time that a piece of work takes this process and those it starts, the most memory they hold at once, and the result."""
    reports: list[ingest.ImportReport] = []
    peak_bytes, is_over = 0, threading.Event()

    def watch() -> None:
        nonlocal peak_bytes
        while not is_over.wait(0.1):
            peak_bytes = max(peak_bytes, family(os.getpid())[0])

    watcher = threading.Thread(target=watch)
    watcher.start()
    cpu_s = family(os.getpid())[1]
    try:
        taken = timed(lambda: reports.append(work()))
    finally:
        is_over.set()
        watcher.join()
    return Taken(taken.wall_s, family(os.getpid())[1] - cpu_s), peak_bytes, reports[0]


def family(process_id: int) -> tuple[int, float]:
    """Resident bytes and seconds of processor of a process, its descendants and those that ended, from /proc.

    Memory that several share counts for each.
    """
    try:
        about = Path(f"/proc/{process_id}")
        memory = int((about / "statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
        # After the name in brackets: state, parent, ...; own and waited-for children's ticks are fields 14 to 17 (man 5 proc).
        ticks = (about / "stat").read_text(encoding="ascii").rpartition(")")[2].split()[11:15]
        children = [(thread / "children").read_text(encoding="ascii").split() for thread in (about / "task").iterdir()]
    except OSError:
        return 0, 0.0  # it has ended meanwhile
    held = [family(int(child)) for some in children for child in some]
    cpu_s = sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
    return memory + sum(size for size, _ in held), cpu_s + sum(seconds for _, seconds in held)


def loaded(memory: Path) -> int:
    with database.reader(memory) as connection:
        return int(database.scalar(connection, "select count(*) from raw.contents where outcome = 'loaded'"))


if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else ACTIVITIES)
