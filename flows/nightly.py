"""The nightly flow: everything under the input folder in, the published warehouse and site out.

`run_night` is the table of contents. Run plainly it needs no Prefect server; as the flow `nightly` each step is a Prefect task.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.schedules import Cron

from dashboards import site
from flows import ingest, validation, warehouse
from flows.lock import one_at_a_time
from flows.settings import Settings, load_settings

NIGHTS_ON_PAGE = 14
EXIT_PUBLISHED, EXIT_FAILED, EXIT_WRONG_USAGE, EXIT_PUBLISHED_WITH_REFUSALS = 0, 1, 2, 3
Step = Callable[..., Callable[..., Any]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a night published: where, from how many files, and how much of the input it had to refuse."""

    night: str
    as_of: date
    warehouse: Path
    index_page: Path
    files_seen: int
    files_parsed: int
    refused_files: int
    refused_rows: int

    @property
    def exit_code(self) -> int:
        return EXIT_PUBLISHED_WITH_REFUSALS if self.refused_files or self.refused_rows else EXIT_PUBLISHED


def plainly(function: Callable[..., Any]) -> Callable[..., Any]:
    """A step as the function it is."""
    return function


def as_prefect_task(function: Callable[..., Any]) -> Callable[..., Any]:
    """A step as a Prefect task: seen in the user interface, never cached, for the files may have changed."""
    options: dict[str, Any] = {"cache_policy": NO_CACHE, "persist_result": False}
    return task(name=function.__name__.replace("_", " "), **options)(function)


def run_night(
    settings: Settings,
    as_of: str | None = None,
    full: bool = False,
    step: Step = plainly,
    progress: ingest.Progress | None = None,
    rules: dict[str, str] | None = None,
) -> Outcome:
    """One night from the input folder to the published pages.

    `as_of` is a date (yyyy-mm-dd), "latest" or None for today; `full` reads every file again; `rules` overrides seeds.
    Raises lock.NightIsRunning, validation.DataUnfit, FileNotFoundError; then the last published night still stands.
    """
    published, work, memory = (
        settings.warehouse,
        warehouse.work_path(settings.warehouse),
        warehouse.memory_path(settings.warehouse),
    )
    pages = settings.site.with_name(f".{settings.site.name}-work")

    with one_at_a_time(published.with_suffix(".lock")), _remembered(memory, published) as night:
        imported = step(ingest.import_files)(settings.raw, memory, settings.worker_count, full, progress)
        _note_import(memory, night, imported)
        step(warehouse.start_work)(work, memory)
        step(warehouse.load_seeds)(work, settings.timezone, rules)
        step(validation.guard_raw)(work)
        today = step(choose_as_of)(work, settings, as_of)

        step(warehouse.build_layer)(work, "staging")
        step(validation.guard_staging)(work)

        step(warehouse.build_layer)(work, "intermediate")
        step(warehouse.build_layer)(work, "marts")
        step(validation.guard_marts)(work)

        step(close_night)(work, night, today)
        step(warehouse.build_layer)(work, "ops")
        step(site.build_site)(work, pages)

        outcome = step(publish)(settings, work, pages, night, today, imported)
        _finish(memory, night, "published", outcome.exit_code, today)
    return outcome


def choose_as_of(work: Path, settings: Settings, as_of: str | None) -> date:
    """Settle which day is today for every athlete, and tell the models."""
    today = datetime.now(ZoneInfo(settings.timezone)).date()
    demo = settings.raw / "demo.toml"
    if as_of is None and demo.is_file():
        as_of = str(tomllib.loads(demo.read_text(encoding="utf-8")).get("as_of", "")) or None
    if as_of == "latest":
        chosen = warehouse.newest_activity_date(work, today) or today
    else:
        chosen = date.fromisoformat(as_of) if as_of else today
    warehouse.set_as_of(work, chosen)
    return chosen


def close_night(work: Path, night: str, as_of: date) -> None:
    """Write into tonight's own tables that it was published: nobody reads them unless it is."""
    with warehouse.writer(work) as connection:
        refused = warehouse.scalar(connection, "select count(*) from raw.guarded_rows")
        connection.execute(
            "update raw.nights set state = 'published', as_of_date = ?, finished_at = ?, message = ? where night = ?",
            [as_of, datetime.now(UTC), f"{refused} rows refused by the guard" if refused else None, night],
        )


def publish(settings: Settings, work: Path, pages: Path, night: str, as_of: date, imported: ingest.ImportReport) -> Outcome:
    """Swap both links to tonight's warehouse and pages, and prune the oldest nights."""
    with warehouse.writer(work) as connection:
        refused_files = warehouse.scalar(
            connection,
            """
            select count(*) from ops.files
            where (state = 'quarantined' or (state = 'loaded' and is_partial)) and not is_acknowledged
            """,
        )
        refused_rows = warehouse.scalar(connection, "select count(*) from ops.quarantined_rows where not is_acknowledged")
        exit_code = EXIT_PUBLISHED_WITH_REFUSALS if refused_files or refused_rows else EXIT_PUBLISHED
        connection.execute("update ops.nightly_runs set exit_code = ? where night = ?", [exit_code, night])
        nights = warehouse.rows(connection, "select * from ops.nightly_runs order by night desc limit ?", [NIGHTS_ON_PAGE])
    for link in (settings.warehouse, settings.site):  # both or neither
        warehouse.check_replaceable(link)
    site.stamp(pages, night, datetime.now(UTC), nights)
    sealed = warehouse.publish_warehouse(work, settings.warehouse, night)
    index_page = warehouse.publish_site(pages, settings.site, night) / "index.html"
    warehouse.prune(settings.warehouse, settings.keep_nights)
    warehouse.prune(settings.site, settings.keep_nights)
    return Outcome(
        night,
        as_of,
        sealed,
        index_page,
        imported.files_seen,
        imported.files_parsed,
        int(refused_files),
        int(refused_rows),
    )


@contextmanager
def _remembered(memory: Path, published: Path) -> Iterator[str]:
    """Name a night that begins and keep it in the import memory, with how it failed if it did."""
    with warehouse.writer(memory) as connection:
        ingest.create_memory(connection)
        connection.execute("update raw.nights set state = 'failed', message = 'it was interrupted' where state = 'running'")
        night = _name_of_night(published, {row["night"] for row in warehouse.rows(connection, "select night from raw.nights")})
        connection.execute(
            "insert into raw.nights (night, started_at, state) values (?, ?, 'running')", [night, datetime.now(UTC)]
        )
    try:
        yield night
    except Exception as error:
        _finish(memory, night, "failed", EXIT_FAILED, None, str(error))
        raise


def _name_of_night(published: Path, remembered: set[str]) -> str:
    """The UTC second in which the night began; a second later where a night of that name is remembered or kept already."""
    while True:
        night = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        if night not in remembered and not warehouse.night_path(published, night).exists():
            return night
        time.sleep(0.2)


def _note_import(memory: Path, night: str, imported: ingest.ImportReport) -> None:
    with warehouse.writer(memory) as connection:
        connection.execute(
            "update raw.nights set files_seen = ?, files_parsed = ? where night = ?",
            [imported.files_seen, imported.files_parsed, night],
        )


def _finish(memory: Path, night: str, state: str, exit_code: int, as_of: date | None, message: str | None = None) -> None:
    with warehouse.writer(memory) as connection:
        connection.execute(
            "update raw.nights set state = ?, exit_code = ?, as_of_date = ?, finished_at = ?, message = ? where night = ?",
            [state, exit_code, as_of, datetime.now(UTC), message, night],
        )


@flow(name="nightly", flow_run_name="night of {folder}", persist_result=False, validate_parameters=False)
def nightly(
    folder: str,
    raw: str | None = None,
    warehouse: str | None = None,
    site: str | None = None,
    as_of: str | None = None,
    full: bool = False,
    progress: ingest.Progress | None = None,
) -> Outcome:
    """One night as Prefect runs it; `folder` holds tendonwatch.toml, the other paths override it."""
    return run_night(settings_of(folder, raw, warehouse, site), as_of, full, as_prefect_task, progress)


def settings_of(folder: str, raw: str | None, warehouse: str | None, site: str | None) -> Settings:
    """The settings of a folder with the paths that a command line or a schedule names in their place."""
    named = {"raw": raw, "warehouse": warehouse, "site": site}
    return load_settings(Path(folder)).model_copy(
        update={key: Path(path).absolute() for key, path in named.items() if path is not None}
    )


def serve(folder: Path, settings: Settings, address: str) -> None:
    """Run the night every night by Prefect's own schedule until interrupted.

    Starts Prefect's server, with its user interface, at `address` (http://127.0.0.1:port), which settings.calm_libraries named
    before prefect was imported. Raises ConnectionError where it does not start.
    """
    host, port = address.removeprefix("http://").split(":")
    server = subprocess.Popen(
        [sys.executable, "-m", "prefect", "server", "start", "--host", host, "--port", port],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        # Until Prefect's runner is up and listens for itself, a SIGTERM has to stop the server as well.
        before = signal.signal(signal.SIGTERM, signal.default_int_handler)
        _wait_for(f"{address}/api/health", server)
        signal.signal(signal.SIGTERM, before)
        hour, minute = settings.nightly_at.split(":")
        print(
            f"Every night at {settings.nightly_at} ({settings.timezone}). Prefect shows the runs at {address}",
            flush=True,
        )
        nightly.serve(
            name="every night",
            schedule=Cron(f"{int(minute)} {int(hour)} * * *", timezone=settings.timezone),
            parameters={"folder": str(folder)},
            global_limit=1,
            print_starting_message=False,
        )
    finally:
        server.terminate()
        with suppress(subprocess.TimeoutExpired):
            server.wait(timeout=10)


def _wait_for(address: str, server: subprocess.Popen[bytes], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if server.poll() is not None:
            raise ConnectionError(f"the Prefect server did not start; is its port taken? ({address})")
        with suppress(urllib.error.URLError, ConnectionError), urllib.request.urlopen(address, timeout=2):  # noqa: S310 - loopback
            return
        time.sleep(0.5)
    raise ConnectionError(f"the Prefect server did not answer at {address} within {seconds:.0f} s")
