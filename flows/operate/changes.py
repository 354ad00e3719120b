"""Lists the keys of the rows that each published night changed against the one before: the only writer of raw.changes."""

from __future__ import annotations

import logging
from pathlib import Path

import duckdb

from flows.models import contract
from flows.state import database, publication
from flows.state.errors import is_disk_full

LOG = logging.getLogger("tendonwatch")
NIGHTS_KEPT = 30  # nights with changes that are remembered
MOST_ROWS = 20_000  # of one table and night; where more changed, one row says how many
# Table -> its date, and which of its rows are compared: of past days marts.flags keeps raised reasons only.
COMPARED = {
    "athlete_status": ("load_date", "true"),
    "runs": ("run_date", "true"),
    "strength_sets": ("set_date", "true"),
    "flags": ("load_date", "state = 'raised'"),
}
# Words, which only the as-of date bears; the rules, which `because` tells; where a row stands: a log that grew is another file.
NOT_COMPARED = {
    "headline",
    "next_action",
    "short_reason",
    "short_action",
    "evidence",
    "not_assessed_because",
    "action",
    "ruleset_version",
    "file_id",
    "row_number",
}
TONIGHT = "select night from raw.nights qualify number = max(number) over ()"
# Why rows may differ without new data: another program or other rules.
BECAUSE = """
    select case
        when before.program_version <> now.program_version or before.contract_version <> now.contract_version then 'program'
        when before.ruleset_version <> now.ruleset_version then 'rules'
        else 'data'
    end
    from last_published.seeds.night as before
    cross join seeds.night as now
"""
DIFFERENCES = """
    from (from last_published.{name} where {compared_rows}) as before
    full outer join (from {name} where {compared_rows}) as now on {same_key}
    where before.{first_key} is null or now.{first_key} is null or ({values_before}) is distinct from ({values_now})
"""
LISTED = """
    create or replace temp table differences as
    select
        case
            when before.{first_key} is null then 'added'
            when now.{first_key} is null then 'removed'
            else 'changed'
        end as change,
        coalesce(now.athlete_id, before.athlete_id) as athlete_id,
        coalesce(now.{row_date}, before.{row_date}) as row_date,
        to_json({{ {key} }}) as row_key,
        if(
            before.{first_key} is null or now.{first_key} is null,
            null,
            list_sort(list_filter([{differing}], one -> one is not null))
        ) as changed_columns
    {differences}
    limit {most}
"""
NOTE_ROWS = """
    insert into raw.changes by name
    select ({tonight}) as night, ? as since_night, ? as because, ? as table_name, *, 1 as row_count from differences
    order by change, row_key
"""
NOTE_NUMBER = """
    insert into raw.changes by name
    select ({tonight}) as night, ? as since_night, ? as because, ? as table_name, 'many' as change, ? as row_count
"""
FORGET_OLD = """
    delete from raw.changes where night not in (
        select night from (select distinct night from raw.changes) as told
        left join raw.nights as nights using (night)
        order by nights.number desc nulls last, night desc
        limit {nights}
    )
"""


def compare(work: Path, published: Path) -> dict[str, int]:
    """Note in tonight's work file what changes against the published night. Nobody reads that file unless it is published.

    Returns how many rows of the compared tables changed.
    """
    since = publication.current_night(published)
    with database.writer(work) as connection:
        connection.execute(f"delete from raw.changes where night = ({TONIGHT})")
        if since is None or not _attached(connection, published):
            for name in COMPARED:
                rows = database.scalar(connection, f"select count(*) from marts.{name}")
                connection.execute(NOTE_NUMBER.format(tonight=TONIGHT), [None, "no earlier night", f"marts.{name}", rows])
            return {}
        try:
            # A version that did not say its own yet is another program.
            says = {"program_version", "contract_version"} <= _columns(connection, "last_published", "seeds", "night").keys()
            because = database.scalar(connection, BECAUSE) if says else "program"
            changed = {f"changed_{name}": _note(connection, name, since, because) for name in COMPARED}
        finally:
            connection.execute("detach last_published")
        connection.execute(FORGET_OLD.format(nights=NIGHTS_KEPT))
    return changed


def remember(memory: Path, published: Path) -> None:
    """Take over into the import memory what the published night lists and the memory lacks.

    It learns of a night from its published file alone: one that was built and not published is never in it, and one that was
    killed once it was published is taken over as the next night begins. The caller must hold the lock, with publication settled.
    """
    if not (night := publication.current_night(published)):
        return
    with database.writer(memory) as connection:
        if database.scalar(connection, "select count(*) from raw.changes where night = ?", [night]):
            return
        if not _attached(connection, published):
            return
        try:
            if _columns(connection, "last_published", "raw", "changes"):  # older versions had none
                connection.execute(
                    """
                    insert into raw.changes by name
                    from last_published.raw.changes where night not in (select night from raw.changes)
                    """
                )
        finally:
            connection.execute("detach last_published")
        connection.execute(FORGET_OLD.format(nights=NIGHTS_KEPT))


def _attached(connection: database.Connection, published: Path) -> bool:
    """Attach the published file as last_published; warns and returns False if it cannot be read."""
    try:
        connection.execute(f"attach {database.quoted(published.resolve())} as last_published (read_only)")
    except duckdb.Error as error:
        if is_disk_full(error):
            raise
        LOG.warning("what changed since the published night is not told, because %s cannot be read: %s", published, error)
        return False
    return True


def _note(connection: database.Connection, name: str, since: str, because: str) -> int:
    """Note the changes of one table; returns how many rows they are."""
    (table,) = (one for one in contract.tables("marts") if one.name == f"marts.{name}")
    before = _columns(connection, "last_published", "marts", name)
    now = _columns(connection, "warehouse", "marts", name)
    key = table.key or ()
    row_date, compared_rows = COMPARED[name]
    # A column that the night before lacks or had with another type cannot be compared.
    values = [column for column, kind in now.items() if before.get(column) == kind and column not in (*key, *NOT_COMPARED)]
    differences = DIFFERENCES.format(
        name=table.name,
        compared_rows=compared_rows,
        first_key=key[0],
        same_key=" and ".join(f"before.{column} = now.{column}" for column in key),
        values_before=", ".join(f"before.{one}" for one in values),
        values_now=", ".join(f"now.{one}" for one in values),
    )
    connection.execute(
        LISTED.format(
            differences=differences,
            first_key=key[0],
            row_date=row_date,
            key=", ".join(f"{column}: coalesce(now.{column}, before.{column})" for column in key),
            differing=", ".join(f"if(before.{one} is distinct from now.{one}, '{one}', null)" for one in values),
            most=MOST_ROWS + 1,
        )
    )
    rows = int(database.scalar(connection, "select count(*) from differences"))
    if rows > MOST_ROWS:
        rows = int(database.scalar(connection, f"select count(*) {differences}"))
        connection.execute(NOTE_NUMBER.format(tonight=TONIGHT), [since, because, table.name, rows])
    else:
        connection.execute(NOTE_ROWS.format(tonight=TONIGHT), [since, because, table.name])
    connection.execute("drop table differences")
    return rows


def _columns(connection: database.Connection, database_name: str, schema: str, table: str) -> dict[str, str]:
    """The columns of a table with their types, in order; empty if there is no such table."""
    found = connection.execute(
        """
        select column_name, data_type from duckdb_columns()
        where database_name = ? and schema_name = ? and table_name = ? order by column_index
        """,
        [database_name, schema, table],
    ).fetchall()
    return dict(found)
