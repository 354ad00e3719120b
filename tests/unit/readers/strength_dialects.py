"""Sets written as Strong and Hevy write them, for round trips and small exports."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hypothesis import strategies as st

POUND_KG = 0.45359237
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

STRONG_COMMA = "Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,Workout Notes,RPE"
STRONG_GERMAN = (
    "Datum,Workout-Name,Dauer,Name der Übung,Reihenfolge festlegen,Gewicht,Wiederh.,Entfernung,Sekunden,Notizen,"
    "Workout-Notizen,RPE"
)  # fmt: skip
STRONG_SEMICOLON = (
    "Date;Workout Name;Exercise Name;Set Order;Weight;Weight Unit;Reps;RPE;Distance;Distance Unit;Seconds;Notes;Workout Notes;"
    "Workout Duration"
)
HEVY = (
    "title,start_time,end_time,description,exercise_title,superset_id,exercise_notes,set_index,set_type,{weight},reps,{distance},"
    "duration_seconds,rpe"
)
HEVY_KG = HEVY.format(weight="weight_kg", distance="distance_km")
HEVY_LBS = HEVY.format(weight="weight_lbs", distance="distance_miles")


@dataclass(frozen=True)
class Lift:
    """One set as a test thinks of it; weight in whatever unit the dialect has. Exactly one of reps and hold_s is given."""

    at: datetime
    exercise: str
    number: int  # from 1
    reps: int | None
    hold_s: int | None
    weight: float | None
    rpe: float | None
    is_warmup: bool
    note: str | None


WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=30).map(str.strip)
NAMES = WORDS.filter(lambda name: name and name.lower() not in ("rest timer", "ruhezeit", "note"))


@st.composite
def lifts(draw: st.DrawFn, seconds: bool) -> Lift:
    """Any set an app could hold; with `seconds` its time has them."""
    at = draw(st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31))).replace(microsecond=0)
    is_hold = draw(st.booleans())
    return Lift(
        at=at if seconds else at.replace(second=0),
        exercise=draw(NAMES),
        number=draw(st.integers(1, 99)),
        reps=None if is_hold else draw(st.integers(1, 200)),
        hold_s=draw(st.integers(1, 599)) if is_hold else None,  # ten minutes of "Walking" are a walk
        weight=draw(st.none() | st.integers(1, 4000).map(lambda quarter: quarter / 4)),
        rpe=draw(st.none() | st.sampled_from([6, 6.5, 7, 7.5, 8, 8.5, 9, 9.5, 10])),
        is_warmup=draw(st.booleans()),
        note=draw(st.none() | WORDS.filter(bool)),
    )


def table(header: str, rows: Sequence[Sequence[object]], delimiter: str) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(header.split(delimiter))
    writer.writerows(["" if cell is None else cell for cell in row] for row in rows)
    return text.getvalue().encode()


def strong_comma(done: Sequence[Lift], header: str = STRONG_COMMA) -> bytes:
    """Strong on a phone of Apple: no unit, 0 for whatever does not apply."""
    return table(
        header,
        [
            (one.at, "Legs", "1h 5m", one.exercise, "W" if one.is_warmup else one.number, one.weight or 0.0, one.reps or 0, 0,
             one.hold_s or 0, one.note, None, one.rpe)
            for one in done
        ],
        ",",
    )  # fmt: skip


def strong_semicolon(done: Sequence[Lift]) -> bytes:
    """Strong on Android, set to pounds."""
    return table(
        STRONG_SEMICOLON,
        [
            (one.at, "Legs", one.exercise, "W" if one.is_warmup else one.number, one.weight, "lbs", one.reps, one.rpe, None, None,
             one.hold_s or 0, one.note, None, "1h 5m")
            for one in done
        ],
        ";",
    )  # fmt: skip


def hevy(done: Sequence[Lift], header: str) -> bytes:
    """Hevy, whose header says kg or lb; sets are counted from 0."""
    rows = []
    for one in done:
        start = f"{one.at.day} {MONTHS[one.at.month - 1]} {one.at.year}, {one.at.hour:02}:{one.at.minute:02}"
        kind = "warmup" if one.is_warmup else "normal"
        rows.append(
            ("Legs", start, start, None, one.exercise, None, one.note, one.number - 1, kind, one.weight, one.reps, None,
             one.hold_s, one.rpe)
        )  # fmt: skip
    return table(header, rows, ",")
