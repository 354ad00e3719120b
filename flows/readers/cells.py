"""Tables as text: encoding, lines, delimiter, headings, and cells that are numbers, dates or times."""

from __future__ import annotations

import csv
import io
import math
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime

from flows.readers.named_dates import named_moment
from flows.readers.refusals import SHOWN_CHARACTERS, RowError, shown
from flows.readers.time_texts import iso_text
from flows.records import UnreadableFile

DELIMITERS = (",", ";", "\t")
SHOWN_HEADINGS = 12
ROW_CHARACTERS = 1 << 20  # in a row, a cell or all headings: no log has more
HEADING_CHARACTERS = 200  # in one heading: no known heading is so long
MOST_COLUMNS = 1000
MOST_BLANK_ROWS = 2  # kept where more follow each other
# So many rows with so few different ones are not a log, but a small packed file made to exhaust memory.
REPETITIVE_FROM_ROWS, LEAST_SHARE_OF_DIFFERENT_ROWS = 100_000, 0.1
NUMBER = re.compile(r"[+-]?([0-9]+([.,][0-9]*)?|[.,][0-9]+)([eE][+-]?[0-9]+)?")
CLOCK = re.compile(r"(?:(\d+):([0-5]\d)|(\d+)):([0-5]\d(?:[.,]\d+)?)")
PLAIN_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2})?)?", re.ASCII)
csv.field_size_limit(ROW_CHARACTERS)


def decode(data: bytes) -> tuple[str, str | None]:
    """The text of a CSV file, and a note if its encoding had to be guessed."""
    text, note = _decode(data)
    # A disk that lost power leaves zero bytes, which no later table can hold.
    return text.replace("\0", "\ufffd"), note


def _decode(data: bytes) -> tuple[str, str | None]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data[: len(data) // 2 * 2].decode("utf-16", errors="replace"), None
    try:
        return data.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        # A file cut off within a letter is still UTF-8 if an earlier letter shows it.
        if error.reason == "unexpected end of data" and not data[: error.start].isascii():
            return data[: error.start].decode("utf-8-sig"), None
    try:
        return data.decode("cp1252"), "read as Windows text (cp1252), because it is not UTF-8"
    except UnicodeDecodeError:
        return data.decode("latin-1"), "read as Latin-1, because it is not UTF-8"


class Lines(list[str]):
    """The lines of a table, with only the first of many blank ones in a row; row_at gives a line's row in the file."""

    def __init__(self, text: str) -> None:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        parts, start, row, at_line = [], 0, 1, 0
        self._jumps = [(0, 1)]  # (index of a line, its row): the rows after it follow one by one
        for blank in re.finditer(r"\n[ \t,;\n]*\n", "\n" + text):
            # In `text` the first blank line begins at the start of the match; the line after them begins one before its end.
            rows = blank.group().count("\n") - 1
            if rows <= MOST_BLANK_ROWS:
                continue
            before = text[start : blank.start()]
            parts += [before, "\n" * MOST_BLANK_ROWS]
            start, lines = blank.end() - 1, before.count("\n") + MOST_BLANK_ROWS
            at_line, row = at_line + lines, row + lines - MOST_BLANK_ROWS + rows
            self._jumps.append((at_line, row))
        text = "".join([*parts, text[start:]])
        count = text.count("\n")
        # Count the different lines before all of them are held in memory.
        if count > REPETITIVE_FROM_ROWS and len(set(io.StringIO(text, newline="\n"))) < LEAST_SHARE_OF_DIFFERENT_ROWS * count:
            raise UnreadableFile(
                "row 1", f"Of {count:,} rows hardly any differs from the others: no log is like that", "Export it again."
            )
        super().__init__(io.StringIO(text, newline="\n"))

    def row_at(self, index: int) -> int:
        """The row in the file of the line with this index."""
        line, row = self._jumps[bisect_right(self._jumps, (index, math.inf)) - 1]
        return row + index - line

    def rows_at(self, indexes: Sequence[int]) -> list[int]:
        """The rows in the file of these lines."""
        if len(self._jumps) == 1:
            return [index + 1 for index in indexes]
        return [self.row_at(index) for index in indexes]


def header_names(cells: list[str]) -> list[str]:
    """'Started At' and ' started_at ' are the same heading."""
    return [re.sub(r"[\s_-]+", "_", cell[:HEADING_CHARACTERS].strip().lower()) for cell in cells]


def header_cells(line: str, delimiter: str) -> list[str]:
    """The cells of a line of headings, at most MOST_COLUMNS."""
    return next(csv.reader([line[:ROW_CHARACTERS]], delimiter=delimiter), [])[:MOST_COLUMNS]


def heading_list(names: list[str]) -> str:
    """The headings for the text of a reason: not too many, none too long."""
    more = ", …" if len(names) > SHOWN_HEADINGS else ""
    return ", ".join(name[:SHOWN_CHARACTERS] for name in names[:SHOWN_HEADINGS]) + more


def csv_rows(lines: Sequence[str], start: int, delimiter: str) -> Iterator[tuple[int, list[str] | RowError]]:
    """For each row from lines[start] on: the index of its first line, and its cells or what is wrong with it."""
    while start < len(lines):
        reader = csv.reader(_bounded(lines, start), delimiter=delimiter, strict=True)
        first = start
        try:
            for cells in reader:
                yield first, cells
                first = start + reader.line_num
            return
        except csv.Error as error:
            # An open quote swallows the rows after it: refuse its own row alone and go on with the next line.
            yield (
                first,
                RowError(
                    f"A quotation mark is not closed or stands alone, or a cell has no end ({error})",
                    "Close it, or double it inside a text.",
                ),
            )
            start = first + 1


def _bounded(lines: Sequence[str], start: int) -> Iterator[str]:
    """The lines from lines[start] on. Raises csv.Error at a line longer than any row may be."""
    for index in range(start, len(lines)):
        if len(lines[index]) > ROW_CHARACTERS:
            raise csv.Error(f"the line has more than {ROW_CHARACTERS:,} characters")
        yield lines[index]


def parse_number(text: str, column: str) -> float:
    """A number with a decimal point or comma; no unit, no thousands mark."""
    if not NUMBER.fullmatch(text):
        raise RowError(
            f"{column} is {shown(text)}, not a number",
            "Write the number alone, as 12.5 or 12,5: no unit and no thousands mark.",
        )
    return finite(float(text.replace(",", ".")), text, column)


def finite(number: float, text: str, column: str) -> float:
    """The number, if it is finite."""
    if not math.isfinite(number):
        raise RowError(f"{column} is {shown(text)}, too large for a number", "Correct the number.")
    return number


def parse_moment(text: str, column: str) -> datetime:
    """A date or date and time in ISO or with the month's name: naive if without an offset, midnight if without a time."""
    if PLAIN_MOMENT.fullmatch(text):  # most of all; the longer way below comes to the same
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass
    # 2026-11-20, 2026-11-20 07:30, 2026-11-20T07:30:00Z, 2026-11-20T07:30:00+01:00; 20. Nov. 2026
    if named := named_moment(text, column):
        return named
    if not re.match(r"\d{4}-\d{2}-\d{2}(\D|$)", text):
        raise RowError(f"{column} is {shown(text)}, not a date", "Write the date as 2026-11-20 (year-month-day).")
    try:
        return datetime.fromisoformat(iso_text(text))
    except ValueError as error:
        raise RowError(
            f"{column} is {shown(text)}, which is not a day or time of the calendar ({error})",
            "Correct it; write the date as 2026-11-20 and the time as 07:30.",
        ) from error


def parse_duration_s(text: str, column: str) -> float:
    """Seconds from h:mm:ss, m:ss (minutes may exceed 59) or a bare number of minutes."""
    # 2:17:00, 137:00 and 137 are the same run
    parts = CLOCK.fullmatch(text)
    if parts:
        hours, minutes_of_hour, minutes, seconds = parts.groups()
        said_s = 3600 * float(hours or 0) + 60 * float(minutes_of_hour or minutes or 0) + float(seconds.replace(",", "."))
        return finite(said_s, text, column)
    if ":" in text:
        raise RowError(f"{column} is {shown(text)}, not a time", "Write h:mm:ss, m:ss, or minutes as a number.")
    return 60 * parse_number(text, column)
