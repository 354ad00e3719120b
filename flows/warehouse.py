"""Open the warehouse and build its models in the order in which they read each other.

All state of a warehouse lies beside its path: `<stem>-memory.duckdb` (what the files said), `<stem>-work.duckdb` (tonight's,
until it is published), `<stem>-<night>.duckdb` (published nights), `<stem>.lock`; `<stem>.publishing` while it publishes, and
`<stem>-work-spill` while it builds what does not fit into memory.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb
import yaml

from flows import machine
from flows.settings import SQL_DIR

Connection = duckdb.DuckDBPyConnection
_open_connections: set[Connection] = set()

LAYERS = ("staging", "intermediate", "marts", "ops")
CONFIG: dict[str, Any] = {
    "autoinstall_known_extensions": "false",  # nothing is ever fetched from the network
    "autoload_known_extensions": "false",
    "threads": str(min(os.cpu_count() or 1, 8)),
    "memory_limit": f"{machine.LEAST_MB}MB",  # more spills to disk; a night sets its own, see limit_memory
}
# Older clients of analysts read this format; DuckDB's newest does not open in any 1.x.
STORAGE_VERSION = "v1.2.0"
# Seeds and columns that explain the rules to people and decide nothing.
EXPLAINING_SEEDS = ("choices", "export_headers", "ratio_example", "research")
EXPLAINING_COLUMNS = ("meaning", "source_tag")
# Of the raw tables; to be raised when an older program would misread what stands in them. A new column needs no raise.
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
    """The folder in which a writer of a file puts aside what does not fit into memory; there only while it does."""
    return path.with_name(f"{path.stem}-spill")


def limit_memory(megabytes: int) -> None:
    """Let every database that this process opens from now on take so much memory."""
    CONFIG["memory_limit"] = f"{megabytes}MB"


@contextmanager
def writer(path: Path) -> Iterator[Connection]:
    """A read-write connection to a file of ours, made where it does not exist."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(":memory:", config=CONFIG | {"temp_directory": str(spill_path(path))})
    _open_connections.add(connection)
    try:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach {quoted(path)} as warehouse (type duckdb, storage_version '{STORAGE_VERSION}')")
        connection.execute("use warehouse")
        yield connection
    except BaseException:
        # A query that a signal broke off goes on holding its file until the connection is asked something else.
        with suppress(duckdb.Error):
            connection.execute("rollback")
        raise
    finally:
        _open_connections.discard(connection)
        connection.close()
        discard(spill_path(path))


def interrupt_queries() -> None:
    """Break off whatever this process is asking of a database; called from another thread than the one that asks."""
    for connection in list(_open_connections):
        connection.interrupt()


@contextmanager
def reader(path: Path) -> Iterator[Connection]:
    """A read-only connection.

    Raises FileNotFoundError with the remedy where nothing is published yet, MadeByNewer where a newer program published it.
    """
    if not path.exists():
        raise FileNotFoundError(f"no warehouse at {path} yet; run `tendonwatch nightly` first")
    connection = duckdb.connect(str(path), read_only=True, config=CONFIG)
    _open_connections.add(connection)
    try:
        connection.execute("set TimeZone = 'UTC'")
        check_layout(connection, path)
        yield connection
    finally:
        _open_connections.discard(connection)
        connection.close()


def scalar(connection: Connection, query: str, values: Sequence[Any] | dict[str, Any] = ()) -> Any:
    """The first column of the first row, None where there is none."""
    row = connection.execute(query, values).fetchone()
    return row[0] if row else None


def rows(connection: Connection, query: str, values: Sequence[Any] | dict[str, Any] = ()) -> list[dict[str, Any]]:
    """A query's rows as dicts."""
    result = connection.execute(query, values)
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def create_tables(connection: Connection, ddl: Path, schema: str) -> None:
    """Bring a schema to what its `create table if not exists` statements say.

    A table that an older version made otherwise keeps the columns that both know; a new column is null in its old rows.
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
    """Insert a table's rows into another one, in the columns that both have; the others are null, or what they are by default."""
    there, here = ([name for name, *_ in connection.execute(f"describe {table}").fetchall()] for table in (source, target))
    both = ", ".join(name for name in here if name in there)
    connection.execute(f"insert into {target} by name select {both} from {source}")


def check_layout(connection: Connection, path: Path) -> None:
    """Raise MadeByNewer where a newer version of the program laid out the raw tables of this database."""
    memory = "from duckdb_tables() where database_name = current_database() and schema_name = 'raw' and table_name = 'memory'"
    if not connection.execute(memory).fetchall():
        return
    layout = int(scalar(connection, "select value from raw.memory where key = 'layout'") or 1)
    if layout > LAYOUT:
        raise MadeByNewer(
            f"{path} was made by a newer Tendonwatch (layout {layout}, this one knows {LAYOUT}); "
            "use that version again, or name another --warehouse"
        )


# ---------------------------------------------------------------- tonight's work file


def start_work(work: Path, memory: Path) -> None:
    """A new work file with the raw tables as the import memory holds them."""
    discard(work)
    discard(spill_path(work))  # of a night that was killed
    with writer(work) as connection:
        connection.execute(f"attach {quoted(memory)} as import_memory (read_only)")
        connection.execute("create schema raw; create schema seeds; create schema ops")
        names = connection.execute(
            """
            select table_name from duckdb_tables()
            where database_name = 'import_memory' and schema_name = 'raw' order by table_name
            """
        ).fetchall()
        for (name,) in names:
            connection.execute(f"create table raw.{name} as from import_memory.raw.{name}")
        connection.execute("detach import_memory")


def load_seeds(work: Path, default_timezone: str, overrides: dict[str, str] | None = None) -> None:
    """Every CSV of sql/seeds as a table of the schema seeds, tonight's settings, and the rules that hold for each athlete.

    A rule is the seed's, unless `overrides` or the squad's own rules.csv (raw.rule_overrides) say otherwise: for everybody, for a
    squad, for one athlete, in this order. ruleset_version is a hash of what decides in all that (not of the texts that explain
    it, nor of the order of rows), so that a status can be traced to its rules.
    Raises KeyError where `overrides` names a rule that does not exist.
    """
    digest = hashlib.sha256()
    with writer(work) as connection:
        for path in sorted((SQL_DIR / "seeds").glob("*.csv")):
            options = "header = true, all_varchar = true, delim = ',', quote = '\"'"  # never guessed
            connection.execute(f"create or replace table seeds.{path.stem} as from read_csv({quoted(path)}, {options})")
            if path.stem not in EXPLAINING_SEEDS:
                digest.update(_content(path.stem, rows(connection, f"from seeds.{path.stem}")))
        for key, value in (overrides or {}).items():
            if not scalar(connection, "select count(*) from seeds.rules where key = ?", [key]):
                raise KeyError(f"no rule is called {key!r}")
            connection.execute("insert into raw.rule_overrides values (?, ?, null, null, 0)", [key, value])
        own_rules = rows(connection, "select key, value, athlete_id, squad from raw.rule_overrides")
        digest.update(_content("rule_overrides", own_rules))
        digest.update(_content("exercise_aliases", rows(connection, "select alias, exercise_id from raw.exercise_aliases")))
        connection.execute(
            "create or replace table seeds.night as select ? as default_timezone, ? as ruleset_version, null::date as as_of_date",
            [default_timezone, digest.hexdigest()[:12]],
        )
        connection.execute((SQL_DIR / "macros.sql").read_text(encoding="utf-8"))
        _settle_rules(connection)


def _content(name: str, of: list[dict[str, Any]]) -> bytes:
    """What a table of rules decides, whatever the order of its rows."""
    deciding = [json.dumps({key: value for key, value in row.items() if key not in EXPLAINING_COLUMNS}) for row in of]
    return json.dumps([name, *sorted(deciding)]).encode()


def _settle_rules(connection: Connection) -> None:
    """seeds.athlete_rules: one row per athlete, one column per rule; seeds.athlete_actions: likewise the texts."""
    types = {"word": "text", "date": "date"}
    columns = [
        f"cast(max(value) filter (where key = '{rule['key']}') as {types.get(rule['unit'], 'double')}) as {rule['key']}"
        for rule in rows(connection, "select key, unit from seeds.rules order by key")
    ]
    settled = """
        select
            athletes.athlete_id,
            rules.key,
            arg_max(
                coalesce(own.value, rules.value),
                (own.athlete_id is not null)::integer * 4 + (own.squad is not null)::integer * 2
                + (own.value is not null)::integer
            ) as value
        from raw.athletes as athletes
        cross join ({rules}) as rules
        left join raw.rule_overrides as own
            on own.key = rules.key
            and coalesce(own.athlete_id, athletes.athlete_id) = athletes.athlete_id
            and coalesce(own.squad, coalesce(athletes.squad, 'all')) = coalesce(athletes.squad, 'all')
        group by athletes.athlete_id, rules.key
    """
    connection.execute(
        f"""
        create or replace table seeds.athlete_rules as
        select athlete_id, {", ".join(columns)}
        from ({settled.format(rules="select key, value from seeds.rules")})
        group by athlete_id
        """
    )
    texts = settled.format(rules="select 'action.' || code as key, action as value from seeds.actions")
    connection.execute(
        f"create or replace table seeds.athlete_actions as select athlete_id, key[8:] as code, value as action from ({texts})"
    )


def set_as_of(work: Path, as_of: date) -> None:
    """Tell the models which day is today."""
    with writer(work) as connection:
        connection.execute("update seeds.night set as_of_date = ?", [as_of])


def newest_activity_date(work: Path, today: date) -> date | None:
    """The newest local date of an activity in the raw tables that is not in the future."""
    with writer(work) as connection:
        connection.execute("set variable today = ?", [today])
        return scalar(connection, (SQL_DIR / "newest_activity_date.sql").read_text(encoding="utf-8"))


def build_layer(work: Path, layer: str) -> dict[str, int]:
    """Build every model of a layer: sql/<layer>/<table>.sql becomes the table <layer>.<table>, with its comments.

    Returns how many tables and rows that made.
    """
    built = {"tables": 0, "rows": 0}
    with writer(work) as connection:
        connection.execute(f"create schema if not exists {layer}")
        for name in model_order(connection, layer):
            built["rows"] += scalar(connection, f"create or replace table {layer}.{name} as {model_sql(layer, name)}")
            built["tables"] += 1
        comment_tables(connection, layer)
    return built


def model_sql(layer: str, name: str) -> str:
    """The SELECT of one model."""
    return (SQL_DIR / layer / f"{name}.sql").read_text(encoding="utf-8")


def model_order(connection: Connection, layer: str) -> list[str]:
    """The models of a layer, each after those of the same layer that it reads."""
    names = sorted(path.stem for path in (SQL_DIR / layer).glob("*.sql"))
    reads = {
        name: {table for schema, table in tables_read(connection, model_sql(layer, name)) if schema == layer} for name in names
    }
    return list(TopologicalSorter(reads).static_order())


def tables_read(connection: Connection, select: str) -> set[tuple[str, str]]:
    """The (schema, table) pairs that a SELECT reads, by DuckDB's own parser. Raises ValueError where it does not parse."""
    tree = json.loads(scalar(connection, "select json_serialize_sql(?)", [select]))
    if tree["error"]:
        raise ValueError(f"{tree['error_message']} in: {select[:200]}")
    found: set[tuple[str, str]] = set()
    nodes = [tree]
    while nodes:
        node = nodes.pop()
        if isinstance(node, dict):
            if node.get("type") == "BASE_TABLE" and node["schema_name"]:
                found.add((node["schema_name"], node["table_name"]))
            nodes += node.values()
        elif isinstance(node, list):
            nodes += node
    return found


def meanings() -> tuple[dict[str, str], dict[str, str]]:
    """sql/columns.yml as comments: schema.table -> meaning and grain; column name -> meaning and unit."""
    described = yaml.safe_load((SQL_DIR / "columns.yml").read_text(encoding="utf-8"))
    columns = {
        name: entry["meaning"] + (f" Unit: {entry['unit']}." if "unit" in entry else "")
        for name, entry in described["columns"].items()
    }
    return described["tables"], columns


def comment_tables(connection: Connection, schema: str) -> None:
    """Write the meaning of each table and column into the warehouse, from the one place that states it."""
    table_meanings, column_meanings = meanings()
    columns = connection.execute(
        "select table_name, column_name from duckdb_columns() where schema_name = ? and database_name = 'warehouse'",
        [schema],
    ).fetchall()
    for table in sorted({table for table, _ in columns}):
        if meaning := table_meanings.get(f"{schema}.{table}"):
            connection.execute(f"comment on table {schema}.{table} is {quoted(meaning)}")
    for table, column in columns:
        if meaning := column_meanings.get(column):
            connection.execute(f'comment on column {schema}.{table}."{column}" is {quoted(meaning)}')


def discard(path: Path) -> None:
    """Remove a file of ours with its write-ahead log, or a folder of ours; nothing where it does not exist."""
    if path.is_dir():
        shutil.rmtree(path)
        return
    path.unlink(missing_ok=True)
    path.with_name(f"{path.name}.wal").unlink(missing_ok=True)


def quoted(text: object) -> str:
    """A text as SQL writes it."""
    return "'" + str(text).replace("'", "''") + "'"
