"""Writes a database file anew without one person: a deleted row leaves its bytes in a DuckDB file until they are overwritten."""

from __future__ import annotations

from pathlib import Path

from flows.privacy.traces import ERASED, Words
from flows.state import database, tombstones

# Columns of tables without athletes that may quote a name or a path.
OF_THE_NIGHT = ("message", "reason", "error", "first_path", "account")
# A refused row of nobody's may be one of theirs, of squad.csv for instance.
REFUSALS = ("raw.refused_rows", "raw.guarded_rows", "ops.quarantined_rows", "ops.refusals")


def rewrite(path: Path, athlete_id: str, words: Words) -> None:
    """Copy a file into a new one without the rows of the person, with a tombstone, and put that in its place.

    Every table with an athlete_id is looked through; in one with files alone those go that nobody else has.
    """
    mode, new = path.stat().st_mode, path.with_name(f".{path.name}.erasing")
    database.discard(new)
    with database.writer(new) as connection:
        connection.execute(f"attach {database.quoted(path)} as old (read_only)")
        connection.execute("begin")
        for (schema,) in connection.execute(
            "select distinct schema_name from duckdb_tables() where database_name = 'old' and not internal"
        ).fetchall():
            connection.execute(f"create schema if not exists {schema}")
        tables = connection.execute(
            """
            select schema_name || '.' || table_name, sql from duckdb_tables()
            where database_name = 'old' and not internal order by all
            """
        ).fetchall()
        for table, statement in tables:
            connection.execute(statement)
            connection.execute(f"insert into {table} by name {_others(connection, table, words)}", {"athlete_id": athlete_id})
        _copy_comments(connection)
        tombstones.put(connection, athlete_id)
        connection.execute("commit")
        connection.execute("detach old")
        connection.execute("checkpoint warehouse")
    new.chmod(mode)
    new.replace(path)
    path.with_name(f"{path.name}.wal").unlink(missing_ok=True)


def _others(connection: database.Connection, table: str, words: Words) -> str:
    """The SELECT of what stays of a table."""
    columns = {name: kind for name, kind, *_ in connection.execute(f"describe old.{table}").fetchall()}
    everything = f"select * from old.{table} where $athlete_id is not null"
    if "athlete_id" in columns:
        others = f"select * from old.{table} where athlete_id is distinct from $athlete_id"
        if table not in REFUSALS:
            return others
        texts = ", ".join(f'cast("{name}" as text)' for name, kind in columns.items() if "VARCHAR" in kind)
        named = f"regexp_matches(concat_ws(' ', {texts}), {database.quoted(words.in_sql)})"
        return f"{others} and not (coalesce(athlete_id, '') = '' and {named})"
    if table.startswith("seeds."):
        return everything
    own = (
        "select file_id from old.raw.paths where athlete_id = $athlete_id "
        "except select file_id from old.raw.paths where athlete_id <> $athlete_id"
    )
    if "archive_id" in columns:
        return f"{everything} and archive_id not in ({own})"
    if table == "ops.exercise_names":  # as people wrote them
        theirs = (
            "select exercise_name from old.raw.strength_sets where athlete_id = $athlete_id and exercise_name is not null "
            "except select exercise_name from old.raw.strength_sets where athlete_id <> $athlete_id"
        )
        return f"{everything} and exercise_name not in ({theirs})"
    quoting = [name for name in OF_THE_NIGHT if columns.get(name) == "VARCHAR"]
    scrubbed = ", ".join(
        f"regexp_replace({name}, {database.quoted(words.in_sql)}, {database.quoted(ERASED)}, 'g') as {name}" for name in quoting
    )
    shown = f"select * replace ({scrubbed}) from old.{table} where $athlete_id is not null" if quoting else everything
    return f"{shown} and (file_id is null or file_id not in ({own}))" if "file_id" in columns else shown


def _copy_comments(connection: database.Connection) -> None:
    tables = connection.execute(
        "select schema_name, table_name, comment from duckdb_tables() where database_name = 'old' and comment is not null"
    ).fetchall()
    columns = connection.execute(
        """
        select schema_name, table_name, column_name, comment from duckdb_columns()
        where database_name = 'old' and comment is not null and not internal
        """
    ).fetchall()
    for schema, table, comment in tables:
        connection.execute(f"comment on table {schema}.{table} is {database.quoted(comment)}")
    for schema, table, column, comment in columns:
        connection.execute(f'comment on column {schema}.{table}."{column}" is {database.quoted(comment)}')
