"""Small synthetic FIT files, written with Garmin's own encoder."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from garmin_fit_sdk import CrcCalculator, Encoder
from garmin_fit_sdk.profile import Profile

START = datetime(2026, 5, 1, 6, 0, 0, tzinfo=UTC)
FIT_EPOCH = datetime(1989, 12, 31, tzinfo=UTC)
NUMBERS: Mapping[str, int] = Profile["mesg_num"]

Message = dict[str, Any]


def at(second: float) -> datetime:
    return START + timedelta(seconds=second)


def message(kind: str, **fields: Any) -> Message:
    return {"mesg_num": NUMBERS[kind.upper()], **fields}


def file_id(kind: str = "activity") -> Message:
    return message("file_id", type=kind, manufacturer="development", time_created=START)


def record(second: float, **fields: Any) -> Message:
    return message("record", timestamp=at(second), **fields)


def timer(second: float, event_type: str) -> Message:
    return message("event", timestamp=at(second), event="timer", event_type=event_type)


def session(start: float, seconds: float, sport: str = "running", **fields: Any) -> Message:
    defaults = {
        "timestamp": at(start + seconds),
        "start_time": at(start),
        "total_elapsed_time": seconds,
        "total_timer_time": seconds,
        "sport": sport,
    }
    return message("session", **{**defaults, **fields})


def steady_records(start: int, seconds: int, speed_mps: float = 3.0, **fields: Any) -> list[Message]:
    """One record a second of an even run, both ends included."""
    return [record(start + i, distance=speed_mps * i, speed=speed_mps, **fields) for i in range(seconds + 1)]


def fit_file(*messages: Message, developer_fields: Mapping[int, tuple[str, str]] | None = None) -> bytes:
    """A whole FIT file; `developer_fields` maps the keys used in the records' own to (name, unit)."""
    pod = message("developer_data_id", application_id=[7] * 16, developer_data_index=0)
    descriptions = {
        key: message(
            "field_description",
            developer_data_index=0,
            field_definition_number=key,
            fit_base_type_id=136,  # float32
            field_name=name,
            units=unit,
        )
        for key, (name, unit) in (developer_fields or {}).items()
    }
    encoder = Encoder(
        {key: {"developer_data_id_mesg": pod, "field_description_mesg": description} for key, description in descriptions.items()}
    )
    first, *rest = messages
    for entry in [first, *([pod] if descriptions else []), *descriptions.values(), *rest]:
        encoder.write_mesg(entry)
    return bytes(encoder.close())


def even_run(start: int = 0, seconds: int = 60, **fields: Any) -> list[Message]:
    """Timer start, records, timer stop and session of one run at 3 m/s."""
    return [
        timer(start, "start"),
        *steady_records(start, seconds, heart_rate=150, cadence=82),
        timer(start + seconds, "stop_all"),
        session(start, seconds, total_distance=3.0 * seconds, **fields),
    ]


def closed(body: bytes) -> bytes:
    """A header and a checksum around hand-made messages."""
    start = struct.pack("<BBHI4s", 12, 0x20, 2132, len(body), b".FIT") + body
    return start + struct.pack("<H", CrcCalculator.calculate_crc(start, 0, len(start)))


def with_header_checksum(data: bytes, header_checksum: int) -> bytes:
    """The same file with another header checksum and the file checksum that goes with it."""
    start = data[:12] + struct.pack("<H", header_checksum) + data[14:-2]
    return start + struct.pack("<H", CrcCalculator.calculate_crc(start, 0, len(start)))


def compressed_timestamps() -> bytes:
    """An activity whose records carry only the last five bits of their time, in their header."""
    start_s = int((START - FIT_EPOCH).total_seconds())
    body = struct.pack("<BBBHB 3B", 0x40, 0, 0, 0, 1, 0, 1, 0) + bytes([0x00, 4])  # file_id: type activity
    body += struct.pack("<BBBHB 3B 3B", 0x41, 0, 0, 20, 2, 253, 4, 0x86, 3, 1, 2)  # record: timestamp, heart rate
    body += struct.pack("<BIB", 0x01, start_s, 100)
    body += struct.pack("<BBBHB 3B", 0x42, 0, 0, 20, 1, 3, 1, 2)  # record: heart rate
    for second in range(1, 41):  # rolls over every 32 s
        body += bytes([0x80 | 2 << 5 | (start_s + second) & 0x1F, 100 + second])
    return closed(body)
