"""What the coach noted: the last notes, and whether the runner is left below the line."""

from __future__ import annotations

from typing import Any

import duckdb

from dashboards import tables
from flows.words.amounts import short_date, short_day
from flows.words.language import N_, gettext

NOTES = """
    select athlete_id, note_date, kind, until_date, text
    from marts.notes
    where athlete_id between $first and $last
    order by athlete_id, note_date desc, file_id, row_number desc
"""
LAST = """
    select athlete_id, note_date, kind, until_date, text
    from marts.notes
    qualify row_number() over (partition by athlete_id order by note_date desc, file_id, row_number desc) = 1
    order by athlete_id
"""
QUIET = """
    select athlete_id, is_quiet, quiet_until_date, quiet_broken_because
    from marts.athlete_status
    where load_date = $as_of and quiet_until_date is not null
    order by athlete_id
"""
LONG_TEXT = 280  # characters; a longer one opens
LAST_NOTES = 3  # on the runner's page
KINDS = {"called": N_("called"), "note": N_("noted"), "quiet_until": N_("quiet")}
BROKEN = {
    "worse": N_("Quiet was asked for until {day}, but it got worse."),
    "pain": N_("Quiet was asked for until {day}, but pain came."),
    "rupture": N_("Quiet was asked for until {day}, but a rupture is suspected."),
}

# The same in a few words, for the line of the squad page.
NO_LONGER = {
    "worse": N_("no longer quiet: worse"),
    "pain": N_("no longer quiet: pain"),
    "rupture": N_("no longer quiet: possible rupture"),
}


def quiet_word(status: tables.Row) -> str | None:
    """Until when a runner is left below the line, or what broke the quiet, in a few words; None where none was asked for."""
    if status["quiet_until_date"] is None:
        return None
    if status["is_quiet"]:
        return gettext("quiet until {day}").format(day=short_day(status["quiet_until_date"]))
    because = status["quiet_broken_because"]
    return gettext(NO_LONGER[because])


def quiet_words(status: tables.Row) -> str | None:
    """That a runner is left below the line, or why not; from a row with the quiet columns of marts.athlete_status."""
    if status["quiet_until_date"] is None:
        return None
    day = short_date(status["quiet_until_date"])
    if status["is_quiet"]:
        return gettext("Quiet until {day}, as you noted.").format(day=day)
    because = status["quiet_broken_because"]
    return gettext(BROKEN[because]).format(day=day)


def note_words(note: tables.Row) -> dict[str, Any]:
    """A note: its day, what it was in a word, and its text as it was written."""
    until = note["until_date"]
    kind = gettext(KINDS[note["kind"]])
    return {
        "day": short_date(note["note_date"]),
        "kind": gettext("quiet until {day}").format(day=short_date(until)) if until else kind,
        "text": note["text"],
        "is_long": len(note["text"] or "") > LONG_TEXT,
    }


def last_notes(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Any]]:
    """The newest note of every runner who has one."""
    return {note["athlete_id"]: note_words(note) for note in tables.rows(connection, LAST)}
