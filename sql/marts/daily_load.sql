-- What did each day add up to?
-- Rest is 0, unknown is null; running only (walks and hikes are in marts.runs). No strength log yet: strength_sets is null.
-- Grain: one row per athlete and local day, from the first activity to the as-of date.
select
    totals.athlete_id,
    totals.load_date,
    totals.is_known,
    if(totals.is_known, totals.runs, null) as runs,
    cast(if(totals.is_known, totals.distance_m, null) as double) as distance_m,
    cast(if(totals.is_known, totals.moving_s, null) as double) as moving_s,
    cast(if(totals.is_known, totals.ascent_m, null) as double) as ascent_m,
    cast(if(totals.is_known, totals.steps, null) as double) as steps,
    cast(if(totals.is_known, totals.fast_steps, null) as double) as fast_steps,
    cast(if(totals.is_known, totals.srpe_au, null) as double) as srpe_au,
    cast(if(totals.is_known, totals.trimp_au, null) as double) as trimp_au,
    cast(if(totals.is_known, totals.achilles_load_steps, null) as double) as achilles_load_steps,
    if(calf.first_strength_date is null, null, calf.strength_sets) as strength_sets,
    if(calf.first_strength_date is null, null, calf.straight_knee_sets) as straight_knee_sets,
    if(calf.first_strength_date is null, null, calf.bent_knee_sets) as bent_knee_sets
from intermediate.daily_totals as totals
inner join intermediate.strength_days as calf
    on totals.athlete_id = calf.athlete_id and totals.load_date = calf.load_date
order by totals.athlete_id, totals.load_date
