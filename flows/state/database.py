"""Opens, reads and writes the files of a warehouse.

All state of a warehouse lies beside its path: `<stem>-memory.duckdb` (what the files said), `<stem>-work.duckdb` (tonight's,
until it is published), `<stem>-<night>.duckdb` (published nights), `<stem>.lock`; `<stem>.publishing` during publication, and
`<stem>-work-spill` while a build needs more than its memory.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb

from flows import machine

Connection = duckdb.DuckDBPyConnection
_open_connections: set[Connection] = set()
_kept_open: dict[Path, Connection] = {}

CONFIG: dict[str, Any] = {
    "autoinstall_known_extensions": "false",  # never fetch anything from the network
    "autoload_known_extensions": "false",
    "threads": str(min(machine.cores(), 8)),
    "memory_limit": f"{machine.LEAST_MB}MB",  # more spills to disk; a night sets its own, see limit_memory
}
# A process without a main file of its own (a worker) is taken for a person at a terminal, and would draw bars into our output.
SESSION = "set TimeZone = 'UTC'; set enable_progress_bar = false"
# Analysts' older clients can read this format; they cannot open DuckDB's newest one.
STORAGE_VERSION = "v1.2.0"
# Version of the raw tables; raise it if an older program would misread them. A new column does not need that.
LAYOUT = 1


class MadeByNewer(Exception):
    """A newer version of the program made the database; the message says which and what to do."""


def memory_path(warehouse: Path) -> Path:
    """The import memory of the warehouse published at this path."""
    return warehouse.with_name(f"{warehouse.stem}-memory{warehouse.suffix}")


def work_path(warehouse: Path) -> Path:
    """The file in which tonight's warehouse is built."""
    return warehouse.with_name(f"{warehouse.stem}-work{warehouse.suffix}")


def spill_path(path: Path) -> Path:
    """The folder into which a writer of this file spills what does not fit into memory; deleted when it closes."""
    return path.with_name(f"{path.stem}-spill")


def limit_memory(megabytes: int) -> None:
    """Limit the memory of every database that this process opens from now on."""
    CONFIG["memory_limit"] = f"{megabytes}MB"


@contextmanager
def writer(path: Path) -> Iterator[Connection]:
    """A read-write connection to a file of ours, which is created if it does not exist; the one of `kept_open` in its block."""
    if path in _kept_open:
        with _left_sound(_kept_open[path]) as connection:
            yield connection
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(":memory:", config=CONFIG | {"temp_directory": str(spill_path(path))})
    _open_connections.add(connection)
    try:
        connection.execute(SESSION)
        connection.execute(f"attach {quoted(path)} as warehouse (type duckdb, storage_version '{STORAGE_VERSION}')")
        connection.execute("use warehouse")
        with _left_sound(connection):
            yield connection
    finally:
        _open_connections.discard(connection)
        connection.close()
        discard(spill_path(path))


@contextmanager
def kept_open(path: Path) -> Iterator[None]:
    """Let every writer of this file in the block share one connection: to open and close one takes longer than most queries."""
    if path in _kept_open:
        yield
        return
    with writer(path) as connection:
        _kept_open[path] = connection
        try:
            yield
        finally:
            del _kept_open[path]


def another_cursor() -> Connection:
    """A further connection to the one file that is kept open, for a library that wants its own. Raises ValueError if none is."""
    (connection,) = _kept_open.values()
    cursor = connection.cursor()
    cursor.execute("use warehouse")
    return cursor


@contextmanager
def _left_sound(connection: Connection) -> Iterator[Connection]:
    try:
        yield connection
    except BaseException:
        # A query that a signal interrupted keeps its file open until the connection runs another statement.
        with suppress(duckdb.Error):
            connection.execute("rollback")
        raise


def interrupt_queries() -> None:
    """Interrupt all queries of this process; called from another thread than theirs."""
    for connection in list(_open_connections):
        connection.interrupt()


@contextmanager
def reader(path: Path) -> Iterator[Connection]:
    """A read-only connection.

    Raises FileNotFoundError with the remedy if nothing is published yet, MadeByNewer if a newer version published it.
    """
    if not path.exists():
        raise FileNotFoundError(f"no warehouse at {path} yet; run `tendonwatch nightly` first")
    connection = duckdb.connect(str(path), read_only=True, config=CONFIG)
    _open_connections.add(connection)
    try:
        connection.execute(SESSION)
        check_layout(connection, path)
        yield connection
    finally:
        _open_connections.discard(connection)
        connection.close()


def lock_down(connection: Connection, spill: Path, output: Path | None = None) -> None:
    """Keep others' queries on this connection to its own database: no other file but `output`, no extension, no setting.

    Nor do they see variables of this process. Errors are JSON from now on. What needs more memory goes into the folder `spill`.
    """
    allowed = f"[{quoted(output)}]" if output else "[]"
    connection.execute(
        f"""
        set errors_as_json = true;
        set python_enable_replacements = false;
        set temp_directory = {quoted(spill)};
        set allowed_paths = {allowed};
        set enable_external_access = false;
        set lock_configuration = true;
        """
    )


def scalar(connection: Connection, query: str, values: Sequence[Any] | dict[str, Any] = ()) -> Any:
    """The first column of the first row; None if there is no row."""
    row = connection.execute(query, values).fetchone()
    return row[0] if row else None


def rows(connection: Connection, query: str, values: Sequence[Any] | dict[str, Any] = ()) -> list[dict[str, Any]]:
    """A query's rows as dicts."""
    result = connection.execute(query, values)
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def texts_for_json(kinds: Mapping[str, str]) -> str:
    """A select list that makes texts of JSON columns, `kinds` by name: in a Parquet file others read them as bytes."""
    names = ['"' + name.replace('"', '""') + '"' for name, kind in kinds.items() if kind == "JSON"]
    texts = ", ".join(f"cast({name} as varchar) as {name}" for name in names)
    return f"* replace ({texts})" if texts else "*"


def create_tables(connection: Connection, ddl: Path, schema: str) -> None:
    """Bring the tables of a schema in line with the `create table if not exists` statements of `ddl`.

    A table made differently by an older version keeps the rows and the common columns; new columns are null in old rows.
    """
    statements = ddl.read_text(encoding="utf-8")
    connection.execute("attach ':memory:' as wanted")
    connection.execute("use wanted")
    connection.execute(statements)
    connection.execute("use warehouse")
    described = connection.execute(
        """
        select database_name, table_name, sql from duckdb_tables()
        where schema_name = ? and database_name in ('wanted', 'warehouse')
        """,
        [schema],
    ).fetchall()
    connection.execute("detach wanted")
    now = {table: statement for database, table, statement in described if database == "warehouse"}
    changed = [table for database, table, wanted in described if database == "wanted" and now.get(table, wanted) != wanted]
    connection.execute("begin")
    for table in changed:
        connection.execute(f"alter table {schema}.{table} rename to old_{table}")
    connection.execute(statements)
    for table in changed:
        copy_rows(connection, f"{schema}.old_{table}", f"{schema}.{table}")
        connection.execute(f"drop table {schema}.old_{table}")
    connection.execute("commit")


def copy_rows(connection: Connection, source: str, target: str) -> None:
    """Insert a table's rows into another one, in the columns that both have; other columns get their default or null."""
    there, here = ([name for name, *_ in connection.execute(f"describe {table}").fetchall()] for table in (source, target))
    both = ", ".join(name for name in here if name in there)
    connection.execute(f"insert into {target} by name select {both} from {source}")


def check_layout(connection: Connection, path: Path) -> None:
    """Raise MadeByNewer if a newer version of the program made the raw tables of this database."""
    memory = "from duckdb_tables() where database_name = current_database() and schema_name = 'raw' and table_name = 'memory'"
    if not connection.execute(memory).fetchall():
        return
    layout = int(scalar(connection, "select value from raw.memory where key = 'layout'") or 1)
    if layout > LAYOUT:
        raise MadeByNewer(
            f"{path} was made by a newer Tendonwatch (layout {layout}, this one knows {LAYOUT}); "
            "use that version again, or name another --warehouse"
        )


def discard(path: Path) -> None:
    """Delete a file of ours with its write-ahead log, or a folder of ours; it need not exist."""
    if path.is_dir():
        shutil.rmtree(path)
        return
    path.unlink(missing_ok=True)
    path.with_name(f"{path.name}.wal").unlink(missing_ok=True)


def quoted(text: object) -> str:
    """A text as an SQL literal."""
    return "'" + str(text).replace("'", "''") + "'"
