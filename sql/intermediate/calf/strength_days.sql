-- How many working sets did each day hold, and how many of them were calf raises with the knee straight or bent?
-- A set is assumed where it feeds a link by an effort, a number of contacts or an exercise that nobody stated.
-- Grain: one row per athlete and local day since the first activity.
with logs as (
    select athlete_id, min(set_date) as first_strength_date
    from activities.strength_sets
    group by athlete_id
),

sets as (
    select
        athlete_id,
        set_date,
        count(*) as strength_sets,
        count(*) filter (where gastrocnemius_credit >= 1) as straight_knee_sets,
        count(*) filter (where soleus_credit >= 1) as bent_knee_sets,
        count(*) filter (where exercise_id is null) as unmapped_sets,
        count(*) filter (where is_over_assisted and gastrocnemius_credit + soleus_credit > 0) as over_assisted_sets,
        count(*) filter (
            where
            is_effort_assumed
            or (
                is_exercise_assumed
                and (
                    (is_hard_set and gastrocnemius_credit + soleus_credit > 0)
                    or is_heavy_set
                    or plyometric_contacts > 0
                    or hip_credit + foot_credit > 0
                )
            )
        ) as assumed_sets
    from intermediate.set_efforts
    group by athlete_id, set_date
)

select
    days.athlete_id,
    days.load_date,
    days.first_date,
    if(days.load_date >= logs.first_strength_date, logs.first_strength_date, null) as first_strength_date,
    coalesce(sets.strength_sets, 0) as strength_sets,
    coalesce(sets.straight_knee_sets, 0) as straight_knee_sets,
    coalesce(sets.bent_knee_sets, 0) as bent_knee_sets,
    sum(coalesce(sets.strength_sets, 0)) over four_weeks as strength_sets_28d,
    sum(coalesce(sets.unmapped_sets, 0)) over four_weeks as unmapped_sets_28d,
    sum(coalesce(sets.assumed_sets, 0)) over four_weeks as assumed_sets_28d,
    sum(coalesce(sets.over_assisted_sets, 0)) over four_weeks as over_assisted_sets_28d
from intermediate.athlete_days as days
left join logs on days.athlete_id = logs.athlete_id
left join sets on days.athlete_id = sets.athlete_id and days.load_date = sets.set_date
window four_weeks as (
    partition by days.athlete_id order by days.load_date
    range between interval 27 days preceding and current row
)
