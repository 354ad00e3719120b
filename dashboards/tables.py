"""Rows of the warehouse, read-only, as dicts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from flows.words.amounts import plain

Row = dict[str, Any]
# A rule is shown as it is set: rounded it could look like another value.
RULE_DIGITS = 6
# A squad's rules.csv may set a rule for some athletes or all: the values that differ from the default, and for how many.
OWN_RULES = r"""
    with held as (
        unpivot (select athlete_id, columns(* exclude (athlete_id))::text from seeds.athlete_rules)
        on columns(* exclude (athlete_id)) into name key value value
    )
    select held.key, regexp_replace(any_value(held.value), '\.0$', '') as value, count(*) as athletes
    from held
    inner join seeds.rules on held.key = rules.key
    where coalesce(try_cast(held.value as double) <> try_cast(rules.value as double), held.value <> rules.value)
    group by held.key, coalesce(try_cast(held.value as double)::text, held.value)
    order by held.key, athletes desc, value
"""
# Arrays of equal length, by name.
Columns = dict[str, NDArray[Any]]


def rows(connection: duckdb.DuckDBPyConnection, query: str, *values: Any, **named: Any) -> list[Row]:
    """The rows of one query, in the query's order; `values` fill its ?, `named` its $name."""
    result = connection.execute(query, named or list(values))
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def arrays(
    connection: duckdb.DuckDBPyConnection, keys: str, columns: str, source: str, order: str, **named: Any
) -> dict[Any, Columns]:
    """Columns by one key, or by a tuple of several, as arrays in the stated order; an unknown number is NaN.

    A squad has millions of numbers: as Python objects they would take longer than the rest of the pages.
    """
    counts = connection.execute(f"select {keys}, count(*) from {source} group by {keys} order by {keys}", named).fetchall()
    found = connection.execute(f"select {columns} from {source} order by {keys}, {order}", named).fetchnumpy()
    whole = {name: np.ma.filled(column, np.nan if column.dtype.kind == "f" else None) for name, column in found.items()}
    groups: dict[Any, Columns] = {}
    end = 0
    for *key, count in counts:
        start, end = end, end + count
        groups[key[0] if len(key) == 1 else tuple(key)] = {name: column[start:end] for name, column in whole.items()}
    return groups


def grouped(found: Iterable[Row], *keys: str) -> dict[Any, list[Row]]:
    """The rows by one column, or by a tuple of several; each group keeps their order."""
    groups: dict[Any, list[Row]] = defaultdict(list)
    for row in found:
        groups[row[keys[0]] if len(keys) == 1 else tuple(row[key] for key in keys)].append(row)
    return groups


def as_of_date(connection: duckdb.DuckDBPyConnection) -> date | None:
    """The day that the pages are about; None before the first night."""
    found = connection.execute("select max(as_of_date) from seeds.night").fetchone()
    return found[0] if found else None


def athlete_ids(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Every athlete, sorted."""
    return [row["athlete_id"] for row in rows(connection, "select athlete_id from marts.athletes order by athlete_id")]


def rules(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The rules by key: the value of rules.csv if it applies to everybody, else the seed's."""
    everybody = len(athlete_ids(connection))
    house = {row["key"]: row["value"] for row in rows(connection, "select key, value from seeds.rules")}
    own = {row["key"]: row["value"] for row in own_rules(connection) if row["athletes"] == everybody}
    return house | own


def own_rules(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """The values that differ from the default rules, each with its number of athletes."""
    return rows(connection, OWN_RULES)


def athlete_rules(connection: duckdb.DuckDBPyConnection, first: str, last: str) -> dict[str, dict[str, str]]:
    """The rules of each athlete, as text for the pages."""
    found = rows(
        connection, "select * from seeds.athlete_rules where athlete_id between $first and $last", first=first, last=last
    )
    return {
        row["athlete_id"]: {
            key: plain(value, RULE_DIGITS) if isinstance(value, (int, float)) else str(value) for key, value in row.items()
        }
        for row in found
    }


def batches(items: Sequence[str], size: int) -> Iterable[Sequence[str]]:
    """The items in slices, so that a large squad is never in memory as a whole."""
    return (items[start : start + size] for start in range(0, len(items), size))
