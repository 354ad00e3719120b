"""Records each night: its name, number and result. The only writer of raw.nights."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb

from flows.intake import ingest, store
from flows.intake.refused_rows import refused_by_guard
from flows.operate.outcome import EXIT_FAILED
from flows.operate.steps import Steps
from flows.state import database, publication
from flows.state.errors import is_disk_full
from flows.state.retry import with_retries

LOG = logging.getLogger("tendonwatch")
# Nights recorded by an older version have no number: they are numbered in the order of their names.
NUMBER_NIGHTS = """
    update raw.nights set number = named.number
    from (select night, row_number() over (order by number nulls first, night) as number from raw.nights) as named
    where nights.night = named.night and exists (from raw.nights where number is null)
"""


@contextmanager
def remembered(memory: Path, published: Path, step: Steps) -> Iterator[str]:
    """Record a night in the import memory as it begins, and record if it fails or is stopped."""
    step.night = night = with_retries(begin)(memory, published)
    try:
        yield night
    except BaseException as error:
        state, message = ("failed", str(error)) if isinstance(error, Exception) else ("cancelled", "it was asked to stop")
        if not is_disk_full(error):  # on a full disk the next night records that this one was interrupted
            with suppress(duckdb.Error):
                finish(memory, night, state, EXIT_FAILED, None, step.done, message)
        raise


def begin(memory: Path, published: Path) -> str:
    """Record that a night begins; returns its name. Warns if the clock went back since the night before."""
    with database.writer(memory) as connection:
        store.create_memory(connection)
        connection.execute("update raw.nights set state = 'failed', message = 'it was interrupted' where state = 'running'")
        connection.execute(NUMBER_NIGHTS)
        known = connection.execute("select night, number from raw.nights order by number").fetchall()
        night = _name_of_night(published, {name for name, _ in known})
        last, number = known[-1] if known else ("", 0)
        went_back = f"the clock went back: the night before this one is {last}" if night < last else None
        if went_back:
            LOG.warning("%s", went_back)
        connection.execute(
            "insert into raw.nights (night, number, started_at, state, message) values (?, ?, ?, 'running', ?)",
            [night, number + 1, datetime.now(UTC), went_back],
        )
    return night


def _name_of_night(published: Path, remembered: set[str]) -> str:
    """The UTC second in which the night began, or the next one that no recorded or kept night has as its name."""
    while True:
        night = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        if night not in remembered and not publication.night_path(published, night).exists():
            return night
        time.sleep(0.2)


def note_import(memory: Path, night: str, imported: ingest.ImportReport) -> None:
    """Record how many files a night saw and read."""
    with database.writer(memory) as connection:
        connection.execute(
            "update raw.nights set files_seen = ?, files_parsed = ? where night = ?",
            [imported.files_seen, imported.files_parsed, night],
        )


def finish(
    memory: Path,
    night: str,
    state: str,
    exit_code: int,
    as_of: date | None,
    steps: list[dict[str, Any]],
    message: str | None = None,
) -> None:
    """Record how a night ended, and how long its steps took."""
    with database.writer(memory) as connection:
        connection.execute(
            """
            update raw.nights
            set state = ?, exit_code = ?, as_of_date = ?, finished_at = ?, message = coalesce(?, message), step_seconds = ?
            where night = ?
            """,
            [state, exit_code, as_of, datetime.now(UTC), message, steps, night],
        )


def close_night(work: Path, night: str, as_of: date) -> None:
    """Record in tonight's work file that it was published, ahead of time: nobody reads that file unless it is."""
    with database.writer(work) as connection:
        refused = refused_by_guard(connection)
        message = f"{refused} row{'' if refused == 1 else 's'} refused by the guard" if refused else None
        connection.execute(
            """
            update raw.nights
            set state = 'published', as_of_date = ?, finished_at = ?, message = nullif(concat_ws('; ', message, ?), '')
            where night = ?
            """,
            [as_of, datetime.now(UTC), message, night],
        )


def note_exit(connection: database.Connection, night: str, exit_code: int, steps: list[dict[str, Any]]) -> None:
    """Record exit code and step seconds in tonight's finished tables; neither is known until these are built."""
    connection.execute("update ops.nightly_runs set exit_code = ?, step_seconds = ? where night = ?", [exit_code, steps, night])


def note_killed_while_published(connection: database.Connection, published: str | None) -> None:
    """Record that the published night was published, if it was killed before it could record that itself."""
    connection.execute(
        """
        update raw.nights set state = 'published', message = 'it was interrupted once it was published'
        where night = ? and state = 'running'
        """,
        [published],
    )
