-- What did each day's running add up to?
-- Rest is 0. An unknown day is null, and so is a measure that one of the day's runs lacks.
-- Grain: one row per athlete and local day since the first activity.
with totals as (
    select
        athlete_id,
        run_date,
        count(*) as runs,
        if(count(distance_m) = count(*), sum(distance_m), null) as distance_m,
        if(count(moving_s) = count(*), sum(moving_s), null) as moving_s,
        if(count(ascent_m) = count(*), sum(ascent_m), null) as ascent_m,
        if(count(steps) = count(*), sum(steps), null) as steps,
        if(count(fast_steps) = count(*), sum(fast_steps), null) as fast_steps,
        if(count(srpe_au) = count(*), sum(srpe_au), null) as srpe_au,
        if(count(trimp_au) = count(*), sum(trimp_au), null) as trimp_au
    from intermediate.run_load
    where sport = 'run' and is_dated
    group by athlete_id, run_date
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
    if(totals.runs is null, 0, totals.distance_m) as distance_m,
    if(totals.runs is null, 0, totals.moving_s) as moving_s,
    if(totals.runs is null, 0, totals.ascent_m) as ascent_m,
    if(totals.runs is null, 0, totals.steps) as steps,
    if(totals.runs is null, 0, totals.fast_steps) as fast_steps,
    if(totals.runs is null, 0, totals.srpe_au) as srpe_au,
    if(totals.runs is null, 0, totals.trimp_au) as trimp_au,
    if(tendon.activities is null, 0, tendon.achilles_load_steps) as achilles_load_steps
from intermediate.athlete_days as days
left join totals on days.athlete_id = totals.athlete_id and days.load_date = totals.run_date
left join tendon on days.athlete_id = tendon.athlete_id and days.load_date = tendon.run_date
