"""The nightly flow: everything under the input folder in, the published warehouse and site out.

`run_night` is the table of contents. Run plainly it needs no Prefect; flows/scheduled.py runs the same steps as Prefect tasks.
"""

from __future__ import annotations

import logging
import os
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import wraps
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from dashboards import site
from flows import machine
from flows.alerts import alerts
from flows.guard import set_aside, validation
from flows.intake import ingest, published_ids
from flows.models import layers, seeds
from flows.operate import logs, nights, recovery, status, stop
from flows.settings import Settings
from flows.squad import exercise_names
from flows.state import database, publication
from flows.state.errors import is_disk_full
from flows.state.lock import NightIsRunning
from flows.state.retry import patiently
from flows.words.warehouse import write_sentences

NIGHTS_ON_PAGE = 14
EXIT_PUBLISHED, EXIT_FAILED, EXIT_WRONG_USAGE, EXIT_PUBLISHED_WITH_REFUSALS = 0, 1, 2, 3
Function = Callable[..., Any]
LOG = logging.getLogger("tendonwatch")

# The steps that may meet a drive or a database that is busy just now, and can be done twice.
MAY_BE_TRIED_AGAIN = {"import_files", "start_work"}
LONGEST_STEP_S = {"import_files": 12 * 3600.0}  # years of one-second tracks on a slow drive; any other step:
LONGEST_OTHER_STEP_S = 3600.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a night published: where, from how many files, how much it had to refuse, whose flag is another than before."""

    night: str
    as_of: date
    warehouse: Path
    index_page: Path
    files_seen: int
    files_parsed: int
    refused_files: int
    refused_rows: int
    partly_read_files: int = 0
    athletes_set_aside: int = 0
    changes: dict[str, list[str]] = field(default_factory=dict)  # new, worse, better -> athlete_ids

    @property
    def exit_code(self) -> int:
        return exit_code(self.refused_files, self.partly_read_files, self.refused_rows, self.athletes_set_aside)


def exit_code(*left_out: int) -> int:
    """Whether what is published rests on all that came in, by the counts of files, rows and athletes that were left out."""
    return EXIT_PUBLISHED_WITH_REFUSALS if any(left_out) else EXIT_PUBLISHED


@contextmanager
def closed_to_others() -> Iterator[None]:
    """What the night writes is of its owner and group: the pages and the warehouse tell of people's health."""
    before = os.umask(0o027)
    try:
        yield
    finally:
        os.umask(before)


def plainly(function: Function) -> Function:
    """A step as the function it is, tried again where that helps."""
    return patiently(function) if function.__name__ in MAY_BE_TRIED_AGAIN else function


@dataclass
class Steps:
    """Runs the steps of one night: each within its time, each told in one log line, its seconds kept for `status`."""

    runner: Callable[[Function], Function]
    night: str = ""
    done: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, function: Function) -> Function:
        name = function.__name__.replace("_", " ")

        @wraps(function)
        def in_time(*arguments: Any) -> Any:
            with stop.within(LONGEST_STEP_S.get(function.__name__, LONGEST_OTHER_STEP_S), name):
                return function(*arguments)

        def timed(*arguments: Any) -> Any:
            started = time.monotonic()
            result = self.runner(in_time)(*arguments)
            seconds = time.monotonic() - started
            about = f"{name} {arguments[-1]}" if function is layers.build_layer else name
            self.done.append({"step": about, "seconds": round(seconds, 3)})
            logs.step_done(self.night, about, seconds, _counts(result))
            return result

        return timed


def _counts(result: Any) -> dict[str, Any]:
    """A step's result as the numbers of its log line."""
    if isinstance(result, ingest.ImportReport):
        return {"files": result.files_seen, "new": result.files_parsed}
    if isinstance(result, Outcome):
        changes = {f"flags_{how}": len(ids) for how, ids in result.changes.items()}
        names = ("refused_files", "partly_read_files", "refused_rows", "athletes_set_aside")
        left_out = {name: count for name in names if (count := getattr(result, name)) or name.startswith("refused")}
        return left_out | changes
    if isinstance(result, date):
        return {"as_of": result.isoformat()}
    return result if isinstance(result, dict) else {}


def run_night(
    settings: Settings,
    as_of: str | None = None,
    full: bool = False,
    runner: Callable[[Function], Function] = plainly,
    progress: ingest.Progress | None = None,
    rules: dict[str, str] | None = None,
    allow_empty: bool = False,
) -> Outcome:
    """One night from the input folder to the published pages, then the alerts that it gives rise to.

    `as_of` is a date (yyyy-mm-dd), "latest" or None for today; `full` reads every file again; `rules` overrides seeds;
    `allow_empty` publishes from a folder without a log.
    Raises lock.NightIsRunning, ingest.InputEmpty, validation.DataUnfit, FileNotFoundError, stop.StepTooSlow, stop.Stopped; then
    the last published night still stands.
    """
    with stop.heeded(), closed_to_others():
        step = Steps(runner)
        try:
            outcome = _publish_night(settings, as_of, full, step, progress, rules, allow_empty)
        except NightIsRunning:
            raise
        except Exception as error:
            alerts.tell_of_failure(settings, f"{type(error).__name__}: {error}")
            raise
        if settings.alerts:
            with suppress(stop.Stopped):  # what is not sent by now waits for the next look
                step(alerts.tell_of_night)(settings)
    return outcome


def _publish_night(
    settings: Settings,
    as_of: str | None,
    full: bool,
    step: Steps,
    progress: ingest.Progress | None,
    rules: dict[str, str] | None,
    allow_empty: bool,
) -> Outcome:
    published, work, memory = (
        settings.warehouse,
        database.work_path(settings.warehouse),
        database.memory_path(settings.warehouse),
    )
    pages = settings.site.with_name(f".{settings.site.name}-work")
    database.limit_memory(settings.memory_limit_mb or machine.default_memory_mb())

    with recovery.sound_state(settings), _remembered(memory, published, step) as night:
        imported = step(ingest.import_files)(settings.raw, memory, settings.worker_count, full, progress, allow_empty)
        nights.note_import(memory, night, imported)
        step(layers.start_work)(work, memory)
        step(seeds.load_seeds)(work, settings.timezone, rules)
        step(validation.guard_raw)(work)
        today = step(choose_as_of)(work, settings, as_of)

        set_aside.judge(work, step, write_sentences)

        step(exercise_names.list_unmapped)(work)
        step(close_night)(work, night, today)
        step(layers.build_layer)(work, "ops")
        set_aside.put_back(work)
        step(build_pages)(work, pages, settings.language)
        step(published_ids.remember_ids)(work, memory, today)

        with stop.unheard():  # a wish to stop comes too late now
            outcome = step(publish)(settings, work, pages, night, today, imported, step.done)
            nights.finish(memory, night, "published", outcome.exit_code, today, step.done)
    return outcome


def choose_as_of(work: Path, settings: Settings, as_of: str | None) -> date:
    """Settle which day is today for every athlete, and tell the models."""
    today = datetime.now(ZoneInfo(settings.timezone)).date()
    as_of = as_of or _as_of_of_demo(settings.raw / "demo.toml")
    if as_of == "latest":
        chosen = layers.newest_activity_date(work, today) or today
    else:
        chosen = date.fromisoformat(as_of) if as_of else today
    layers.set_as_of(work, chosen)
    ingest.note_arrivals(database.memory_path(settings.warehouse), work, chosen)
    return chosen


def _as_of_of_demo(path: Path) -> str | None:
    """The day that the demo squad stands at; None where there is none, or nothing that can be understood."""
    if not path.is_file():
        return None
    try:
        as_of = str(tomllib.loads(path.read_text(encoding="utf-8")).get("as_of", "")) or None
        if as_of not in (None, "latest"):
            date.fromisoformat(str(as_of))
    except (OSError, ValueError) as error:
        LOG.warning("%s cannot be understood (%s); the night looks from today", path, " ".join(str(error).split()))
        return None
    return as_of


def close_night(work: Path, night: str, as_of: date) -> None:
    """Write into tonight's own tables that it was published: nobody reads them unless it is."""
    with database.writer(work) as connection:
        refused = database.scalar(connection, "select count(*) from raw.guarded_rows")
        message = f"{refused} row{'' if refused == 1 else 's'} refused by the guard" if refused else None
        connection.execute(
            """
            update raw.nights
            set state = 'published', as_of_date = ?, finished_at = ?, message = nullif(concat_ws('; ', message, ?), '')
            where night = ?
            """,
            [as_of, datetime.now(UTC), message, night],
        )


def build_pages(work: Path, pages: Path, language: str) -> dict[str, int]:
    """Write every page from tonight's tables, in the squad's language. Returns how many."""
    site.build_site(work, pages, language)
    return {"pages": sum(1 for _ in pages.rglob("*.html"))}


def publish(
    settings: Settings,
    work: Path,
    pages: Path,
    night: str,
    as_of: date,
    imported: ingest.ImportReport,
    steps: list[dict[str, Any]],
) -> Outcome:
    """Swap both links to tonight's warehouse and pages, and prune the oldest nights."""
    flags_before = status.last_flags(settings.warehouse)
    with database.writer(work) as connection:
        facts = status.published_facts(connection, settings)
        left_out = ("refused_files", "partly_read_files", "refused_rows", "athletes_set_aside")
        code = exit_code(*(facts[name] for name in left_out))
        connection.execute("update ops.nightly_runs set exit_code = ?, step_seconds = ? where night = ?", [code, steps, night])
        facts = status.published_facts(connection, settings)
        flags = status.flags_on(connection, as_of)
        nights = database.rows(connection, "select * from ops.nightly_runs order by number desc limit ?", [NIGHTS_ON_PAGE])
    published_at = datetime.now(UTC)
    site.stamp(pages, night, published_at, nights)
    status.write_json(pages, facts | {"published_at": published_at.isoformat(timespec="seconds")})
    publication.publish(settings, work, pages, night)
    for link in (settings.warehouse, settings.site):
        publication.prune(link, settings.keep_nights, settings.warehouse)
    return Outcome(
        night,
        as_of,
        publication.night_path(settings.warehouse, night),
        publication.night_path(settings.site, night) / "index.html",
        imported.files_seen,
        imported.files_parsed,
        facts["refused_files"],
        facts["refused_rows"],
        facts["partly_read_files"],
        facts["athletes_set_aside"],
        status.changes(flags_before, flags),
    )


@contextmanager
def _remembered(memory: Path, published: Path, step: Steps) -> Iterator[str]:
    """Name a night that begins and keep it in the import memory, with how it failed or who stopped it."""
    step.night = night = patiently(nights.begin)(memory, published)
    try:
        yield night
    except BaseException as error:
        state, message = ("failed", str(error)) if isinstance(error, Exception) else ("cancelled", "it was asked to stop")
        if not is_disk_full(error):  # else the next night notes that this one was interrupted
            with suppress(duckdb.Error):
                nights.finish(memory, night, state, EXIT_FAILED, None, step.done, message)
        raise
