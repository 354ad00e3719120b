-- Which local day holds the newest run or strength set that is not in the future?
-- The variable `today` is set by the night. Grain: one value, null without any activity.
with athletes as (
    select athlete_id, coalesce(timezone, (select default_timezone from seeds.night)) as timezone
    from raw.athletes
),

activities as (
    select athlete_id, started_at as happened_at, started_local as happened_local
    from raw.runs
    union all
    select athlete_id, performed_at, performed_local
    from raw.strength_sets
)

select max(activity_date)
from (
    select cast(coalesce(timezone(athletes.timezone, activities.happened_at), activities.happened_local) as date) as activity_date
    from activities
    inner join athletes on activities.athlete_id = athletes.athlete_id
)
where activity_date <= getvariable('today')
