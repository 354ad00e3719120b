-- Which strength work, which reports of pain and injuries and which marks were refused, of which day, and since when?
-- The day is that of the row, else of its file; where nobody can tell it, or it has not come yet, the arrival of the file counts. A
-- watch's file that may be a run as well counts as strength work only where strength work comes from a watch.
-- Grain: one row per refused row, and per refused file without such rows.
with arrivals as (
    select
        athlete_id,
        file_id,
        min(first_seen) as arrived_date,
        bool_and(is_acknowledged) as is_acknowledged,
        -- A log that is refused as a whole is told by its name.
        max(regexp_extract(lower(path), '([^/]*)[.]csv$', 1)) as log_name
    from raw.paths
    where is_current
    group by athlete_id, file_id
),

rows_refused as (
    select
        refused.athlete_id,
        contents.athlete_id as owner_id,
        refused.file_id,
        refused.table_name,
        refused.place,
        case
            when refused.may_be_strength then 'strength'
            when refused.table_name in ('symptoms', 'injuries', 'marks') then refused.table_name
            when
                refused.table_name = 'file' and contents.format in ('symptoms_csv', 'injuries_csv', 'marks_csv')
                then replace(contents.format, '_csv', '')
        end as kind,
        refused.may_be_run,
        coalesce(refused.started_at, if(refused.activity_date is null, contents.started_at, null)) as started_at,
        coalesce(refused.activity_date, if(refused.started_at is null, contents.activity_date, null)) as activity_date
    from staging.refused_rows as refused
    inner join raw.contents
        on refused.file_id = contents.file_id and contents.athlete_id in ('', refused.athlete_id)
    where refused.is_first_reason
    qualify row_number() over (
        partition by refused.athlete_id, refused.file_id, refused.table_name, refused.place order by contents.athlete_id desc
    ) = 1
),

lost as (
    select * from rows_refused
    where kind is not null
    union all by name
    -- If a file is refused with its rows, the rows count, not the file.
    select
        contents.athlete_id,
        contents.athlete_id as owner_id,
        contents.file_id,
        'file' as table_name,
        'file' as place,
        if(arrivals.log_name in ('symptoms', 'injuries', 'marks'), arrivals.log_name, 'strength') as kind,
        contents.may_be_run,
        contents.started_at,
        contents.activity_date
    from raw.contents
    left join arrivals on contents.athlete_id = arrivals.athlete_id and contents.file_id = arrivals.file_id
    anti join rows_refused on contents.athlete_id = rows_refused.athlete_id and contents.file_id = rows_refused.file_id
    where
        contents.outcome in ('quarantined', 'unreadable')
        and (contents.may_be_strength or arrivals.log_name in ('symptoms', 'injuries', 'marks'))
)

select
    lost.athlete_id,
    lost.file_id,
    lost.place,
    lost.kind,
    coalesce(cast(timezone(athletes.timezone, lost.started_at) as date), lost.activity_date) as stated_date,
    if(stated_date <= as_of_date(), stated_date, null) as row_date,
    arrivals.arrived_date,
    coalesce(arrivals.is_acknowledged, false) as is_acknowledged
from lost
inner join staging.athletes as athletes on lost.athlete_id = athletes.athlete_id
left join arrivals on lost.owner_id = arrivals.athlete_id and lost.file_id = arrivals.file_id
where
    lost.kind <> 'strength'
    or not lost.may_be_run
    or exists (from raw.strength_sessions as sessions where sessions.athlete_id = lost.athlete_id)
