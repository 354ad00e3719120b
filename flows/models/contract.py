"""Columns, promises and meaning of the published tables: sql/contract.yml and sql/columns.yml."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import yaml

from flows.places import SQL_DIR
from flows.seed_files import seed_header
from flows.state import database

PUBLISHED_SCHEMAS = ("raw", "seeds", "marts", "ops")


@dataclass(frozen=True, slots=True)
class Table:
    """What one table promises. An empty `key` means a table of one row."""

    name: str  # schema.table
    columns: dict[str, str]  # in order: name -> type
    key: tuple[str, ...] | None = None
    nullable_in_key: tuple[str, ...] = ()
    references: dict[str, str] = field(default_factory=dict)  # column -> schema.table.column
    values: dict[str, list[Any]] = field(default_factory=dict)  # column -> accepted values; null is always accepted

    @property
    def schema(self) -> str:
        return self.name.split(".")[0]


@cache
def read_contract() -> dict[str, Any]:
    """sql/contract.yml: its version, and schema -> table -> promises."""
    contract: dict[str, Any] = yaml.load((SQL_DIR / "contract.yml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return contract


def contract_version() -> int:
    """The version of the contract."""
    return int(read_contract()["version"])


def tables(schema: str) -> list[Table]:
    """The tables of a schema in the contract."""
    return [
        Table(
            f"{schema}.{name}",
            seed_columns(name) if schema == "seeds" else promised["columns"],
            tuple(promised["key"]) if "key" in promised else None,
            tuple(promised.get("nullable_in_key", ())),
            promised.get("references", {}),
            promised.get("values", {}),
        )
        for name, promised in read_contract()[schema].items()
    ]


def seed_columns(name: str) -> dict[str, str]:
    """The columns of a seed with their types, in the order of its file. Raises ValueError if file and contract differ.

    A name that starts with * in the contract stands for every column that ends like it.
    """
    promised: dict[str, str] = read_contract()["seeds"][name]["columns"]
    header = seed_header(name)
    named_by = {column: _named_by(column, promised) for column in header}
    differing = {column for column, by in named_by.items() if by is None} | promised.keys() - set(named_by.values())
    if differing:
        raise ValueError(f"seeds.{name}: file and contract differ in {', '.join(sorted(differing))}")
    return {column: promised[by] for column, by in named_by.items() if by}


def _named_by(column: str, names: Collection[str]) -> str | None:
    """Which of the names, plain or with a leading *, stands for a column."""
    return next((name for name in names if name == column or (name.startswith("*") and column.endswith(name[1:]))), None)


@cache
def _described() -> dict[str, Any]:
    described: dict[str, Any] = yaml.load((SQL_DIR / "columns.yml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return described


def table_meaning(table: str) -> str | None:
    """What a table (schema.table) means and what one row of it is."""
    meaning: str | None = _described()["tables"].get(table)
    return meaning


def column_meaning(table: str, column: str) -> str | None:
    """What a column means, with its unit: the text for this table's column, else the general text for the column name."""
    columns = _described()["columns"]
    entry = columns.get(f"{table}.{column}") or columns.get(f"{table}.*") or columns.get(_named_by(column, columns))
    if entry is None:
        return None
    return str(entry["meaning"]) + (f" Unit: {entry['unit']}." if "unit" in entry else "")


def comment_tables(connection: database.Connection, schema: str) -> None:
    """Write the meaning of each table and column of a schema into the warehouse."""
    columns = connection.execute(
        "select table_name, column_name from duckdb_columns() where schema_name = ? and database_name = current_database()",
        [schema],
    ).fetchall()
    comments = [
        f"comment on table {schema}.{name} is {database.quoted(meaning)}"
        for name in sorted({table for table, _ in columns})
        if (meaning := table_meaning(f"{schema}.{name}"))
    ]
    comments += [
        f'comment on column {schema}.{name}."{column}" is {database.quoted(meaning)}'
        for name, column in columns
        if (meaning := column_meaning(f"{schema}.{name}", column))
    ]
    connection.execute(";\n".join(comments))
