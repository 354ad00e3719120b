"""Kill nights at random and see that nothing is lost: `make kill`, or python -m tests.lib.kill_nights COUNT SEED WORKERS.

A night with new files is run in a process of its own and killed (SIGKILL) after a random time of its own clock, which stands
still while a busy machine lets others go first: so the instants lie all over the night on any machine. Then the published
warehouse has to open and answer, the pages have to be whole and of one night, and the next night has to end as one that nobody
disturbed.
"""

from __future__ import annotations

import html.parser
import json
import random
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from flows import nightly
from flows.guard import validation
from flows.places import CARRIED_DIR
from flows.settings import Settings
from flows.state import database, publication

Tables = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Trial:
    """One folder with an input folder, a published night over a part of it, and what an undisturbed night makes of the whole."""

    folder: Path
    as_of: str
    is_guarded: bool
    wanted: Tables
    cpu_s: float  # that a night in a process of its own takes once everything is imported

    @property
    def settings(self) -> Settings:
        return settings_of(self.folder)


def settings_of(folder: Path) -> Settings:
    """One worker, for nothing but the night itself writes, and few kept nights, so that pruning takes part."""
    return Settings(raw=folder / "raw", warehouse=folder / "warehouse.duckdb", site=folder / "site", workers=1, keep_nights=2)


def one_night(folder: Path, as_of: str, is_guarded: bool, ready: Connection) -> None:
    """Run in the child: say that it is there, then run the night."""
    if not is_guarded:
        validation.run_suites = lambda *_: []
    ready.send(True)
    nightly.run_night(settings_of(folder), as_of)


def begin(folder: Path, as_of: str, is_guarded: bool, begin_files: list[str]) -> Trial:
    """Publish a night over the files of `begin_files` only, and learn from an undisturbed twin what the whole comes to."""
    late = folder / "late"
    for path in sorted((folder / "raw").rglob("*")):
        below = path.relative_to(folder / "raw")
        if path.is_file() and str(below) not in begin_files:
            (late / below).parent.mkdir(parents=True, exist_ok=True)
            path.rename(late / below)
    nightly.run_night(settings_of(folder), as_of)
    shutil.copytree(late, folder / "raw", dirs_exist_ok=True)

    twin = folder.with_name(f"{folder.name}-twin")
    shutil.copytree(folder, twin, symlinks=True)
    child = _start(twin, as_of, is_guarded)
    cpu_s = _cpu_s(child)
    while child.is_alive():
        cpu_s = max(cpu_s, _cpu_s(child))
        child.join(0.005)
    if child.exitcode:
        raise RuntimeError("the undisturbed night failed")
    return Trial(folder, as_of, is_guarded, tables(settings_of(twin).warehouse), cpu_s)


def kill_one(trial: Trial, folder: Path, after_s: float) -> str:
    """Kill a night after so many seconds of its own. Returns how far it came.

    Raises AssertionError where anything is not as it must be.
    """
    shutil.copytree(trial.folder, folder, symlinks=True)
    settings = settings_of(folder)
    before = publication.current_night(settings.warehouse)
    child = _start(folder, trial.as_of, trial.is_guarded)
    while child.is_alive() and _cpu_s(child) < after_s:
        child.join(0.005)
    has_ended = not child.is_alive()
    child.kill()
    child.join()
    reached = "ended" if has_ended else _reached(settings, before)

    assert tables(settings.warehouse), "the published warehouse answers nothing"
    check_site(settings.site)
    outcome = nightly.run_night(settings, trial.as_of)
    assert publication.current_night(settings.warehouse) == publication.current_night(settings.site) == outcome.night
    assert tables(settings.warehouse) == trial.wanted, "the next night differs from an undisturbed one"
    check_statuses(settings)
    check_site(settings.site)
    left = {path.name for path in folder.iterdir()} - {"raw", "late", "site", "warehouse.duckdb", "warehouse.lock"}
    kept = {
        publication.night_path(link, night).name
        for link in (settings.warehouse, settings.site)
        for night in publication.kept_nights(settings)
    }
    assert left == kept | {"warehouse-memory.duckdb"}, f"left behind: {sorted(left - kept)}"
    shutil.rmtree(folder)
    return reached


def tables(path: Path) -> Tables:
    """Every row of marts and ops but the nights' own, in the order in which it is stored."""
    with database.reader(path) as connection:
        names = connection.execute(
            """
            select schema_name || '.' || table_name from duckdb_tables()
            where schema_name in ('marts', 'ops')
                and table_name not in ('nightly_runs', 'published_status', 'changes', 'changed_since', 'flag_days')
            order by all
            """
        ).fetchall()
        return {name: connection.execute(f"from {name}").fetchall() for (name,) in names}


def check_statuses(settings: Settings) -> None:
    """Each night that was published, and no other, is remembered once: by the import memory as by the published file."""
    with database.reader(settings.warehouse) as connection:
        nights = connection.execute("select night from ops.nightly_runs where state = 'published' order by all").fetchall()
        athletes = connection.execute("select athlete_id from marts.athletes order by all").fetchall()
        told = connection.execute("select night, athlete_id from ops.published_status").fetchall()
    with database.reader(database.memory_path(settings.warehouse)) as connection:
        remembered = connection.execute("select night, athlete_id from raw.published_status order by all").fetchall()
    assert told == remembered == [(night, athlete_id) for (night,) in nights for (athlete_id,) in athletes]


class _Links(html.parser.HTMLParser):
    """Every address that a page refers to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in ("href", "src") and value]


def check_site(site: Path) -> None:
    """Every page ends, every link on it resolves, and all take the night's name from one file that says the link's own night."""
    pages = list(site.resolve().rglob("*.html"))
    assert pages, "no page is published"
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert text.rstrip().endswith("</html>"), f"{page} is cut off"
        links = _Links()
        links.feed(text)
        here = [link.split("#")[0].split("?")[0] for link in links.found if not re.match(r"[a-z]+:", link)]
        broken = [link for link in here if link and not (page.parent / link).exists()]
        assert not broken, f"{page} refers to {broken}"
        if page.name == "digest.html" or page.parent.name == "runners":  # sent alone, they load nothing
            continue
        below = page.relative_to(site.resolve()).parts
        own = site.resolve() / Path(*below[: 2 if below[0] == "squads" else 0])  # a squad's pages take it from their own
        assert any((page.parent / link).resolve() == own / "assets/published.js" for link in here), page
    published = (site / "assets/published.js").read_text(encoding="utf-8")
    night = json.loads(published.split(" = ", 1)[1].rstrip().rstrip(";"))["night"]
    assert night == publication.current_night(site), "the pages name another night than their folder"


def _reached(settings: Settings, before: str | None) -> str:
    if publication.current_night(settings.site) != before:
        return "published"
    if publication.current_night(settings.warehouse) != before:
        return "between the links"
    if settings.site.with_name(f".{settings.site.name}-work").exists():
        return "pages"
    return "tables" if database.work_path(settings.warehouse).exists() else "files"


def _start(folder: Path, as_of: str, is_guarded: bool) -> BaseProcess:
    """A night in a process of its own that has imported everything and is about to begin."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.lib.kill_nights", *(["great_expectations"] if is_guarded else [])])
    here, there = context.Pipe()
    child = context.Process(target=one_night, args=(folder, as_of, is_guarded, there))
    child.start()
    if not here.poll(120):
        raise RuntimeError("the night did not start")
    here.recv()
    return child


def kill_some(trial: Trial, moments_s: dict[int, float]) -> Counter[str]:
    """Kill one night for each number at its moment. Returns how far they came."""
    reached: Counter[str] = Counter()
    for number, after_s in moments_s.items():
        began = time.monotonic()
        how_far = kill_one(trial, trial.folder.with_name(f"trial-{number}"), after_s)
        reached[how_far] += 1
        print(f"{number}: killed after {after_s:.1f} s ({how_far}), recovered; {time.monotonic() - began:.0f} s", flush=True)
    return reached


def _cpu_s(process: BaseProcess) -> float:
    """The processor time of another process so far; 0 once it is gone."""
    assert process.pid
    try:
        return time.clock_gettime(~process.pid << 3 | 2)  # the clock that clock_getcpuclockid(3) names for a process
    except OSError:
        return 0.0


def main(count: int, seed: int, workers: int) -> None:
    """Kill `count` nights over the demo squad, a sixth of whose files are new, and say how far they came."""
    began, instants = time.monotonic(), random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="tendonwatch-kill-") as scratch:
        folder = Path(scratch) / "demo"
        shutil.copytree(CARRIED_DIR / "data" / "raw", folder / "raw")
        files = sorted(str(path.relative_to(folder / "raw")) for path in (folder / "raw").rglob("*") if path.is_file())
        trial = begin(folder, "latest", True, [path for path in files if instants.random() < 5 / 6])
        print(f"An undisturbed night takes {trial.cpu_s:.1f} s of its own. Seed {seed}.", flush=True)
        moments_s = {number: instants.uniform(0, trial.cpu_s * 1.05) for number in range(1, count + 1)}
        shares = [{number: moments_s[number] for number in moments_s if number % workers == share} for share in range(workers)]
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            reached = sum(pool.map(kill_some, [trial] * workers, shares), Counter[str]())
    print(f"They came as far as: {dict(reached)}.")
    print(f"{count} nights were killed at random instants; each time the published state was whole and the next night equal.")
    print(f"That took {time.monotonic() - began:.0f} s.")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
