"""The data-dictionary page: every published table and column, from the comments in the warehouse."""

from __future__ import annotations

from typing import Any

import duckdb

from dashboards import tables
from flows.words.language import N_, gettext

TITLE = N_("Data dictionary")
INTRODUCTION = N_("Every published table and column with its unit and meaning, as the warehouse itself says it.")

TABLES = """
    select schema_name, table_name, comment
    from duckdb_tables()
    where schema_name in ('marts', 'ops')
    order by schema_name, table_name
"""
COLUMNS = """
    select schema_name, table_name, column_name, data_type, comment
    from duckdb_columns()
    where schema_name in ('marts', 'ops')
    order by schema_name, table_name, column_index
"""


def context(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """What the data-dictionary template needs."""
    columns = tables.grouped(tables.rows(connection, COLUMNS), "schema_name", "table_name")
    found = tables.rows(connection, TABLES)
    for table in found:
        table["columns"] = columns[table["schema_name"], table["table_name"]]
    return {"title": gettext(TITLE), "introduction": gettext(INTRODUCTION), "tables": found}
