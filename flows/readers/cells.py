"""Tables as text: encoding, lines, delimiter, headings, and cells that are numbers, dates or times."""

from __future__ import annotations

import csv
import io
import math
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime

from flows.readers.refusals import SHOWN_CHARACTERS, RowError, shown
from flows.readers.time_texts import iso_text
from flows.records import UnreadableFile

DELIMITERS = (",", ";", "\t")
SHOWN_HEADINGS = 12
ROW_CHARACTERS = 1 << 20  # of a row, a cell or all headings: more is no log's
HEADING_CHARACTERS = 200  # of one heading: no known one has as many
MOST_COLUMNS = 1000
MOST_BLANK_ROWS = 2  # one after the other that are looked at
# So many rows of which so few differ are no log, but a small packed file that was made to cost much.
REPETITIVE_FROM_ROWS, LEAST_SHARE_OF_DIFFERENT_ROWS = 100_000, 0.1
csv.field_size_limit(ROW_CHARACTERS)


def decode(data: bytes) -> tuple[str, str | None]:
    """The text of a CSV file, and a note where its encoding had to be guessed."""
    text, note = _decode(data)
    # A disk that lost power leaves zeros, which no table further on can hold.
    return text.replace("\0", "\ufffd"), note


def _decode(data: bytes) -> tuple[str, str | None]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data[: len(data) // 2 * 2].decode("utf-16", errors="replace"), None
    try:
        return data.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        # A file cut inside a letter is still UTF-8, if it has shown before that it is.
        if error.reason == "unexpected end of data" and not data[: error.start].isascii():
            return data[: error.start].decode("utf-8-sig"), None
    try:
        return data.decode("cp1252"), "read as Windows text (cp1252), because it is not UTF-8"
    except UnicodeDecodeError:
        return data.decode("latin-1"), "read as Latin-1, because it is not UTF-8"


class Lines(list[str]):
    """The lines of a table as they stand, of many blank ones in a row only the first; each is known by its row in the file."""

    def __init__(self, text: str) -> None:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        parts, start, row, at_line = [], 0, 1, 0
        self._jumps = [(0, 1)]  # (index of a line, its row): the rows after it follow one by one
        for blank in re.finditer(r"\n[ \t,;\n]*\n", "\n" + text):
            # In `text` a blank line begins where the match does, and the line after them where it ends, less one.
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
        # The different ones are counted before so many lines are held.
        if count > REPETITIVE_FROM_ROWS and len(set(io.StringIO(text, newline="\n"))) < LEAST_SHARE_OF_DIFFERENT_ROWS * count:
            raise UnreadableFile(
                "row 1", f"Of {count:,} rows hardly any differs from the others: no log is like that", "Export it again."
            )
        super().__init__(io.StringIO(text, newline="\n"))

    def row_at(self, index: int) -> int:
        """The row in the file of the line with this index."""
        line, row = self._jumps[bisect_right(self._jumps, (index, math.inf)) - 1]
        return row + index - line


def header_names(cells: list[str]) -> list[str]:
    """'Started At' and ' started_at ' are the same heading."""
    return [re.sub(r"[\s_-]+", "_", cell[:HEADING_CHARACTERS].strip().lower()) for cell in cells]


def header_cells(line: str, delimiter: str) -> list[str]:
    """The cells of a line of headings, so many as a table may have."""
    return next(csv.reader([line[:ROW_CHARACTERS]], delimiter=delimiter), [])[:MOST_COLUMNS]


def heading_list(names: list[str]) -> str:
    """The headings as a reason may list them: not too many, none too long."""
    more = ", …" if len(names) > SHOWN_HEADINGS else ""
    return ", ".join(name[:SHOWN_CHARACTERS] for name in names[:SHOWN_HEADINGS]) + more


def csv_rows(lines: Sequence[str], start: int, delimiter: str) -> Iterator[tuple[int, list[str] | RowError]]:
    """Index of its first line and cells, or what is wrong with the row, from lines[start] on."""
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
    """The lines from lines[start] on. Raises csv.Error at one that is longer than any row."""
    for index in range(start, len(lines)):
        if len(lines[index]) > ROW_CHARACTERS:
            raise csv.Error(f"the line has more than {ROW_CHARACTERS:,} characters")
        yield lines[index]


def parse_number(text: str, column: str) -> float:
    """A number with a decimal point or a decimal comma; nothing else, so no unit and no thousands mark."""
    if not re.fullmatch(r"[+-]?([0-9]+([.,][0-9]*)?|[.,][0-9]+)([eE][+-]?[0-9]+)?", text):
        raise RowError(
            f"{column} is {shown(text)}, not a number",
            "Write the number alone, as 12.5 or 12,5: no unit and no thousands mark.",
        )
    return finite(float(text.replace(",", ".")), text, column)


def finite(number: float, text: str, column: str) -> float:
    """The number, as long as it is one."""
    if not math.isfinite(number):
        raise RowError(f"{column} is {shown(text)}, too large for a number", "Correct the number.")
    return number


def parse_moment(text: str, column: str) -> datetime:
    """An ISO date or date and time as written: naive without an offset, midnight without a time."""
    # 2026-11-20, 2026-11-20 07:30, 2026-11-20T07:30:00Z, 2026-11-20T07:30:00+01:00
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
    """h:mm:ss, m:ss where the minutes may pass 59, or a bare number of minutes; in seconds."""
    # 2:17:00, 137:00 and 137 are the same run
    parts = re.fullmatch(r"(?:(\d+):([0-5]\d)|(\d+)):([0-5]\d(?:[.,]\d+)?)", text)
    if parts:
        hours, minutes_of_hour, minutes, seconds = parts.groups()
        said_s = 3600 * float(hours or 0) + 60 * float(minutes_of_hour or minutes or 0) + float(seconds.replace(",", "."))
        return finite(said_s, text, column)
    if ":" in text:
        raise RowError(f"{column} is {shown(text)}, not a time", "Write h:mm:ss, m:ss, or minutes as a number.")
    return 60 * parse_number(text, column)
