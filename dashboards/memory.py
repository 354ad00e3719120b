"""What changed since earlier nights, for the one file of the site that holds clocks: equal tables still give equal pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb

from dashboards import tables

KEPT_DAYS = 60
KEPT = """
    select distinct load_date
    from ops.published_status
    where load_date < (select max(as_of_date) from seeds.night)
    order by load_date desc
    limit ?
"""
CHANGED = "select load_date, athlete_id, change from ops.changed_since order by load_date, athlete_id"


def kept(connection: duckdb.DuckDBPyConnection, page_names: Mapping[str, str]) -> list[dict[str, Any]]:
    """The as-of dates of earlier published nights, newest first, each with the runners whose flag changed since, by page."""
    changed = tables.grouped(tables.rows(connection, CHANGED), "load_date")
    return [
        {
            "asOf": row["load_date"].isoformat(),
            "changed": {
                page_names[one["athlete_id"]]: one["change"]
                for one in changed.get(row["load_date"], [])
                if one["athlete_id"] in page_names
            },
        }
        for row in tables.rows(connection, KEPT, KEPT_DAYS)
    ]
