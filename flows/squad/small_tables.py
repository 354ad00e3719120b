"""The small tables that a squad writes by hand (squad.csv, rules.csv, exercise_aliases.csv), row by row.

A quotation mark that is never closed spoils its own line and none below it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from flows.records import UnreadableFile

LONGEST_ROW_LINES = 20  # of a cell with line breaks in it
OPEN_QUOTE = "a quotation mark is not closed"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line in the file, its cells by column; of a broken one what they would be without the quotation marks."""

    line: int
    cells: dict[str, str]
    text: str
    is_broken: bool = False

    @property
    def place(self) -> str:
        return f"row {self.line}"


@dataclass(frozen=True, slots=True)
class SmallTable:
    """A header in lower case, and the rows that are not blank."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]


def read_small_table(data: bytes, required: Sequence[str]) -> SmallTable:
    """Rows of a CSV file with commas or semicolons. Raises UnreadableFile where it is no text or lacks a required column."""
    lines = re.split(r"\r\n|\r|\n", decode(data))
    delimiter = ";" if ";" in lines[0] else ","
    cells = _cells(lines[:1], delimiter)
    header = tuple(name.strip().lower() for name in cells or [])
    missing = [name for name in required if name not in header]
    if cells is None or missing:
        found = ", ".join(header) or "nothing"
        reason = OPEN_QUOTE if cells is None else f"the column {missing[0]} is missing"
        raise UnreadableFile("row 1", reason, f"Found: {found[:200]}. Write {','.join(required)}.")
    rows = []
    at = 1
    while at < len(lines):
        length, cells = _next_row(lines[at : at + LONGEST_ROW_LINES], delimiter)
        text = "\n".join(lines[at : at + length])
        if cells is None:
            bare = [cell.strip().strip('"').strip() for cell in text.split(delimiter)]
            rows.append(Row(at + 1, dict(zip(header, bare, strict=False)), text, is_broken=True))
        elif any(cell.strip() for cell in cells):
            rows.append(Row(at + 1, {name: cell.strip() for name, cell in zip(header, cells, strict=False)}, text))
        at += length
    return SmallTable(header, tuple(rows))


def _next_row(lines: list[str], delimiter: str) -> tuple[int, list[str] | None]:
    """How many lines the first row takes, and its cells; one line and None where its quotation mark is not closed.

    A cell may hold line breaks, but a line with a separator in it is a row of its own: else one open mark would swallow them all.
    """
    for length in range(1, len(lines) + 1):
        cells = _cells(lines[:length], delimiter)
        if cells is not None:
            is_one = all(delimiter not in line for cell in cells for line in cell.split("\n")[1:])
            return (length, cells) if is_one else (1, None)
    return 1, None


def _cells(lines: list[str], delimiter: str) -> list[str] | None:
    """The cells of lines that make one row; None where a quotation mark is still open after them."""
    try:
        rows = list(csv.reader([*(f"{line}\n" for line in lines), "end"], delimiter=delimiter))
    except csv.Error:
        return None
    return rows[0] if rows[-1] == ["end"] and len(rows) == 2 else None  # noqa: PLR2004


def decode(data: bytes) -> str:
    """The text of a small table: UTF-8 with or without a mark, UTF-16 with one, else Windows-1252. Raises UnreadableFile."""
    encodings = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        with suppress(UnicodeDecodeError):
            return data.decode(encoding)
    raise UnreadableFile("byte 0", "this is no text", "Save it as a CSV file in UTF-8.")
