"""Logs with one record per row: cells by heading, rows understood or refused one by one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any, TypeVar

from flows.nearest import nearest
from flows.readers.cells import Lines, csv_rows, header_cells, header_names, heading_list, parse_moment, parse_number
from flows.readers.days import when
from flows.readers.plain_rows import Plain, taken_in_order
from flows.readers.refusals import RowError, refuse_hopeless, shown, understood
from flows.records import Columns, RefusedRow, UnreadableFile

KILOGRAMS_PER_UNIT = {"weight_kg": 1.0, "weight_lb": 0.45359237}
YES_NO = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
# The same in the languages of the site.
YES_NO |= dict.fromkeys(("ja", "oui", "sí", "si", "sì", "sim"), True) | dict.fromkeys(("nein", "non", "nee", "não", "nao"), False)
VALUE_NOT_READ = ("value_not_read",)  # a code of sql/seeds/run_notes.csv
ROW_TEXT_CHARACTERS = 500
ROWS_AT_ONCE = 4000
Value = TypeVar("Value")
REST_COUNTS = ": left out, the rest of the row counts"
# A quantity given in two units that differ by more than this is contradictory, not rounded.
UNIT_AGREEMENT = 0.01


class WithSpareValues(ABC):
    """A row that counts without its optional values; those that cannot be read are named in `unread`."""

    __slots__ = ()
    unread: list[str]

    @abstractmethod
    def number_in(self, column: str) -> float | None:
        """The number of a cell, None for an empty one. Raises RowError if it is no number."""

    def spare_number(self, column: str) -> float | None:
        """An optional number; one that cannot be read gives None and is added to `unread`."""
        return self.spare(column, self.number_in)

    def spare(self, column: str, read: Callable[[str], float | None]) -> float | None:
        try:
            return read(column)
        except RowError:
            self.unread.append(column)
            return None

    @property
    def codes(self) -> tuple[str, ...]:
        """Notes on the run of this row: codes of sql/seeds/run_notes.csv."""
        return VALUE_NOT_READ if self.unread else ()


def moment_in(text: str, column: str) -> tuple[datetime | None, datetime | None]:
    """(aware UTC, None) if the text has an offset, else (None, the athlete's local time)."""
    said = parse_moment(text, column)
    if said.tzinfo is None:
        return None, said
    try:
        return said.astimezone(UTC), None
    except OverflowError as error:
        raise RowError(f"{column} is {shown(text)}, outside the calendar", "Correct the year.") from error


@dataclass(frozen=True, slots=True)
class Row(WithSpareValues):
    """One row's cells by column name. Every reading method gives None for an empty cell."""

    number: int
    cells: Mapping[str, str]
    unread: list[str] = field(default_factory=list)  # columns of optional values that cannot be read
    left_out: list[RowError] = field(default_factory=list)  # cells that are not understood in a row that counts without them

    def unless_unread(self, read: Callable[[], Value]) -> Value | None:
        """What a cell says; one that is not understood gives None and is refused alone, not its row."""
        try:
            return read()
        except RowError as why:
            self.left_out.append(why)
            return None

    def refusal_of_cells(self, ending: str = "") -> RowError:
        """Every cell left out, and what to write instead."""
        reasons = "; ".join(why.reason for why in self.left_out)
        return RowError(reasons + ending, " ".join(dict.fromkeys(why.remedy for why in self.left_out)))

    def text(self, column: str) -> str | None:
        return self.cells.get(column) or None

    def required(self, column: str) -> str:
        value = self.text(column)
        if value is None:
            raise RowError(f"{column} is empty", f"Fill in {column}, or remove the row.")
        return value

    def number_in(self, column: str) -> float | None:
        value = self.text(column)
        return None if value is None else parse_number(value, column)

    def required_number(self, column: str) -> float:
        return parse_number(self.required(column), column)

    def word(self, column: str, allowed: tuple[str, ...]) -> str | None:
        value = self.text(column)
        if value is None:
            return None
        if value.lower() not in allowed:
            raise RowError(f"{column} is {shown(value)}", f"Write one of: {', '.join(allowed)}.")
        return value.lower()

    def required_word(self, column: str, allowed: tuple[str, ...]) -> str:
        self.required(column)
        return self.word(column, allowed) or ""

    def yes_or_no(self, column: str) -> bool | None:
        value = self.text(column)
        if value is None:
            return None
        if value.lower() not in YES_NO:
            raise RowError(f"{column} is {shown(value)}", "Write yes or no.")
        return YES_NO[value.lower()]

    def date_in(self, column: str) -> date | None:
        value = self.text(column)
        return None if value is None else parse_moment(value, column).date()

    def required_date(self, column: str) -> date:
        return parse_moment(self.required(column), column).date()

    def moment(self, column: str) -> tuple[datetime | None, datetime | None]:
        """(aware UTC, None) if the cell has an offset, else (None, the athlete's local time)."""
        return moment_in(self.required(column), column)

    def in_one_unit(self, factors: Mapping[str, float]) -> float | None:
        """The quantity in any of these columns, in the unit whose factor is 1."""
        said = {column: self.number_in(column) for column in factors}
        values = [value * factors[column] for column, value in said.items() if value is not None]
        if values and max(values) - min(values) > UNIT_AGREEMENT * max(map(abs, values)):
            columns = " and ".join(column for column, value in said.items() if value is not None)
            raise RowError(f"{columns} contradict each other", "Keep only one of them.")
        return values[0] if values else None


@dataclass(frozen=True, slots=True)
class Log:
    """One kind of log: its columns, and what a row of it becomes."""

    required: tuple[tuple[str, ...], ...]  # of each entry, one column must be present
    optional: tuple[str, ...]
    record_of: Callable[[Row], Any]  # None for a row between records, such as a rest timer; a tuple for several records
    field: str  # the field of FileContent for the records
    plain: Plain | None = None  # how plain rows are read column by column
    has_loose_notes: bool = False  # a note in the last column may hold the separating mark without quotation marks

    @property
    def columns(self) -> tuple[str, ...]:
        return (*(name for choice in self.required for name in choice), *self.optional, "athlete_id")


@dataclass(frozen=True, slots=True)
class Rows:
    """Result of one table: records, refused rows, the number of rows that are not records, and notes."""

    records: Sequence[Any]
    refused: tuple[RefusedRow, ...]
    skipped: int
    notes: tuple[str, ...]


def read_rows(lines: Lines, log: Log, log_name: str, delimiter: str, names: list[str]) -> Rows:
    """Every row below the headings; one that cannot be understood is refused by its number, the others are taken.

    Of a row that counts without some of its cells both are told: its records, and the refusal of these cells.
    `names` are the headings as the log defines them, translated from the language of the file.
    Raises UnreadableFile if a needed column is missing or hardly any row can be understood.
    """
    header_line = next(number for number, line in enumerate(lines) if line.strip(",;\t \n"))
    _refuse_missing_columns(log_name, log, names, lines.row_at(header_line))
    written = header_names(header_cells(lines[header_line], delimiter))
    notes = []
    unknown = [name for name in names if name and name not in log.columns]
    if unknown:
        notes.append(f"columns not used: {heading_list(unknown)}")
    twice = sorted(name for name, times in Counter(names).items() if name and times > 1)
    if twice:
        notes.append(f"columns given twice, the first is used: {heading_list(twice)}")

    reading = _Reading(lines, log, delimiter, names, written, notes)
    rows = csv_rows(lines, header_line + 1, delimiter)
    while some := list(islice(rows, ROWS_AT_ONCE)):
        reading.take(some)
    return Rows(
        reading.records if isinstance(reading.records, Columns) else tuple(reading.records),
        tuple(reading.refused),
        reading.skipped,
        tuple(notes),
    )


class _Reading:
    """The rows of one table so far: records, refusals, notes and how many rows were neither."""

    def __init__(self, lines: Lines, log: Log, delimiter: str, names: list[str], written: list[str], notes: list[str]) -> None:
        self.lines, self.log, self.delimiter, self.names, self.written, self.notes = lines, log, delimiter, names, written, notes
        self.records: Columns[Any] | list[Any] = Columns(log.plain.record) if log.plain else []
        self.refused: list[RefusedRow] = []
        self.skipped = 0

    def take(self, rows: list[tuple[int, list[str] | RowError]]) -> None:
        """Take some rows: the plain ones between two others column by column, each other one by itself."""
        if self.log.plain is None or not isinstance(self.records, Columns):
            for index, cells in rows:
                self.take_one(index, cells)
            return
        places = {name: place for place, name in reversed(list(enumerate(self.names)))}  # of a heading given twice the first
        taken_in_order(self.log.plain, places, len(self.names), rows, self.lines.rows_at, self.records, self.take_one)

    def take_one(self, index: int, cells: list[str] | RowError) -> None:
        """Take one row, which may be blank, the headings once more, a record, several, or to be refused."""
        number = self.lines.row_at(index)
        try:
            if isinstance(cells, RowError):
                raise cells
            if not any(cell.strip() for cell in cells):
                return
            if header_names(cells) in (self.names, self.written):
                self.notes.append(f"row {number} repeats the headings and is skipped")
                return
            is_cut = index == len(self.lines) - 1 and not self.lines[-1].endswith("\n")
            whole = _with_one_note(self.log, self.names, cells, self.delimiter)
            row = Row(number, _cells_by_name(self.names, whole, is_cut))
            record = understood(self.log.record_of, row)
            if len(whole) < len(cells):
                if row.left_out:
                    raise _surplus(self.names, cells)
                self.notes.append(
                    f"the note of row {number} was read to the end of its line: it holds the separating mark unquoted"
                )
            if record is None:
                self.skipped += 1
                return
            for one in record if isinstance(record, tuple) else (record,):
                self.records.append(one)
            if row.left_out:
                raise row.refusal_of_cells(REST_COUNTS)
        except RowError as why:
            self.refused.append(
                RefusedRow(
                    place=f"row {number}",
                    reason=why.reason,
                    remedy=why.remedy,
                    text=self.lines[index].rstrip("\n")[:ROW_TEXT_CHARACTERS],
                    **_day_and_sport(self.names, cells, self.lines[index]),
                )
            )
            refuse_hopeless(self.refused, len(self.records))


def _day_and_sport(names: list[str], cells: list[str] | RowError, line: str) -> dict[str, Any]:
    """What can still be read of a refused row: its day, sport and athlete."""
    said = dict(zip(names, cells, strict=False)) if not isinstance(cells, RowError) else {}
    known = {name: said.get(name, "").strip() or None for name in ("started_at", "sport", "athlete_id")}
    moment = when(known["started_at"])
    sport = known["sport"].lower() if known["sport"] else None
    return (moment if any(moment.values()) else when(line)) | {"sport": sport, "athlete_id": known["athlete_id"]}


def _refuse_missing_columns(log_name: str, log: Log, names: list[str], header_row: int) -> None:
    for choice in log.required:
        if set(choice) & set(names):
            continue
        wanted = " or ".join(choice)
        spare = [name for name in names if name and name not in log.columns]
        near = next((match for name in choice if (match := nearest(name, spare))), None)
        meant = f'Rename the column "{near}" to {choice[0]}.' if near else f"Add the column {wanted}."
        raise UnreadableFile(
            f"row {header_row}",
            f"This {log_name.removesuffix('_csv')} log has no column {wanted}; found: {heading_list(names)}",
            meant,
        )


def _cells_by_name(names: list[str], cells: list[str], is_cut: bool) -> dict[str, str]:
    if any(cell.strip() for cell in cells[len(names) :]):
        raise _surplus(names, cells)
    if is_cut and len(cells) < len(names):
        raise RowError("The file ends in the middle of this row", "Save or copy the file again.")
    by_name: dict[str, str] = {}
    for name, cell in zip(names, cells, strict=False):
        by_name.setdefault(name, cell.strip())
    return by_name


def _surplus(names: list[str], cells: list[str]) -> RowError:
    return RowError(
        f"The row has {len(cells)} cells under {len(names)} headings",
        "Put text or numbers that contain the separating mark between double quotes.",
    )


def _with_one_note(log: Log, names: list[str], cells: list[str], delimiter: str) -> list[str]:
    """The cells, of which those from the note on are one where only the note can be too long.

    Where the note would begin with an answer (yes, 0), a number before it was written with a decimal comma: every cell after that
    stands one column too far to the right, and the row says something else.
    """
    last = len(names) - 1
    is_too_long = log.has_loose_notes and names[-1:] == ["note"] and any(cell.strip() for cell in cells[len(names) :])
    if not is_too_long or cells[last].strip().lower() in {"", *YES_NO} or cells[last].strip().isdecimal():
        return cells
    return [*cells[:last], delimiter.join(cells[last:]).strip()]
