"""The files and rows behind the raised reasons of one athlete's day, from published tables.

Of the days that pages show marts.flag_sources says them. Of any other day they are asked for here in the same way, but for one:
which run was the most before a spike is told of shown days alone, so all runs of its window stand there.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from flows.state import database

# $athlete_id, $day.
OF_SHOWN_DAYS = """
    select code, measure, load_date, source_date, role, amount, file_id
    from marts.flag_sources
    where athlete_id = $athlete_id and load_date = $day
"""
OF_ANY_DAY = """
    with raised as (
        select distinct flags.code, flags.measure, flags.load_date, flags.family, reasons.link,
            coalesce(flags.window_days, 28) as window_days,
            cast(flags.facts ->> '$.outing_date' as date) as outing_date -- a spike's window ends before it
        from marts.flags
        inner join seeds.reasons on flags.code = reasons.code
        where flags.athlete_id = $athlete_id and flags.load_date = $day
            and flags.state = 'raised' and flags.level <> 'info' and flags.family in ('run', 'calf', 'pain')
    ),
    runs as (
        select raised.code, raised.measure, raised.load_date, runs.run_date as source_date,
            if(runs.run_date = raised.outing_date, 'the run', 'in its window') as role,
            case raised.measure
                when 'distance_m' then runs.distance_m
                when 'moving_s' then runs.moving_s
                when 'ascent_m' then runs.ascent_m
                when 'fast_steps' then runs.fast_steps
            end as amount,
            runs.file_id
        from raised
        inner join marts.runs as runs
            on runs.run_date <= coalesce(raised.outing_date, raised.load_date)
                and runs.run_date > coalesce(raised.outing_date - 1, raised.load_date) - raised.window_days
        where raised.family = 'run' and runs.athlete_id = $athlete_id and runs.sport = 'run' and runs.is_dated
    ),
    credits as (
        from (
            unpivot (select set_number, session_id, columns('_credit$') from marts.strength_sets where athlete_id = $athlete_id)
            on columns('_credit$') into name credit_column value credit
        )
    ),
    sets as (
        select raised.code, raised.measure, raised.load_date, done.set_date as source_date, 'sets' as role,
            count(*) as amount, done.file_id
        from raised
        inner join seeds.links on raised.link = links.link
        inner join marts.strength_sets as done
            on done.athlete_id = $athlete_id and raised.load_date >= done.set_date and not coalesce(done.is_warmup, false)
        left join credits
            on done.session_id = credits.session_id and done.set_number = credits.set_number
                and links.credit_column = credits.credit_column
        where raised.family = 'calf'
            and case links.fed_by
                when 'heavy' then done.is_heavy_set
                when 'jumps' then done.plyometric_contacts > 0
                else credits.credit > 0
            end
        group by raised.code, raised.measure, raised.load_date, done.set_date, done.file_id
        qualify done.set_date > raised.load_date - 28
            or done.set_date = max(done.set_date) over (partition by raised.load_date, raised.code, raised.measure)
    ),
    reports as (
        select raised.code, raised.measure, raised.load_date, events.from_date as source_date, 'report' as role,
            null as amount, events.file_id
        from raised
        inner join marts.health_events as events
            on events.athlete_id = $athlete_id and raised.load_date >= events.from_date
                and case
                    when raised.code = 'OPEN_INJURY' then
                        events.kind = 'injury' and events.site <> 'other'
                        and coalesce(raised.load_date < events.to_date, true)
                    when raised.code in ('ACHILLES_HISTORY', 'INSERTIONAL') then events.kind = 'injury'
                    else events.kind = 'symptoms'
                end
        where raised.family = 'pain'
    )
    from runs union all from sets union all from reports
"""
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
    asked = {"athlete_id": athlete_id, "day": day}
    is_shown = database.scalar(connection, f"select count(*) from ({OF_SHOWN_DAYS})", asked)
    found = OF_SHOWN_DAYS if is_shown else OF_ANY_DAY
    return database.rows(connection, WITH_PLACES.format(found=found), asked)
