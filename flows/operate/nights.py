"""What the import memory keeps of each night: its name, its number, how it went."""

from __future__ import annotations

import logging
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from flows.intake import ingest, store
from flows.state import database, publication

LOG = logging.getLogger("tendonwatch")
# Nights that an older version remembered have no number: theirs are those of their names.
NUMBER_NIGHTS = """
    update raw.nights set number = named.number
    from (select night, row_number() over (order by number nulls first, night) as number from raw.nights) as named
    where nights.night = named.night and exists (from raw.nights where number is null)
"""


def begin(memory: Path, published: Path) -> str:
    """Name a night that begins and remember it, with its number. Says so where the clock went back since the one before."""
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
    """The UTC second in which the night began; a second later where a night of that name is remembered or kept already."""
    while True:
        night = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        if night not in remembered and not publication.night_path(published, night).exists():
            return night
        time.sleep(0.2)


def note_import(memory: Path, night: str, imported: ingest.ImportReport) -> None:
    """How many files a night saw and read."""
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
    """How a night ended, and what its steps took."""
    with database.writer(memory) as connection:
        connection.execute(
            """
            update raw.nights
            set state = ?, exit_code = ?, as_of_date = ?, finished_at = ?, message = coalesce(?, message), step_seconds = ?
            where night = ?
            """,
            [state, exit_code, as_of, datetime.now(UTC), message, steps, night],
        )
