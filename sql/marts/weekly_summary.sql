-- How much running and how many calf sets did each week hold?
-- The running week and the first one are told apart, so that nobody takes a half week for a light one.
-- Grain: one row per athlete and calendar week (Monday first) since the first activity.
select
    totals.athlete_id,
    cast(date_trunc('week', totals.load_date) as date) as week_start_date,
    week_state(week_start_date, count(*)) as week_state,
    count(*) filter (where totals.is_known) as known_days,
    cast(sum(totals.runs) filter (where totals.is_known) as bigint) as runs,
    -- A run without a distance or a time is not one of 0.
    cast(
        if(bool_or(totals.is_known and totals.distance_m is null), null, sum(totals.distance_m) filter (where totals.is_known))
        as double
    ) as distance_m,
    cast(
        if(bool_or(totals.is_known and totals.moving_s is null), null, sum(totals.moving_s) filter (where totals.is_known))
        as double
    ) as moving_s,
    -- Null in a week that is missing entirely, and before the first strength log.
    cast(
        if(known_days = 0 or max(calf.first_strength_date) is null, null, sum(calf.straight_knee_sets)) as bigint
    ) as straight_knee_sets,
    cast(if(known_days = 0 or max(calf.first_strength_date) is null, null, sum(calf.bent_knee_sets)) as bigint) as bent_knee_sets
from intermediate.daily_totals as totals
inner join intermediate.strength_days as calf
    on totals.athlete_id = calf.athlete_id and totals.load_date = calf.load_date
group by totals.athlete_id, week_start_date
order by totals.athlete_id, week_start_date
