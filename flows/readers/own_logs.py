"""The project's own CSV logs: runs, strength sets, symptoms, injuries, calf tests, marks, notes and plans."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flows.readers.cells import (
    DELIMITERS,
    ROW_CHARACTERS,
    Lines,
    decode,
    header_cells,
    header_names,
    heading_list,
    parse_duration_s,
    parse_number,
)
from flows.readers.log_rows import KILOGRAMS_PER_UNIT, Log, Row, moment_in, read_rows
from flows.readers.plain_rows import CellReader, Plain
from flows.readers.plan_rows import METRES_PER_UNIT, NOTES, PLAN
from flows.readers.refusals import RowError, shown
from flows.readers.sides import required_side, side_in
from flows.readers.sites import required_site
from flows.records import Activity, CalfTest, FileContent, Injury, Mark, StrengthSet, Symptom, UnreadableFile

KNEES = ("straight", "bent")
EVENTS = ("pop", "cannot_raise", "examined")
MARK_KINDS = ("illness", "holiday", "race", "missing")
# Columns that many logs share do not show which log it is.
COMMON_COLUMNS = {"date", "side", "note", "rpe", "athlete_id"}
# A log with so many of its own headings is ours, even if a needed one is missing.
LIKE_ENOUGH = 2
# These share their other headings with logs of what was done: without a kind a table is one of those.
NEED_A_KIND = ("notes_csv", "plan_csv")


def run_of(row: Row) -> Activity:
    started_at, started_local = row.moment("started_at")
    distance_m = row.in_one_unit(METRES_PER_UNIT)
    moving_time = row.text("moving_time")
    if distance_m is None and moving_time is None:
        raise RowError("The distance and moving_time are both empty", "Fill in one of them, or remove the row.")
    return Activity(
        sport=row.text("sport") or "running",
        started_at=started_at,
        started_local=started_local,
        distance_m=distance_m,
        moving_s=None if moving_time is None else parse_duration_s(moving_time, "moving_time"),
        ascent_m=row.spare_number("ascent_m"),
        avg_heart_rate_bpm=row.spare_number("avg_heart_rate_bpm"),
        avg_cadence_spm=row.spare_number("cadence_spm"),
        rpe=row.spare_number("rpe"),
        carried_kg=row.spare_number("carried_kg"),
        gear=row.text("gear") or row.text("shoes"),
        note=row.text("note"),
        notes=row.codes,
        row=row.number,
        athlete_id=row.text("athlete_id"),
    )


def strength_set_of(row: Row) -> StrengthSet:
    performed_at, performed_local = row.moment("performed_at")
    reps, hold_s, set_number = row.number_in("reps"), row.number_in("hold_s"), _set_number(row)
    if reps is None and hold_s is None:
        raise RowError("reps and hold_s are both empty", "Fill in the repetitions or the seconds of the hold.")
    return StrengthSet(
        exercise_name=row.required("exercise"),
        performed_at=performed_at,
        performed_local=performed_local,
        set_number=set_number,
        reps=reps,
        weight_kg=row.in_one_unit(KILOGRAMS_PER_UNIT),
        hold_s=hold_s,
        side=side_in(row),
        rpe=row.number_in("rpe"),
        rir=row.number_in("rir"),
        is_warmup=row.yes_or_no("is_warmup") or False,
        note=row.text("note"),
        row=row.number,
        athlete_id=row.text("athlete_id"),
    )


def _set_number(row: Row) -> int | None:
    number = row.number_in("set")
    if number is not None and not number.is_integer():
        raise RowError(f"set is {shown(row.required('set'))}", "Number the sets 1, 2, 3.")
    return None if number is None else int(number)


def _in_a_row(read: Callable[[Row], Any]) -> CellReader:
    """Reads a cell as it is read in a row: in a row of this cell alone."""
    return lambda text, column: read(Row(0, {column: text}))


def _quantity(factors: Mapping[str, float]) -> dict[str, CellReader]:
    return {column: lambda text, name: Row(0, {name: text}).in_one_unit({name: factors[name]}) for column in factors}


def _numbers(**columns: str) -> dict[str, dict[str, CellReader]]:
    return {field: {column: parse_number} for field, column in columns.items()}


def _as_written(text: str, _column: str) -> str:
    return text


def _texts(**columns: str) -> dict[str, dict[str, CellReader]]:
    return {field: {column: _as_written} for field, column in columns.items()}


PLAIN_RUN = Plain(
    record=Activity,
    moment="started_at",
    moment_fields=("started_at", "started_local"),
    read_moment=moment_in,
    cells={
        "distance_m": _quantity(METRES_PER_UNIT),
        "moving_s": {"moving_time": parse_duration_s},
        "gear": {"gear": _as_written, "shoes": _as_written},
        **_numbers(ascent_m="ascent_m", avg_heart_rate_bpm="avg_heart_rate_bpm", avg_cadence_spm="cadence_spm", rpe="rpe"),
        **_numbers(carried_kg="carried_kg"),
        **_texts(sport="sport", note="note", athlete_id="athlete_id"),
    },
    needed=(("distance_m", "moving_s"),),
    otherwise={"sport": "running"},
)
PLAIN_SET = Plain(
    record=StrengthSet,
    moment="performed_at",
    moment_fields=("performed_at", "performed_local"),
    read_moment=moment_in,
    cells={
        "set_number": {"set": _in_a_row(_set_number)},
        "weight_kg": _quantity(KILOGRAMS_PER_UNIT),
        "side": {"side": _in_a_row(side_in)},
        "is_warmup": {"is_warmup": _in_a_row(lambda row: row.yes_or_no("is_warmup"))},
        **_numbers(reps="reps", hold_s="hold_s", rpe="rpe", rir="rir"),
        **_texts(exercise_name="exercise", note="note", athlete_id="athlete_id"),
    },
    needed=(("exercise_name",), ("reps", "hold_s")),
    otherwise={"is_warmup": False},
)


def symptom_of(row: Row) -> tuple[Symptom, ...]:
    """One report, and one more for each further event. Only the date is needed: whatever else is understood counts."""
    report_date = row.required_date("date")
    events = _events_in(row)
    report = Symptom(
        report_date=report_date,
        side=row.unless_unread(lambda: side_in(row)),
        pain_0_10=row.unless_unread(lambda: row.number_in("pain_0_10")),
        morning_stiffness_min=row.unless_unread(lambda: row.number_in("morning_stiffness_min")),
        visa_a=row.unless_unread(lambda: row.number_in("visa_a")),
        is_worse_next_morning=row.unless_unread(lambda: row.yes_or_no("next_morning_worse")),
        event=events[0] if events else None,
        note=row.text("note"),
        row=row.number,
        athlete_id=row.text("athlete_id"),
    )
    answers = (report.pain_0_10, report.morning_stiffness_min, report.visa_a, report.is_worse_next_morning, report.event)
    if row.left_out and all(answer is None for answer in answers):
        raise row.refusal_of_cells()
    # A score or a morning told twice would be two reports of it.
    more = (Symptom(report_date, report.side, event=event, row=row.number, athlete_id=report.athlete_id) for event in events[1:])
    return (report, *more)


def _events_in(row: Row) -> list[str]:
    """Every event that the cell names. Words around one may deny it ("no pop"): such a part of the cell is not understood."""
    value = row.text("event") or ""
    said = re.sub(r"cannot[\s-]+raise", "cannot_raise", value.lower())
    parts = [part.split() for part in re.split(r"[,;/+&]|\band\b", said)]
    if any(set(words) - set(EVENTS) for words in parts):
        row.left_out.append(RowError(f"event is {shown(value)}", f"Write one of: {', '.join(EVENTS)}."))
    return list(dict.fromkeys(word for words in parts if set(words) <= set(EVENTS) for word in words))


def injury_of(row: Row) -> Injury:
    onset_date = row.required_date("onset_date")
    return Injury(
        onset_date=onset_date,
        site=required_site(row),
        side=row.unless_unread(lambda: side_in(row)),
        resolved_date=row.unless_unread(lambda: _end_of(row, onset_date)),
        note=row.text("note"),
        row=row.number,
        athlete_id=row.text("athlete_id"),
    )


def _end_of(row: Row, onset_date: date) -> date | None:
    """The day on which the injury was over. Raises RowError for one that proves no end: the injury then counts as open."""
    try:
        resolved_date = row.date_in("resolved_date")
    except RowError as why:
        raise RowError(f"{why.reason}, so the injury counts as open", why.remedy) from why
    if resolved_date and resolved_date < onset_date:
        reason = f"resolved_date {resolved_date} is before onset_date {onset_date}, so the injury counts as open"
        raise RowError(reason, "Correct one of them.")
    return resolved_date


def calf_test_of(row: Row) -> CalfTest:
    return CalfTest(
        test_date=row.required_date("date"),
        side=required_side(row),
        repetitions=row.required_number("repetitions"),
        knee=row.word("knee", KNEES),
        row=row.number,
        athlete_id=row.text("athlete_id"),
    )


def mark_of(row: Row) -> Mark:
    from_date, to_date = row.required_date("from_date"), row.required_date("to_date")
    if to_date < from_date:
        raise RowError(f"to_date {to_date} is before from_date {from_date}", "Correct one of them.")
    return Mark(
        from_date=from_date,
        to_date=to_date,
        kind=row.required_word("kind", MARK_KINDS),
        row=row.number,
        athlete_id=row.text("athlete_id"),
    )


# Symptoms come last: many logs have a date and a side.
LOGS = {
    "runs_csv": Log(
        required=(("started_at",), tuple(METRES_PER_UNIT), ("moving_time",)),
        optional=("sport", "carried_kg", "ascent_m", "avg_heart_rate_bpm", "cadence_spm", "rpe", "gear", "shoes", "note"),
        record_of=run_of,
        plain=PLAIN_RUN,
        field="activities",
    ),
    "strength_csv": Log(
        required=(("performed_at",), ("exercise",), ("reps", "hold_s")),
        optional=("set", *KILOGRAMS_PER_UNIT, "side", "rpe", "rir", "is_warmup", "note"),
        record_of=strength_set_of,
        plain=PLAIN_SET,
        field="strength_sets",
    ),
    "injuries_csv": Log(
        required=(("onset_date",), ("site",)),
        optional=("side", "resolved_date", "note"),
        record_of=injury_of,
        field="injuries",
        has_loose_notes=True,
    ),
    "calf_tests_csv": Log(
        required=(("date",), ("side",), ("repetitions",)),
        optional=("knee",),
        record_of=calf_test_of,
        field="calf_tests",
    ),
    "marks_csv": Log(
        required=(("from_date",), ("to_date",), ("kind",)),
        optional=(),
        record_of=mark_of,
        field="marks",
    ),
    "notes_csv": NOTES,
    "plan_csv": PLAN,
    "symptoms_csv": Log(
        required=(("date",),),
        optional=(
            "side",
            "pain_0_10",
            "morning_stiffness_min",
            "visa_a",
            "next_morning_worse",
            "event",
            "note",
        ),
        record_of=symptom_of,
        field="symptoms",
        has_loose_notes=True,
    ),
}
FORMATS = tuple(LOGS)


def log_format(names: list[str]) -> str | None:
    """Which of our logs these headings belong to; None if they belong to none."""
    found = set(names)
    for log_name, log in LOGS.items():
        whole = all(found & set(choice) for choice in log.required)
        if whole and (found & set(log.columns)) - COMMON_COLUMNS:
            return log_name
    # A log with a missing or misspelt heading is still that log: its reader names the heading.
    likeness = {
        name: len((found & set(log.columns)) - COMMON_COLUMNS) + len(found & set(log.columns)) / 100
        for name, log in LOGS.items()
        if "kind" in found or name not in NEED_A_KIND
    }
    best = max(likeness, key=lambda name: likeness[name])
    return best if likeness[best] >= LIKE_ENOUGH else None


def header_of(text: str) -> tuple[str, list[str]] | None:
    """Delimiter and headings of the first line that is not empty; None if there is no such line."""
    first = re.search(r"[^,;\t \r\n]", text)
    if first is None:
        return None
    start = max(text.rfind("\n", 0, first.start()), text.rfind("\r", 0, first.start())) + 1
    line = re.split(r"[\r\n]", text[start : start + ROW_CHARACTERS], maxsplit=1)[0]
    known = {name for log in LOGS.values() for name in log.columns}
    readings = [(mark, header_names(header_cells(line, mark))) for mark in DELIMITERS]
    return max(readings, key=lambda reading: (len(known & set(reading[1])), len(reading[1])))


def read_own_log(data: bytes, named_as: str | None = None) -> FileContent:
    """Every row of one of our own CSV logs; a row that cannot be understood is refused, the others are taken.

    The headings decide which log it is, else `named_as` (a key of LOGS).
    """
    text, encoding_note = decode(data)
    header = header_of(text)
    if header is None:
        raise UnreadableFile("row 1", "The file has no headings", "Write the column names into the first row.")
    delimiter, names = header
    log_name = log_format(names) or named_as
    if log_name is None:
        raise UnreadableFile(
            "row 1",
            f"The headings are those of none of our logs: {heading_list(names)}",
            f"Known logs: {', '.join(name.removesuffix('_csv') + '.csv' for name in LOGS)}.",
        )
    try:
        rows = read_rows(Lines(text), LOGS[log_name], log_name, delimiter, names)
    except UnreadableFile as refusal:
        refusal.may_be_run, refusal.may_be_strength = log_name == "runs_csv", log_name == "strength_csv"
        raise
    return FileContent(
        format=log_name,
        parser="csv",
        refused_rows=rows.refused,
        nothing_because=None if rows.records or rows.refused else "no rows yet",
        notes=((encoding_note,) if encoding_note else ()) + rows.notes,
        **{LOGS[log_name].field: rows.records},  # type: ignore[arg-type]
    )
