"""The answers to a form (Google Forms, Microsoft Forms) as one of our logs: columns.csv says which question is which column.

Headings become ours, answers become our words, a timestamp becomes the athlete's local day, and the name that a runner gave
becomes an athlete of squad.csv: the same name whatever its case, accents and order of words. Any other name refuses its row.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from zoneinfo import ZoneInfo

from flows.nearest import did_you_mean
from flows.readers.cells import Lines, csv_rows, decode, header_cells
from flows.readers.days import when
from flows.readers.export_tables import is_day_first, moment_of, same_heading
from flows.readers.log_rows import ROW_TEXT_CHARACTERS
from flows.readers.own_logs import header_of, log_format
from flows.readers.refusals import RowError, shown
from flows.readers.time_texts import moment_of as iso_moment_of
from flows.records import FormWords, RefusedRow
from flows.texts import plain_letters

READ_AS_FORM = "read as the answers to a form, by columns.csv"
NAME = "athlete_id"
DAYS = {"date", "onset_date", "resolved_date", "from_date", "to_date", "until"}  # columns of days without a time
SEVERAL = re.compile(r"\s*[;,]\s*")  # between the answers to a question that allows several


class Meanings:
    """The words of the squad's forms, looked up."""

    def __init__(self, words: FormWords) -> None:
        self.column_of = {_key(question): column for question, column in words.questions}
        self.value_of = {(_key(question), _key(answer)): value for question, answer, value in words.answers}
        self.zone_of = {athlete_id: zone for athlete_id, _, zone in words.people}
        self.names = {called for athlete_id, name, _ in words.people for called in (athlete_id, name) if called}
        # Name -> who is called so, by the name and by the athlete_id.
        self.athletes_of: dict[str, set[str]] = {}
        for athlete_id, name, _ in words.people:
            for called in {athlete_id, name or athlete_id}:
                self.athletes_of.setdefault(_person(called), set()).add(athlete_id)


@lru_cache(maxsize=4)
def meanings(words: FormWords) -> Meanings:
    return Meanings(words)


def headings_in(words: FormWords, names: Sequence[str]) -> list[str] | None:
    """The headings of a form as those of one of our logs; None if they are of no form, or of no log even then."""
    column_of = meanings(words).column_of
    said = [column_of.get(_key(name), name) for name in names]
    return said if said != list(names) and log_format(said) is not None else None


@dataclass(frozen=True, slots=True)
class Answers:
    """A form's table as one of our logs, each row in its place; rows that name nobody are refused and left out."""

    data: bytes
    refused: tuple[RefusedRow, ...]


def _key(text: str) -> str:
    return same_heading(text) or text.strip()


def _person(name: str) -> str:
    return " ".join(sorted(re.findall(r"[^\W_]+", plain_letters(name))))


def answers_in(data: bytes, words: FormWords) -> Answers | None:
    """The answers to a form; None for any other table."""
    return under_headings(data, words, partial(headings_in, words))


def under_headings(data: bytes, words: FormWords, in_ours: Callable[[list[str]], list[str] | None]) -> Answers | None:
    """A table under our headings, which `in_ours` gives for its own, if it knows them; None if it does not."""
    text, _ = decode(data)
    header = header_of(text)
    headings = header and in_ours(header[1])
    if not header or not headings:
        return None
    lines, delimiter = Lines(text), header[0]
    top = next(number for number, line in enumerate(lines) if line.strip(",;\t \n"))
    asked = [_key(cell) for cell in header_cells(lines[top], delimiter)]
    table = list(csv_rows(lines, top + 1, delimiter))
    days = [
        cells[place] for place in _places(headings, DAYS) for _, cells in table if isinstance(cells, list) and place < len(cells)
    ]
    form = _Form(meanings(words), words, headings, asked, is_day_first(days, "en"))
    target, refused = io.StringIO(), []
    target.write("\n" * (lines.row_at(top) - 1))
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(headings)
    at = lines.row_at(top) + 1
    for index, cells in table:
        row = lines.row_at(index)
        target.write("\n" * (row - at))
        at = row + 1
        if isinstance(cells, RowError):
            target.write(lines[index].rstrip("\n") + "\n")  # refused by the reader of the log
            continue
        try:
            writer.writerow(form.row(cells)) if any(cell.strip() for cell in cells) else target.write("\n")
        except RowError as why:
            quoted = lines[index].rstrip("\n")[:ROW_TEXT_CHARACTERS]
            refused.append(RefusedRow(f"row {row}", why.reason, why.remedy, quoted, **when(lines[index])))
            target.write("\n")
    return Answers(target.getvalue().encode("utf-8", "replace"), tuple(refused))


def _places(headings: Sequence[str], wanted: set[str]) -> list[int]:
    return [place for place, name in enumerate(headings) if name in wanted]


@dataclass(frozen=True, slots=True)
class _Form:
    """One form's table: its headings as ours, and as asked."""

    known: Meanings
    words: FormWords
    headings: list[str]
    asked: list[str]
    day_first: bool | None

    def row(self, cells: list[str]) -> list[str]:
        """A row in our words. Raises RowError for a name of nobody in the squad."""
        said = [" ".join(cell.split()) for cell in cells]
        for place, cell in enumerate(said[: len(self.headings)]):
            said[place] = self._answer(self.asked[place], cell)
        owner = self.words.owner
        for place in _places(self.headings, {NAME}):
            # An empty name, as any in our logs: the folder's owner, or a refusal.
            if place < len(said) and said[place] and self.asked[place] in self.known.column_of:
                said[place] = owner = self._athlete(said[place])
        zone = self.known.zone_of.get(owner, self.words.default_zone)
        for place in _places(self.headings, DAYS):
            if place < len(said) and said[place]:
                said[place] = self._day(said[place], zone)
        return said

    def _answer(self, question: str, cell: str) -> str:
        value_of = self.known.value_of
        if (question, _key(cell)) in value_of:
            return value_of[question, _key(cell)]
        parts = [(question, _key(part)) for part in SEVERAL.split(cell) if part]
        return ", ".join(value_of[part] for part in parts) if len(parts) > 1 and all(part in value_of for part in parts) else cell

    def _athlete(self, name: str) -> str:
        found = self.known.athletes_of.get(_person(name), set())
        if len(found) == 1:
            return next(iter(found))
        if found:
            raise RowError(
                f"{shown(name)} is the name of {', '.join(sorted(found))}", "Let them write their athlete_id into the form."
            )
        raise RowError(
            f"{shown(name)} is nobody in squad.csv{did_you_mean(name, self.known.names)}",
            "Correct the name in the form's table, or in squad.csv.",
        )

    def _day(self, cell: str, zone: str) -> str:
        """The local day of a timestamp; a text that is no date stays, and the log's reader refuses it."""
        try:
            moment = iso_moment_of(cell) or moment_of(cell, "en", self.day_first)
            return (moment.astimezone(ZoneInfo(zone)) if moment.tzinfo and zone else moment).date().isoformat()
        except (RowError, OverflowError):
            return cell
