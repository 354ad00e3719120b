-- Does the log lack running that was refused and whose day is unknown?
-- Raised for some weeks from the arrival of the file; a refused run with a known day makes that day unknown instead.
-- Grain: one row per athlete and local day on which it is raised, and on the as-of date.
with counted_files as (
    select
        spine.athlete_id,
        spine.load_date,
        any_value(rules.undated_days) as undated_days,
        count(distinct refused.file_id) as files
    from intermediate.health_days as spine
    inner join seeds.athlete_rules as rules on spine.athlete_id = rules.athlete_id
    left join activities.unknown_days as refused
        on
            spine.athlete_id = refused.athlete_id
            and refused.load_date is null
            and spine.load_date >= refused.arrived_date
            and spine.load_date < refused.arrived_date + rules.undated_days
    group by spine.athlete_id, spine.load_date
)

select
    athlete_id,
    load_date,
    'DATA_REFUSED_UNDATED' as code,
    'files' as measure,
    files > 0 as is_raised,
    'info' as level,
    files as value,
    0 as threshold,
    '>' as comparison,
    'files' as unit,
    cast(undated_days as integer) as window_days,
    if(files = 0, 'refused.none', 'refused.undated') as message,
    json_object('files', files, 'undated_days', undated_days) as facts,
    cast(null as text) as because
from counted_files
where files > 0 or load_date = as_of_date()
