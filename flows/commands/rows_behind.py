"""The files and rows behind the raised reasons of one athlete's day, from published tables.

Of the days that pages show marts.flag_sources says them. Of any other day the same SQL is asked, with that day in place of those.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from flows.models import layers
from flows.state import database

SHOWN = re.compile(r"\bshown as \(\n.*?\n\),\n", re.DOTALL)
ASKED = "shown as (select $athlete_id as athlete_id, cast($day as date) as load_date),\n"
AS_OF = "(select max(as_of_date) from seeds.night)"  # in place of the macro, which is not published
# Where the rows of a day stand in a log; a recording has none. $athlete_id.
WITH_PLACES = """
    with rows as (
        select 'run' as kind, file_id, run_date as source_date, row_number
        from marts.runs where athlete_id = $athlete_id
        union all
        select 'sets', sets.file_id,
            cast(coalesce(
                sets.performed_local,
                sets.performed_at at time zone coalesce(athletes.timezone, night.default_timezone)
            ) as date),
            sets.row_number
        from raw.strength_sets as sets
        inner join marts.athletes on sets.athlete_id = athletes.athlete_id
        cross join seeds.night
        where sets.athlete_id = $athlete_id
        union all
        select 'report', file_id, from_date, row_number
        from marts.health_events where athlete_id = $athlete_id
    ),
    places as (
        select kind, file_id, source_date, min(row_number) as first_row, max(row_number) as last_row
        from rows
        group by all
    )
    select found.* exclude (file_id), paths.path, places.first_row, places.last_row
    from ({found}) as found
    left join places
        on found.file_id = places.file_id and found.source_date = places.source_date
            and places.kind = if(found.role in ('sets', 'report'), found.role, 'run')
    left join ops.athlete_paths as paths on paths.athlete_id = $athlete_id and found.file_id = paths.file_id
    order by found.load_date, found.code, found.measure, found.source_date desc, found.role desc, paths.path, found.amount
"""


def rows_behind(connection: database.Connection, athlete_id: str, day: date) -> list[dict[str, Any]]:
    """One row per raised reason of the day and run, day and file of sets, or report: its share of the value, path and rows."""
    return database.rows(connection, WITH_PLACES.format(found=sources_of_day()), {"athlete_id": athlete_id, "day": day})


def sources_of_day() -> str:
    """The SELECT of marts.flag_sources for $athlete_id and $day."""
    select, times = SHOWN.subn(ASKED, layers.model_sql("marts", "flag_sources"))
    if times != 1:
        raise ValueError("sql/marts/flag_sources.sql has no part `shown` that another day could stand in for")
    columns = "code, measure, load_date, source_date, role, amount, file_id"
    return f"select {columns} from ({select.replace('as_of_date() as as_of_date', f'{AS_OF} as as_of_date')}) as sources"
