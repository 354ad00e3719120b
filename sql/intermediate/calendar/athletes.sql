-- Who are the athletes, and up to when do their logs reach?
-- Grain: one row per athlete.
with activities as (
    select athlete_id, run_date as activity_date
    from activities.runs
    where is_dated
    union all
    select athlete_id, set_date
    from activities.strength_sets
)

select
    athletes.*,
    count(activities.activity_date) as activities,
    max(activities.activity_date) as last_activity_date
from staging.athletes
left join activities on athletes.athlete_id = activities.athlete_id
group by all
