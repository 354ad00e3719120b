-- On which days is the running unknown, because a run was refused or its sport is not known?
-- The day is that of the refused row, else of the file by its name or readable part. Another run of that day does not cover it: the
-- sum stays unknown; a recording of the same time in another file does. If the day is unknown, load_date is null and the file's
-- arrival counts. Rows at the root of the input folder that name no athlete leave no day unknown: they may be anybody's.
-- Grain: one row per athlete, day, cause and file; and one per athlete, cause and file without a day.
with arrivals as (
    select athlete_id, file_id, min(first_seen) as arrived_date, bool_and(is_acknowledged) as is_acknowledged
    from raw.paths
    where is_current
    group by athlete_id, file_id
),

rows_refused as (
    select athlete_id, file_id, started_at, activity_date
    from staging.refused_rows
    where may_be_run
),

refused as (
    select
        rows_refused.athlete_id,
        contents.athlete_id as owner_id,
        contents.file_id,
        'refused row' as cause,
        -- A row without a day has the day of its file.
        if(coalesce(rows_refused.started_at, rows_refused.activity_date) is null, contents.started_at, rows_refused.started_at)
            as started_at,
        coalesce(rows_refused.activity_date, contents.activity_date) as activity_date
    from rows_refused
    inner join raw.contents
        on rows_refused.file_id = contents.file_id and contents.athlete_id in ('', rows_refused.athlete_id)
    union all
    -- If a file is refused with its rows, the rows count, not the file.
    select
        contents.athlete_id,
        contents.athlete_id as owner_id,
        contents.file_id,
        'refused file',
        contents.started_at,
        contents.activity_date
    from raw.contents
    anti join rows_refused on contents.athlete_id = rows_refused.athlete_id and contents.file_id = rows_refused.file_id
    where contents.outcome in ('quarantined', 'unreadable') and contents.may_be_run
),

untold as (
    select distinct
        refused.athlete_id,
        coalesce(cast(timezone(athletes.timezone, refused.started_at) as date), refused.activity_date) as load_date,
        refused.cause,
        refused.file_id,
        refused.started_at,
        arrivals.arrived_date,
        coalesce(arrivals.is_acknowledged, false) as is_acknowledged
    from refused
    inner join staging.athletes on refused.athlete_id = athletes.athlete_id
    left join arrivals on refused.owner_id = arrivals.athlete_id and refused.file_id = arrivals.file_id
)

select distinct
    untold.athlete_id,
    untold.load_date,
    untold.cause,
    untold.file_id,
    untold.arrived_date,
    untold.is_acknowledged
from untold
anti join (
    select recordings.*, to_milliseconds(cast(1000 * rules.twin_start_s as bigint)) as slack
    from activities.run_recordings as recordings
    inner join seeds.athlete_rules as rules on recordings.athlete_id = rules.athlete_id
    where recordings.sport = 'run'
) as others
    on
        untold.athlete_id = others.athlete_id
        and untold.file_id <> others.file_id
        and untold.started_at between others.started_at - others.slack and others.ends_at
where untold.load_date <= as_of_date() or untold.load_date is null
union all
-- Here, too, only the same time covers: activities.unknown_sports already looks for recordings of the same time.
select distinct
    unknown_sports.athlete_id,
    unknown_sports.activity_date as load_date,
    'unknown sport' as cause,
    unknown_sports.file_id,
    arrivals.arrived_date,
    coalesce(arrivals.is_acknowledged, false) as is_acknowledged
from activities.unknown_sports
left join arrivals on unknown_sports.athlete_id = arrivals.athlete_id and unknown_sports.file_id = arrivals.file_id
where unknown_sports.is_day_unknown
