"""query, describe: the verbs that read the published warehouse."""

from __future__ import annotations

from pathlib import Path

import click
import duckdb

from flows.commands.common import fail, published, say, settings_for, with_paths
from flows.operate.outcome import EXIT_WRONG_USAGE
from flows.places import CARRIED_DIR
from flows.state import database


@click.command(context_settings={"ignore_unknown_options": True})  # SQL may begin with a comment: -- Who needs a call?
@click.argument("sql")
@with_paths
@click.pass_context
def query(context: click.Context, sql: str, raw: Path | None, warehouse_file: Path | None, site: Path | None) -> None:
    """Answer an SQL question from the published warehouse, read-only.

    SQL is the question itself, or a file that holds it: sql/analyses has some that are often asked.
    """
    if sql.endswith(".sql"):
        try:
            own = context.obj / sql
            sql = (own if own.is_file() else CARRIED_DIR / sql).read_text(encoding="utf-8")  # a wheel carries sql/analyses
        except (OSError, UnicodeDecodeError) as error:
            fail(f"{sql} cannot be read ({getattr(error, 'strerror', error)})", EXIT_WRONG_USAGE)
    with published(settings_for(context, raw, warehouse_file, site)) as connection:
        try:
            say(*str(connection.sql(sql)).split("\n"))
        except duckdb.Error as error:
            fail(str(error), EXIT_WRONG_USAGE)


@click.command()
@click.argument("table")
@with_paths
@click.pass_context
def describe(context: click.Context, table: str, raw: Path | None, warehouse_file: Path | None, site: Path | None) -> None:
    """Tell what a row of TABLE (marts.runs, ops.files, ...) is and what its columns mean."""
    schema, _, name = table.rpartition(".")
    with published(settings_for(context, raw, warehouse_file, site)) as connection:
        columns = database.rows(
            connection,
            """
            select column_name, data_type, comment from duckdb_columns()
            where table_name = ? and schema_name = ? order by column_index
            """,
            [name, schema or "marts"],
        )
        grain = database.scalar(
            connection,
            "select max(comment) from duckdb_tables() where table_name = ? and schema_name = ?",
            [name, schema or "marts"],
        )
        known = [
            row["name"]
            for row in database.rows(
                connection,
                """
                select schema_name || '.' || table_name as name from duckdb_tables()
                where schema_name in ('marts', 'ops') order by name
                """,
            )
        ]
    if not columns:
        fail(f"no table {table!r}; to build on are {', '.join(known)}", EXIT_WRONG_USAGE)
    click.echo(grain or "")
    for column in columns:
        click.echo(f"{column['column_name']:<28} {column['data_type']:<26} {column['comment'] or ''}")
