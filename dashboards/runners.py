"""The list of runners that each athlete's page walks along, written once for all pages: assets/runners.js."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from dashboards import tables
from dashboards.templating import as_json

# In the order of the squad page, with what its filters ask.
RUNNERS = """
    select athletes.athlete_id, coalesce(athletes.name, athletes.athlete_id) as name, athletes.squad, status.flag, status.change,
        status.reasons, coalesce(status.is_quiet, false) as is_quiet
    from marts.athletes
    left join marts.athlete_status as status
        on athletes.athlete_id = status.athlete_id and status.load_date = $as_of
    order by
        status.attention_key is null,
        case when status.is_quiet then 1 when status.flag in ('red', 'amber') then 0 else 2 end,
        status.attention_key, lower(athletes.name), athletes.athlete_id
"""


def runners_js(connection: duckdb.DuckDBPyConnection, names: Mapping[str, str]) -> str:
    """The script that holds the list; only runners that have a page in `names`."""
    found = tables.rows(connection, RUNNERS, as_of=tables.as_of_date(connection))
    listed = [
        {
            "page": names[row["athlete_id"]],
            "name": row["name"],
            "squad": row["squad"] or "",
            "flag": "quiet" if row["is_quiet"] else row["flag"] or "grey",
            "change": row["change"] or "",
            "reasons": row["reasons"] or [],
        }
        for row in found
        if row["athlete_id"] in names
    ]
    return f"window.tendonwatchRunners = {as_json(listed)};\n"
