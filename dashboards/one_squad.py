"""The warehouse as one squad may see it: each table holds the rows of its own runners, and of nobody else.

Whatever a page asks for comes from here, so that no query has to remember to leave the others out. A table that names no athlete
is about everybody: it is empty, unless it is one of ours that holds nothing of anybody, or can be counted anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from flows.places import SQL_DIR

SCHEMAS = ("seeds", "marts", "ops")
# Seeds are ours, but for those that name an athlete; so are these.
OF_NOBODY = ("marts.ratio_example", "ops.contract")
# Counted anew from what the squad may see; the columns are those of the table.
COUNTED_ANEW = {
    "marts.squad_weeks": """
        select * from whole.marts.squad_weeks where squad = getvariable('squad')
        union all
        select * replace (null as squad) from whole.marts.squad_weeks where squad = getvariable('squad')
    """,
    "ops.refused_totals": (SQL_DIR / "ops" / "refused_totals.sql").read_text(encoding="utf-8"),
    "ops.duplicate_totals": """
        select * from whole.ops.duplicate_totals where athlete_id in (select athlete_id from own)
        union all
        select null, sum(recordings), sum(session_files), sum(distance_m), sum(moving_s), sum(strength_sets)
        from whole.ops.duplicate_totals
        where athlete_id in (select athlete_id from own)
        having count(*) > 0
    """,
    # The same content may lie in the folder of somebody else, which the reason names.
    "ops.files": """
        select * replace (if(state = 'duplicate', null, reason) as reason)
        from whole.ops.files
        where athlete_id in (select athlete_id from own)
    """,
}
TABLES = """
    select schema_name || '.' || table_name as name, bool_or(column_name = 'athlete_id') as is_of_athletes
    from duckdb_columns()
    where database_name = 'whole' and list_contains(?, schema_name)
    group by all
    order by all
"""


@contextmanager
def seen_by(warehouse: Path, squad: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that reads the warehouse as this squad may see it."""
    with duckdb.connect() as connection:
        path = str(warehouse).replace("'", "''")
        connection.execute(f"attach '{path}' as whole (read_only)")
        connection.execute("set variable squad = ?", [squad])
        connection.execute("create table own as select athlete_id from whole.marts.athletes where squad = ?", [squad])
        for schema in SCHEMAS:
            connection.execute(f"create schema {schema}")
        names = connection.execute(TABLES, [list(SCHEMAS)]).fetchall()
        for name, is_of_athletes in sorted(names, key=lambda table: table[0] in COUNTED_ANEW):  # made of the others
            connection.execute(f"create view {name} as {_rows(name, is_of_athletes)}")
        yield connection


def _rows(name: str, is_of_athletes: bool) -> str:
    if name in COUNTED_ANEW:
        return COUNTED_ANEW[name]
    if is_of_athletes:
        return f"select *, rowid from whole.{name} where athlete_id in (select athlete_id from own)"
    is_ours = name.startswith("seeds.") or name in OF_NOBODY
    return f"select *, rowid from whole.{name}" + ("" if is_ours else " where false")
