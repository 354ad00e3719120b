"""Rows of notes.csv and plan.csv: what a coach notes about a runner, and what is planned for one."""

from __future__ import annotations

from flows.readers.cells import parse_duration_s
from flows.readers.log_rows import Log, Row
from flows.readers.refusals import RowError, shown
from flows.records import CoachNote, PlannedDay
from flows.texts import LONGEST_TEXT

METRES_PER_UNIT = {"distance_km": 1000.0, "distance_m": 1.0, "distance_mi": 1609.344}
NOTE_KINDS = ("called", "note", "quiet_until")
PLAN_KINDS = ("easy", "long", "fast", "race", "strength")


def note_of(row: Row) -> CoachNote:
    note_date = row.required_date("date")
    kind = row.required_word("kind", NOTE_KINDS)
    until_date = row.date_in("until")
    if kind == "quiet_until" and until_date is None:
        raise RowError("kind is quiet_until, but until is empty", "Write the last quiet day into until.")
    if kind != "quiet_until" and until_date is not None:
        raise RowError(f"until is {until_date}, but kind is {shown(kind)}", "Write quiet_until as the kind, or clear until.")
    if until_date is not None and until_date < note_date:
        raise RowError(f"until {until_date} is before date {note_date}", "Correct one of them.")
    text = row.text("text")
    if kind == "note" and text is None:
        raise RowError("text is empty", "Fill in text, or remove the row.")
    if text is not None and len(text) > LONGEST_TEXT:
        row.left_out.append(
            RowError(
                f"the text has {len(text):,} characters; those beyond {LONGEST_TEXT:,}", "Write it shorter, or as two notes."
            )
        )
    return CoachNote(
        note_date=note_date,
        kind=kind,
        until_date=until_date,
        text=text,
        row=row.number,
        athlete_id=row.text("athlete_id"),
    )


def planned_day_of(row: Row) -> PlannedDay:
    plan_date = row.required_date("date")
    kind = row.required_word("kind", PLAN_KINDS)
    distance_m = row.in_one_unit(METRES_PER_UNIT)
    moving_time = row.text("moving_time")
    moving_s = None if moving_time is None else parse_duration_s(moving_time, "moving_time")
    if kind != "strength" and distance_m is None and moving_s is None:
        raise RowError("The distance and moving_time are both empty", "Fill in one of them, or remove the row.")
    return PlannedDay(
        plan_date=plan_date,
        kind=kind,
        is_strength=kind == "strength",
        distance_m=None if kind == "strength" else distance_m,
        moving_s=moving_s,
        title=row.text("note"),
        row=row.number,
        athlete_id=row.text("athlete_id"),
    )


NOTES = Log(
    required=(("date",), ("kind",), ("text",)),
    optional=("until",),
    record_of=note_of,
    field="coach_notes",
)
PLAN = Log(
    required=(("date",), ("kind",), (*METRES_PER_UNIT, "moving_time")),
    optional=("note",),
    record_of=planned_day_of,
    field="plan",
)
