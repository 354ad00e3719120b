"""Twelve weeks of flags, a cell a day, with the reasons of each change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import duckdb

from dashboards import tables
from dashboards.gate import Gate
from dashboards.pages.athlete.batch import Batch
from dashboards.words import FLAGS, flag_of, reason_name
from flows.words.amounts import short_date, short_day
from flows.words.language import gettext

DAYS = 84
CELL, WIDTH, BASE = 8, 7, 20
# Height of each flag's cell: worse is taller, so that the strip reads without colour.
HEIGHTS = {"red": 20, "amber": 14, "green": 8, "grey": 4}
NAMED_REASONS = 3
FLAG_DAYS = """
    select athlete_id, load_date, flag, is_published, is_change, flag_before, codes
    from ops.flag_days
    where athlete_id between $first and $last
    order by athlete_id, load_date
"""
FAMILIES = "select code, family from seeds.reasons"
# What was never done by today was not done on any day before either.
NEVER_DONE = """
    select distinct athlete_id, code
    from marts.flags
    where load_date = $as_of and starts_with(message, 'clock.never') and athlete_id between $first and $last
"""


class Strips:
    """The strips of a batch, athlete by athlete."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, batch: Batch) -> None:
        self._as_of = batch.as_of
        self._days = tables.grouped(tables.rows(connection, FLAG_DAYS, **batch.ids), "athlete_id")
        never = tables.rows(connection, NEVER_DONE, **batch.ids, as_of=batch.as_of)
        self._never_done = {(row["athlete_id"], row["code"]) for row in never}
        self._families = {row["code"]: row["family"] for row in tables.rows(connection, FAMILIES)}

    def of(self, athlete_id: str, allowed: Gate, is_rupture: bool) -> dict[str, Any] | None:
        """The strip of one athlete; None without a day."""
        days = [day for day in self._days[athlete_id] if day["flag"] in FLAGS]
        if not days:
            return None
        changes = [
            {
                "day": short_date(day["load_date"]),
                "flag": flag_of(day["flag"]),
                "why": "" if day["flag"] == "green" else ", ".join(self._told(day, allowed, is_rupture)),
            }
            for day in reversed(days)
            if day["is_change"]
        ]
        return {
            "cells": cells(days, self._as_of),
            "published": published(days, self._as_of),
            "width": DAYS * CELL,
            "from": short_day(self._as_of - timedelta(days=DAYS - 1)),
            "changes": changes,
            "source": source(days),
            "before": before(days),
        }

    def _told(self, day: tables.Row, allowed: Gate, is_rupture: bool) -> list[str]:
        """The names of the leading reasons of a day, as far as they may be told today."""
        shown = [code for code in day["codes"] or () if is_told(code, self._families, allowed, is_rupture)]
        never = self._never_done
        return [reason_name(code, is_never_done=(day["athlete_id"], code) in never) for code in shown[:NAMED_REASONS]]


def is_told(code: str, families: Mapping[str, str], allowed: Gate, is_rupture: bool) -> bool:
    """Whether a reason of a past day may be named: of calf work none where its dose is a clinician's, none beside a rupture."""
    family = families.get(code)
    return family == "pain" if is_rupture else allowed.has_exercises or family != "calf"


def place(day: date, as_of: date) -> int:
    """Where a day's cell begins."""
    return (DAYS - 1 - (as_of - day).days) * CELL


def cells(days: Sequence[tables.Row], as_of: date) -> list[tuple[str, str]]:
    """One SVG path for all days of a flag, because a page holds many."""
    drawn: dict[str, str] = {}
    for day in days:
        height = HEIGHTS[day["flag"]]
        drawn[day["flag"]] = drawn.get(day["flag"], "") + f"M{place(day['load_date'], as_of)} {BASE}v-{height}h{WIDTH}v{height}z"
    return [(flag, drawn[flag]) for flag in HEIGHTS if flag in drawn]


def published(days: Sequence[tables.Row], as_of: date) -> str:
    """A line under the days that are shown as they were published."""
    return "".join(f"M{place(day['load_date'], as_of)} {BASE + 3}h{WIDTH}" for day in days if day["is_published"])


def source(days: Sequence[tables.Row]) -> str:
    """Which days are told as they were published, and which as tonight's data see them."""
    told = sum(day["is_published"] for day in days)
    if told == len(days):
        return gettext("As each day was published.")
    if told == 0:
        return gettext("As tonight’s data and rules see these days; none of them was published.")
    return gettext("Underlined days as they were published; the others as tonight’s data and rules see them.")


def before(days: Sequence[tables.Row]) -> str:
    """What the flag was before it came to be what it is; empty where nothing is known of before."""
    *earlier, last = [day for day in days if day["is_change"]] or days[:1]
    if not earlier or last["flag_before"] is None:
        return ""
    word = flag_of(last["flag_before"]).word
    if earlier[-1] is days[0]:  # it may have begun earlier
        return gettext("before that {flag}").format(flag=word)
    return gettext("before that {flag} since {day}").format(flag=word, day=short_date(earlier[-1]["load_date"]))
