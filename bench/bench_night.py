"""What a night costs: `python -m bench.bench_night ATHLETES [DAYS]` makes a squad of plain logs and runs whole nights over it.

Prints time on the wall and on the processors, the most memory of all processes of a night together, the published size, and which
models took longest. Memory is PSS: what processes share is counted once.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from bench.squads import DAYS, LAST_DAY, write_squad
from flows.guard.set_aside import GUARDED
from flows.models import layers, seeds
from flows.nightly import run_night
from flows.settings import Settings
from flows.state import database

MEGABYTE = 1_000_000
SHOWN_MODELS = 25


@dataclass(frozen=True)
class Night:
    wall_s: float
    cpu_s: float
    most_mb: float
    steps: dict[str, float]


def run(athletes: int = 10, days: int = DAYS) -> None:
    """Print a first night, one with nothing new, one with one new run, one a day later; then the seconds of each model."""
    print(f"A night of {athletes:,} athletes x {days:,} days", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        raw = write_squad(root / "raw", athletes, days)
        settings = Settings(raw=raw, warehouse=root / "var/warehouse.duckdb", site=root / "var/site")
        _print("first night", night(settings), settings)
        _print("nothing new", night(settings), settings)
        with (raw / "runner-0000/runs.csv").open("a", encoding="utf-8") as log:
            log.write(f"{LAST_DAY - timedelta(days=1)}T20:15,4.2,0:24:30,12,140,170,3\n")
        _print("one new run", night(settings), settings)
        _print("one day later", night(settings, LAST_DAY + timedelta(days=1)), settings)
        print("  Models, one after the other:")
        taken = model_seconds(settings)
        for name, (seconds, rows) in sorted(taken.items(), key=lambda one: -one[1][0])[:SHOWN_MODELS]:
            print(f"    {name:<40} {seconds:7.2f} s of processor {rows:12,} rows")
        print(f"    {'all ' + str(len(taken)):<40} {sum(seconds for seconds, _ in taken.values()):7.2f} s of processor")


def night(settings: Settings, as_of: object = LAST_DAY) -> Night:
    """Run a night in a process of its own and watch it. Raises RuntimeError if it fails."""
    told, tells = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("spawn").Process(target=_whole_night, args=(settings, str(as_of), tells))
    began = time.perf_counter()
    child.start()
    most = [0.0]
    watcher = threading.Thread(target=_watch, args=(child, most), daemon=True)
    watcher.start()
    child.join()
    wall_s = time.perf_counter() - began
    watcher.join()
    if child.exitcode:
        raise RuntimeError(f"the night failed with exit code {child.exitcode}")
    return Night(wall_s, told.recv(), most[0], _steps(settings))


def model_seconds(settings: Settings) -> dict[str, tuple[float, int]]:
    """Seconds of processor and rows of each model, built anew from the import memory."""
    work = settings.warehouse.with_name("bench-work.duckdb")
    layers.start_work(work, database.memory_path(settings.warehouse))
    with database.kept_open(work):
        seeds.load_seeds(work, settings.timezone)
        layers.set_as_of(work, LAST_DAY)
        taken: dict[str, tuple[float, int]] = {}
        with database.writer(work) as connection:
            connection.execute("create table if not exists ops.checks (border text, table_name text, expectation text, "
                               "column_name text, severity text, is_passed boolean, rows_checked bigint, rows_failed bigint, "
                               "reason text, error text)")  # fmt: skip
            for layer, _ in GUARDED:
                connection.execute(f"create schema if not exists {layer}")
                for name in layers.model_order(connection, layer):
                    began = time.process_time()
                    rows = database.scalar(connection, f"create table {layer}.{name} as {layers.model_sql(layer, name)}")
                    taken[f"{layer}.{name}"] = (time.process_time() - began, rows)
    return taken


def _whole_night(settings: Settings, as_of: str, tells: Connection) -> None:
    run_night(settings, as_of=as_of)
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    tells.send(sum(one.ru_utime + one.ru_stime for one in used))


def _steps(settings: Settings) -> dict[str, float]:
    with database.reader(database.memory_path(settings.warehouse)) as connection:
        told = database.scalar(connection, "select step_seconds from raw.nights order by number desc limit 1")
    return {one["step"]: one["seconds"] for one in told}


def _watch(child: BaseProcess, most: list[float]) -> None:
    """Keep the most memory that a process and all that it started used together."""
    while child.is_alive():
        most[0] = max(most[0], sum(_pss_kb(number) for number in _tree(child.pid or 0)) * 1024 / MEGABYTE)
        time.sleep(0.2)


def _tree(number: int) -> list[int]:
    found = [number]
    with suppress(OSError):  # it ended meanwhile
        for children in Path(f"/proc/{number}/task").glob("*/children"):
            found += [one for child in children.read_text().split() for one in _tree(int(child))]
    return found


def _pss_kb(number: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{number}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


def _print(name: str, night: Night, settings: Settings) -> None:
    published = settings.warehouse.resolve().stat().st_size / MEGABYTE
    print(
        f"  {name:<14} {night.wall_s:7.1f} s ({night.cpu_s:6.1f} s of processor), at most {night.most_mb:6.0f} MB, "
        f"published {published:6.1f} MB"
    )
    steps = sorted(night.steps.items(), key=lambda one: -one[1])[:9]
    print("    " + ", ".join(f"{step} {seconds:.1f}" for step, seconds in steps), flush=True)


if __name__ == "__main__":
    run(*map(int, sys.argv[1:3]))
