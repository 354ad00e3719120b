"""Who was erased: the import memory keeps a salted hash of each id (raw.erased), and nothing else of them."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from flows.places import SQL_DIR
from flows.state import database

SALT_BYTES = 32
Stone = tuple[str, str]  # salt, hash


def put(connection: database.Connection, athlete_id: str) -> None:
    """Leave a tombstone, unless there is one; the table is made if an older version left it out."""
    connection.execute((SQL_DIR / "raw.sql").read_text(encoding="utf-8"))  # makes only what is not there
    if not erased_among(connection, [athlete_id]):
        salt = secrets.token_hex(SALT_BYTES)
        connection.execute("insert into raw.erased values (?, ?, ?)", [salt, _hashed(salt, athlete_id), datetime.now(UTC).date()])


def take_away(connection: database.Connection, athlete_id: str) -> bool:
    """Let an id be used again. Returns False if it was never erased."""
    salts = [salt for salt, known in _stones(connection) if known == _hashed(salt, athlete_id)]
    connection.execute("delete from raw.erased where list_contains(?, salt)", [salts])
    return bool(salts)


def erased_among(connection: database.Connection, ids: Iterable[str]) -> set[str]:
    """Those of the ids whose person was erased."""
    return erased_by(_stones(connection), ids)


def erased_by(stones: list[Stone], ids: Iterable[str]) -> set[str]:
    """Those of the ids that have a tombstone among these."""
    return {name for name in ids if any(_hashed(salt, name) == known for salt, known in stones)}


def stones_in(memory: Path) -> list[Stone]:
    """The tombstones of an import memory that may not be there yet."""
    if not memory.exists():
        return []
    with database.reader(memory) as connection:
        return _stones(connection)


def _stones(connection: database.Connection) -> list[Stone]:
    is_there = database.scalar(
        connection,
        """
        select count(*) from duckdb_tables()
        where database_name = current_database() and schema_name = 'raw' and table_name = 'erased'
        """,
    )
    return connection.execute("select salt, hash from raw.erased").fetchall() if is_there else []


def _hashed(salt: str, athlete_id: str) -> str:
    return hashlib.sha256(f"{salt}{athlete_id}".encode()).hexdigest()
