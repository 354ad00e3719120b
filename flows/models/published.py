"""The file that is published: raw, seeds, marts and ops, each table and column with its meaning."""

from __future__ import annotations

from pathlib import Path

from flows.models import contract
from flows.state import database


def published_path(work: Path) -> Path:
    """The file in which the published part of a work file is assembled."""
    return work.with_name(f"{work.stem}-published{work.suffix}")


def keep_published(work: Path) -> dict[str, int]:
    """Reduce a work file to what is published: without the macros, and without the layers that only other models read.

    Returns the number of tables kept. They are copied into a new file, because a DuckDB file does not shrink.
    """
    new = published_path(work)
    database.discard(new)
    with database.writer(new) as connection:
        connection.execute(f"attach {database.quoted(work)} as built (read_only)")
        found = connection.execute(
            """
            select schema_name, table_name from duckdb_tables()
            where database_name = 'built' and list_contains(?, schema_name) order by all
            """,
            [contract.PUBLISHED_SCHEMAS],
        ).fetchall()
        connection.execute("begin")  # one transaction: else each of hundreds of comments is its own write to disk
        for schema in contract.PUBLISHED_SCHEMAS:
            connection.execute(f"create schema {schema}")
        for schema, table in found:
            connection.execute(f"create table {schema}.{table} as from built.{schema}.{table}")
        for schema in contract.PUBLISHED_SCHEMAS:
            contract.comment_tables(connection, schema)
        connection.execute("commit")
        # As the database closes, a checkpoint that finds the disk full fails in silence: the rows would stay in the log.
        connection.execute("checkpoint warehouse")
    database.discard(work)  # with its own write-ahead log, which would be replayed into the new file
    new.replace(work)
    return {"tables": len(found)}
