"""Reads the project's own CSV logs: runs, strength sets, symptoms, injuries, calf tests and marks."""

from __future__ import annotations

import csv
import difflib
import io
import math
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from flows.readers.days import when
from flows.readers.time_texts import iso_text
from flows.records import (
    Activity,
    CalfTest,
    FileContent,
    Injury,
    Mark,
    RefusedRow,
    StrengthSet,
    Symptom,
    UnreadableFile,
)

DELIMITERS = (",", ";", "\t")
METRES_PER_UNIT = {"distance_km": 1000.0, "distance_m": 1.0, "distance_mi": 1609.344}
KILOGRAMS_PER_UNIT = {"weight_kg": 1.0, "weight_lb": 0.45359237}

SIDES = ("left", "right", "both")
KNEES = ("straight", "bent")
SITES = ("achilles_midportion", "achilles_insertion", "achilles", "calf", "foot", "other")
EVENTS = ("pop", "cannot_raise")
MARK_KINDS = ("illness", "holiday", "race", "missing")
YES_NO = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}

SHOWN_CHARACTERS = 60
VALUE_NOT_READ = ("value_not_read",)  # a code of sql/seeds/run_notes.csv
SHOWN_HEADINGS = 12
MOST_REFUSED_ROWS = 1000  # of a file that is mostly refused: beyond, it is no log with a few bad rows
ROW_TEXT_CHARACTERS = 500
ROW_CHARACTERS = 1 << 20  # of a row, a cell or all headings: more is no log's
HEADING_CHARACTERS = 200  # of one heading: no known one has as many
MOST_COLUMNS = 1000
MOST_BLANK_ROWS = 2  # one after the other that are looked at
# So many rows of which so few differ are no log, but a small packed file that was made to cost much.
REPETITIVE_FROM_ROWS, LEAST_SHARE_OF_DIFFERENT_ROWS = 100_000, 0.1
csv.field_size_limit(ROW_CHARACTERS)

# Two units of one quantity that differ by more than this are two statements, not one rounded.
UNIT_AGREEMENT = 0.01


def shown(text: str) -> str:
    """A value as a reason may quote it: in quotation marks, not longer than a line."""
    return f'"{text}"' if len(text) <= SHOWN_CHARACTERS else f'"{text[:SHOWN_CHARACTERS]}…"'


class RowError(ValueError):
    """Why one row cannot be taken, and what to write instead."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Row:
    """One row's cells by column name. Every reading method gives None for an empty cell."""

    number: int
    cells: Mapping[str, str]
    unread: list[str] = field(default_factory=list)  # columns of values that only add something and cannot be read

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

    def spare_number(self, column: str) -> float | None:
        """A number that the row does without: None, and among `unread`, where it is none."""
        try:
            return self.number_in(column)
        except RowError:
            self.unread.append(column)
            return None

    @property
    def codes(self) -> tuple[str, ...]:
        """What a run of this row says about itself: codes of sql/seeds/run_notes.csv."""
        return VALUE_NOT_READ if self.unread else ()

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
        """(aware UTC, None) where the cell gives an offset, else (None, the athlete's local time)."""
        value = self.required(column)
        said = parse_moment(value, column)
        if said.tzinfo is None:
            return None, said
        try:
            return said.astimezone(UTC), None
        except OverflowError as error:
            raise RowError(f"{column} is {shown(value)}, outside the calendar", "Correct the year.") from error

    def in_one_unit(self, factors: Mapping[str, float]) -> float | None:
        """The quantity that any of these columns gives, in the unit whose factor is 1."""
        said = {column: self.number_in(column) for column in factors}
        values = [value * factors[column] for column, value in said.items() if value is not None]
        if values and max(values) - min(values) > UNIT_AGREEMENT * max(map(abs, values)):
            columns = " and ".join(column for column, value in said.items() if value is not None)
            raise RowError(f"{columns} contradict each other", "Keep only one of them.")
        return values[0] if values else None


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
            f"{column} is {shown(text)}, which is no day or time of the calendar ({error})",
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


def run_of(row: Row) -> Activity:
    started_at, started_local = row.moment("started_at")
    distance_m = row.in_one_unit(METRES_PER_UNIT)
    moving_time = row.text("moving_time")
    if distance_m is None and moving_time is None:
        raise RowError("The distance and moving_time are both empty", "Fill in one of them, or remove the row.")
    return Activity(
        sport=row.text("sport") or "running",
        started_at=started_at,
        started_local=started_local,
        distance_m=distance_m,
        moving_s=None if moving_time is None else parse_duration_s(moving_time, "moving_time"),
        ascent_m=row.spare_number("ascent_m"),
        avg_heart_rate_bpm=row.spare_number("avg_heart_rate_bpm"),
        avg_cadence_spm=row.spare_number("cadence_spm"),
        rpe=row.spare_number("rpe"),
        carried_kg=row.spare_number("carried_kg"),
        note=row.text("note"),
        notes=row.codes,
        row=row.number,
        athlete_id=row.text("athlete_id"),
    )


def strength_set_of(row: Row) -> StrengthSet:
    performed_at, performed_local = row.moment("performed_at")
    reps, hold_s, set_number = row.number_in("reps"), row.number_in("hold_s"), row.number_in("set")
    if reps is None and hold_s is None:
        raise RowError("reps and hold_s are both empty", "Fill in the repetitions or the seconds of the hold.")
    if set_number is not None and not set_number.is_integer():
        raise RowError(f"set is {shown(row.required('set'))}", "Number the sets 1, 2, 3.")
    return StrengthSet(
        exercise_name=row.required("exercise"),
        performed_at=performed_at,
        performed_local=performed_local,
        set_number=None if set_number is None else int(set_number),
        reps=reps,
        weight_kg=row.in_one_unit(KILOGRAMS_PER_UNIT),
        hold_s=hold_s,
        side=row.word("side", SIDES),
        rpe=row.number_in("rpe"),
        rir=row.number_in("rir"),
        is_warmup=row.yes_or_no("is_warmup") or False,
        note=row.text("note"),
        row=row.number,
        athlete_id=row.text("athlete_id"),
    )


def symptom_of(row: Row) -> Symptom:
    return Symptom(
        report_date=row.required_date("date"),
        side=row.word("side", SIDES),
        pain_0_10=row.number_in("pain_0_10"),
        morning_stiffness_min=row.number_in("morning_stiffness_min"),
        visa_a=row.number_in("visa_a"),
        is_worse_next_morning=row.yes_or_no("next_morning_worse"),
        event=row.word("event", EVENTS),
        note=row.text("note"),
        row=row.number,
        athlete_id=row.text("athlete_id"),
    )


def injury_of(row: Row) -> Injury:
    onset_date, resolved_date = row.required_date("onset_date"), row.date_in("resolved_date")
    if resolved_date and resolved_date < onset_date:
        raise RowError(f"resolved_date {resolved_date} is before onset_date {onset_date}", "Correct one of them.")
    return Injury(
        onset_date=onset_date,
        site=row.required_word("site", SITES),
        side=row.word("side", SIDES),
        resolved_date=resolved_date,
        note=row.text("note"),
        row=row.number,
        athlete_id=row.text("athlete_id"),
    )


def calf_test_of(row: Row) -> CalfTest:
    return CalfTest(
        test_date=row.required_date("date"),
        side=row.required_word("side", SIDES),
        repetitions=row.required_number("repetitions"),
        knee=row.word("knee", KNEES),
        row=row.number,
        athlete_id=row.text("athlete_id"),
    )


def mark_of(row: Row) -> Mark:
    from_date, to_date = row.required_date("from_date"), row.required_date("to_date")
    if to_date < from_date:
        raise RowError(f"to_date {to_date} is before from_date {from_date}", "Correct one of them.")
    return Mark(
        from_date=from_date,
        to_date=to_date,
        kind=row.required_word("kind", MARK_KINDS),
        row=row.number,
        athlete_id=row.text("athlete_id"),
    )


@dataclass(frozen=True, slots=True)
class Log:
    """One kind of log: its columns, and what a row of it becomes."""

    required: tuple[tuple[str, ...], ...]  # each entry: one of these columns must be there
    optional: tuple[str, ...]
    record_of: Callable[[Row], Any]  # None for a row that an app writes between its records
    field: str  # where FileContent keeps the records

    @property
    def columns(self) -> tuple[str, ...]:
        return (*(name for choice in self.required for name in choice), *self.optional, "athlete_id")


# Symptoms come last: a date and a side alone are any log's.
LOGS = {
    "runs_csv": Log(
        required=(("started_at",), tuple(METRES_PER_UNIT), ("moving_time",)),
        optional=("sport", "carried_kg", "ascent_m", "avg_heart_rate_bpm", "cadence_spm", "rpe", "note"),
        record_of=run_of,
        field="activities",
    ),
    "strength_csv": Log(
        required=(("performed_at",), ("exercise",), ("reps", "hold_s")),
        optional=("set", *KILOGRAMS_PER_UNIT, "side", "rpe", "rir", "is_warmup", "note"),
        record_of=strength_set_of,
        field="strength_sets",
    ),
    "injuries_csv": Log(
        required=(("onset_date",), ("site",)),
        optional=("side", "resolved_date", "note"),
        record_of=injury_of,
        field="injuries",
    ),
    "calf_tests_csv": Log(
        required=(("date",), ("side",), ("repetitions",)),
        optional=("knee",),
        record_of=calf_test_of,
        field="calf_tests",
    ),
    "marks_csv": Log(
        required=(("from_date",), ("to_date",), ("kind",)),
        optional=(),
        record_of=mark_of,
        field="marks",
    ),
    "symptoms_csv": Log(
        required=(("date",),),
        optional=(
            "side",
            "pain_0_10",
            "morning_stiffness_min",
            "visa_a",
            "next_morning_worse",
            "event",
            "note",
        ),
        record_of=symptom_of,
        field="symptoms",
    ),
}

# Columns that many logs share say nothing about which log this is.
COMMON_COLUMNS = {"date", "side", "note", "rpe", "athlete_id"}
# So many headings of its own make a log ours, even when one that it needs is missing.
LIKE_ENOUGH = 2


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


def header_of(text: str) -> tuple[str, list[str]] | None:
    """Delimiter and headings of the first line that is not empty; None where there is no such line."""
    first = re.search(r"[^,;\t \r\n]", text)
    if first is None:
        return None
    start = max(text.rfind("\n", 0, first.start()), text.rfind("\r", 0, first.start())) + 1
    line = re.split(r"[\r\n]", text[start : start + ROW_CHARACTERS], maxsplit=1)[0]
    known = {name for log in LOGS.values() for name in log.columns}
    readings = [(mark, header_names(header_cells(line, mark))) for mark in DELIMITERS]
    return max(readings, key=lambda reading: (len(known & set(reading[1])), len(reading[1])))


def header_cells(line: str, delimiter: str) -> list[str]:
    """The cells of a line of headings, so many as a table may have."""
    return next(csv.reader([line[:ROW_CHARACTERS]], delimiter=delimiter), [])[:MOST_COLUMNS]


def heading_list(names: list[str]) -> str:
    """The headings as a reason may list them: not too many, none too long."""
    more = ", …" if len(names) > SHOWN_HEADINGS else ""
    return ", ".join(name[:SHOWN_CHARACTERS] for name in names[:SHOWN_HEADINGS]) + more


def log_format(names: list[str]) -> str | None:
    """Which of our logs these headings belong to; None where they are nobody's."""
    found = set(names)
    for log_name, log in LOGS.items():
        whole = all(found & set(choice) for choice in log.required)
        if whole and (found & set(log.columns)) - COMMON_COLUMNS:
            return log_name
    # A log with a heading missing or misspelt is still that log: its reader says which one.
    likeness = {
        name: len((found & set(log.columns)) - COMMON_COLUMNS) + len(found & set(log.columns)) / 100 for name, log in LOGS.items()
    }
    best = max(likeness, key=lambda name: likeness[name])
    return best if likeness[best] >= LIKE_ENOUGH else None


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


def read_plain_csv(data: bytes, named_as: str | None = None) -> FileContent:
    """Every row of one of our own CSV logs; a row that cannot be understood is refused, the others go on.

    The headings say which log it is; where they do not, `named_as` (a key of LOGS) does.
    """
    text, encoding_note = decode(data)
    header = header_of(text)
    if header is None:
        raise UnreadableFile("row 1", "The file has no headings", "Write the column names into the first row.")
    delimiter, names = header
    log_name = log_format(names) or named_as
    if log_name is None:
        raise UnreadableFile(
            "row 1",
            f"The headings are those of none of our logs: {heading_list(names)}",
            f"Known logs: {', '.join(name.removesuffix('_csv') + '.csv' for name in LOGS)}.",
        )
    try:
        rows = read_rows(Lines(text), LOGS[log_name], log_name, delimiter, names)
    except UnreadableFile as refusal:
        refusal.may_be_run = log_name == "runs_csv"
        raise
    return FileContent(
        format=log_name,
        parser="csv",
        refused_rows=rows.refused,
        nothing_because=None if rows.records or rows.refused else "no rows yet",
        notes=((encoding_note,) if encoding_note else ()) + rows.notes,
        **{LOGS[log_name].field: rows.records},  # type: ignore[arg-type]
    )


@dataclass(frozen=True, slots=True)
class Rows:
    """What the rows of one table became: records, refused rows, rows that are no record, and what else there is to say."""

    records: tuple[Any, ...]
    refused: tuple[RefusedRow, ...]
    skipped: int
    notes: tuple[str, ...]


def read_rows(lines: Lines, log: Log, log_name: str, delimiter: str, names: list[str]) -> Rows:
    """Every row below the headings; one that cannot be understood is refused with its number, the others go on.

    `names` are the headings as the log knows them, whatever language they are written in.
    Raises UnreadableFile where a column is missing that nothing can be read without, or where hardly any row can be understood.
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

    records: list[Any] = []
    refused: list[RefusedRow] = []
    skipped = 0
    for index, cells in csv_rows(lines, header_line + 1, delimiter):
        number = lines.row_at(index)
        try:
            if isinstance(cells, RowError):
                raise cells
            if not any(cell.strip() for cell in cells):
                continue
            if header_names(cells) in (names, written):
                notes.append(f"row {number} repeats the headings and is skipped")
                continue
            is_cut = index == len(lines) - 1 and not lines[-1].endswith("\n")
            record = understood(log.record_of, Row(number, _cells_by_name(names, cells, is_cut)))
            if record is None:
                skipped += 1
            else:
                records.append(record)
        except RowError as why:
            refused.append(
                RefusedRow(
                    place=f"row {number}",
                    reason=why.reason,
                    remedy=why.remedy,
                    text=lines[index].rstrip("\n")[:ROW_TEXT_CHARACTERS],
                    **_told(names, cells, lines[index]),
                )
            )
            refuse_hopeless(refused, len(records))
    return Rows(tuple(records), tuple(refused), skipped, tuple(notes))


def _told(names: list[str], cells: list[str] | RowError, line: str) -> dict[str, Any]:
    """What can still be read of a refused row: its day, its sport and whose it is."""
    said = dict(zip(names, cells, strict=False)) if not isinstance(cells, RowError) else {}
    known = {name: said.get(name, "").strip() or None for name in ("started_at", "sport", "athlete_id")}
    moment = when(known["started_at"])
    sport = known["sport"].lower() if known["sport"] else None
    return (moment if any(moment.values()) else when(line)) | {"sport": sport, "athlete_id": known["athlete_id"]}


def understood(record_of: Callable[[Any], Any], row: Any) -> Any:
    """The row as a record. Raises RowError also where a cell holds what no number or date can hold."""
    try:
        return record_of(row)
    except RowError:
        raise
    except (ArithmeticError, LookupError, ValueError) as error:
        raise RowError(f"A cell holds what cannot be read ({error})", "Correct the row, or remove it.") from error


def refuse_hopeless(refused: Sequence[RefusedRow], taken: int) -> None:
    """Raise UnreadableFile where so much of a file is refused that it is no log with a few bad rows."""
    if len(refused) > MOST_REFUSED_ROWS and len(refused) > taken:
        raise UnreadableFile(
            refused[-1].place,
            f"More than {MOST_REFUSED_ROWS:,} rows cannot be understood, the first being {refused[0].place}: {refused[0].reason}",
            "Below its headings this is no log of ours: export it again.",
        )


def _refuse_missing_columns(log_name: str, log: Log, names: list[str], header_row: int) -> None:
    for choice in log.required:
        if set(choice) & set(names):
            continue
        wanted = " or ".join(choice)
        spare = [name for name in names if name and name not in log.columns]
        near = [match for name in choice for match in difflib.get_close_matches(name, spare, n=1)]
        meant = f'Rename the column "{near[0]}" to {choice[0]}.' if near else f"Add the column {wanted}."
        raise UnreadableFile(
            f"row {header_row}",
            f"This {log_name.removesuffix('_csv')} log has no column {wanted}; found: {heading_list(names)}",
            meant,
        )


def _cells_by_name(names: list[str], cells: list[str], is_cut: bool) -> dict[str, str]:
    if any(cell.strip() for cell in cells[len(names) :]):
        raise RowError(
            f"The row has {len(cells)} cells under {len(names)} headings",
            "Put text or numbers that contain the separating mark between double quotes.",
        )
    if is_cut and len(cells) < len(names):
        raise RowError("The file ends in the middle of this row", "Save or copy the file again.")
    by_name: dict[str, str] = {}
    for name, cell in zip(names, cells, strict=False):
        by_name.setdefault(name, cell.strip())
    return by_name


def _bounded(lines: Sequence[str], start: int) -> Iterator[str]:
    """The lines from lines[start] on. Raises csv.Error at one that is longer than any row."""
    for index in range(start, len(lines)):
        if len(lines[index]) > ROW_CHARACTERS:
            raise csv.Error(f"the line has more than {ROW_CHARACTERS:,} characters")
        yield lines[index]


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
