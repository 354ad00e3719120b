"""What a pseudonymous export does with each column (sql/pseudonymous.yml), and the SELECT that does it.

Ids are hashed with a salt that is nowhere kept, so nobody can make them again. Dates move by whole weeks, so weekdays stay.
"""

from __future__ import annotations

import secrets
from functools import cache
from typing import Any

from flows.models import contract
from flows.places import SQL_DIR
from flows.state import database

CLASSES = SQL_DIR / "pseudonymous.yml"
LEFT_OUT = "left_out"
ID, SHIFT, KEEP, BAND, DROP = WAYS = ("id", "shift", "keep", "band", "drop")
AGE_BAND = "age_band"  # stands in place of a column of the way band
MEANT_BY = {
    ID: " Here a random id, the same one in all tables of this export and in no other export.",
    SHIFT: " Here moved by whole weeks, as many for all dates of one athlete; weekdays are true.",
}
MOST_WEEKS = 156
ID_DIGITS = 16


class Unclassified(Exception):
    """Nobody has said what a pseudonymous export does with a table or column; the message says where to say it."""


@cache
def _listed() -> dict[str, Any]:
    return contract.read_yaml(CLASSES)


def ways(table: str, columns: dict[str, str]) -> dict[str, str] | None:
    """What becomes of each column (name -> DuckDB's type) of a table; None if the table is left out. Raises Unclassified."""
    listed = _listed().get(table)
    if listed == LEFT_OUT:
        return None
    said = [(column, way) for way, named in (listed or {}).items() for column in named]
    found = dict(said)
    unsaid = [f"{table}.{column}" for column in columns if column not in found]
    twice = [f"{table}.{column}" for column in found if [name for name, _ in said].count(column) > 1]
    if unsaid or twice or set(found.values()) - set(WAYS):
        raise Unclassified(
            f"nothing is exported: {CLASSES.name} does not say, once and by one of {', '.join(WAYS)}, what a pseudonymous export "
            f"does with {', '.join(unsaid + twice) or table}; add it there"
        )
    if timed := [column for column, way in found.items() if way == SHIFT and columns.get(column) not in (None, "DATE", "DATE[]")]:
        raise Unclassified(f"nothing is exported: {table}.{timed[0]} holds a time of day, which no export shifts; drop it")
    return {column: found[column] for column in columns}


def disguise(connection: database.Connection, tables: list[str]) -> None:
    """Make the temporary table `disguises`: every athlete_id of these tables with its shift, and the salt of this export."""
    everybody = " union ".join(f"select athlete_id from {table}" for table in tables)
    ids = [
        name for (name,) in connection.execute(f"select distinct athlete_id from ({everybody})").fetchall() if name is not None
    ]
    weeks = [secrets.choice((-1, 1)) * (1 + secrets.randbelow(MOST_WEEKS)) for _ in ids]
    connection.execute("create or replace temp table disguises (athlete_id text, shift_days integer)")
    connection.execute("insert into disguises select unnest(?), 7 * unnest(?)", [ids, weeks])
    connection.execute("set variable export_salt = ?", [secrets.token_hex(32)])


def select(table: str, columns: dict[str, str], done: dict[str, str]) -> str:
    """The SELECT of a table as it leaves, in an order that no name decides."""
    shown = [_shown(column, columns[column], way) for column, way in done.items() if way != DROP]
    join = "left join disguises on source.athlete_id = disguises.athlete_id" if "athlete_id" in columns else ""
    return f"select {', '.join(shown)} from {table} as source {join} order by all"


def _shown(column: str, kind: str, way: str) -> str:
    name = f'source."{column}"'
    if way == ID:
        hashed = f"left(sha256(getvariable('export_salt') || ':' || {name}), {ID_DIGITS})"
        return f'{hashed} as "{column}"'
    if way == SHIFT and kind == "DATE[]":
        return f'list_transform({name}, day -> day + disguises.shift_days) as "{column}"'
    if way == SHIFT:
        # A watch whose clock was not set has a date that everybody knows, and that would tell the shift.
        earliest = "(select cast(value as date) from seeds.rules where key = 'earliest_date')"
        return f'case when {name} >= {earliest} then {name} + disguises.shift_days end as "{column}"'
    if way == BAND:
        decade = f"(year(source.as_of_date) - {name}) // 10 * 10"
        return f"{decade} || '-' || ({decade} + 9) as {AGE_BAND}"
    return name
