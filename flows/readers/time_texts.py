"""Times in almost ISO 8601: with a decimal comma, AM and PM, or "UTC" for Z."""

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
    """The same moment in ISO 8601; any other text unchanged.

    An hour above 12 is kept, whether AM or PM follows: some programs write 18:00 PM.
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
    """The moment in a text, aware if it has a zone; None if there is none."""
    try:
        # Not the raw text: fromisoformat ignores an AM after six digits of a second.
        return datetime.fromisoformat(iso_text((text or "").strip()))
    except ValueError:
        return None


def utc_of(text: str | None) -> datetime | None:
    """The same in UTC; a text without a zone is read as UTC."""
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
