"""Strength apps: the CSV exports of Strong (comma, or semicolon with units) and of Hevy (kg or lb)."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from flows.readers.cells import Lines, decode, parse_moment
from flows.readers.export_tables import headings_of, same_heading
from flows.readers.log_rows import KILOGRAMS_PER_UNIT, Log, Row, read_rows
from flows.readers.own_logs import header_of
from flows.readers.refusals import RowError, shown
from flows.readers.sports import ON_FOOT, is_known_whole, look_up, sub_sport_of
from flows.records import Activity, FileContent, StrengthSet, UnreadableFile

FORMATS = ("strong_csv", "hevy_csv")
POUND_KG = KILOGRAMS_PER_UNIT["weight_lb"]
MILE_M = 1609.344
SHORTEST_RUN_S = 600  # of a row without a distance: nobody holds a position for ten minutes
METRES_PER_STRONG_UNIT = {
    "m": 1.0,
    "meters": 1.0,
    "km": 1000.0,
    "kilometers": 1000.0,
    "mi": MILE_M,
    "mile": MILE_M,
    "miles": MILE_M,
}
UNITS_KG = {"kg": 1.0, "kgs": 1.0, "lb": POUND_KG, "lbs": POUND_KG}

# Strong's Set Order: a number, or the kind of set; rows of timers and notes come between the sets.
STRONG_WARM_UP = "w"
STRONG_SETS = {STRONG_WARM_UP, "d", "f"}  # warm-up, drop set, to failure
STRONG_BETWEEN = {"rest timer", "ruhezeit", "note"}
LONGEST_ORDER = 9  # digits
HEVY_SETS = ("normal", "warmup", "dropset", "failure")


@dataclass(frozen=True, slots=True)
class LoggedSet:
    """A set and its session, repeated in each row: start, name and length in s."""

    started_at: datetime | None
    started_local: datetime | None
    title: str | None
    duration_s: float | None
    said: StrengthSet
    # Sport and distance of a row that is a run, a walk or a ride among the sets; km or miles if the file does not state the unit.
    sport: str | None = None
    distance_m: float | None = None
    distance_km_or_mi: float | None = None


def strong_set_of(row: Row) -> LoggedSet | None:
    """A row of Strong; None for rest timers, notes and sets that were planned but not done."""
    # 2026-01-18 17:42:05,"Legs",1h 5m,"Seated Calf Raise",W,40.0,12,0,0,"","",
    order = row.required("set_order").lower()
    if order in STRONG_BETWEEN or row.required("exercise_name").lower() in STRONG_BETWEEN:
        return None
    if order not in STRONG_SETS and not (order.isdecimal() and len(order) <= LONGEST_ORDER):
        raise RowError(f"set_order is {shown(order)}", "A number, W (warm-up), D (drop set) or F (failure) is known.")
    started_at, started_local = row.moment("date")
    done = _done(row, "reps", "seconds", "distance", "distance_(meters)")
    if done is None:
        return None
    exercise = row.required("exercise_name")
    distance_m, distance_km_or_mi = _strong_distance(row)
    weight_kg, weight_unstated = _strong_weight(row)
    return LoggedSet(
        started_at,
        started_local,
        row.text("workout_name"),
        _strong_duration_s(row),
        replace(
            done,
            exercise_name=exercise,
            performed_at=started_at,
            performed_local=started_local,
            set_number=int(order) if order.isdecimal() else None,
            weight_kg=weight_kg,
            weight_unstated=weight_unstated,
            is_warmup=order == STRONG_WARM_UP,
            note=row.text("notes"),
        ),
        exercise if is_on_foot(exercise, done, distance_m or distance_km_or_mi) else None,
        distance_m,
        distance_km_or_mi,
    )


def hevy_set_of(row: Row) -> LoggedSet | None:
    """A row of Hevy; None for a set that was planned but not done."""
    # "Legs","18 Jan 2026, 17:42","18 Jan 2026, 18:40","","Seated Calf Raise",,"",0,"warmup",40,12,,,
    started_at, started_local = _hevy_moment(row, "start_time")
    kind = row.word("set_type", HEVY_SETS)
    done = _done(row, "reps", "duration_seconds", "distance_km", "distance_miles")
    if done is None:
        return None
    exercise = row.required("exercise_title")
    distance_m = _not_zero(row.in_one_unit({"distance_km": 1000.0, "distance_miles": MILE_M}))
    index = row.number_in("set_index")
    if index is not None and not index.is_integer():
        raise RowError(f"set_index is {shown(row.required('set_index'))}", "Hevy counts the sets 0, 1, 2.")
    ended = next((moment for moment in _hevy_moment(row, "end_time") if moment), None) if row.text("end_time") else None
    started = started_at or started_local
    has_length = started and ended and (started.tzinfo is None) == (ended.tzinfo is None) and ended >= started
    return LoggedSet(
        started_at,
        started_local,
        row.text("title"),
        (ended - started).total_seconds() if has_length and started and ended else None,
        replace(
            done,
            exercise_name=exercise,
            performed_at=started_at,
            performed_local=started_local,
            set_number=None if index is None else int(index) + 1,
            weight_kg=_not_zero(row.in_one_unit({"weight_kg": 1.0, "weight_lbs": POUND_KG})),
            is_warmup=kind == "warmup",
            note=row.text("exercise_notes"),
        ),
        exercise if is_on_foot(exercise, done, distance_m) else None,
        distance_m,
    )


APPS = {
    "strong_csv": Log(
        required=(("date",), ("exercise_name",), ("set_order",), ("reps", "seconds")),
        optional=(
            "workout_#",
            "workout_name",
            "duration",
            "duration_(sec)",
            "workout_duration",
            "weight",
            "weight_(kg)",
            "weight_(lbs)",
            "weight_unit",
            "distance",
            "distance_(meters)",
            "distance_unit",
            "notes",
            "workout_notes",
            "rpe",
        ),
        record_of=strong_set_of,
        field="activities",
    ),
    "hevy_csv": Log(
        required=(("start_time",), ("exercise_title",), ("reps", "duration_seconds")),
        optional=(
            "title",
            "end_time",
            "description",
            "superset_id",
            "exercise_notes",
            "set_index",
            "set_type",
            "weight_kg",
            "weight_lbs",
            "distance_km",
            "distance_miles",
            "rpe",
        ),
        record_of=hevy_set_of,
        field="activities",
    ),
}
# A table with so many of these headings is the app's, even if a needed one is missing.
TELLING = {
    "strong_csv": {"workout_name", "exercise_name", "set_order"},
    "hevy_csv": {"exercise_title", "set_index", "set_type", "start_time"},
}
TELLING_ENOUGH = 2
# Every export has one of each; without it something is lost that the page must name: (columns, what is lost).
USUAL = {
    "strong_csv": ((("weight", "weight_(kg)", "weight_(lbs)"), "no weights"),),
    "hevy_csv": (
        (("weight_kg", "weight_lbs"), "no weights"),
        (("set_type",), "nobody can tell which sets were warm-ups"),
    ),
}


def app_of(names: list[str]) -> str | None:
    """Which strength app wrote these headings; None if neither did."""
    found = set(_english(names))
    return next((app for app, telling in TELLING.items() if len(telling & found) >= TELLING_ENOUGH), None)


def _english(names: list[str]) -> list[str]:
    """Headings of Strong translated to its English ones; others are unchanged."""
    known = {same_heading(heading.name): heading.meaning for heading in headings_of("strong")}
    return [known.get(same_heading(name), name) for name in names]


def read_strength_app(data: bytes, app: str) -> FileContent:
    """The sessions of one export with their sets, warm-ups marked; rows that cannot be understood are refused.

    `app` is a key of APPS. Raises UnreadableFile if a column is missing that every set needs.
    """
    text, encoding_note = decode(data)
    header = header_of(text)
    if header is None:
        raise UnreadableFile("row 1", "The file has no headings", "Export it again from the app.")
    delimiter, names = header[0], _english(header[1])
    try:
        rows = read_rows(Lines(text), APPS[app], app, delimiter, names)
    except UnreadableFile as refusal:
        refusal.may_be_run, refusal.may_be_strength = False, True
        raise
    notes = ((encoding_note,) if encoding_note else ()) + rows.notes
    if rows.skipped:
        notes += (f"{rows.skipped} rows are timers, notes or sets not done",)
    lost = [f"the column {' or '.join(choice)} is missing: {loss}" for choice, loss in USUAL[app] if not set(choice) & set(names)]
    return FileContent(
        format=app,
        parser="csv",
        activities=sessions_of(rows.records),
        refused_rows=rows.refused,
        nothing_because=None if rows.records or rows.refused else "no sets yet",
        partly_because="; ".join(lost) or None,
        notes=notes,
    )


def sessions_of(logged: Iterable[LoggedSet]) -> tuple[Activity, ...]:
    """The sessions in the file's order; rows with one start and one name are one session."""
    sessions: dict[tuple[datetime | None, datetime | None, str | None], list[LoggedSet]] = {}
    for one in logged:
        sessions.setdefault((one.started_at, one.started_local, one.title), []).append(one)
    activities = []
    for (started_at, started_local, title), rows in sessions.items():
        sets = [one for one in rows if one.sport is None]
        if sets:
            activities.append(
                Activity(
                    sport="strength_training",
                    started_at=started_at,
                    started_local=started_local,
                    elapsed_s=max((one.duration_s for one in sets if one.duration_s), default=None),
                    title=title,
                    sets=tuple(one.said for one in sets),
                    row=sets[0].said.row,
                )
            )
        for sport in dict.fromkeys(one.sport for one in rows if one.sport):
            activities.append(_run_of_totals(sport, title, [one for one in rows if one.sport == sport]))
    return tuple(activities)


def _run_of_totals(sport: str, title: str | None, rows: list[LoggedSet]) -> Activity:
    """One run from the rows of a session that are of one sport on foot, added up; its start is that of the session."""

    def total(values: list[float | None]) -> float | None:
        known = [value for value in values if value is not None]
        return math.fsum(known) if len(known) == len(values) else None

    return Activity(
        sport=sport,
        sub_sport=sub_sport_of(sport),
        started_at=rows[0].started_at,
        started_local=rows[0].started_local,
        distance_m=total([one.distance_m for one in rows]),
        distance_km_or_mi=total([one.distance_km_or_mi for one in rows]),
        moving_s=total([one.said.duration_s or one.said.hold_s for one in rows]),
        rpe=max((one.said.rpe for one in rows if one.said.rpe), default=None),
        title=title,
        note=next((one.said.note for one in rows if one.said.note), None),
        row=rows[0].said.row,
    )


def is_on_foot(exercise: str, done: StrengthSet, distance: float | None) -> bool:
    """Whether a row is running, walking or hiking: "Treadmill" is, "Walking Lunge" and "Farmer's Walk" are not."""
    if not distance and (done.reps is not None or (done.hold_s or 0) < SHORTEST_RUN_S):
        return False
    said = look_up(exercise) if is_known_whole(exercise) else None
    return said is not None and said.kind in ON_FOOT


def _strong_distance(row: Row) -> tuple[float | None, float | None]:
    """(metres, None) if the file gives the unit, else (None, the bare number in the account's km or miles)."""
    metres, bare = _not_zero(row.number_in("distance_(meters)")), _not_zero(row.number_in("distance"))
    unit = METRES_PER_STRONG_UNIT.get((row.text("distance_unit") or "").lower())
    if metres is not None or bare is None:
        return metres, None
    return (None, bare) if unit is None else (bare * unit, None)


def _done(row: Row, reps: str, seconds: str, *distances: str) -> StrengthSet | None:
    """Repetitions, hold and effort of a row; None if nothing was done.

    Both apps write 0 for "does not apply". Seconds next to a distance are the time of a walk or a ride, not of a hold.
    """
    repetitions, time_s = _not_zero(row.number_in(reps)), _not_zero(row.number_in(seconds))
    has_distance = any(_not_zero(row.number_in(column)) for column in distances)
    if repetitions is None and time_s is None and not has_distance:
        return None
    return StrengthSet(
        exercise_name=None,
        reps=repetitions,
        hold_s=None if has_distance else time_s,
        duration_s=time_s if has_distance else None,
        rpe=_not_zero(row.number_in("rpe")),
        row=row.number,
    )


def _not_zero(number: float | None) -> float | None:
    return number or None


def _strong_weight(row: Row) -> tuple[float | None, float | None]:
    """(kg, None) if the file gives the unit, else (None, the bare number)."""
    weight_kg = _not_zero(row.in_one_unit({"weight_(kg)": 1.0, "weight_(lbs)": POUND_KG}))
    bare = _not_zero(row.number_in("weight"))
    if weight_kg is not None or bare is None:
        return weight_kg, None
    unit = row.text("weight_unit")
    if unit is None:
        return None, bare
    if unit.lower() not in UNITS_KG:
        raise RowError(f"weight_unit is {shown(unit)}", "Write kg or lbs.")
    return bare * UNITS_KG[unit.lower()], None


def _strong_duration_s(row: Row) -> float | None:
    """Length of the workout in s, from "1h 5m", "45m", "50s", "1:05:00" or a column of seconds; None if unreadable."""
    seconds = row.number_in("duration_(sec)")
    if seconds is not None:
        return _not_zero(seconds)
    text = row.text("duration") or row.text("workout_duration") or ""
    parts = re.fullmatch(r"(?:(\d+)\s*h)?\s*(?:(\d+)\s*m(?:in)?)?\s*(?:(\d+)\s*s)?", text.lower())
    if not parts:
        parts = re.fullmatch(r"(\d+):(\d+):(\d+)", text)
    if not parts or not text:
        return None
    hours, minutes, whole_seconds = (float(part or 0) for part in parts.groups())
    seconds = 3600 * hours + 60 * minutes + whole_seconds
    return _not_zero(seconds) if math.isfinite(seconds) else None


def _hevy_moment(row: Row, column: str) -> tuple[datetime | None, datetime | None]:
    """(aware UTC, None) if the cell has an offset, else (None, the athlete's local time)."""
    said = parse_moment(row.required(column), column)
    return (said.astimezone(UTC), None) if said.tzinfo else (None, said)
