"""Rows of plain cells, read column by column: each different cell is read once, by what reads it in a row.

A row with anything else in it (an empty needed cell, a cell that is not understood, a quantity in two units, too few cells) is
left to the reader of single rows, which knows what to say of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flows.readers.refusals import RowError, understood

NOT_PLAIN = object()
NO_MOMENT = (None, None)
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
    otherwise: Mapping[str, Any]  # field -> the value of an empty cell, if not None


def plain_columns(plain: Plain, names: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[dict[str, list[Any]], set[int]]:
    """The values of each field, and which of these rows are not plain: for those the values mean nothing.

    Every row has as many cells as there are names.
    """
    # Of headings given twice the first is used.
    texts = {
        name: list(map(str.strip, cells)) for name, cells in reversed(list(zip(names, zip(*rows, strict=True), strict=True)))
    }
    others: set[int] = set()
    values: dict[str, list[Any]] = {}
    moments = _read(texts[plain.moment], plain.moment, plain.read_moment, others, NO_MOMENT)
    for field, said in zip(plain.moment_fields, zip(*moments, strict=True), strict=True):
        values[field] = list(said)
    if NO_MOMENT in moments:
        others.update(place for place, both in enumerate(moments) if both == NO_MOMENT)
    for field, readers in plain.cells.items():
        found = [_read(texts[column], column, read, others, None) for column, read in readers.items() if column in texts]
        if found:
            values[field] = found[0] if len(found) == 1 else _one_of(found, others)
    for choice in plain.needed:
        given = [values[field] for field in choice if field in values]
        if all(None in column for column in given):
            others.update(place for place in range(len(rows)) if all(column[place] is None for column in given))
    for field, default in plain.otherwise.items():
        values[field] = [default if value is None else value for value in values.get(field, [None] * len(rows))]
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
