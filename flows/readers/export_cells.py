"""Numbers and durations in the tables of Strava and Garmin Connect, as the language of an account writes them."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable

from flows.readers.cells import finite
from flows.readers.refusals import RowError, shown

EXPORT_WHOLE = "Export the table again and replace the file"
PLAIN_NUMBER = re.compile(r"\d{1,15}(?:\.\d*)?", re.ASCII)
CLOCK = re.compile(r"(?:(\d+):)?(\d+):([0-5]?\d(?:[.,]\d+)?)")
MISSING = {"", "--", "-", "n/a"}


def said_in(cell: str) -> str | None:
    """What a cell says; None for one that is empty or holds dashes."""
    # An apostrophe stops a spreadsheet from treating a text as a formula.
    said = cell.strip().removeprefix("'").strip()
    return None if said in MISSING else said


def number_of(text: str, decimal_mark: str | None, column: str) -> float:
    """A number in the account's language: 12.5, 12,5, 1,234.5, 1.234,5 or 1 234,5.

    If `decimal_mark` is not given, the table has no thousands marks and either mark is the decimal one.
    """
    if decimal_mark != "," and PLAIN_NUMBER.fullmatch(text):  # most of all; the longer way below comes to the same
        return float(text)
    bare = re.sub(r"[\s\u00a0\u202f'’]", "", text)
    if decimal_mark is None:
        bare = bare.replace(",", ".")
    else:
        thousands = "." if decimal_mark == "," else ","
        if re.fullmatch(rf"[+-]?\d{{1,3}}([{thousands}]\d{{3}})+([{decimal_mark}]\d*)?", bare):
            bare = bare.replace(thousands, "")
        bare = bare.replace(decimal_mark, ".")
    if not re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?", bare, re.IGNORECASE) or not math.isfinite(float(bare)):
        raise RowError(f"{column} is {shown(text)}, not a number", f"{EXPORT_WHOLE}, or correct the cell.")
    return float(bare)


def decimal_mark_of(texts: Iterable[str], otherwise: str) -> str:
    """The decimal mark of a table: the mark before one or two final digits, because thousands come in threes."""
    seen = Counter(mark for text in texts for mark in re.findall(r"\d([.,])\d{1,2}$", text.strip()))
    return max(seen, key=lambda mark: (seen[mark], mark == otherwise)) if seen else otherwise


def duration_s(text: str, column: str) -> float:
    """1:02:03.4, 02:03 or 62:03,4 -> seconds."""
    parts = CLOCK.fullmatch(text)
    if not parts:
        raise RowError(f"{column} is {shown(text)}, not a time", "Write it as h:mm:ss.")
    hours, minutes, seconds = parts.groups()
    return finite(3600 * float(hours or 0) + 60 * float(minutes) + float(seconds.replace(",", ".")), text, column)
