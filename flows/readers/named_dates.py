"""Dates with the name of their month, in the languages of flows/readers/days.py: "12. Okt. 2026", "1 paź 2026, 7:30"."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

from flows.readers.days import month_of
from flows.readers.refusals import RowError, shown

LONGEST_TEXT = 64
MOST_HOUR_OF_HALF_DAY = 12
MONTH = r"(?P<month>(?:1[0-2]|0?[1-9])月|[^\W\d_]+)\.?"
DAY = r"(?P<day>\d{1,2})"
YEAR = r"(?P<year>\d{4})"
# 17:42, 17.42, 7:26:05 pm
CLOCK = r"(?:,? (?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2}))?(?: ?(?P<half>[ap])\.? ?m\.?)?)?"
PATTERNS = (
    # 18 jan 2026; 18. okt. 2026; 18-Jan-2026; 1er août 2026; 18 de out. de 2026
    rf"{DAY}(?:\.|er|st|nd|rd|th)?[ -]?(?:de )?{MONTH}(?:,? |-)(?:de )?{YEAR}{CLOCK}",
    # Jan 18, 2026; January 1st 2026
    rf"{MONTH} {DAY}(?:st|nd|rd|th)?,? {YEAR}{CLOCK}",
    # 2026年10月18日
    rf"{YEAR}年 ?{MONTH} ?{DAY}日{CLOCK}",
)


def named_moment(text: str, column: str) -> datetime | None:
    """The moment, midnight if without a time; None for a text of any other form. Raises RowError for an unknown month."""
    # Some phones write a narrow space before "pm".
    said = re.sub(r"\s+", " ", unicodedata.normalize("NFC", text).strip()).casefold()
    if len(said) > LONGEST_TEXT:
        return None
    found = next((match for pattern in PATTERNS if (match := re.fullmatch(pattern, said))), None)
    return found and _moment(found, text, column)


def _moment(found: re.Match[str], text: str, column: str) -> datetime:
    month = month_of(found["month"])
    if month is None:
        raise RowError(
            f"{column} is {shown(text)}, with a month of no known language",
            "Write the date as 2026-11-20, or set the app's language to English and export again.",
        )
    hour = int(found["hour"] or 0)
    if found["half"]:
        hour = hour % MOST_HOUR_OF_HALF_DAY + (MOST_HOUR_OF_HALF_DAY if found["half"] == "p" else 0)
    try:
        return datetime.fromisoformat(
            f"{found['year']}-{month:02}-{int(found['day']):02}T{hour:02}:{found['minute'] or '00'}:{found['second'] or '00'}"
        )
    except ValueError as error:
        raise RowError(
            f"{column} is {shown(text)}, which is not a day or time of the calendar ({error})", "Correct it."
        ) from error
