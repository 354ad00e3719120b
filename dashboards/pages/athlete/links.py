"""The chain, link by link: its state on the day, and its sets in twelve stretches of seven days."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb

from dashboards import tables
from dashboards.chain import Link, chain, in_words
from dashboards.charts.small import link_strip
from dashboards.pages.athlete.batch import Batch
from dashboards.words import MODES
from flows.words.language import gettext

CHAIN = """
    select athlete_id, link, mode, sets_7d, mean_sets_week, days_since, target_sets_week, amber_days, red_days, state, is_left_out
    from marts.chain_links
    where load_date = $as_of and athlete_id between $first and $last
"""
# The same twelve stretches as in the ledger.
STRIPS = """
    select athlete_id, link, sets_7d, left_sets_7d, right_sets_7d, target_sets_week
    from marts.chain_weeks
    where athlete_id between $first and $last
    order by athlete_id, link, load_date
"""


class Chains:
    """The chains of a batch, athlete by athlete."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, batch: Batch, links: Sequence[Link]) -> None:
        self._links = links
        self._days = tables.grouped(tables.rows(connection, CHAIN, **batch.ids, as_of=batch.as_of), "athlete_id")
        self._strips = tables.grouped(tables.rows(connection, STRIPS, **batch.ids), "athlete_id", "link")

    def of(self, athlete: tables.Row) -> dict[str, Any]:
        """The links with their tiny charts, the chain as a sentence, and what the day asks for."""
        athlete_id = athlete["athlete_id"]
        found = chain(self._links, self._days[athlete_id], athlete["person_states"])
        mode = next((row["mode"] for row in self._days[athlete_id]), None)
        return {
            "links": [{**link, "strip": link_strip(self._strips[athlete_id, link["link"].link])} for link in found],
            "optional_links": [link.name for link in self._links if link.is_optional],
            "links_in_words": in_words(found),
            "mode": gettext(MODES[mode]) if mode in MODES else None,
        }
