-- How old are the newest run and the newest strength set of each athlete?
-- Grain: one row per athlete.
with runs as (
    select
        athlete_id,
        max(run_date) as last_run_date
    from marts.runs
    where sport = 'run' and is_dated
    group by athlete_id
),

sets as (
    select
        athlete_id,
        max(set_date) as last_set_date
    from marts.strength_sets
    group by athlete_id
)

select
    athletes.athlete_id,
    runs.last_run_date,
    sets.last_set_date,
    as_of_date() - runs.last_run_date as days_since_run,
    as_of_date() - sets.last_set_date as days_since_set,
    as_of_date() as as_of_date
from marts.athletes as athletes
left join runs on athletes.athlete_id = runs.athlete_id
left join sets on athletes.athlete_id = sets.athlete_id
order by athletes.athlete_id
