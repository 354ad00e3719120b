"""Columns, promises and meaning of the published tables: sql/contract.yml and sql/columns.yml."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from flows.places import SQL_DIR
from flows.seed_files import seed_header, seed_path
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


class _OnceLoader(yaml.CSafeLoader):
    """Refuses a key that is given twice: YAML would take the last one and forget the first."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for name, _ in node.value:
            key = self.construct_object(name, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} is given twice: delete one of them, or merge the two", name.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


def read_yaml(path: Path) -> dict[str, Any]:
    """A file of promises or meanings. Raises yaml.YAMLError, with file and line, if a key is given twice."""
    with path.open(encoding="utf-8") as stream:
        read: dict[str, Any] = yaml.load(stream, Loader=_OnceLoader)  # noqa: S506  it is a safe loader
    return read


@cache
def read_contract() -> dict[str, Any]:
    """sql/contract.yml: its version, and schema -> table -> promises."""
    return read_yaml(SQL_DIR / "contract.yml")


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
    """The columns of a seed with their types, in the order of its file. Raises WrongSeed if file and contract differ.

    A name that starts with * in the contract stands for every column that ends like it.
    """
    promised: dict[str, str] = read_contract()["seeds"][name]["columns"]
    header = seed_header(name)
    named_by = {column: _named_by(column, promised) for column in header}
    strange = [column for column, by in named_by.items() if by is None]
    lacking = [by for by in promised if by not in named_by.values()]
    if strange or lacking or len(header) != len(named_by):
        raise WrongSeed(
            f"{seed_path(name)}: the header has {', '.join(strange) or 'no strange column'} and lacks "
            f"{', '.join(lacking) or 'none'}, by sql/contract.yml; write each of {', '.join(promised)} once in the header, "
            f"or change seeds.{name} in sql/contract.yml"
        )
    return {column: promised[by] for column, by in named_by.items() if by}


def _named_by(column: str, names: Collection[str]) -> str | None:
    """Which of the names, plain or with a leading *, stands for a column."""
    return next((name for name in names if name == column or (name.startswith("*") and column.endswith(name[1:]))), None)


class WrongSeed(ValueError):
    """The header of a seed is not what sql/contract.yml says of its table."""


@cache
def _described() -> dict[str, Any]:
    return read_yaml(SQL_DIR / "columns.yml")


def table_meaning(table: str) -> str | None:
    """What a table (schema.table) means and what one row of it is."""
    meaning: str | None = _described()["tables"].get(table)
    return meaning


def column_meaning(table: str, column: str) -> str | None:
    """What a column means, with its unit: the text for this table's column, else the general text for the column name."""
    entry = column_entry(table, column)
    if entry is None:
        return None
    return entry["meaning"] + (f" Unit: {entry['unit']}." if "unit" in entry else "")


@cache
def column_entry(table: str, column: str) -> dict[str, str] | None:
    """The meaning, and the unit if it has one, of a column."""
    columns = _described()["columns"]
    entry: dict[str, str] | None = (
        columns.get(f"{table}.{column}") or columns.get(f"{table}.*") or columns.get(_named_by(column, columns))
    )
    return entry


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
