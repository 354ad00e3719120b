"""Shared by the tables of Strava and Garmin Connect: headings, numbers, dates and sports in the language of an account.

The headings of each language are in sql/seeds/export_headers.csv, each with its source.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

from flows.readers.cells import DELIMITERS, PLAIN_MOMENT, Lines, csv_rows, decode, header_cells, heading_list
from flows.readers.days import months_of, when
from flows.readers.export_cells import EXPORT_WHOLE, decimal_mark_of, duration_s, number_of, said_in
from flows.readers.log_rows import ROW_TEXT_CHARACTERS, ROWS_AT_ONCE, WithSpareValues
from flows.readers.plain_rows import Plain, taken_in_order
from flows.readers.refusals import RowError, refuse_hopeless, shown, understood
from flows.readers.time_texts import iso_text
from flows.records import Activity, Columns, FileContent, RefusedRow, UnreadableFile
from flows.seed_files import seed_rows

PROGRAMS = ("strava", "garmin", "runkeeper")
# A table with so many known headings is the program's, even if a needed one is missing.
LIKE_ENOUGH = 4
UNUSED = "unused"  # the meaning of a heading that is known and not read
MOST_SHOWN = 8  # unknown headings
HALF_OF_DAY, DIGITS, LETTERS = re.compile(r"\b([ap])\.?\s*m\b\.?"), re.compile(r"\d+"), re.compile(r"[^\W\d_]+")
# Words between the parts of a date: "8 de set. de 2026", "20 nov. 2026 à 07:30", "20 nov 2026 om 7:30", "kl. 7.30"
# Between the parts of a time, also in Canada's French: "00 h 05 min 09 s".
CLOCK_FILLERS = {"h", "min", "s", "utc", "tu", "gmt"}
JAPANESE_FILLERS = set("年月日時分秒")
DATE_FILLERS = CLOCK_FILLERS | JAPANESE_FILLERS
DATE_FILLERS |= {"de", "del", "er", "à", "a", "às", "las", "om", "kl", "um", "uhr", "at", "alle", "ore", "ve"}


@dataclass(frozen=True, slots=True)
class Heading:
    language: str
    name: str
    occurrence: int
    meaning: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table of one program: its rows by meaning, and notes on its headings."""

    program: str
    language: str
    columns: dict[str, int]
    notes: tuple[str, ...]


def same_heading(name: str) -> str:
    """'Gem. HS', 'gem._hs' and 'Gem HS' are the same heading."""
    return re.sub(r"[\W_]+", " ", unicodedata.normalize("NFC", name).casefold()).strip()


@cache
def headings_of(program: str) -> tuple[Heading, ...]:
    return tuple(
        Heading(row["language"], row["header"], int(row["occurrence"]), row["meaning"])
        for row in seed_rows("export_headers")
        if row["program"] == program
    )


def likeness(program: str, names: Iterable[str]) -> int:
    """How many of these headings are known of the program and read."""
    known = {same_heading(heading.name) for heading in headings_of(program) if heading.meaning != UNUSED}
    return sum(key in known for key in {same_heading(name) for name in names})


def belongs_to(program: str, names: list[str]) -> bool:
    """Whether a table with these headings is one of the program's."""
    mine = likeness(program, names)
    others = {*PROGRAMS} - {program}
    return mine >= LIKE_ENOUGH and all(mine > likeness(other, names) for other in others)


def table_of(program: str, cells: list[str], required: tuple[tuple[str, ...], ...], wanted: tuple[str, ...]) -> Table:
    """Maps columns by the meaning of their headings, never by position.

    Each entry of `required` lists meanings of which one must be present; raises UnreadableFile, naming it, if none is. A missing
    one of `wanted` is only noted. The language of most headings is tried first, then the others, as some tables mix languages.
    """
    keys = [same_heading(cell) for cell in cells]
    headings = headings_of(program)
    found = Counter(heading.language for heading in headings if same_heading(heading.name) in set(keys))
    language = max(found, key=lambda name: (found[name], name == "en"))
    columns: dict[str, int] = {}
    for heading in sorted(headings, key=lambda heading: (heading.language != language, -heading.occurrence)):
        if heading.meaning == UNUSED:
            continue
        places = [place for place, key in enumerate(keys) if key == same_heading(heading.name)]
        if len(places) >= heading.occurrence and heading.meaning not in columns:
            place = places[heading.occurrence - 1]
            if place not in columns.values():
                columns[heading.meaning] = place
    for choice in required:
        if not set(choice) & set(columns):
            raise UnreadableFile(
                "row 1",
                f"The column {_called(program, language, choice[0])} is missing; found: {heading_list(cells)}",
                f"{EXPORT_WHOLE}; do not delete columns.",
            )
    absent = [_called(program, language, meaning) for meaning in wanted if meaning not in columns]
    notes = [f"no column {name}" for name in absent]
    known = {same_heading(heading.name) for heading in headings}
    unknown = [cell.strip() for cell, key in zip(cells, keys, strict=True) if key and key not in known]
    if unknown:
        more = f" and {len(unknown) - MOST_SHOWN} more" if len(unknown) > MOST_SHOWN else ""
        notes.append(f"headings that nobody knows: {', '.join(unknown[:MOST_SHOWN])}{more}")
    return Table(program, language, columns, tuple(notes))


def _called(program: str, language: str, meaning: str) -> str:
    """The heading of a meaning in the account's language, else in English."""
    names = {heading.language: heading.name for heading in headings_of(program) if heading.meaning == meaning}
    name = names.get(language) or names.get("en") or meaning
    return f'"{name}"'


@dataclass(frozen=True, slots=True)
class Ways:
    """How the cells of one table are read, each by itself; the names are those of the methods of Cells."""

    table: Table
    decimal_mark: str | None
    is_day_first: bool | None

    def text(self, cell: str, _meaning: str) -> str | None:
        return said_in(cell)

    def number_in(self, cell: str, meaning: str) -> float | None:
        said = said_in(cell)
        return None if said is None else number_of(said, self.decimal_mark, meaning)

    def duration_s(self, cell: str, meaning: str) -> float | None:
        said = said_in(cell)
        return None if said is None else duration_s(said, meaning)

    def moment(self, cell: str) -> datetime:
        return moment_of(said_in(cell) or "", self.table.language, self.is_day_first)


@dataclass(frozen=True, slots=True)
class Cells(WithSpareValues):
    """One row's cells by meaning; a cell of dashes is empty."""

    number: int
    table: Table
    cells: list[str]
    decimal_mark: str | None
    is_day_first: bool | None
    unread: list[str] = field(default_factory=list)  # meanings of optional values that cannot be read

    def text(self, meaning: str) -> str | None:
        place = self.table.columns.get(meaning)
        if place is None or place >= len(self.cells):
            return None
        return said_in(self.cells[place])

    def required(self, *meanings: str) -> str:
        said = next((text for meaning in meanings if (text := self.text(meaning))), None)
        if said is None:
            name = _called(self.table.program, self.table.language, meanings[0])
            raise RowError(f"{name} is empty", f"{EXPORT_WHOLE}, or fill in the cell.")
        return said

    def number_in(self, column: str) -> float | None:
        said = self.text(column)
        if said is None:
            return None
        return number_of(said, self.decimal_mark, _called(self.table.program, self.table.language, column))

    def spare_duration_s(self, meaning: str) -> float | None:
        """An optional duration in seconds; one that cannot be read gives None and is added to `unread`."""
        return self.spare(meaning, lambda name: duration_s(said, name) if (said := self.text(name)) else None)

    def moment(self, meaning: str) -> datetime:
        return moment_of(self.required(meaning), self.table.language, self.is_day_first)


@cache
def _months(language: str) -> dict[str, int]:
    """Names and short names of the months; this language wins over the others."""
    others = sorted({heading.language for program in ("strava", "garmin") for heading in headings_of(program)})
    return months_of([*others, language])


def is_day_first(texts: Iterable[str], language: str) -> bool | None:
    """Whether 4/7/2026 is the 4th of July, judged by a day above 12 in the table; None if an English table leaves it open."""
    pairs = [
        (int(match[1]), int(match[2])) for text in texts if (match := re.match(r"\s*(\d{1,2})[./-](\d{1,2})[./-]\d{4}", text))
    ]
    if any(first > 12 for first, _ in pairs):  # noqa: PLR2004
        return True
    if any(second > 12 for _, second in pairs):  # noqa: PLR2004
        return False
    return None if language == "en" else True


def moment_of(text: str, language: str, day_first: bool | None) -> datetime:
    """A date and time in the account's language: naive, unless the text has an offset."""
    try:
        if PLAIN_MOMENT.fullmatch(text) and len(text) > len("2026-11-20"):
            return datetime.fromisoformat(text)
        if re.match(r"\d{4}-\d{2}-\d{2}[ T]\d", text):
            return datetime.fromisoformat(iso_text(text))
        return _local_moment(text, language, day_first)
    except (OverflowError, ValueError) as error:  # OverflowError: a year of a hundred digits
        if isinstance(error, RowError):
            raise
        raise RowError(
            f"The date is {shown(text)}, which is not a day or time of the calendar", f"{EXPORT_WHOLE}, or correct the cell."
        ) from error


def _local_moment(text: str, language: str, day_first: bool | None) -> datetime:
    bare = unicodedata.normalize("NFC", text).casefold()
    half = HALF_OF_DAY.search(bare)
    if half:
        bare = bare[: half.start()] + bare[half.end() :]
    numbers = [int(digits) for digits in DIGITS.findall(bare)]
    words = [word for word in LETTERS.findall(bare) if word not in DATE_FILLERS]
    months = [_months(language).get(word) for word in words]
    if len(months) == 1 and months[0] and len(numbers) in (4, 5):
        day, year, *clock = numbers
        date = (year, months[0], day)
    elif not words and len(numbers) in (5, 6):
        first, second, third, *clock = numbers
        if first > 31:  # noqa: PLR2004
            date = (first, second, third)
        elif day_first is None:
            raise RowError(f"The date is {shown(text)}: day or month first?", "Write the dates as 2026-11-20 07:30:00.")
        else:
            date = (third, second, first) if day_first else (third, first, second)
    else:
        raise RowError(
            f"The date is {shown(text)}, which no known language writes so",
            "Write it as 2026-11-20 07:30:00, or export in English.",
        )
    if half:
        if not 1 <= clock[0] <= 12:  # noqa: PLR2004
            raise ValueError("no such hour")
        clock[0] = clock[0] % 12 + (12 if half[1] == "p" else 0)
    return datetime(*date, *clock)  # type: ignore[arg-type]  # noqa: DTZ001


def in_utc(moment: datetime) -> datetime:
    """A moment that the program writes in UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _day_and_sport(cells: Cells, line: str) -> dict[str, Any]:
    """What can still be read of a refused row: its day and sport. Strava's times are UTC, Garmin's local."""
    sport = cells.text("sport")
    try:
        moment = cells.moment("started_at")
        if cells.table.program == "strava" or moment.tzinfo:
            return {"started_at": in_utc(moment), "sport": sport}
    except (RowError, OverflowError):  # a time in the year 1 may have no equivalent in UTC
        return when(cells.text("started_at") or line) | {"sport": sport}
    return {"activity_date": moment.date(), "sport": sport}


def read_rows(
    data: bytes,
    program: str,
    required: tuple[tuple[str, ...], ...],
    wanted: tuple[str, ...],
    decimals: str | None,
    activity_of: Callable[[Cells], Activity],
    plain_of: Callable[[Ways], Plain] | None = None,
) -> FileContent:
    """Every row of the table as an activity; a row that cannot be understood is refused by its number, the others are taken.

    `decimals` is the meaning whose cells show the decimal mark of a table with thousands marks; None for a table without.
    `plain_of` says how plain rows are read column by column.
    """
    text, encoding_note = decode(data)
    lines = Lines(text)
    header_line = next(number for number, line in enumerate(lines) if line.strip(",;\t \n"))
    delimiter = max(DELIMITERS, key=lambda mark: len(header_cells(lines[header_line], mark)))
    raw_rows = list(csv_rows(lines, header_line, delimiter))
    header = raw_rows[0][1]
    if isinstance(header, RowError):
        raise UnreadableFile(f"row {lines.row_at(header_line)}", header.reason, f"{EXPORT_WHOLE}.")
    table = table_of(program, header, required, wanted)
    rows = [row for row in raw_rows[1:] if isinstance(row[1], RowError) or any(cell.strip() for cell in row[1])]
    whole = [cells for _, cells in rows if not isinstance(cells, RowError)]

    def column(meaning: str) -> list[str]:
        place = table.columns.get(meaning)
        return [] if place is None else [cells[place] for cells in whole if place < len(cells)]

    usual_mark = "." if table.language == "en" else ","
    decimal_mark = decimal_mark_of(column(decimals), usual_mark) if decimals else None
    day_first = is_day_first(column("started_at"), table.language)
    notes = [*([encoding_note] if encoding_note else []), *table.notes]
    last_row = rows[-1][0] if rows and not lines[-1].endswith("\n") else None  # a file without a final line break may be cut off
    ways = Ways(table, decimal_mark, day_first)
    activities, refused, repeats = _taken(rows, lines, header, ways, last_row, activity_of, plain_of)
    return FileContent(
        format=f"{program}_csv",
        parser="csv",
        activities=activities,
        refused_rows=tuple(refused),
        nothing_because=None if activities or refused else "no rows yet",
        notes=(*notes, *repeats),
    )


def _taken(
    rows: Sequence[tuple[int, list[str] | RowError]],
    lines: Lines,
    header: list[str],
    ways: Ways,
    last_row: int | None,
    activity_of: Callable[[Cells], Activity],
    plain_of: Callable[[Ways], Plain] | None,
) -> tuple[Sequence[Activity], list[RefusedRow], list[str]]:
    """The activities of the rows, the refused rows, and notes on headings that are repeated."""
    table = ways.table
    notes: list[str] = []
    activities: Columns[Activity] | list[Activity] = Columns(Activity) if plain_of else []
    refused: list[RefusedRow] = []

    def take_one(index: int, cells: list[str] | RowError) -> None:
        number = lines.row_at(index)
        try:
            if isinstance(cells, RowError):
                raise cells
            if _is_repeated_heading(cells, header):
                notes.append(f"row {number} repeats the headings and is skipped")
                return
            _refuse_wrong_length(cells, header, table, index == last_row)
            activities.append(understood(activity_of, Cells(number, table, cells, ways.decimal_mark, ways.is_day_first)))
        except RowError as why:
            line = lines[index].rstrip("\n")
            row = None if isinstance(cells, RowError) else Cells(number, table, cells, ways.decimal_mark, ways.is_day_first)
            known = _day_and_sport(row, line) if row else when(line)
            refused.append(RefusedRow(f"row {number}", why.reason, why.remedy, line[:ROW_TEXT_CHARACTERS], **known))
            refuse_hopeless(refused, len(activities))

    if plain_of and isinstance(activities, Columns):
        plain = plain_of(ways)
        for start in range(0, len(rows), ROWS_AT_ONCE):
            some = rows[start : start + ROWS_AT_ONCE]
            taken_in_order(plain, table.columns, len(header), some, lines.rows_at, activities, take_one)
    else:
        for index, cells in rows:
            take_one(index, cells)
    return activities if isinstance(activities, Columns) else tuple(activities), refused, notes


def _is_repeated_heading(cells: list[str], header: list[str]) -> bool:
    return [same_heading(cell) for cell in cells] == [same_heading(cell) for cell in header]


def _refuse_wrong_length(cells: list[str], header: list[str], table: Table, may_be_cut: bool) -> None:
    if len(cells) < len(header) and may_be_cut:
        raise RowError("The file ends in the middle of this row", f"{EXPORT_WHOLE}.")
    if any(cell.strip() for cell in cells[len(header) :]) or len(cells) < max(table.columns.values()) + 1:
        raise RowError(f"The row has {len(cells)} cells under {len(header)} headings", f"{EXPORT_WHOLE}.")
