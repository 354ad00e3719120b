"""Writes tables as Parquet or CSV with a datapackage.json (Frictionless): types, units, keys, references and meaning."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flows.models import contract
from flows.privacy import pseudonyms
from flows.state import database

DESCRIPTOR = "datapackage.json"
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
FILE_MODE, FOLDER_MODE = 0o640, 0o750  # it is health data
TYPES = {
    "VARCHAR": "string", "BOOLEAN": "boolean", "INTEGER": "integer", "BIGINT": "integer", "HUGEINT": "integer",
    "DOUBLE": "number", "DATE": "date", "TIMESTAMP": "datetime", "TIMESTAMP WITH TIME ZONE": "datetime", "JSON": "object",
    "TIME": "time",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Resource:
    """One table of a package: what it is, and the SELECT that reads it."""

    table: str
    select: str
    columns: dict[str, str]  # as they leave: name -> DuckDB's type
    ways: dict[str, str] = field(default_factory=dict)  # of a pseudonymous export: column -> what became of it


def tables_of(connection: database.Connection, schemas: Iterable[str]) -> dict[str, dict[str, str]]:
    """The tables of these schemas: schema.table -> column -> DuckDB's type."""
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in connection.execute(
        """
        select schema_name || '.' || table_name, column_name, data_type from duckdb_columns()
        where list_contains(?, schema_name) and database_name = current_database() and not internal
        order by schema_name, table_name, column_index
        """,
        [list(schemas)],
    ).fetchall():
        found.setdefault(table, {})[column] = kind
    return found


def whole(connection: database.Connection) -> list[Resource]:
    """Every table of marts and ops as it is."""
    return [Resource(table, f"from {table}", columns) for table, columns in tables_of(connection, ("marts", "ops")).items()]


def pseudonymous(connection: database.Connection) -> list[Resource]:
    """Every table of marts and ops of which something may leave, under a new salt. Raises pseudonyms.Unclassified."""
    tables = tables_of(connection, ("marts", "ops"))
    done = {table: ways for table, columns in tables.items() if (ways := pseudonyms.ways(table, columns)) is not None}
    pseudonyms.disguise(connection, [table for table in done if "athlete_id" in tables[table]])
    resources = []
    for table, ways in done.items():
        leaves = {
            pseudonyms.AGE_BAND if way == pseudonyms.BAND else column: "VARCHAR"
            if way == pseudonyms.BAND
            else tables[table][column]
            for column, way in ways.items()
            if way != pseudonyms.DROP
        }
        resources.append(Resource(table, pseudonyms.select(table, tables[table], ways), leaves, ways))
    return resources


def of_athlete(connection: database.Connection, athlete_id: str) -> list[Resource]:
    """The rows of one athlete in every table of raw, marts and ops that names them, and what lies in their archives."""
    own = f"athlete_id = {database.quoted(athlete_id)}"
    tables = tables_of(connection, ("raw", "marts", "ops"))
    found = [Resource(name, f"from {name} where {own}", columns) for name, columns in tables.items() if "athlete_id" in columns]
    archives = f"from raw.archive_members where archive_id in (select file_id from raw.paths where {own})"
    return [*found, Resource("raw.archive_members", archives, tables["raw.archive_members"])]


def write(connection: database.Connection, resources: list[Resource], folder: Path, form: str, about: str) -> None:
    """Write each table into the folder as `form` (parquet, csv), and last what they mean: a folder without it is not complete."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(FOLDER_MODE)
    for resource in resources:
        path = folder / f"{resource.table}.{form}"
        options = "format parquet" if form == "parquet" else "format csv, header"
        select = f"select {database.texts_for_json(resource.columns)} from ({resource.select})"
        connection.execute(f"copy ({select}) to {database.quoted(path)} ({options})")
        path.chmod(FILE_MODE)
    descriptor = folder / DESCRIPTOR
    text = json.dumps(described(resources, form, about), indent=2, ensure_ascii=False)
    descriptor.write_text(text + "\n", encoding="utf-8")
    descriptor.chmod(FILE_MODE)


def described(resources: list[Resource], form: str, about: str) -> dict[str, Any]:
    """The package as Frictionless describes one."""
    promised = {table.name: table for schema in ("marts", "ops") for table in contract.tables(schema)}
    return {
        "$schema": PROFILE,
        "name": "tendonwatch",
        "title": "Tendonwatch",
        "description": about,
        "version": str(contract.contract_version()),
        "resources": [_resource(resource, promised.get(resource.table), resources, form) for resource in resources],
    }


def _resource(resource: Resource, promised: contract.Table | None, others: list[Resource], form: str) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": [_field(resource, column, kind, promised) for column, kind in resource.columns.items()]}
    if promised and promised.key and set(promised.key) <= set(resource.columns):
        if promised.nullable_in_key:  # a primary key of Frictionless is never null
            schema["uniqueKeys"] = [list(promised.key)]
        else:
            schema["primaryKey"] = list(promised.key)
    if promised and (references := _references(resource, promised, others)):
        schema["foreignKeys"] = references
    return {
        "name": resource.table,
        "path": f"{resource.table}.{form}",
        "format": form,
        "mediatype": "application/vnd.apache.parquet" if form == "parquet" else "text/csv",
        **({"encoding": "utf-8"} if form == "csv" else {}),
        "description": contract.table_meaning(resource.table),
        "schema": schema,
    }


def _references(resource: Resource, promised: contract.Table, others: list[Resource]) -> list[dict[str, Any]]:
    found = []
    for column, target in promised.references.items():
        table, _, there = target.rpartition(".")
        if column in resource.columns and any(other.table == table and there in other.columns for other in others):
            found.append({"fields": [column], "reference": {"resource": table, "fields": [there]}})
    return found


def _field(resource: Resource, column: str, kind: str, promised: contract.Table | None) -> dict[str, Any]:
    if column == pseudonyms.AGE_BAND:
        return {
            "name": column,
            "type": "string",
            "unit": "years",
            "description": "Ten years that hold the age on the as-of date.",
        }
    entry = contract.column_entry(resource.table, column)
    if entry is None:
        raise LookupError(f"{resource.table}.{column} has no meaning in sql/columns.yml")
    described: dict[str, Any] = {"name": column, "type": type_of(kind)}
    if "unit" in entry:
        described["unit"] = entry["unit"]
    described["description"] = entry["meaning"] + pseudonyms.MEANT_BY.get(resource.ways.get(column, ""), "")
    constraints: dict[str, Any] = {}
    if promised and column in (promised.key or ()) and column not in promised.nullable_in_key:
        constraints["required"] = True
    if promised and column in promised.values:
        constraints["enum"] = promised.values[column]
    return described | ({"constraints": constraints} if constraints else {})


def type_of(kind: str) -> str:
    """A type of DuckDB as Frictionless calls it."""
    if kind.endswith("[]"):
        return "array"
    if kind.startswith("STRUCT"):
        return "object"
    return "number" if kind.startswith("DECIMAL") else TYPES[kind]
