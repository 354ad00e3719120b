"""The sentences of marts.flags and marts.athlete_status in the page's language; the marts hold them in English."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import duckdb

from dashboards.tables import Row
from flows.words.language import ENGLISH, spoken
from flows.words.warehouse import say

REASON = ("athlete_id", "load_date", "code", "measure", "side")
SENTENCES = ("evidence", "not_assessed_because", "action", "headline", "next_action", "short_reason", "short_action")


def in_language(connection: duckdb.DuckDBPyConnection, rows: Iterable[Row]) -> list[Row]:
    """Rows of reasons (with all columns in REASON) or of as-of-date statuses, with their sentences in the current language."""
    found = list(rows)
    if spoken() == ENGLISH:
        return found
    said = _said(connection, spoken())
    return [
        row | {name: text for name, text in said.get(_key(row), {}).items() if name in row and name in SENTENCES} for row in found
    ]


def letters(connection: duckdb.DuckDBPyConnection) -> dict[str, Row]:
    """What each runner is told about their own week, in the current language."""
    said = _said(connection, spoken())
    return {key[0]: row for key, row in said.items() if len(key) == 1}


@lru_cache(maxsize=1)
def _said(connection: duckdb.DuckDBPyConnection, _: str) -> dict[tuple[str, ...], Row]:
    reasons, statuses = say(connection)
    return {tuple(row[name] for name in REASON): row for row in reasons} | {(row["athlete_id"],): row for row in statuses}


def _key(row: Row) -> tuple[str, ...]:
    return tuple(row[name] for name in REASON) if "code" in row else (row["athlete_id"],)
