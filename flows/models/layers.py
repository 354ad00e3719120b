"""Builds the models of sql/ layer by layer, each after the models that it reads."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

from flows.models import contract
from flows.models.published import published_path
from flows.places import SQL_DIR
from flows.state import database

LAYERS = ("staging", "activities", "intermediate", "marts", "ops")
# Of the layers that only models read, what is asked once all are built: the import memory remembers tonight's ids by it.
ASKED_LATER = {("activities", "published_ids"), ("staging", "set_aside")}
_tables_read: dict[str, frozenset[tuple[str, str]]] = {}  # by SELECT: a night rebuilds layers when it sets an athlete aside


def start_work(work: Path, memory: Path) -> None:
    """Make a new work file with the raw tables of the import memory."""
    published = published_path(work)
    for left_by_a_killed_night in (work, database.spill_path(work), published, database.spill_path(published)):
        database.discard(left_by_a_killed_night)
    with database.writer(work) as connection:
        connection.execute(f"attach {database.quoted(memory)} as import_memory (read_only)")
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


def set_as_of(work: Path, as_of: date) -> None:
    """Set the as-of date, the day that the models take as today."""
    with database.writer(work) as connection:
        connection.execute("update seeds.night set as_of_date = ?", [as_of])


def newest_activity_date(work: Path, today: date) -> date | None:
    """The newest local date of an activity in the raw tables, future dates excluded."""
    with database.writer(work) as connection:
        connection.execute("set variable today = ?", [today])
        newest: date | None = database.scalar(connection, (SQL_DIR / "newest_activity_date.sql").read_text(encoding="utf-8"))
        return newest


def build_layer(work: Path, layer: str, progress: Callable[[], None] | None = None) -> dict[str, int]:
    """Build every model of a layer: sql/<layer>/**/<table>.sql becomes the table <layer>.<table>.

    `progress` is called after each. Returns the number of tables and rows built.
    """
    built = {"tables": 0, "rows": 0}
    with database.writer(work) as connection:
        connection.execute(f"create schema if not exists {layer}")
        for name in model_order(connection, layer):
            built["rows"] += database.scalar(connection, f"create or replace table {layer}.{name} as {model_sql(layer, name)}")
            built["tables"] += 1
            if progress:
                progress()
    return built


def drop_what_nobody_reads_any_more(work: Path) -> None:
    """Drop the tables of the layers that only models read, so that closing the file does not write them to disk."""
    with database.writer(work) as connection:
        found = connection.execute(
            "select schema_name, table_name from duckdb_tables() where list_contains(?, schema_name) order by all",
            [[layer for layer in LAYERS if layer not in contract.PUBLISHED_SCHEMAS]],
        ).fetchall()
        connection.execute("begin")
        for schema, table in found:
            if (schema, table) not in ASKED_LATER:
                connection.execute(f"drop table {schema}.{table}")
        connection.execute("commit")


def model_sql(layer: str, name: str) -> str:
    """The SELECT of one model."""
    return model_paths(layer)[name].read_text(encoding="utf-8")


@cache
def model_paths(layer: str) -> dict[str, Path]:
    """The file of each model of a layer, by model name; a layer may have subfolders."""
    return {path.stem: path for path in sorted((SQL_DIR / layer).rglob("*.sql"))}


def model_order(connection: database.Connection, layer: str) -> list[str]:
    """The models of a layer in build order: each after those of the layer that it reads."""
    reads = {
        name: {table for schema, table in tables_read(connection, path.read_text(encoding="utf-8")) if schema == layer}
        for name, path in model_paths(layer).items()
    }
    return list(TopologicalSorter(reads).static_order())


def tables_read(connection: database.Connection, select: str) -> frozenset[tuple[str, str]]:
    """The (schema, table) pairs that a SELECT reads, by DuckDB's own parser. Raises ValueError if it cannot be parsed."""
    if select not in _tables_read:
        _tables_read[select] = _parsed(connection, select)
    return _tables_read[select]


def _parsed(connection: database.Connection, select: str) -> frozenset[tuple[str, str]]:
    tree = json.loads(database.scalar(connection, "select json_serialize_sql(?)", [select]))
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
    return frozenset(found)
