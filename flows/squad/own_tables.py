"""Reads the small tables that a squad writes by hand: squad.csv, rules.csv, exercise_aliases.csv, or a workbook of that name.

A row that cannot be understood is refused, with what would be right; the others hold. A quotation mark that is never closed
spoils only its own line.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.nearest import did_you_mean
from flows.readers.archive import is_archive
from flows.readers.cells import header_names
from flows.readers.sheet import sheet_in, table_in
from flows.readers.workbook import ENDINGS, workbook_of
from flows.records import RefusedRow, UnreadableFile

LONGEST_ROW_LINES = 20  # a cell may hold line breaks
OPEN_QUOTE = "a quotation mark is not closed"
HOLDS_AS_BEFORE = "What it said before holds until it is mended."


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line in the file and its cells by column; a broken row is split as if it had no quotation marks."""

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


@dataclass(frozen=True, slots=True)
class Understood:
    """A row as a record of its raw table, its text as a refusal quotes it, and refusals of single cells."""

    record: dict[str, Any]
    text: str
    refused: tuple[RefusedRow, ...] = ()


class RowProblem(ValueError):
    """Why a row is refused; without a remedy of its own it gets that of its table."""

    def __init__(self, reason: str, text: str, remedy: str = "") -> None:
        super().__init__(reason)
        self.reason, self.text, self.remedy = reason, text, remedy


@dataclass(frozen=True, slots=True)
class OwnTable:
    """One file of the squad: its name, the raw table of its rows, and how a row is understood."""

    file: str
    raw_table: str
    held_rows: str  # condition in SQL: which rows of the raw table come from this file
    required: tuple[str, ...]
    key: tuple[str, ...]  # columns of the record; the first one names a broken row; of two rows with one key the upper holds
    understand: Callable[[Row], Understood | None]  # None for an empty row
    remedy: str
    twice: Callable[[dict[str, Any]], str]
    twice_remedy: str = ""
    columns: tuple[str, ...] = ()  # all known columns, if an unknown one is to be refused
    name_of: Callable[[str], str] = str  # how the key is written in the raw table
    folded: Callable[[str], str] = str  # keys with the same folded form are the same

    @property
    def names(self) -> tuple[str, ...]:
        """What the file may be called: the CSV, or a workbook in its place. The first that is there counts."""
        return (self.file, *(self.file.replace(".csv", ending) for ending in ENDINGS))

    def key_of(self, record: dict[str, Any]) -> tuple[Any, ...]:
        return tuple(self.folded(value) if isinstance(value, str) else value for value in map(record.get, self.key))


@dataclass(frozen=True, slots=True)
class OwnRows:
    """The content of one file of the squad: rows for its raw table, and what was refused."""

    records: tuple[dict[str, Any], ...] = ()
    refused_rows: tuple[RefusedRow, ...] = ()
    refused_because: str | None = None
    remedy: str | None = None
    broken: tuple[str, ...] = ()  # names of rows that cannot be split into cells


def small_table_of(table: OwnTable, path: Path) -> SmallTable | None:
    """The rows of one file of the squad, or of the workbook in its place; None where there is none.

    Raises UnreadableFile, OSError.
    """
    there = next((place for name in table.names if (place := path.with_name(name)).is_file()), None)
    if there is None:
        return None
    data = there.read_bytes()
    return read_small_table(_of_a_sheet(data, table.required) if is_archive(data) else data, table.required)


def read_own_table(table: OwnTable, path: Path) -> OwnRows:
    """Read one file of the squad, or the workbook in its place; a missing file has no rows."""
    try:
        found = small_table_of(table, path)
        if found is None:
            return OwnRows()
    except UnreadableFile as refusal:
        return OwnRows(refused_because=f"{refusal.place}: {refusal.reason}", remedy=refusal.remedy)
    except OSError as error:
        return OwnRows(refused_because=str(error), remedy="Save it as a CSV file in UTF-8.")
    records: dict[tuple[Any, ...], dict[str, Any]] = {}
    refused = list(_unknown_columns(table, found.header))
    broken = []
    for row in found.rows:
        if row.is_broken:
            refused.append(RefusedRow(row.place, OPEN_QUOTE, HOLDS_AS_BEFORE, row.text))
            broken.append(table.name_of(row.cells.get(table.key[0], "")))
            continue
        try:
            said = table.understand(row)
        except RowProblem as problem:
            refused.append(RefusedRow(row.place, problem.reason, problem.remedy or table.remedy, problem.text))
            continue
        if said is None:
            continue
        if (key := table.key_of(said.record)) in records:
            remedy = table.twice_remedy or table.remedy
            refused.append(RefusedRow(row.place, table.twice(said.record), remedy, said.text))
            continue
        records[key] = said.record
        refused += said.refused
    return OwnRows(tuple(records.values()), tuple(refused), broken=tuple(broken))


def _of_a_sheet(data: bytes, required: Sequence[str]) -> bytes:
    """The first sheet of a workbook that shows and has the required columns, as CSV. Raises UnreadableFile without one."""
    for content in workbook_of(data).sheets.values():
        sheet = sheet_in(content)
        if not sheet.is_hidden and (found := table_in(sheet, lambda names: set(required) <= set(names))):
            return found.data
    reason = f"no sheet of the workbook has the column{'' if len(required) == 1 else 's'} {', '.join(required)}"
    raise UnreadableFile("workbook", reason, f"Write {','.join(required)} above its columns, on a sheet that shows.")


def _unknown_columns(table: OwnTable, header: Sequence[str]) -> Iterator[RefusedRow]:
    for name in header:
        if table.columns and name and name not in table.columns:
            meant = did_you_mean(name, table.columns)
            yield RefusedRow("row 1", f"unknown column {name!r}{meant}", "Rename it or leave it out.", name)


def read_small_table(data: bytes, required: Sequence[str]) -> SmallTable:
    """Rows of a CSV file with commas or semicolons. Raises UnreadableFile if it is not text or lacks a required column."""
    lines = re.split(r"\r\n|\r|\n", decode(data))
    top = next((number for number, line in enumerate(lines) if line.strip()), 0)
    delimiter = ";" if ";" in lines[top] else ","
    cells = _cells(lines[top : top + 1], delimiter)
    header = tuple(header_names(cells or []))
    missing = [name for name in required if name not in header]
    if cells is None or missing:
        found = ", ".join(header) or "nothing"
        reason = OPEN_QUOTE if cells is None else f"the column {missing[0]} is missing"
        raise UnreadableFile("row 1", reason, f"Found: {found[:200]}. Write {','.join(required)}.")
    rows = []
    at = top + 1
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
    """How many lines the first row takes, and its cells; 1 and None if its quotation mark is not closed.

    A cell may hold line breaks, but a line with a delimiter in it is a row of its own: otherwise one open quotation mark would
    swallow all rows below.
    """
    for length in range(1, len(lines) + 1):
        cells = _cells(lines[:length], delimiter)
        if cells is not None:
            is_one = all(delimiter not in line for cell in cells for line in cell.split("\n")[1:])
            return (length, cells) if is_one else (1, None)
    return 1, None


def _cells(lines: list[str], delimiter: str) -> list[str] | None:
    """The cells of lines that make one row; None if a quotation mark is still open at the end."""
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
    raise UnreadableFile("byte 0", "this is not text", "Save it as a CSV file in UTF-8.")
