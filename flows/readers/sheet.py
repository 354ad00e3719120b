"""One sheet of a workbook as the text of a table: where its headings stand, and what is above and beside them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from flows.readers.cells import MOST_COLUMNS, header_names
from flows.readers.workbook import SHEET_MAGIC
from flows.records import ForeignSheet

HEADING_ROWS = 30  # the headings of a table are looked for in so many rows
MOST_SHOWN = 5  # places in one note
# A row of these alone, right below the headings, explains the headings.
UNITS = re.compile(
    r"[(\[]?\s*((km|mi|miles?|m|kg|lbs?|s|sec|min|minutes|minuten|h|bpm|spm|reps|%|text|h{1,2}:mm(:ss)?|mm:ss|[ymdjat]{2,4}[-/.]mm[-/.][ymdjat]{2,4}"
    r"|\d{1,2}\s*(-|–|to|bis)\s*\d{1,3}|yes\s*[/|]\s*no|left\s*[/|]\s*right(\s*[/|]\s*both)?)\s*[/,|]?\s*)+[)\]]?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a sheet holds: its rows as they stand, and which rows merged cells span (first, last)."""

    is_hidden: bool
    merged: list[tuple[int, int]]
    rows: list[list[str]]


@dataclass(frozen=True, slots=True)
class SheetTable:
    """The headings of a table in a sheet, its text with every row in its place, and notes on what is not part of it."""

    names: list[str]
    data: bytes
    notes: tuple[str, ...]


def sheet_in(data: bytes) -> Sheet:
    try:
        said = json.loads(data.removeprefix(SHEET_MAGIC))
        return Sheet(said["is_hidden"], [(first, last) for first, last in said["merged"]], said["rows"])
    except (ValueError, KeyError, TypeError) as error:
        raise ForeignSheet("byte 0", "It begins as a decoded sheet does, and is none", "Put the workbook itself here.") from error


def table_in(sheet: Sheet, is_heading: Callable[[list[str]], bool]) -> SheetTable | None:
    """The table under the first row that is one of headings, by itself or together with the row below it; None without one."""
    top = sheet.rows[:HEADING_ROWS]
    for index, row in enumerate(top):
        if any(row) and is_heading(header_names(row)):
            return _table(sheet, index, row, [])
    for index, (upper, lower) in enumerate(pairwise(top)):
        joined = _joined(upper, lower)
        if any(upper) and any(lower) and is_heading(header_names(joined)):
            note = f"rows {index + 1} and {index + 2} are read as one row of headings"
            return _table(sheet, index + 1, joined, [note], first=index)
    return None


def plain_table(sheet: Sheet) -> SheetTable:
    """The sheet as it stands, its first filled row as the headings."""
    index = next(number for number, row in enumerate(sheet.rows) if any(row))
    return _table(sheet, index, sheet.rows[index], [])


def _joined(upper: list[str], lower: list[str]) -> list[str]:
    """Headings over two rows: "distance" above "km" is "distance km"."""
    width = max(len(upper), len(lower))
    pairs = zip(_padded(upper, width), _padded(lower, width), strict=True)
    return [" ".join(dict.fromkeys(part for part in pair if part)) for pair in pairs]


def _table(sheet: Sheet, index: int, headings: list[str], notes: list[str], first: int | None = None) -> SheetTable:
    first = index if first is None else first
    titles = [number + 1 for number in range(first) if any(sheet.rows[number])]
    if titles:
        notes.append(f"above the headings, and skipped: {_rows(titles)}")
    below = sheet.rows[index + 1 :]
    if below and any(below[0]) and all(not cell or UNITS.fullmatch(cell.strip()) for cell in below[0]):
        notes.append(f"row {index + 2} explains the headings and is skipped")
        below = [[], *below[1:]]
    width = min(max(map(len, [headings, *below])), MOST_COLUMNS)
    headings = _padded(headings, width)
    beside = [
        place for place in range(width) if not headings[place].strip() and any(len(row) > place and row[place] for row in below)
    ]
    if beside:
        notes.append(f"cells without a heading above them are not read: column {', '.join(map(_letters, beside[:MOST_SHOWN]))}")
    merged = sorted({span for span in sheet.merged if span[1] > index + 1})
    if merged:
        places = ", ".join(f"{top}-{bottom}" for top, bottom in merged[:MOST_SHOWN])
        notes.append(
            f"merged cells in rows {places}: a date or a word there counts for each row, a number for the first; unmerge them"
        )
    text = io.StringIO()
    text.write("\n" * index)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(headings)
    for row in below:
        if any(row):
            writer.writerow(_padded(row[:width], width))
        else:
            text.write("\n")
    return SheetTable(header_names(headings), text.getvalue().encode("utf-8", "replace"), tuple(notes))


def _padded(row: list[str], width: int) -> list[str]:
    return [*row, *[""] * (width - len(row))]


def _rows(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:MOST_SHOWN]))
    return f"row {shown}" if len(numbers) == 1 else f"rows {shown}{', …' if len(numbers) > MOST_SHOWN else ''}"


def _letters(column: int) -> str:
    """0 -> A, 26 -> AA."""
    letters = ""
    column += 1
    while column:
        column, place = divmod(column - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters
