"""Remembers what each published night said of each athlete: the only writer of raw.published_status, and it only adds."""

from __future__ import annotations

import logging
from pathlib import Path

import duckdb

from flows.state import database, publication
from flows.state.errors import is_disk_full

LOG = logging.getLogger("tendonwatch")
# A night of a version that did not keep them yet says them of its as-of date, the last day of its table.
OF_AN_OLDER_NIGHT = """
    select *, {night} as night from kept.marts.athlete_status
    where load_date = (select max(load_date) from kept.marts.athlete_status)
"""


def remember_published(memory: Path, published: Path) -> None:
    """Take over into the import memory what kept nights said and it does not know yet.

    It learns of a night from its published file alone: one that was built and not published is never in it, and one that was
    killed once it was published is taken over as the next night begins. The caller must hold the lock, with publication settled.
    """
    with database.writer(memory) as connection:
        known = {night for (night,) in connection.execute("select distinct night from raw.published_status").fetchall()}
        for night in sorted(set(publication.nights_beside(published)) - known):
            kept = publication.night_path(published, night)
            try:
                _read(connection, kept, night)
            except duckdb.Error as error:
                if is_disk_full(error):
                    raise
                LOG.warning("what the night %s said is not remembered yet, because %s cannot be read: %s", night, kept, error)
            else:
                database.copy_rows(connection, "kept_statuses", "raw.published_status")


def _read(connection: database.Connection, kept: Path, night: str) -> None:
    """Read the statuses of a kept night, and of those before it, that the memory lacks into the table kept_statuses."""
    connection.execute(f"attach {database.quoted(kept)} as kept (read_only)")
    try:
        tables = "from duckdb_tables() where database_name = 'kept' and schema_name = 'ops' and table_name = 'published_status'"
        is_older = not connection.execute(tables).fetchall()
        said = OF_AN_OLDER_NIGHT.format(night=database.quoted(night)) if is_older else "from kept.ops.published_status"
        connection.execute(
            f"""
            create or replace temp table kept_statuses as
            select * from ({said}) where night not in (select night from raw.published_status)
            """
        )
    finally:
        connection.execute("detach kept")
