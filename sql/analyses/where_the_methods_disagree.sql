-- On which days do the three ratio methods not agree whether a week is above 1.5?
-- Grain: one row per athlete and day on which at least one method is above and one is not.
select
    athlete_id,
    load_date,
    acwr_coupled,
    acwr_uncoupled,
    acwr_ewma
from marts.load_ratio
where
    measure = 'moving_s'
    and greatest(acwr_coupled, acwr_uncoupled, acwr_ewma) > 1.5
    and least(acwr_coupled, acwr_uncoupled, acwr_ewma) <= 1.5
order by athlete_id, load_date
