"""Times as programs write them that mean ISO 8601 and miss it: a decimal comma, AM and PM, "UTC" for Z."""

from __future__ import annotations

import re
from datetime import UTC, datetime

LONGEST_TEXT = 64
# 2026-05-01T6:00:25.139 AMZ, 2026-05-01 06:00:00,123 UTC, 2026/05/01 06:00:00 p.m. +02:00, 2026-05-01 06:00:00+00:00 UTC
LIKE_ISO = re.compile(
    r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?:\s*[T,]\s*|\s+)"
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,](?P<fraction>\d+))?)?\s*"
    r"(?:(?P<half>[ap])\.?\s*m\.?(?![a-y])\s*)?"
    r"(?P<zone>z|utc|gmt|(?:utc|gmt)?\s*[+-]\s*\d{1,2}(?::?\d{2})?)?\s*\(?(?:z|utc|gmt)?\)?",
    re.IGNORECASE | re.ASCII,
)
OFFSET = re.compile(r"([+-])\s*(\d{1,2}):?(\d{2})?$")


def iso_text(text: str) -> str:
    """The same moment as ISO 8601; the text as it is where it is none.

    An hour above 12 stands as it is, whatever half of the day is said: some write 18:00 PM.
    """
    found = LIKE_ISO.fullmatch(re.sub(r"\s", " ", text.strip())) if len(text) <= LONGEST_TEXT else None
    if found is None:
        return text
    hour = int(found["hour"])
    half = (found["half"] or "").lower()
    if half and hour <= 12:  # noqa: PLR2004
        hour = hour % 12 + (12 if half == "p" else 0)
    fraction = f".{found['fraction'][:6]}" if found["fraction"] else ""
    day = f"{found['year']}-{int(found['month']):02}-{int(found['day']):02}"
    return f"{day}T{hour:02}:{found['minute']}:{found['second'] or '00'}{fraction}{_zone(found['zone'])}"


def moment_of(text: str | None) -> datetime | None:
    """The moment that a text names, aware where it tells its zone; None where it names none."""
    try:
        # Not the text itself: fromisoformat overlooks an AM after six digits of a second.
        return datetime.fromisoformat(iso_text((text or "").strip()))
    except ValueError:
        return None


def utc_of(text: str | None) -> datetime | None:
    """The same in UTC, which is also what a text without a zone is taken for."""
    moment = moment_of(text)
    try:
        return moment and (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC))
    except OverflowError:
        return None


def _zone(text: str | None) -> str:
    if not text:
        return ""
    offset = OFFSET.search(text)
    return f"{offset[1]}{int(offset[2]):02}:{offset[3] or '00'}" if offset else "+00:00"
