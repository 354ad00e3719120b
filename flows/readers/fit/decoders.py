"""Three decoders of FIT files with one form of result."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

import fitdecode
import fitfast
import numpy as np
from garmin_fit_sdk import Decoder, Stream

from flows.readers.fit.container import whole_part
from flows.readers.fit.profile import FIT_EPOCH_S, SEMICIRCLE_DEG

RECORD_FIELDS = (
    "timestamp",
    "position_lat",
    "position_long",
    "enhanced_altitude",
    "altitude",
    "distance",
    "speed",
    "enhanced_speed",
    "heart_rate",
    "cadence",
    "fractional_cadence",
)
SESSION_FIELDS = (
    "start_time",
    "sport",
    "sub_sport",
    "total_distance",
    "total_timer_time",
    "total_elapsed_time",
    "total_ascent",
    "total_descent",
    "total_cycles",
    "avg_heart_rate",
    "avg_cadence",
    "avg_fractional_cadence",
    "workout_rpe",
)
TIME_FIELDS = {"timestamp", "start_time"}
LAST_FIT_TIME_S = 2**32
GUESS_FIELDS = {"category", "category_subtype"}
# compressed_speed_distance in a definition message: field 8, 3 bytes, type byte.
COMPRESSED_SPEED_DISTANCE = bytes((8, 3, 13))
# Developer fields that a pod (Stryd) may add, and the units accepted.
DEVELOPER_UNITS = {
    "distance": {"m", "meter", "meters", "metre", "metres"},
    "speed": {"m/s", "mps", "meters/second"},
    "cadence": {"rpm", "spm", "strides/min", "steps/min"},
}
# Exceptions of fitdecode on damaged bytes, found by fuzzing.
DAMAGE_ERRORS = (
    fitdecode.FitError,
    ArithmeticError,
    AssertionError,
    LookupError,
    TypeError,
    ValueError,
    struct.error,
)
PARSERS = ("fitfast", "garmin-fit-sdk", "fitdecode")  # from the first to the last resort
Message = Mapping[str, Any]
Found = TypeVar("Found")


@dataclass(frozen=True)
class Messages:
    """Result of one decoder: times in seconds since 1970, SI units, degrees, enums as numbers."""

    parser: str
    records: dict[str, np.ndarray]  # one float64 column per field, NaN for missing; developer fields as "developer speed"
    sessions: Sequence[Message] = ()
    events: Sequence[Message] = ()
    sets: Sequence[Message] = ()
    sports: Sequence[Message] = ()
    file_ids: Sequence[Message] = ()
    broken_because: str | None = None


def join_heart_rate(data: bytes, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join each chained file that holds only a strap's stored heart rate to the activity before it."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and is_only_heart_rate(data[start:end]):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def is_only_heart_rate(chunk: bytes) -> bool:
    counts = fast_counts(chunk) or {}
    return "hr" in counts and "session" not in counts and "record" not in counts


def decode(chunk: bytes, offset: int) -> Messages:
    """Decode one FIT file with the fastest decoder that reads it correctly; `offset` is its first byte in a chain."""
    broken_because = None
    counts = fast_counts(chunk)
    if counts is None:
        chunk, broken_because = whole_part(chunk, offset)
        counts = fast_counts(chunk)
    messages = None
    if counts is not None and not ("field_description" in counts and has_namesake_field(chunk)):
        with_strap = decode_officially(chunk) if "hr" in counts else None
        messages = with_strap or unless_it_fails(decode_fast, chunk, counts)
        told = messages.records.keys() if messages else set()
        if COMPRESSED_SPEED_DISTANCE in chunk and not {"distance", "enhanced_speed", "speed"} & told:
            messages = decode_officially(chunk)
    messages = messages or decode_tolerantly(chunk)
    return replace(messages, broken_because=broken_because or messages.broken_because)


def fast_counts(chunk: bytes) -> dict[str, int] | None:
    """How many messages of each kind fitfast finds; None if it refuses the file."""
    return unless_it_fails(fitfast.message_counts, chunk)


def unless_it_fails(read: Callable[..., Found], *of: Any) -> Found | None:
    """Result of fitfast; None if it refuses the file or fails on it."""
    try:
        return read(*of)
    except fitfast.FitDecodeError:
        return None
    except BaseException as error:
        # Some damaged bytes make its Rust core panic, which is raised as a class that cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        return None


def has_namesake_field(chunk: bytes) -> bool:
    """Whether a developer field has exactly the name of a native one: fitfast would overwrite the native field."""
    return any(name.encode() + b"\0" in chunk for name in {*RECORD_FIELDS, *SESSION_FIELDS})


def decode_fast(chunk: bytes, counts: Mapping[str, int]) -> Messages:
    records = fitfast.records(chunk)
    names = {name: f"developer {name.casefold()}" for name in records if name not in RECORD_FIELDS}
    columns = {names.get(name, name): column for name, column in records.items()}
    if not developer_units_are_known(chunk, columns):
        columns = {name: column for name, column in columns.items() if not name.startswith("developer ")}
    # The categories of a set are arrays, which only the slower parse() returns.
    sets = fitfast.parse(chunk, enum_names=False)["set"] if "set" in counts else []
    sessions = rows_of(chunk, "session")
    return Messages(
        parser="fitfast",
        records=columns,
        sessions=sessions,
        events=rows_of(chunk, "event"),
        sets=[numbers_of(entry) for entry in sets],
        sports=[] if sessions else rows_of(chunk, "sport"),
        file_ids=[] if sessions else rows_of(chunk, "file_id"),
    )


def rows_of(chunk: bytes, kind: str) -> list[Message]:
    """All messages of one kind as dicts without their missing fields."""
    columns = fitfast.records(chunk, kind)
    rows = zip(*(column.tolist() for column in columns.values()), strict=True)
    return [{name: x for name, x in zip(columns, row, strict=True) if not np.isnan(x)} for row in rows]


def developer_units_are_known(chunk: bytes, columns: Mapping[str, np.ndarray]) -> bool:
    """Whether every developer field that fills gaps of a native field is in the native unit."""
    wanted = [
        name
        for name in DEVELOPER_UNITS
        if f"developer {name}" in columns
        and (name not in columns or (np.isnan(columns[name]) & np.isfinite(columns[f"developer {name}"])).any())
    ]
    if not wanted:
        return True
    units = {
        description.get("field_name", "").casefold(): description.get("units", "").casefold()
        for description in fitfast.parse(chunk, enum_names=False).get("field_description", [])
    }
    return all(units.get(name) in DEVELOPER_UNITS[name] for name in wanted)


def decode_officially(chunk: bytes) -> Messages | None:
    """Decode with garmin-fit-sdk, which merges a strap's heart rate and unpacks fields that hold two values; None if it
    cannot read the file."""
    decoder = Decoder(Stream.from_byte_array(bytearray(chunk)))
    try:
        read, errors = decoder.read(convert_types_to_strings=False)
    except DAMAGE_ERRORS:
        return None
    messages: Mapping[str, Any] = dict(read)
    if errors:
        return None

    def rows(kind: str) -> list[Message]:
        return [
            numbers_of({name: x.timestamp() if isinstance(x, datetime) else x for name, x in message.items()})
            for message in messages.get(f"{kind}_mesgs", [])
        ]

    return Messages(
        parser="garmin-fit-sdk",
        records=columns_of(rows("record")),
        sessions=rows("session"),
        events=rows("event"),
        sets=rows("set"),
        sports=rows("sport"),
        file_ids=rows("file_id"),
    )


def decode_tolerantly(chunk: bytes) -> Messages:
    """Decode with fitdecode as far as possible."""
    kinds = ("record", "session", "event", "set", "sport", "file_id")
    rows: dict[str, list[Message]] = {kind: [] for kind in kinds}
    broken_because = None
    frames = iter(
        fitdecode.FitReader(
            chunk,
            processor=None,
            check_crc=fitdecode.CrcCheck.DISABLED,
            error_handling=fitdecode.ErrorHandling.IGNORE,
        )
    )
    while True:
        try:
            frame = next(frames, None)
        except DAMAGE_ERRORS:
            broken_because = "the file is damaged: a part of it makes no sense"
            break
        if frame is None:
            break
        if isinstance(frame, fitdecode.FitDataMessage) and frame.name in rows:
            rows[frame.name].append(fields_of(frame))
    return Messages(
        parser="fitdecode",
        records=columns_of(rows["record"]),
        sessions=rows["session"],
        events=rows["event"],
        sets=rows["set"],
        sports=rows["sport"],
        file_ids=rows["file_id"],
        broken_because=broken_because,
    )


def fields_of(frame: fitdecode.FitDataMessage) -> Message:
    """The fields of one fitdecode message in the form of the other decoders."""
    fields: dict[str, Any] = {}
    for field in frame.fields:
        if field.raw_value is None:
            continue
        if field.field_def is not None and field.field_def.is_dev:
            name = str(field.name).casefold()
            if field.units is not None and field.units.casefold() in DEVELOPER_UNITS.get(name, ()):
                fields.setdefault(f"developer {name}", field.value)
            continue
        # total_strides is the name of total_cycles for this sport: use the stored field number
        name = field.parent_field.name if field.parent_field else field.name
        is_enum = isinstance(field.value, str | tuple)
        value = field.raw_value if is_enum else field.value
        fields[name] = value
    return {
        name: value + FIT_EPOCH_S if name in TIME_FIELDS else value
        for name, value in numbers_of(fields).items()
        if name not in TIME_FIELDS or 0 <= value < LAST_FIT_TIME_S
    }


def numbers_of(message: Mapping[Any, Any]) -> Message:
    """The fields that are plain numbers, and the guesses of a set; damaged or unusual files have others, left out."""
    return {
        name: value
        for name, value in message.items()
        if (isinstance(value, int | float) and np.isfinite(value)) or name in GUESS_FIELDS
    }


def columns_of(rows: Sequence[Message]) -> dict[str, np.ndarray]:
    """Record messages as one float column per field."""
    names = [*RECORD_FIELDS, *(f"developer {name}" for name in DEVELOPER_UNITS)]
    columns = {
        name: np.array([row.get(name, np.nan) for row in rows], dtype=float) for name in names if any(name in row for row in rows)
    }
    for name in ("position_lat", "position_long"):
        if name in columns:
            columns[name] *= SEMICIRCLE_DEG
    return columns


def file_type(messages: Messages) -> int | None:
    return next((int(entry["type"]) for entry in messages.file_ids if entry.get("type") is not None), None)
