-- For how long has each log been silent, running and strength apart, and on how many days of a usual week did it speak before?
-- Days that a mark explains, days after a race and unknown days do not count as silence; those on which a run was refused are counted
-- apart: they are no reason to ask, and no knowledge either. The usual week is the
-- median of up to eight weeks that end at the last entry; a week counts if it lies within the log.
-- A strength log of which rows could not be read has not stopped: their days are days with an entry.
-- Grain: one row per athlete and local day since the first activity.
with sets as (
    select athlete_id, set_date
    from activities.strength_sets
    union
    select athlete_id, row_date as set_date
    from activities.refused_log_rows
    where kind = 'strength' and row_date is not null
),

logged as (
    select
        calendar.athlete_id,
        calendar.load_date,
        coalesce(lost.unknown_because = 'refused', false) and totals.runs = 0 as is_run_unread,
        calendar.is_away or calendar.is_marked_missing or calendar.is_race_rest or not calendar.is_known as is_explained,
        totals.runs > 0 as has_run,
        sets.athlete_id is not null as has_set,
        min(if(totals.runs > 0, calendar.load_date, null)) over of_athlete as runs_from_date,
        min(sets.set_date) over of_athlete as sets_from_date
    from intermediate.calendar
    inner join intermediate.daily_totals as totals
        on calendar.athlete_id = totals.athlete_id and calendar.load_date = totals.load_date
    left join sets on calendar.athlete_id = sets.athlete_id and calendar.load_date = sets.set_date
    left join intermediate.unknown_days as lost on calendar.athlete_id = lost.athlete_id and calendar.load_date = lost.load_date
    window of_athlete as (partition by calendar.athlete_id)
),

counted as (
    select
        *,
        max(if(has_run, load_date, null)) over so_far as last_run_date,
        max(if(has_set, load_date, null)) over so_far as last_set_date,
        sum(cast(not is_explained as integer)) over so_far as quiet_days,
        sum(cast(is_run_unread as integer)) over so_far as unread_days,
        sum(cast(has_run as integer)) over week as run_days_7,
        sum(cast(has_set as integer)) over week as set_days_7
    from logged
    window
        so_far as (partition by athlete_id order by load_date),
        week as (
            partition by athlete_id order by load_date
            range between interval 6 days preceding and current row
        )
),

-- The last days of the up to eight weeks that end at an entry.
week_ends as (
    select
        athlete_id,
        load_date,
        load_date - cast(7 * unnest(range(8)) as integer) as end_date
    from counted
    where has_run or has_set
),

-- The usual week as of each day with an entry.
usual as (
    select
        week_ends.athlete_id,
        week_ends.load_date,
        median(week.run_days_7) filter (where week.load_date - week.runs_from_date >= 6) as run_days_week,
        median(week.set_days_7) filter (where week.load_date - week.sets_from_date >= 6) as set_days_week
    from week_ends
    inner join counted as week on week_ends.athlete_id = week.athlete_id and week_ends.end_date = week.load_date
    group by week_ends.athlete_id, week_ends.load_date
)

select
    counted.athlete_id,
    counted.load_date,
    counted.last_run_date,
    counted.last_set_date,
    cast(counted.quiet_days - at_run.quiet_days as integer) as silent_run_days,
    cast(counted.unread_days - at_run.unread_days as integer) as unread_run_days,
    cast(counted.quiet_days - at_set.quiet_days as integer) as silent_set_days,
    usual_runs.run_days_week as usual_run_days,
    usual_sets.set_days_week as usual_set_days
from counted
left join counted as at_run on counted.athlete_id = at_run.athlete_id and counted.last_run_date = at_run.load_date
left join counted as at_set on counted.athlete_id = at_set.athlete_id and counted.last_set_date = at_set.load_date
left join usual as usual_runs
    on counted.athlete_id = usual_runs.athlete_id and counted.last_run_date = usual_runs.load_date
left join usual as usual_sets
    on counted.athlete_id = usual_sets.athlete_id and counted.last_set_date = usual_sets.load_date
