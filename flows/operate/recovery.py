"""Repairs damaged state: when a night begins, the import memory is sound or is rebuilt from a kept warehouse."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from flows.intake import store
from flows.operate import nights
from flows.settings import Settings
from flows.state import database, publication
from flows.state.errors import is_damage
from flows.state.lock import one_at_a_time
from flows.state.retry import with_retries

LOG = logging.getLogger("tendonwatch")


@contextmanager
def settled_state(settings: Settings) -> Iterator[None]:
    """Hold the lock, and finish what a killed writer began before the block runs. Raises lock.NightIsRunning, lock.CannotLock."""
    with one_at_a_time(settings.warehouse.with_suffix(".lock")):
        publication.settle(settings)
        publication.close_to_others(settings)
        yield


@contextmanager
def sound_state(settings: Settings) -> Iterator[None]:
    """Like settled_state, and the import memory is sound. Raises database.MadeByNewer as well."""
    with settled_state(settings):
        with_retries(mend_memory)(settings)
        yield


def mend_memory(settings: Settings) -> None:
    """Read the whole import memory; if it is damaged or gone, rebuild it from the newest kept warehouse that can be read.

    A damaged memory is moved aside, never deleted. The night then reads all files again that still exist, so that only the
    data of vanished files comes from the kept warehouse. Raises duckdb.Error for any other error, like a lock or a full disk.
    """
    memory = database.memory_path(settings.warehouse)
    if memory.exists():
        try:
            _read_whole(memory, publication.current_night(settings.warehouse))
            return
        except duckdb.Error as error:
            if not is_damage(error):
                raise
            aside = _set_aside(memory)
            LOG.warning("the import memory %s was damaged (%s); it lies in %s now", memory, error, aside)
    for night in reversed(publication.in_order(settings.warehouse, publication.nights_beside(settings.warehouse))):
        kept = publication.night_path(settings.warehouse, night)
        try:
            _make_memory_from(kept, memory)
        except duckdb.Error as error:
            if not is_damage(error):
                raise
            LOG.warning("the kept warehouse %s is damaged too: %s", kept, error)
        else:
            LOG.warning("the import memory was made again from %s; every file that is still there is read anew", kept)
            return
    if publication.current_night(settings.warehouse):
        LOG.warning("no kept warehouse can be read: what files had said that are gone since is lost")


def _read_whole(memory: Path, published: str | None) -> None:
    """Read every value, so that DuckDB checks every block's checksum; record a published night that was killed before its end."""
    with database.writer(memory) as connection:
        database.check_layout(connection, memory)
        tables = _raw_tables(connection, "warehouse")
        for table in tables:
            connection.execute(f"select bit_xor(hash({table})) from raw.{table}").fetchall()
        if "nights" in tables:
            nights.note_killed_while_published(connection, published)


def _set_aside(path: Path) -> Path:
    aside = path.with_name(f"{path.stem}-damaged-{datetime.now(UTC):%Y%m%dT%H%M%SZ}{path.suffix}")
    path.rename(aside)
    log = path.with_name(f"{path.name}.wal")
    if log.exists():
        log.rename(aside.with_name(f"{aside.name}.wal"))
    return aside


def _make_memory_from(kept: Path, memory: Path) -> None:
    new = memory.with_name(f".{memory.name}.new")
    database.discard(new)
    with database.reader(kept) as connection:  # raises MadeByNewer for one made by a newer version
        connection.execute("select count(*) from raw.contents")
    with database.writer(new) as connection:
        store.create_memory(connection)
        connection.execute(f"attach {database.quoted(kept)} as kept (read_only)")
        connection.execute("delete from raw.memory")
        for table in sorted(set(_raw_tables(connection, "warehouse")) & set(_raw_tables(connection, "kept"))):
            database.copy_rows(connection, f"kept.raw.{table}", f"raw.{table}")
        # A published warehouse lacks the rows that the guard refused, so every existing file is read again.
        store.forget_readers(connection)
        connection.execute("delete from raw.set_aside")  # belongs to that night only
        connection.execute("detach kept")
    new.rename(memory)


def _raw_tables(connection: database.Connection, database: str) -> list[str]:
    found = connection.execute(
        "select table_name from duckdb_tables() where database_name = ? and schema_name = 'raw' order by table_name", [database]
    ).fetchall()
    return [name for (name,) in found]
