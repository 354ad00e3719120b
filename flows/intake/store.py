"""The import memory: which paths hold which content, what was read from each, and what is forgotten.

It is a DuckDB file beside the warehouse (sql/raw.sql)."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from flows.intake.contents import LOG_TABLES, ROOT, UNREADABLE, ColumnRows, FoundFile, ParsedFile, unreadable
from flows.intake.fingerprints import Reader
from flows.intake.lay_out_columns import frame_of
from flows.intake.upgrade import fill_new_columns
from flows.places import SQL_DIR
from flows.squad.own_files import OWN_FILES
from flows.state import database
from flows.state.errors import is_of_data
from flows.texts import storable

READER_KEY = "reader "  # followed by the reader's name: the key of its fingerprint in raw.memory
MEND_VALUE = "Mend that value, or export the file again."
OWN_TEXTS = ("file_id", "archive_id", "names")  # made here, not taken from files


def create_memory(connection: database.Connection) -> None:
    """Create or extend the memory's tables as this version of the program needs them."""
    database.create_tables(connection, SQL_DIR / "raw.sql", "raw")
    fill_new_columns(connection)
    note(connection, "layout", str(database.LAYOUT))


def note(connection: database.Connection, key: str, value: str) -> None:
    connection.execute("begin")
    connection.execute("delete from raw.memory where key = ?", [key])
    connection.execute("insert into raw.memory values (?, ?)", [key, value])
    connection.execute("commit")


def changed_readers(connection: database.Connection, readers: list[Reader]) -> list[Reader]:
    """The readers that are new or have changed since the memory was last brought up to date."""
    then = dict(connection.execute("select key, value from raw.memory where starts_with(key, ?)", [READER_KEY]).fetchall())
    return [reader for reader in readers if then.get(f"{READER_KEY}{reader.name}") != reader.fingerprint]


def forget_what_changed_readers_said(
    connection: database.Connection, readers: list[Reader], changed: list[Reader], everything: bool = False
) -> None:
    """Mark the contents of changed readers to be read again, and store the current fingerprints.

    A content that no reader understood is read again after any change; `everything` reads all again without a change. Old rows
    stay until the content is read again; a content whose file is gone keeps its rows.
    """
    if not changed:
        return
    known = [name for reader in readers for name in reader.formats]
    kept = [] if everything else [name for name in known if name not in {name for one in changed for name in one.formats}]
    connection.execute("begin")
    connection.execute(
        """
        delete from raw.contents
        where outcome <> 'unreadable' and not list_contains(?, coalesce(format, ''))
            and exists (
                from raw.paths
                where paths.file_id = contents.file_id and paths.athlete_id = contents.athlete_id and is_present and is_current
            )
        """,
        [kept],
    )
    forget_readers(connection)
    rows = [{"key": f"{READER_KEY}{reader.name}", "value": reader.fingerprint} for reader in readers]
    insert(connection, "memory", rows)
    connection.execute("commit")


def forget_readers(connection: database.Connection) -> None:
    """Forget all fingerprints, so that the next night reads every file that is still there again."""
    connection.execute("delete from raw.memory where starts_with(key, ?) or key = 'readers'", [READER_KEY])


def remember_paths(connection: database.Connection, found: list[FoundFile]) -> None:
    """Bring raw.paths up to date with the folder: new, moved, changed and vanished files."""
    connection.register(
        "found",
        pd.DataFrame([asdict(file) for file in found], columns=["path", "athlete_id", "size_bytes", "file_id", "problem"]),
    )
    connection.execute("begin")
    # A file that could not be opened last night is tried again; if it still cannot be opened, it stays acknowledged.
    connection.execute(
        "delete from raw.paths where starts_with(file_id, ?) and (path, file_id) not in (select path, file_id from found)",
        [UNREADABLE],
    )
    connection.execute("delete from raw.contents where outcome = 'unreadable'")
    # A content is as old as its first path, also after it was renamed.
    connection.execute(
        """
        create or replace temp table arrivals as
        select athlete_id, file_id, min(first_seen) as first_seen from raw.paths group by athlete_id, file_id
        """
    )
    # A moved file: its path is gone and its content is at a new path. The squad's own files are known by name and do not move.
    connection.execute(
        """
        delete from raw.paths
        where path not in (select path from found)
            and file_id in (select file_id from found where path not in (select path from raw.paths))
            and not list_contains(?, path)
        """,
        [sorted(OWN_FILES)],
    )
    connection.execute("update raw.paths set is_present = path in (select path from found)")
    # A path that cannot be opened keeps its last content.
    connection.execute(
        """
        update raw.paths set is_current = paths.file_id = found.file_id, is_held = false
        from found where found.path = paths.path and found.problem = ''
        """
    )
    connection.execute(
        """
        insert into raw.paths (path, file_id, athlete_id, size_bytes, is_current, is_present, first_seen, arrival)
        select
            found.path, found.file_id, found.athlete_id, found.size_bytes, true, true, arrivals.first_seen,
            (select coalesce(max(arrival), 0) + 1 from raw.paths)
        from found
        left join arrivals on found.athlete_id = arrivals.athlete_id and found.file_id = arrivals.file_id
        anti join raw.paths on found.path = paths.path and found.file_id = paths.file_id
        """
    )
    _store_outcomes(connection, [unreadable(file, file.problem) for file in found if file.problem])
    connection.execute("commit")
    connection.unregister("found")


def hold_what_was_said_before_a_refusal(connection: database.Connection) -> None:
    """Keep the last good content of a path whose new content is refused: a broken copy of a log does not mean rest."""
    connection.execute(
        """
        update raw.paths set is_current = true, is_held = true
        where not is_current and (path, file_id) in (
            select (before.path, arg_max(before.file_id, coalesce(before.arrival, 0)))
            from raw.paths as before
            join raw.contents as said
                on said.file_id = before.file_id and said.athlete_id = before.athlete_id and said.outcome = 'loaded'
            join raw.paths as now on now.path = before.path and now.is_current
            join raw.contents as refused
                on refused.file_id = now.file_id and refused.athlete_id = now.athlete_id and refused.outcome = 'quarantined'
            where not before.is_current and not list_contains(?, before.path)
            group by before.path
        )
        """,
        [sorted(OWN_FILES)],  # their rows are kept one by one
    )


def forget_superseded_contents(connection: database.Connection) -> None:
    """Delete the rows of every content that no current path of that athlete holds any more."""
    gone = connection.execute(
        """
        select athlete_id, file_id from raw.contents
        where not exists (
            from raw.paths
            where paths.file_id = contents.file_id and paths.is_current and paths.athlete_id = contents.athlete_id
        )
        """
    ).fetchall()
    # Deleting a log at the root also deletes the rows of its copies in athletes' folders: those are read again.
    left_root = {file_id for athlete_id, file_id in gone if athlete_id == ROOT}
    gone += [
        (athlete_id, file_id)
        for athlete_id, file_id in connection.execute("select athlete_id, file_id from raw.contents").fetchall()
        if file_id in left_root and athlete_id != ROOT
    ]
    connection.execute("begin")
    _delete_rows(connection, gone)
    delete_contents(connection, gone)
    connection.execute("commit")


def note_arrivals(memory: Path, work: Path, as_of: date) -> None:
    """Store the as-of date of the first night that saw each file, in the import memory and in tonight's tables."""
    for path in (memory, work):
        with database.writer(path) as connection:
            connection.execute("update raw.paths set first_seen = ? where first_seen is null", [as_of])


def store(connection: database.Connection, batch: list[ParsedFile]) -> None:
    """Replace the rows of these contents in the memory, in one transaction.

    If the tables reject a value, the contents are stored one by one, and the one with that value is refused.
    """
    if not batch:
        return
    connection.execute("begin")
    try:
        _delete_rows(connection, [(parsed.athlete_id, parsed.file_id) for parsed in batch])
        _store_outcomes(connection, batch)
        for table in LOG_TABLES:
            insert(connection, table, [row for parsed in batch for row in parsed.rows.get(table, [])])
            _insert_columns(connection, table, [parsed.columns[table] for parsed in batch if table in parsed.columns])
        connection.execute("commit")
    except (duckdb.Error, ValueError, TypeError, OverflowError) as error:
        connection.execute("rollback")
        if isinstance(error, duckdb.Error) and not is_of_data(error):
            raise
        for parsed in batch:
            if len(batch) > 1:
                store(connection, [parsed])
            elif parsed.rows or parsed.columns:
                store(connection, [_beyond_the_tables(parsed, error)])
            else:
                raise


def _beyond_the_tables(parsed: ParsedFile, error: Exception) -> ParsedFile:
    said = " ".join(str(error).partition("Stack Trace")[0].split())[:200]
    reason = f"it holds a value that no table takes ({said})"
    return replace(parsed, outcome="quarantined", reason=reason, remedy=MEND_VALUE, is_partial=False, rows={}, columns={})


def _store_outcomes(connection: database.Connection, batch: list[ParsedFile]) -> None:
    """Replace the outcome of each content."""
    delete_contents(connection, [(parsed.athlete_id, parsed.file_id) for parsed in batch])
    columns = ("athlete_id", "file_id", "format", "parser", "outcome", "reason", "remedy", "is_partial", "may_be_run",
               "may_be_strength", "activity_date", "started_at")  # fmt: skip
    insert(connection, "contents", [{name: getattr(parsed, name) for name in columns} for parsed in batch])


def delete_contents(connection: database.Connection, contents: list[tuple[str, str]]) -> None:
    connection.execute(
        "delete from raw.contents where (athlete_id, file_id) in (select unnest(?), unnest(?))",
        [[athlete_id for athlete_id, _ in contents], [file_id for _, file_id in contents]],
    )


def _delete_rows(connection: database.Connection, contents: list[tuple[str, str]]) -> None:
    """Delete the rows of these contents; the rows of a log at the root name other athletes than its owner."""
    owners, files = [athlete_id for athlete_id, _ in contents], [file_id for _, file_id in contents]
    for table in LOG_TABLES:
        connection.execute(
            f"""
            delete from raw.{table}
            using (select unnest(?) as owner_id, unnest(?) as file_id) as gone
            where {table}.file_id = gone.file_id and gone.owner_id in ('', {table}.athlete_id)
            """,
            [owners, files],
        )


def _insert_columns(connection: database.Connection, table: str, some: list[ColumnRows]) -> None:
    if not some:
        return
    connection.register("new_rows", frame_of(some))
    notes = ", []::text[] as notes" if table == "runs" else ""  # a run with a note is laid out as a row
    connection.execute(f"insert into raw.{table} by name select *{notes} from new_rows")
    connection.unregister("new_rows")


def insert(connection: database.Connection, table: str, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    columns = {name: kind for name, kind, *_ in connection.execute(f"describe raw.{table}").fetchall()}
    frame = pd.DataFrame(rows, columns=list(columns), dtype=object)
    frame = frame.where(frame.notna(), None)
    for name, kind in columns.items():
        if kind == "VARCHAR" and name not in OWN_TEXTS:
            frame[name] = [storable(value) if isinstance(value, str) else value for value in frame[name]]
    connection.register("new_rows", frame)
    connection.execute(f"insert into raw.{table} select * from new_rows")
    connection.unregister("new_rows")
