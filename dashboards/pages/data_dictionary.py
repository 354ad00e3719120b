"""The data-dictionary page: every published table and column of the contract, with its description."""

from __future__ import annotations

from typing import Any

import duckdb

from flows.models import contract, lineage
from flows.words.language import N_, gettext

TITLE = N_("Data dictionary")
INTRODUCTION = N_("Every table that is published for analysts, with the unit and meaning of its columns.")
SCHEMAS = ("marts", "ops")


def context(_: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """What the data-dictionary template needs."""
    sources = lineage.published_sources(lineage.all_reads())
    tables = [described(table) for schema in SCHEMAS for table in sorted(contract.tables(schema), key=lambda one: one.name)]
    for table in tables:
        table["sources"] = sources.get(table["name"], [])
        table["readers"] = [name for name, read in sources.items() if table["name"] in read]
    return {
        "title": gettext(TITLE),
        "introduction": gettext(INTRODUCTION),
        "tables": tables,
        "described": {one["name"] for one in tables},
    }


def described(table: contract.Table) -> dict[str, Any]:
    """A table as the template shows it."""
    return {
        "name": table.name,
        "meaning": contract.table_meaning(table.name),
        "key": table.key,
        "columns": [
            {
                "name": column,
                "type": kind,
                "meaning": contract.column_meaning(table.name, column),
                "reference": table.references.get(column),
                "values": table.values.get(column, []),
            }
            for column, kind in table.columns.items()
        ],
    }
