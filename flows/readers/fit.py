"""FIT files: sessions, tracks and strength sets, exactly as the watch wrote them.

Three decoders share the work: fitfast (fast, columns), garmin-fit-sdk (merges heart rate that a strap
stored, unpacks a field that holds speed and distance) and fitdecode (slow, takes what the others refuse).
A broken file is read to its last whole message.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

import fitdecode
import fitfast
import numpy as np
import pandas as pd
from garmin_fit_sdk import Decoder, Stream
from garmin_fit_sdk.profile import Profile

from flows.readers.track_clock import is_stray, start_among
from flows.records import TRACK_COLUMNS, Activity, FileContent, RefusedRow, StrengthSet, UnreadableFile

FIT_EPOCH_S = 631065600  # 1989-12-31T00:00:00Z, where FIT clocks start
SEMICIRCLE_DEG = 180 / 2**31

SHORT_HEADER_BYTES = 12
CHECKSUM_BYTES = 2
LONGEST_DEFINITION_BYTES = 6 + 3 * 255 + 1 + 3 * 255

# Numbers of the FIT profile that we act on.
EVENT_TIMER = 0
EVENT_STARTS = {0}
EVENT_STOPS = {1, 4, 8, 9}  # stop, stop_all, stop_disable, stop_disable_all
FILE_TYPE_ACTIVITY = 4
SET_ACTIVE = 1
SUB_SPORT_STRENGTH = 20
NO_GUESS = 65535

# Cadence of a foot sport is strides (one foot) a minute by the profile. Some apps write steps instead; above
# these figures a number cannot be strides: nobody runs 240 steps a minute or walks 150 for a whole session.
MOST_STRIDES_PER_MIN = {"running": 120, "walking": 75, "hiking": 75}

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
# compressed_speed_distance as a definition lists it: field 8, 3 bytes, of the type byte.
COMPRESSED_SPEED_DISTANCE = bytes((8, 3, 13))

# What a pod (Stryd) may add as developer field, and the units in which we take it.
DEVELOPER_UNITS = {
    "distance": {"m", "meter", "meters", "metre", "metres"},
    "speed": {"m/s", "mps", "meters/second"},
    "cadence": {"rpm", "spm", "strides/min", "steps/min"},
}

FOREIGN_REMEDY = "Check that this is the file the watch made, and export the activity again as original (FIT)"
EXPORT_AGAIN = "Copy it from the watch again, or export the activity once more from its app"

Message = Mapping[str, Any]
Found = TypeVar("Found")


@dataclass(frozen=True)
class Messages:
    """What one decoder found: times in seconds since 1970, SI units, degrees, enums as numbers."""

    parser: str
    records: dict[str, np.ndarray]  # one float64 column per field, NaN for missing; "developer speed" and the like
    sessions: Sequence[Message] = ()
    events: Sequence[Message] = ()
    sets: Sequence[Message] = ()
    sports: Sequence[Message] = ()
    file_ids: Sequence[Message] = ()
    broken_because: str | None = None


def read_fit(data: bytes) -> FileContent:
    """Read one FIT file, chained and broken ones included; each `session` message becomes one Activity.

    Raises UnreadableFile when nothing at all can be taken. Where a part can be taken, `partly_because` names
    the byte at which reading stopped.
    """
    spans, rest_because = split_chain(data)
    found = [decode(data[start:end], start) for start, end in join_heart_rate(data, spans)]

    parts = [part for messages in found for part in activities_of(messages)]
    activities = tuple(part for part in parts if isinstance(part, Activity))
    refused = tuple(part for part in parts if isinstance(part, RefusedRow))

    broken = [messages.broken_because for messages in found if messages.broken_because]
    broken += [rest_because] if rest_because else []
    if not activities and (broken or refused):
        reasons = "; ".join([*broken, *(row.reason for row in refused)])
        refusal = UnreadableFile("byte 0", f"{reasons}; no session and no track before that", EXPORT_AGAIN)
        refusal.started_at = next((row.started_at for row in refused if row.started_at), None)
        raise refusal
    if any(lacks_summary(messages) for messages in found):
        broken.append("the summary of the session is missing, so only the track speaks")
    return FileContent(
        format="fit",
        parser=max((messages.parser for messages in found), key=PARSERS.index),
        activities=activities,
        refused_rows=refused,
        nothing_because=None if activities else why_nothing(found),
        partly_because=f"{'; '.join(broken)}; what could be read was taken" if broken else None,
    )


# --- the bytes ------------------------------------------------------------------------------------


def split_chain(data: bytes) -> tuple[list[tuple[int, int]], str | None]:
    """(start, end) of each FIT file chained in `data`, and why the rest was left out, if there is a rest."""
    if not data:
        raise UnreadableFile("byte 0", "the file is empty", EXPORT_AGAIN)
    spans: list[tuple[int, int]] = []
    start = 0
    while start < len(data):
        # 0e 10 d9 07 34 4b 00 00 2e 46 49 54 ..: header size, protocol, profile, data size, ".FIT"
        header = data[start : start + SHORT_HEADER_BYTES]
        if len(header) < SHORT_HEADER_BYTES or header[0] < SHORT_HEADER_BYTES or header[8:] != b".FIT":
            break
        body_bytes = int.from_bytes(header[4:8], "little")
        # A watch that lost power leaves the size 0: then the body is whatever follows.
        end = start + header[0] + body_bytes + CHECKSUM_BYTES if body_bytes else len(data)
        spans.append((start, min(end, len(data))))
        start = end
    if not spans:
        raise UnreadableFile("byte 0", "this is not a FIT file: its first bytes are not a FIT header", FOREIGN_REMEDY)
    rest = data[start:]
    if rest.strip(b"\0"):
        return spans, f"from byte {start} on there is no FIT header: the last {len(rest)} bytes were left out"
    return spans, None


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


def whole_part(chunk: bytes, offset: int) -> tuple[bytes, str | None]:
    """The whole messages of one FIT file as a file that fitfast takes, and what was wrong, if anything.

    fitfast wants every checksum right. The one of the header may be left 0, which is no fault; a recording
    that was cut off, never closed or damaged ends here after its last whole message.
    """
    body_bytes = int.from_bytes(chunk[4:8], "little")
    body_end = chunk[0] + body_bytes if body_bytes else len(chunk)
    end, is_damaged = last_whole_message(chunk, min(body_end, len(chunk)))
    stored = chunk[body_end : body_end + CHECKSUM_BYTES]
    because = None
    if not body_bytes:
        because = f"the recording was never closed: its header at byte {offset} gives no length"
    elif is_damaged:
        because = f"the file is damaged from byte {offset + end} on"
    elif end < body_end or len(stored) < CHECKSUM_BYTES:
        because = f"the file is cut off at byte {offset + len(chunk)}"
    elif checksum(chunk[:body_end]) != int.from_bytes(stored, "little"):
        because = f"the checksum at byte {offset + body_end} is wrong: something in the file is damaged"
    body = chunk[chunk[0] : end]
    closed = struct.pack("<B3sI4s", SHORT_HEADER_BYTES, chunk[1:4], len(body), b".FIT") + body
    heart_rate = chunk[body_end + CHECKSUM_BYTES :]  # joined to it, and whole
    return closed + struct.pack("<H", checksum(closed)) + heart_rate, because


def last_whole_message(chunk: bytes, body_end: int) -> tuple[int, bool]:
    """Where the last whole message ends, by lengths alone, and whether the bytes after it make no sense.

    In a damaged file the message before the nonsense is left out too: bytes went missing in or before it.
    """
    sizes: dict[int, int] = {}  # local message number -> bytes of its data
    place = before = chunk[0]
    while place < body_end:
        head = chunk[place]
        if head & 0x80:  # compressed timestamp: 1nnttttt
            size = sizes.get(head >> 5 & 0b11)
        elif head & 0x40:  # definition: 01d0nnnn, reserved, endian, number (2), fields, 3 bytes for each
            size, sizes[head & 0xF] = definition_sizes(chunk[place : min(place + LONGEST_DEFINITION_BYTES, body_end)])
        else:
            size = sizes.get(head & 0xF)
        if size is None:
            return before, True
        if place + 1 + size > body_end:
            return place, False
        before, place = place, place + 1 + size
    return place, False


def checksum(data: bytes) -> int:
    """The CRC-16 of FIT files (polynomial 0xA001, from 0)."""
    crc = 0
    for byte in data:
        crc = crc >> 8 ^ CRC_OF_BYTE[(crc ^ byte) & 0xFF]
    return crc


def crc_of_byte(crc: int) -> int:
    for _ in range(8):
        crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc


CRC_OF_BYTE = [crc_of_byte(byte) for byte in range(256)]


def definition_sizes(chunk: bytes) -> tuple[int, int]:
    """Bytes of a definition message after its head, and of each data message that it defines."""
    fields = chunk[5] if len(chunk) > 5 else 0  # noqa: PLR2004
    end = 6 + 3 * fields
    data = sum(chunk[7:end:3])
    if chunk[0] & 0x20:  # developer fields follow: their count, 3 bytes for each
        start = end + 1
        end = start + 3 * (chunk[end] if len(chunk) > end else 0)
        data += sum(chunk[start + 1 : end : 3])
    return end - 1, data


# --- three decoders, one shape --------------------------------------------------------------------


def decode(chunk: bytes, offset: int) -> Messages:
    """Decode one FIT file with the fastest decoder that reads it rightly; `offset`: its place in a chain."""
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
    """How many messages of each kind fitfast finds; None where it refuses the file."""
    return unless_it_fails(fitfast.message_counts, chunk)


def unless_it_fails(read: Callable[..., Found], *of: Any) -> Found | None:
    """What fitfast reads; None where it refuses the file or fails on it."""
    try:
        return read(*of)
    except fitfast.FitDecodeError:
        return None
    except BaseException as error:
        # Some damaged bytes make its Rust core panic, which arrives as a class that cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        return None


def has_namesake_field(chunk: bytes) -> bool:
    """fitfast lets a developer field overwrite a native one of exactly the same name; do such names occur?"""
    return any(name.encode() + b"\0" in chunk for name in {*RECORD_FIELDS, *SESSION_FIELDS})


def decode_fast(chunk: bytes, counts: Mapping[str, int]) -> Messages:
    records = fitfast.records(chunk)
    names = {name: f"developer {name.casefold()}" for name in records if name not in RECORD_FIELDS}
    columns = {names.get(name, name): column for name, column in records.items()}
    if not developer_units_are_known(chunk, columns):
        columns = {name: column for name, column in columns.items() if not name.startswith("developer ")}
    # The categories of a set are arrays, which only the slower parse() gives.
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
    """Whether every developer field that would fill a native gap is in the unit of the native field."""
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
    """Decode with garmin-fit-sdk, which merges a strap's heart rate and unpacks fields that hold two; None where it
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
    """Decode with fitdecode as far as it goes."""
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


# What fitdecode raises on damaged bytes, found by changing bytes at random.
DAMAGE_ERRORS = (
    fitdecode.FitError,
    ArithmeticError,
    AssertionError,
    LookupError,
    TypeError,
    ValueError,
    struct.error,
)

PARSERS = ("fitfast", "garmin-fit-sdk", "fitdecode")  # the one furthest right read the most difficult part


def fields_of(frame: fitdecode.FitDataMessage) -> Message:
    """The fields of one fitdecode message in the shape of the other decoders."""
    fields: dict[str, Any] = {}
    for field in frame.fields:
        if field.raw_value is None:
            continue
        if field.field_def is not None and field.field_def.is_dev:
            name = str(field.name).casefold()
            if field.units is not None and field.units.casefold() in DEVELOPER_UNITS.get(name, ()):
                fields.setdefault(f"developer {name}", field.value)
            continue
        # total_strides is total_cycles seen through the sport: we go by the number that was stored
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
    """The fields that are plain numbers, and the guesses of a set; damaged or odd files have others."""
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


# --- from messages to activities ------------------------------------------------------------------


def activities_of(messages: Messages) -> list[Activity | RefusedRow]:
    """One Activity per session; without any session, one from the track if this is an activity file."""
    track = track_of(messages.records)
    times_s = track["time_s"].to_numpy()
    first_s = float(np.fmin.reduce(times_s[~is_stray(times_s)], initial=np.nan))
    if not messages.sessions:
        return [activity_from_track(messages, track, first_s)] if lacks_summary(messages) else []

    # Which leg a record belongs to hangs on the starts; that of a single session is looked at with the track.
    timed = [(session.get("start_time", first_s), session) for session in messages.sessions]
    stray_notes: tuple[str, ...] = ()
    if len(timed) > 1:
        is_out = is_stray(times_s)
        stray_notes = ("points_days_away",) if is_out.any() else ()
        track, times_s = track[~is_out].reset_index(drop=True), times_s[~is_out]
        timed = [
            (start_among(times_s, start_s, session.get("timestamp"), session.get("total_elapsed_time")), session)
            for start_s, session in timed
        ]
    sessions = sorted((pair for pair in timed if not np.isnan(pair[0])), key=lambda pair: pair[0])
    starts_s = [start_s for start_s, _ in sessions]
    pauses = pauses_of(messages.events, times_s)
    sets = sets_of(messages.sets, strength_start(sessions))

    owner = np.searchsorted(starts_s, times_s, side="right") - 1  # a record without a time: the last
    owner = np.maximum(owner, 0)  # a record just before the first start
    result: list[Activity | RefusedRow] = []
    for number, (start_s, session) in enumerate(sessions):
        from_s = start_s if number else -np.inf
        until_s = starts_s[number + 1] if number + 1 < len(starts_s) else np.inf
        leg = track if len(sessions) == 1 else track[owner == number].reset_index(drop=True)
        result.append(
            activity_from_session(
                session,
                start_s,
                leg,
                pauses=pauses_within(pauses, from_s, until_s),
                sets=sets_within(sets, from_s, until_s),
                is_leg=len(sessions) > 1,
                notes=stray_notes,
            )
        )
    reason = "a session has no start time, and there is no track to take it from"
    for session in (session for start_s, session in timed if np.isnan(start_s)):
        ended = session.get("timestamp")  # when it was written: at its end
        moment = datetime.fromtimestamp(ended - session.get("total_elapsed_time", 0), UTC) if ended else None
        sport = enum_name("sport", session.get("sport"))
        result.append(RefusedRow("session", reason, EXPORT_AGAIN, started_at=moment, sport=sport))
    return result


def activity_from_session(
    session: Message,
    start_s: float,
    track: pd.DataFrame,
    pauses: tuple[tuple[float, float], ...],
    sets: tuple[StrengthSet, ...],
    notes: tuple[str, ...],
    is_leg: bool = False,
) -> Activity:
    """The summary as the session tells it, with its part of the track."""

    def value(name: str) -> float | None:
        return float(session[name]) if name in session else None

    sport = enum_name("sport", session.get("sport"))
    cadence, rpe = value("avg_cadence"), value("workout_rpe")
    if cadence is not None:
        cadence += value("avg_fractional_cadence") or 0
    return Activity(
        sport=sport,
        sub_sport=enum_name("sub_sport", session.get("sub_sport")),
        started_at=datetime.fromtimestamp(start_s, UTC),
        distance_m=value("total_distance"),
        moving_s=value("total_timer_time"),
        elapsed_s=value("total_elapsed_time"),
        ascent_m=value("total_ascent"),
        descent_m=value("total_descent"),
        avg_heart_rate_bpm=value("avg_heart_rate"),
        avg_cadence_spm=steps_from_strides(sport, cadence, minutes=1),
        steps=steps_from_strides(sport, value("total_cycles"), (value("total_timer_time") or 0) / 60),
        rpe=None if rpe is None else rpe / 10,  # the watch keeps CR10 times ten
        is_leg=is_leg,
        track=track if len(track) else None,
        notes=(*notes, *(("start_from_points",) if session.get("start_time", start_s) != start_s else ())),
        pauses=pauses,
        sets=sets,
    )


def activity_from_track(messages: Messages, track: pd.DataFrame, first_s: float) -> Activity:
    """The activity of a file that lost its session message: start, track, pauses and sets only."""
    sport = messages.sports[0] if messages.sports else {}
    return Activity(
        sport=enum_name("sport", sport.get("sport")),
        sub_sport=enum_name("sub_sport", sport.get("sub_sport")),
        started_at=datetime.fromtimestamp(first_s, UTC),
        track=track,
        pauses=pauses_of(messages.events, track["time_s"].to_numpy()),
        sets=sets_of(messages.sets, first_s),
    )


def lacks_summary(messages: Messages) -> bool:
    """Whether there is the track of an activity without its session, which a watch writes last.

    Courses and segments have a track too, but nobody ran it.
    """
    has_track = bool(np.isfinite(messages.records.get("timestamp", np.array([]))).any())
    return has_track and not messages.sessions and file_type(messages) in {FILE_TYPE_ACTIVITY, None}


def strength_start(sessions: Sequence[tuple[float, Message]]) -> float:
    """Start of the strength leg, from which sets without a start of their own are counted."""
    strength = [start_s for start_s, session in sessions if session.get("sub_sport") == SUB_SPORT_STRENGTH]
    return next(iter([*strength, *(start_s for start_s, _ in sessions)]), np.nan)


def steps_from_strides(sport: str | None, strides: float | None, minutes: float) -> float | None:
    """Steps of both feet from FIT's strides of one foot; None where the number may not be strides."""
    most_per_min = MOST_STRIDES_PER_MIN.get(sport or "")
    if strides is None or most_per_min is None or strides > most_per_min * minutes:
        return None
    return 2 * strides


def track_of(records: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """The records in TRACK_COLUMNS; native fields win, a pod's developer fields fill their gaps."""
    length = len(next(iter(records.values()), ()))
    missing = np.full(length, np.nan)

    def first_known(*names: str) -> np.ndarray:
        known = missing
        for name in names:
            column = records.get(name, missing)
            known = np.where(np.isnan(known), column, known)
        return known

    fraction = np.nan_to_num(first_known("fractional_cadence"))
    columns = {
        "time_s": first_known("timestamp"),
        "latitude_deg": first_known("position_lat"),
        "longitude_deg": first_known("position_long"),
        "altitude_m": first_known("enhanced_altitude", "altitude"),
        "distance_m": first_known("distance", "developer distance"),
        "speed_mps": first_known("speed", "enhanced_speed", "developer speed"),
        "heart_rate_bpm": first_known("heart_rate"),
        "cadence_per_min": np.where(
            np.isnan(first_known("cadence")),
            first_known("developer cadence"),
            first_known("cadence") + fraction,
        ),
    }
    return pd.DataFrame(columns, columns=list(TRACK_COLUMNS), dtype=float)


def pauses_of(events: Sequence[Message], times_s: np.ndarray) -> tuple[tuple[float, float], ...]:
    """(start, end) of each time the timer stood still: before its first start, between, after its last stop.

    The first and the last may have no length; they tell a file with timer events from one without.
    """
    turns = [
        (event["timestamp"], event["event_type"] in EVENT_STARTS)
        for event in events
        if event.get("event") == EVENT_TIMER and event.get("event_type") in EVENT_STARTS | EVENT_STOPS and "timestamp" in event
    ]
    if not turns:
        return ()
    turns.sort(key=lambda turn: turn[0])
    pauses = []
    stopped_s = np.fmin.reduce(times_s, initial=turns[0][0]) if turns[0][1] else None
    for time_s, is_start in turns:
        if is_start and stopped_s is not None:
            pauses.append((float(stopped_s), float(time_s)))
            stopped_s = None
        elif not is_start and stopped_s is None:
            stopped_s = time_s
    if stopped_s is not None:
        pauses.append((float(stopped_s), float(np.fmax.reduce(times_s, initial=stopped_s))))
    return tuple(pauses)


def pauses_within(pauses: tuple[tuple[float, float], ...], from_s: float, until_s: float) -> tuple[tuple[float, float], ...]:
    """The pauses of one leg; one without length where the timer ran through all of it."""
    clipped = tuple(
        (max(start_s, from_s), min(end_s, until_s)) for start_s, end_s in pauses if start_s < until_s and end_s >= from_s
    )
    return clipped or (((from_s, from_s),) if pauses else ())


def sets_of(sets: Sequence[Message], session_start_s: float) -> tuple[StrengthSet, ...]:
    """The active sets, numbered in their order; rests are left out.

    A set's own `timestamp` is often that of the whole session, so it starts at its `start_time`, or, without
    one, where the sets and rests before it ended.
    """
    result: list[StrengthSet] = []
    next_start_s = session_start_s
    for entry in sets:
        start_s = entry.get("start_time", next_start_s)
        next_start_s = start_s + entry.get("duration", 0)
        if entry.get("set_type") != SET_ACTIVE:
            continue
        category = first_guess(entry.get("category"))
        subtype = first_guess(entry.get("category_subtype"))
        result.append(
            StrengthSet(
                exercise_name=exercise_name(category, subtype),
                performed_at=datetime.fromtimestamp(start_s, UTC),
                set_number=len(result) + 1,
                reps=entry.get("repetitions"),
                weight_kg=entry.get("weight"),
                duration_s=entry.get("duration"),
                fit_category=category,
                fit_subtype=subtype,
                fit_guesses=guesses_in(entry.get("category")),
            )
        )
    return tuple(result)


def sets_within(sets: tuple[StrengthSet, ...], from_s: float, until_s: float) -> tuple[StrengthSet, ...]:
    return tuple(entry for entry in sets if entry.performed_at and from_s <= entry.performed_at.timestamp() < until_s)


def first_guess(guesses: Any) -> int | None:
    """The watch lists up to three guesses, likeliest first; a set named by hand has one."""
    if isinstance(guesses, list | tuple):
        guesses = guesses[0] if guesses else None
    return int(guesses) if isinstance(guesses, int | float) else None


def guesses_in(guesses: Any) -> int:
    """How many exercises the watch holds for possible; the rest of the array says nothing."""
    listed = guesses if isinstance(guesses, list | tuple) else [guesses]
    return len([guess for guess in listed if isinstance(guess, int | float) and guess != NO_GUESS])


def exercise_name(category: int | None, subtype: int | None) -> str | None:
    """Readable name of a guess, e.g. (1, 6) -> "seated calf raise"; "unknown" where the watch says so."""
    if category is None:
        return None
    kind = enum_name("exercise_category", category) or "unknown"
    names = Profile["types"].get(f"{kind}_exercise_name", {})
    name: str = names.get(subtype, kind) if subtype is not None else kind
    return name.replace("_", " ")


def enum_name(kind: str, number: Any) -> str | None:
    """Name of an enum value in the FIT profile, or its number where the profile is older than the watch."""
    return None if number is None else Profile["types"][kind].get(int(number), f"{kind} {int(number)}")


# --- why less than everything ---------------------------------------------------------------------


def file_type(messages: Messages) -> int | None:
    return next((int(entry["type"]) for entry in messages.file_ids if entry.get("type") is not None), None)


def why_nothing(found: Sequence[Messages]) -> str:
    kinds = sorted({enum_name("file", kind) or "" for kind in map(file_type, found) if kind is not None})
    kind = " and ".join(kinds).replace("_", " ")
    if not kind or kind == "activity":
        return "the file is whole but holds no session and no track"
    return f"it is a {kind} file of the watch, not an activity: it holds no session"
