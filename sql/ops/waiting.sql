-- Which runs and sets are dated after the as-of date and do not count yet?
-- Grain: one row per recording of a run and per set.
with dated as (
    select
        athlete_id,
        file_id,
        'run' as kind,
        activity_number as number_in_file,
        row_number,
        started_at as happens_at,
        started_local as happens_local
    from raw.runs
    union all
    select
        athlete_id,
        file_id,
        'set' as kind,
        set_row as number_in_file,
        row_number,
        performed_at as happens_at,
        performed_local as happens_local
    from raw.strength_sets
)

select
    dated.athlete_id,
    dated.kind,
    cast(coalesce(timezone(athletes.timezone, dated.happens_at), dated.happens_local) as date) as activity_date,
    dated.file_id,
    paths.path,
    coalesce('row ' || dated.row_number, if(dated.kind = 'set', 'set ', 'activity ') || dated.number_in_file) as place,
    dated.number_in_file
from dated
inner join staging.athletes as athletes on dated.athlete_id = athletes.athlete_id
left join ops.athlete_paths as paths on dated.athlete_id = paths.athlete_id and dated.file_id = paths.file_id
where activity_date > as_of_date()
order by dated.athlete_id, activity_date, dated.kind, paths.path, dated.number_in_file
