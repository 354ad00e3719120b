"""A year of nights in one process: `make year`, or python -m tests.lib.year_of_nights LAST_DATE NIGHTS.

Files come in day by day: logs grow, some activities arrive late. The state that the nights carry along must always equal what one
night makes of the whole input from nothing, and the room that it takes must stay bounded.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

from flows import nightly
from flows.places import CARRIED_DIR
from flows.settings import Settings
from tests.lib.kill_nights import check_site, tables
from tests.lib.squads import runs_csv, strength_csv, write_files

KEPT = 3
LATE = timedelta(days=3)  # every fifth file of single activities comes so late
Arrivals = dict[date, dict[str, bytes]]  # on which day which content lies at a path from then on


def small_squad(first: date) -> Arrivals:
    """Two runners: one whose log grows, one with a file for each run, some of which come late; 100 days."""
    arrivals: Arrivals = {}
    kilometres: list[float | None] = [5.0, 0, 6, 0, 7.5, 0, 11] * 15
    calf = {first + timedelta(days=3 * number): ["Seated calf raise", "Squat"] for number in range(33)}
    for number in range(100):
        today = first + timedelta(days=number)
        grown = {day: exercises for day, exercises in calf.items() if day <= today}
        arrivals.setdefault(today, {})["ada/runs.csv"] = runs_csv(first, kilometres[: number + 1]).encode()
        arrivals[today]["ada/strength.csv"] = strength_csv(grown).encode()
        if number % 2:
            came = today + LATE if number % 5 == 0 else today
            arrivals.setdefault(came, {})[f"ben/{today}.csv"] = runs_csv(today, [4 + number % 7]).encode()
    return arrivals


def demo_squad(raw: Path, days: Iterable[date]) -> Arrivals:
    """The demo squad as its days went by: logs cut at each day, activity files on the day that their name says."""
    arrivals: Arrivals = {}
    for path in sorted(path for path in raw.rglob("*") if path.is_file() and path.name != "demo.toml"):
        below, content = str(path.relative_to(raw)), path.read_bytes()
        try:
            day = date.fromisoformat(path.name[:10])
        except ValueError:
            for day in days:
                arrivals.setdefault(day, {})[below] = _as_of(content, day) if path.suffix == ".csv" else content
        else:
            arrivals.setdefault(day, {})[below] = content
    return arrivals


def _as_of(log: bytes, day: date) -> bytes:
    """A log without its rows of later days, as far as a row begins with its date or holds it in a cell of its own."""
    lines = log.splitlines(keepends=True)
    return b"".join(lines[:1] + [line for line in lines[1:] if not _is_after(line, day)])


def _is_after(line: bytes, day: date) -> bool:
    for cell in line.decode("utf-8", "replace").split(",")[:2]:
        try:
            return date.fromisoformat(cell.strip('"')[:10]) > day
        except ValueError:
            continue
    return False


def live_through(folder: Path, arrivals: Arrivals, dates: list[date], compare_every: int) -> list[int]:
    """A night on each date over what has arrived by then. Returns the bytes beside the warehouse after each.

    Raises AssertionError where the state differs from a full rebuild: on every nth date, and on the last.
    """
    settings = _settings(folder / "year", folder / "raw")
    sizes_bytes = []
    begun = date.min
    for number, today in enumerate(dates, start=1):
        for day in sorted(day for day in arrivals if begun < day <= today):
            write_files(settings.raw, arrivals[day])
        begun = today
        nightly.run_night(settings, today.isoformat())
        sizes_bytes.append(_bytes_below(folder / "year"))
        if number % compare_every == 0 or today == dates[-1]:
            check_site(settings.site)
            fresh = _settings(folder / "fresh", settings.raw)
            nightly.run_night(fresh, today.isoformat())
            carried, rebuilt = tables(settings.warehouse), tables(fresh.warehouse)
            # The carried state also lists what the logs said before they grew.
            for state in (carried, rebuilt):
                for table in ("ops.files", "ops.contents"):
                    state[table] = [row for row in state[table] if "superseded" not in row]
            assert carried == rebuilt, f"the state of {today} has drifted: {[t for t in carried if carried[t] != rebuilt[t]]}"
            shutil.rmtree(folder / "fresh")
    return sizes_bytes


def _settings(folder: Path, raw: Path) -> Settings:
    return Settings(raw=raw, warehouse=folder / "warehouse.duckdb", site=folder / "site", workers=1, keep_nights=KEPT)


def _bytes_below(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def main(last: date, nights: int) -> None:
    """Live through so many nights up to `last` over the demo squad and say how much room they took."""
    dates = [last - timedelta(days=days) for days in reversed(range(nights))]
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="tendonwatch-year-") as scratch:
        sizes_bytes = live_through(Path(scratch), demo_squad(CARRIED_DIR / "data/raw", dates), dates, compare_every=30)
    tenth = max(1, nights // 10)
    print(f"{nights} nights in {time.monotonic() - started:.0f} s; no state drifted from a full rebuild.")
    print("MB beside the warehouse: " + ", ".join(f"{size / 1e6:.0f}" for size in sizes_bytes[::tenth]))


if __name__ == "__main__":
    main(date.fromisoformat(sys.argv[1]), int(sys.argv[2]))
