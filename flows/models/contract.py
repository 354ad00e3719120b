"""What the tables and columns of the warehouse mean."""

from __future__ import annotations

from typing import Any

import yaml

from flows.settings import SQL_DIR
from flows.state import database

COMMENTED = ("marts", "ops")  # what people read


def read_contract() -> dict[str, Any]:
    """sql/contract.yml: schema -> table -> its columns in order with their types, key, references and accepted values."""
    contract: dict[str, Any] = yaml.safe_load((SQL_DIR / "contract.yml").read_text(encoding="utf-8"))
    return contract


def meanings() -> tuple[dict[str, str], dict[str, str]]:
    """sql/columns.yml as comments: schema.table -> meaning and grain; column name -> meaning and unit."""
    described = yaml.load((SQL_DIR / "columns.yml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    columns = {
        name: entry["meaning"] + (f" Unit: {entry['unit']}." if "unit" in entry else "")
        for name, entry in described["columns"].items()
    }
    return described["tables"], columns


def comment_tables(connection: database.Connection, schema: str) -> None:
    """Write the meaning of each table and column into the warehouse, from the one place that states it."""
    table_meanings, column_meanings = meanings()
    columns = connection.execute(
        "select table_name, column_name from duckdb_columns() where schema_name = ? and database_name = 'warehouse'",
        [schema],
    ).fetchall()
    connection.execute("begin")  # a commit for each comment took longer than the models
    for table in sorted({table for table, _ in columns}):
        if meaning := table_meanings.get(f"{schema}.{table}"):
            connection.execute(f"comment on table {schema}.{table} is {database.quoted(meaning)}")
    for table, column in columns:
        if meaning := column_meanings.get(column):
            connection.execute(f'comment on column {schema}.{table}."{column}" is {database.quoted(meaning)}')
    connection.execute("commit")
