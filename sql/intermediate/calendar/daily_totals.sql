-- What did each day's running add up to?
-- Rest is 0. A measure that one of the day's runs lacks is null; fast steps that are known by a run's totals alone count as
-- lacking. The columns of runs that can be added up are known by the unit that ends their name. `runs` counts recordings, `outings`
-- those of one outing once, `activities` walks and hikes as well.
-- Grain: one row per athlete and local day since the first activity.
with totals as (
    select
        athlete_id,
        run_date,
        count(*) as runs,
        if(count(columns('(^|_)(m|s|steps|au)$')) = count(*), sum(columns('(^|_)(m|s|steps|au)$')), null)
    from (select * replace (if(is_fast_by_totals, null, fast_steps) as fast_steps) from intermediate.run_load) as run_load
    where sport = 'run' and is_dated
    group by athlete_id, run_date
),

outings as (
    select
        athlete_id,
        outing_date,
        count(*) as outings
    from intermediate.outings
    group by athlete_id, outing_date
),

-- Walks and hikes load the tendon too, with their own weight.
tendon as (
    select
        load.athlete_id,
        load.run_date,
        count(*) as activities,
        if(count(achilles.achilles_load_steps) = count(*), sum(achilles.achilles_load_steps), null) as achilles_load_steps
    from intermediate.run_load as load
    left join intermediate.run_achilles as achilles
        on load.athlete_id = achilles.athlete_id and load.run_id = achilles.run_id
    where load.is_dated
    group by load.athlete_id, load.run_date
)

select
    days.athlete_id,
    days.load_date,
    days.first_date,
    days.is_known,
    coalesce(totals.runs, 0) as runs,
    coalesce(outings.outings, 0) as outings,
    coalesce(tendon.activities, 0) as activities,
    if(totals.runs is null, 0, columns(totals.* exclude (athlete_id, run_date, runs))),
    if(tendon.activities is null, 0, tendon.achilles_load_steps) as achilles_load_steps
from intermediate.athlete_days as days
left join totals on days.athlete_id = totals.athlete_id and days.load_date = totals.run_date
left join outings on days.athlete_id = outings.athlete_id and days.load_date = outings.outing_date
left join tendon on days.athlete_id = tendon.athlete_id and days.load_date = tendon.run_date
