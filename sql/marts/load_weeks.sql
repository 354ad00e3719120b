-- How did each measure go, week by week?
-- Means and ratios are those of the week's Sunday; the current week has none before its Sunday. A week with more unknown days than an
-- acute mean may have is unknown: the rest days of somebody whose runs lack a measure are no mean of it.
-- Grain: one row per athlete, measure and calendar week (Monday first) since the first activity.
select
    ratio.athlete_id,
    ratio.measure,
    cast(date_trunc('week', ratio.load_date) as date) as week_start_date,
    week_state(week_start_date, count(*)) as week_state,
    -- Exact sums: the last digit of a mean of doubles would differ from night to night.
    if(
        count(*) - count(ratio.load) > 7 - max(rules.known_days_acute),
        null, cast(avg(try_cast(ratio.load as decimal(18, 6))) as double)
    ) as load,
    max(ratio.acute) filter (where isodow(ratio.load_date) = 7) as acute,
    max(ratio.chronic_coupled) filter (where isodow(ratio.load_date) = 7) as chronic_coupled,
    max(ratio.acwr_coupled) filter (where isodow(ratio.load_date) = 7) as acwr_coupled,
    max(ratio.acwr_uncoupled) filter (where isodow(ratio.load_date) = 7) as acwr_uncoupled,
    max(ratio.acwr_ewma) filter (where isodow(ratio.load_date) = 7) as acwr_ewma
from marts.load_ratio as ratio
inner join seeds.athlete_rules as rules on ratio.athlete_id = rules.athlete_id
group by ratio.athlete_id, ratio.measure, week_start_date
order by ratio.athlete_id, ratio.measure, week_start_date
