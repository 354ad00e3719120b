"""Rows of plain cells, read column by column: each different cell is read once, by what reads it in a row.

A row with anything else in it (an empty needed cell, a cell that is not understood, a quantity in two units, too few cells) is
left to the reader of single rows, which knows what to say of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flows.readers.refusals import RowError, understood
from flows.records import Columns

NOT_PLAIN = object()
NO_MOMENT = (None, None)
Values = dict[str, list[Any]]  # field -> its value in each row
CellReader = Callable[[str, str], Any]  # (text, column) -> value; raises RowError


@dataclass(frozen=True, slots=True)
class Plain:
    """How the columns of a log become the fields of its records, where the cells are plain."""

    record: type
    moment: str  # the column of the start: a cell that is a time also shows that the row does not repeat the headings
    moment_fields: tuple[str, str]  # aware, local: the cell is read as both, one of which is None
    read_moment: CellReader
    cells: Mapping[str, Mapping[str, CellReader]]  # field -> column -> what reads its cell; one of the columns may be filled
    needed: tuple[tuple[str, ...], ...]  # of each entry one field must have a value
    otherwise: Mapping[str, Any] = field(default_factory=dict)  # field -> the value of an empty cell, if not None
    finish: Callable[[Values], None] | None = None  # what follows for some fields from others; the values are changed in place


def plain_columns(plain: Plain, places: Mapping[str, int], rows: Sequence[Sequence[str]]) -> tuple[Values, set[int]]:
    """The values of each field, and which of these rows are not plain: for those the values mean nothing.

    `places` says where each column stands; every row has as many cells as the headings.
    """
    columns = list(zip(*rows, strict=True))
    texts = {name: list(map(str.strip, columns[place])) for name, place in places.items()}
    others: set[int] = set()
    values: Values = {}
    moments = _read(texts[plain.moment], plain.moment, plain.read_moment, others, NO_MOMENT)
    for name, said in zip(plain.moment_fields, zip(*moments, strict=True), strict=True):
        values[name] = list(said)
    if NO_MOMENT in moments:
        others.update(place for place, both in enumerate(moments) if both == NO_MOMENT)
    for name, readers in plain.cells.items():
        found = [_read(texts[column], column, read, others, None) for column, read in readers.items() if column in texts]
        if found:
            values[name] = found[0] if len(found) == 1 else _one_of(found, others)
    for choice in plain.needed:
        given = [values[name] for name in choice if name in values]
        if all(None in column for column in given):
            others.update(place for place in range(len(rows)) if all(column[place] is None for column in given))
    for name, default in plain.otherwise.items():
        values[name] = [default if value is None else value for value in values.get(name, [None] * len(rows))]
    if plain.finish:
        plain.finish(values)
    return values, others


def _read(texts: list[str], column: str, read: CellReader, others: set[int], empty: Any) -> list[Any]:
    """The value of each cell; the places of cells that are not understood are added to `others`."""
    different = set(texts) - {""}
    try:
        known = {text: read(text, column) for text in different}
    except (ArithmeticError, LookupError, ValueError):  # one that is not understood must not spoil the others
        known = {text: _value(read, text, column) for text in different}
    known[""] = empty
    unread = {text for text, value in known.items() if value is NOT_PLAIN}
    if unread:
        others.update(place for place, text in enumerate(texts) if text in unread)
        known |= dict.fromkeys(unread, empty)
    return list(map(known.__getitem__, texts))


def _value(read: CellReader, text: str, column: str) -> Any:
    try:
        return understood(lambda said: read(said, column), text)
    except RowError:
        return NOT_PLAIN


def _one_of(said: Iterable[list[Any]], others: set[int]) -> list[Any]:
    """Of several columns for one field the value that is given; the places of rows that give two are added to `others`."""
    values = []
    for place, row in enumerate(zip(*said, strict=True)):
        given = [value for value in row if value is not None]
        values.append(given[0] if given else None)
        if len(given) > 1:
            others.add(place)
    return values


def taken_in_order(
    plain: Plain,
    places: Mapping[str, int],
    width: int,
    rows: Sequence[tuple[int, list[str] | RowError]],
    numbers: Callable[[Sequence[int]], list[int]],
    records: Columns[Any],
    take_one: Callable[[int, list[str] | RowError], None],
) -> None:
    """Add the plain ones of some rows to the records, in their order; each other row is given to `take_one`."""
    whole = [place for place, (_, cells) in enumerate(rows) if not isinstance(cells, RowError) and len(cells) == width]
    if not whole:
        for index, cells in rows:
            take_one(index, cells)
        return
    values, others = plain_columns(plain, places, [rows[place][1] for place in whole])  # type: ignore[misc]
    values["row"] = numbers([rows[place][0] for place in whole])
    is_plain = {*whole} if not others else {place for at, place in enumerate(whole) if at not in others}
    taken, start = 0, 0  # of the whole rows, and where the next row to take stands among all
    for place in [*sorted({*range(len(rows))} - is_plain), len(rows)]:
        end = taken + place - start
        if end > taken:
            records.extend(end - taken, {name: column[taken:end] for name, column in values.items()})
        if place < len(rows):
            take_one(*rows[place])
            end += end < len(whole) and whole[end] == place
        taken, start = end, place + 1
