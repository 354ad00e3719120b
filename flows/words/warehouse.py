"""Writes the English sentences of the shown days into marts.flags and marts.athlete_status."""

from __future__ import annotations

import logging
from collections import defaultdict
from operator import itemgetter
from pathlib import Path
from typing import Any

import pandas as pd

from flows.state import database
from flows.words import sentences
from flows.words.language import ENGLISH, speaking

LOG = logging.getLogger("tendonwatch")
# Reads published tables only. The shown days: the as-of date, and the day since which a flag is held.
SHOWN_REASONS = """
    select flags.athlete_id, flags.load_date, flags.code, flags.measure, flags.side, flags.state, flags.message, flags.facts,
        coalesce(athletes.units, 'km') as units, texts.action, places.action as place,
        -- While a distance spike is active the ceiling is measured from before it: it cannot raise its own.
        room.longest_run_ceiling_m as ceiling_m, flags.headline_place, flags.action_place
    from marts.flags as flags
    inner join marts.athletes as athletes on flags.athlete_id = athletes.athlete_id
    inner join marts.athlete_status as status
        on flags.athlete_id = status.athlete_id and status.load_date = athletes.as_of_date
            and flags.load_date in (status.load_date, status.reasons_date)
    inner join marts.athlete_status as that_day
        on flags.athlete_id = that_day.athlete_id and flags.load_date = that_day.load_date
    inner join seeds.athlete_actions as texts on flags.athlete_id = texts.athlete_id and flags.code = texts.code
    inner join seeds.athlete_actions as places
        on flags.athlete_id = places.athlete_id and that_day.raises_place_code = places.code
    left join marts.next_week_room as room on flags.athlete_id = room.athlete_id and flags.load_date = room.load_date
    order by all
"""
STATUSES = """
    select status.athlete_id, status.load_date, status.held_days, texts.action as on_track
    from marts.athlete_status as status
    inner join marts.athletes as athletes
        on status.athlete_id = athletes.athlete_id and status.load_date = athletes.as_of_date
    inner join seeds.athlete_actions as texts on status.athlete_id = texts.athlete_id and texts.code = 'ON_TRACK'
    order by status.athlete_id
"""
WRITE_REASONS = """
    update marts.flags set
        evidence = written.evidence, not_assessed_because = written.not_assessed_because, action = written.action
    from written
    where flags.athlete_id = written.athlete_id and flags.load_date = cast(written.load_date as date)
        and flags.code = written.code and flags.measure = written.measure and flags.side = written.side
"""
WRITE_STATUSES = """
    update marts.athlete_status set headline = written.headline, next_action = written.next_action
    from written
    where athlete_status.athlete_id = written.athlete_id and athlete_status.load_date = cast(written.load_date as date)
"""


def write_sentences(work: Path) -> dict[str, int]:
    """Write the sentences of the shown days, and headline and next action of the as-of date. Returns how many were written."""
    with database.writer(work) as connection, speaking(ENGLISH):
        reasons, statuses = say(connection)
        for written, query in ((reasons, WRITE_REASONS), (statuses, WRITE_STATUSES)):
            if written:
                connection.register("written", pd.DataFrame(written).astype("string"))
                connection.execute(query)
                connection.unregister("written")
    return {"sentences": len(reasons) + len(statuses)}


def say(connection: database.Connection) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The sentences of the shown days in the current language: of reasons, and of statuses."""
    rules = {row["athlete_id"]: row for row in database.rows(connection, "from seeds.athlete_rules")}
    reasons = [_said(row, rules[row["athlete_id"]]) for row in database.rows(connection, SHOWN_REASONS)]
    leading: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in reasons:
        leading[row["athlete_id"]].append(row)
    return reasons, [
        _status(row, rules[row["athlete_id"]], leading[row["athlete_id"]]) for row in database.rows(connection, STATUSES)
    ]


def _said(row: dict[str, Any], rules: dict[str, Any]) -> dict[str, Any]:
    """The key columns of a reason, with its sentences.

    A reason that cannot be put into words has none: the guard of the marts then sets its athlete aside, and nobody else.
    """
    units, today = row["units"], row["load_date"]
    named = {name: row[name] for name in ("athlete_id", "load_date", "code", "measure", "side", "headline_place", "action_place")}
    try:
        return named | {
            "words": sentences.clauses(row, units, today) if row["headline_place"] else None,
            "evidence": sentences.evidence(row, units, today),
            "not_assessed_because": sentences.because(row, units, today),
            "action": sentences.action(row["action"], rules, row["ceiling_m"], row["place"], units),
        }
    except (KeyError, ValueError, TypeError) as error:
        LOG.error("%s: %s cannot be put into words: %r", row["athlete_id"], row["code"], error)
        return named | dict.fromkeys(("words", "evidence", "not_assessed_because", "action"))


def _status(row: dict[str, Any], rules: dict[str, Any], reasons: list[dict[str, Any]]) -> dict[str, Any]:
    def in_order(place: str, column: str) -> list[str]:
        return [
            reason[column] for reason in sorted((one for one in reasons if one[place]), key=itemgetter(place)) if reason[column]
        ]

    actions = in_order("action_place", "action") or [sentences.action(row["on_track"], rules, None, "", "km")]
    held = {"held_days": row["held_days"], "held_dates": rules["held_dates"]}
    return {
        "athlete_id": row["athlete_id"],
        "load_date": row["load_date"],
        "headline": sentences.headline(held, in_order("headline_place", "words")),
        "next_action": " ".join(actions),
    }
