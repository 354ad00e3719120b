"""Writes the answer to a query row by row, as a table, CSV or JSON, and what is wrong with one in one line."""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from itertools import chain
from typing import Any, Protocol

import click
import duckdb

from flows.commands.common import count
from flows.nearest import did_you_mean
from flows.state import database
from flows.texts import printable

BATCH_ROWS = 10_000  # held in Python at a time; widths of a table are those of the first batch
# DuckDB's words for a name that it does not know; of a column it tells which others there are.
NO_TABLE = re.compile(r'Table with name "?(?P<name>[^"]+?)"? does not exist')
NO_COLUMN = re.compile(
    r"""
    (?:
        Referenced\ column\ "(?P<name>[^"]+)"\ not\ found
        | (?:Values\ list|Table)\ "[^"]+"\ does\ not\ have\ a\ column\ named\ "(?P<of_table>[^"]+)"
        | Column\ "(?P<joined>[^"]+)"\ does\ not\ exist\ on
    )
    [^:]*(?P<others>.*)
    """,
    re.VERBOSE,
)
QUESTIONS = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}


class Answer(Protocol):
    """What a question brought, row by row."""

    @property
    def description(self) -> list[Any]:
        """The columns."""
        ...

    def fetchmany(self, size: int) -> list[tuple[Any, ...]]:
        """The next rows."""
        ...


class NoQuestion(Exception):
    """The text is not one question that can be answered; the message says why."""


def check_is_question(connection: database.Connection, sql: str) -> None:
    """Raise NoQuestion unless the text is a single statement that only reads; duckdb.Error if it cannot be parsed."""
    # DuckDB makes two of a pivot without listed values: its own `create` of them bears no text.
    statements = [one for one in connection.extract_statements(sql) if one.query or one.type != duckdb.StatementType.CREATE]
    if len(statements) != 1:
        raise NoQuestion(f"ask one question at a time; this holds {count(len(statements), 'statement')}")
    if statements[0].type not in QUESTIONS:
        kind = statements[0].type.name.lower()
        raise NoQuestion(f"{kind} is not a question: the warehouse is read-only; a query begins with select, from or with")


def what_is_wrong(error: duckdb.Error, sql: str, tables: Iterable[str]) -> str:
    """DuckDB's message (with errors_as_json) in one line, with the nearest name and the place in the query."""
    kind, _, told = str(error).partition(": ")
    try:
        found = json.loads(told)
    except ValueError:  # not all of them are
        return " ".join(str(error).split())
    message = " ".join(found["exception_message"].split())
    said = _no_such_name(message, tables) or f"{kind}: {message}"
    if "position" not in found:
        return said
    before = sql.encode()[: int(found["position"])].decode(errors="ignore")
    return f"{said} (line {before.count(chr(10)) + 1}, column {len(before) - before.rfind(chr(10))})"


def _no_such_name(message: str, tables: Iterable[str]) -> str | None:
    """What to say of a table or column that does not exist; None if the message is about something else."""
    if table := NO_TABLE.match(message):
        name, known = table["name"], _with_short_names(tables)
        meant = did_you_mean(name, known) or did_you_mean(name.rpartition(".")[2], known)
        return f"no table {name}{meant}; `tendonwatch query --tables` lists them"
    if column := NO_COLUMN.match(message):
        name, others = column["name"] or column["of_table"] or column["joined"], re.findall(r'"([^"]+)"', column["others"])
        return f"no column {name}{did_you_mean(name, others)}" + (f"; the nearest are {', '.join(others)}" if others else "")
    return None


def _with_short_names(tables: Iterable[str]) -> list[str]:
    """The names of tables with and without their schema: as both can be asked for, both can be meant."""
    return [name for table in tables for name in (table, table.rpartition(".")[2])]


def show(lines: Iterable[str]) -> None:
    """Print lines: through the pager at a terminal, straight into a pipe or file."""
    if not sys.stdout.isatty():
        sys.stdout.writelines(f"{line}\n" for line in lines)
        return
    following = iter(lines)
    click.echo_via_pager(chain([next(following, "")], (f"\n{line}" for line in following)))  # it adds the last end of line


def table_lines(answer: Answer) -> Iterator[str]:
    """Aligned columns, all of them, and how many rows there are."""
    names, batches = _names(answer), _batches(answer)
    first = next(batches, [])
    cells = [[_cell(value) for value in row] for row in first]
    widths = [max(map(len, column)) for column in zip(names, *cells, strict=True)]
    is_number = [any(isinstance(value, int | float | Decimal) for value in column) for column in zip(*first, strict=True)]
    is_number = is_number or [False] * len(names)

    def line(row: list[str]) -> str:
        aligned = zip(row, widths, is_number, strict=True)
        return "  ".join(text.rjust(width) if right else text.ljust(width) for text, width, right in aligned).rstrip()

    yield line(names)
    yield "  ".join("-" * width for width in widths)
    yield from map(line, cells)
    number = len(cells)
    for batch in batches:
        number += len(batch)
        yield from (line([_cell(value) for value in row]) for row in batch)
    yield f"({count(number, 'row')})"


def csv_lines(answer: Answer) -> Iterator[str]:
    """CSV: null is nothing between the commas, an empty text is "" there."""
    yield ",".join(map(_quoted, _names(answer)))
    for batch in _batches(answer):
        yield from (",".join("" if value is None else _quoted(text_of(value)) for value in row) for row in batch)


def json_lines(answer: Answer) -> Iterator[str]:
    """A JSON list with one object per row and line; a number that is none (nan, inf) is null."""
    names = _names(answer)
    before = "["
    for batch in _batches(answer):
        for row in batch:
            yield before + json.dumps(dict(zip(names, map(_json_value, row), strict=True)), ensure_ascii=False)
            before = ","
    yield "]" if before == "," else "[]"


def text_of(value: Any) -> str:
    """A value that is not null as text: times as ISO 8601, lists and structs as JSON."""
    match value:
        case bool():
            return str(value).lower()
        case datetime() | date() | time():
            return value.isoformat()
        case list() | tuple() | dict():
            return json.dumps(_json_value(value), ensure_ascii=False)
        case bytes():
            return value.hex()
        case _:
            return str(value)


def _names(answer: Answer) -> list[str]:
    """The names of the columns; one that stands there again gets a number, so that no column is lost."""
    names: list[str] = []
    for column in answer.description or []:
        name, number = str(column[0]), 1
        while name in names:
            number += 1
            name = f"{column[0]}_{number}"
        names.append(name)
    return names


def _batches(answer: Answer) -> Iterator[list[tuple[Any, ...]]]:
    while batch := answer.fetchmany(BATCH_ROWS):
        yield batch


def _cell(value: Any) -> str:
    return "null" if value is None else printable(text_of(value))


def _quoted(text: str) -> str:
    is_plain = text and not any(character in text for character in ',"\r\n')
    return text if is_plain else '"' + text.replace('"', '""') + '"'


def _json_value(value: Any) -> Any:
    match value:
        case float() if not math.isfinite(value):
            return None
        case None | bool() | int() | float() | str():
            return value
        case Decimal():
            return int(value) if value == int(value) else float(value)
        case list() | tuple():
            return [_json_value(one) for one in value]
        case dict():
            return {str(key): _json_value(one) for key, one in value.items()}
        case _:
            return text_of(value)
