-- How did each measure go, week by week?
-- Means and ratios are those of the week's Sunday; the current week has none before its Sunday.
-- Grain: one row per athlete, measure and calendar week (Monday first) since the first activity.
select
    athlete_id,
    measure,
    cast(date_trunc('week', load_date) as date) as week_start_date,
    week_state(week_start_date, count(*)) as week_state,
    -- Exact sums: the last digit of a mean of doubles would differ from night to night.
    cast(avg(try_cast(load as decimal(18, 6))) as double) as load,
    max(acute) filter (where isodow(load_date) = 7) as acute,
    max(chronic_coupled) filter (where isodow(load_date) = 7) as chronic_coupled,
    max(acwr_coupled) filter (where isodow(load_date) = 7) as acwr_coupled,
    max(acwr_uncoupled) filter (where isodow(load_date) = 7) as acwr_uncoupled,
    max(acwr_ewma) filter (where isodow(load_date) = 7) as acwr_ewma
from marts.load_ratio
group by athlete_id, measure, week_start_date
order by athlete_id, measure, week_start_date
