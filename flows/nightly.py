"""The nightly flow: reads everything under the input folder, publishes the warehouse and the site.

`run_night` is the place to start reading. It needs no Prefect; flows/scheduled.py runs the same steps as Prefect tasks.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from dashboards import site
from flows import machine
from flows.alerts import news
from flows.fetch import run as fetch
from flows.guard import set_aside, validation
from flows.intake import ingest, published_ids, refused_rows
from flows.models import layers, parts, seeds
from flows.models.published import keep_published
from flows.operate import changes, nights, recovery, status, statuses, stop
from flows.operate.as_of import choose_as_of
from flows.operate.outcome import LEFT_OUT, Outcome, exit_code
from flows.operate.steps import Function, Steps, plainly
from flows.settings import Settings
from flows.squad import own_rules
from flows.state import database, kept, publication
from flows.state.lock import NightIsRunning
from flows.words.warehouse import write_sentences

LOG = logging.getLogger("tendonwatch")
NIGHTS_ON_PAGE = 14


def run_night(
    settings: Settings,
    as_of: str | None = None,
    full: bool = False,
    runner: Callable[[Function], Function] = plainly,
    progress: ingest.Progress | None = None,
    rules: dict[str, str] | None = None,
    allow_empty: bool = False,
    fetches: bool = True,
) -> Outcome:
    """Run one night from the input folder to the published pages, then send its alerts.

    `as_of` is a date (yyyy-mm-dd), "latest" or None for today; `full` reads every file again; `rules` overrides seeds;
    `allow_empty` publishes from a folder without a log; `fetches` asks the accounts of accounts.toml first.
    Raises lock.NightIsRunning, ingest.InputEmpty, validation.DataUnfit, FileNotFoundError, stop.StepTooSlow, stop.Stopped; after
    any of them the last published night stays published.
    """
    with stop.handled(), closed_to_others():
        step = Steps(runner)
        try:
            if fetches and fetch.has_accounts(settings):
                step(fetch_logs)(settings)
            outcome = _publish_night(settings, as_of, full, step, progress, rules, allow_empty)
        except NightIsRunning:
            raise
        except Exception as error:
            news.send_failure(settings, f"{type(error).__name__}: {error}")
            raise
        if settings.alerts:
            with suppress(stop.Stopped):  # unsent alerts wait for the next attempt
                step(news.send_alerts)(settings)
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
    memory, work = database.memory_path(settings.warehouse), database.work_path(settings.warehouse)
    pages = settings.site.with_name(f".{settings.site.name}-work")
    database.limit_memory(settings.memory_limit_mb or machine.default_memory_mb())

    def compare_nights(built: Path) -> dict[str, int]:
        return changes.compare(built, settings.warehouse)

    def judge_athletes(built: Path) -> dict[str, int]:
        return parts.build_judging_layers(built, settings.warehouse, full, settings.shards, settings.worker_count)

    with recovery.sound_state(settings), nights.remembered(memory, settings.warehouse, step) as night:
        # Of a night that was killed before it could.
        with database.kept_open(memory):
            statuses.remember_published(memory, settings.warehouse)
            changes.remember(memory, settings.warehouse)
            imported = step(ingest.import_files)(
                settings.raw, memory, settings.worker_count, full, progress, allow_empty, settings.timezone
            )
            nights.note_import(memory, night, imported)
            fetch.remember(memory, settings)
        step(layers.start_work)(work, memory)
        with database.kept_open(work):
            step(seeds.load_seeds)(work, settings.timezone, rules)
            own_rules.warn_of_retired(work)
            step(validation.guard_raw)(work)
            today = step(choose_as_of)(work, settings, as_of)
            step(nights.close_night)(work, night, today)
            set_aside.judge(work, step, write_sentences, compare_nights, judge_athletes)
            set_aside.put_back(work)
            layers.drop_what_nobody_reads_any_more(work)
        step(build_pages)(work, pages, settings.language)
        with database.kept_open(memory):
            step(published_ids.remember_ids)(work, memory, today)
            refused_rows.remember_guarded(work, memory)

        with stop.ignored():  # too late to stop
            outcome: Outcome = step(publish)(settings, work, pages, night, today, imported, step.done)
            with database.kept_open(memory):
                statuses.remember_published(memory, settings.warehouse)
                changes.remember(memory, settings.warehouse)
                nights.finish(memory, night, "published", outcome.exit_code, today, step.done)
    return outcome


def fetch_logs(settings: Settings) -> dict[str, int]:
    """Bring new logs from the accounts into the input folder. Returns counts; what is wrong never stops the night."""
    fetched = fetch.fetch_all(settings)
    for line in fetch.problems_of(fetched):
        LOG.warning("fetch: %s", line)
    return {
        "new_files": sum(standing.new_files for standing in fetched.standings),
        "waiting": sum(standing.waiting for standing in fetched.standings),
        "accounts_with_a_problem": sum(bool(standing.problem) for standing in fetched.standings),
    }


@contextmanager
def closed_to_others() -> Iterator[None]:
    """Give files written meanwhile to owner and group only: the pages and the warehouse hold people's health data."""
    before = os.umask(0o027)
    try:
        yield
    finally:
        os.umask(before)


def build_pages(work: Path, pages: Path, language: str) -> dict[str, int]:
    """Write every page from tonight's tables, in the squad's language. Returns the number of pages."""
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
    """Point both links to tonight's warehouse and pages, and delete the oldest nights."""
    with database.writer(work) as connection:
        facts = status.published_facts(connection, settings)
        nights.note_exit(connection, night, exit_code(*(facts[name] for name in LEFT_OUT)), steps)
        facts = status.published_facts(connection, settings)
        flag_changes = status.changes(connection)
        shown = database.rows(connection, "select * from ops.nightly_runs order by number desc limit ?", [NIGHTS_ON_PAGE])
    published_at = datetime.now(UTC)
    site.stamp(pages, night, published_at, shown, work)
    status.write_json(pages, facts | {"published_at": published_at.isoformat(timespec="seconds")})
    keep_published(work)
    kept.share_unchanged(pages, settings.site)
    publication.publish(settings, work, pages, night)
    for link in (settings.warehouse, settings.site):
        publication.prune(link, settings.keep_nights, settings.warehouse)
    if dropped := kept.prune_to_size(settings):
        LOG.info("dropped to keep at most %g GB: %s", settings.keep_gb, ", ".join(dropped))
    return Outcome(
        night,
        as_of,
        publication.night_path(settings.warehouse, night),
        publication.night_path(settings.site, night) / "index.html",
        imported.files_seen,
        imported.files_parsed,
        changes=flag_changes,
        **{name: facts[name] for name in LEFT_OUT},
    )
