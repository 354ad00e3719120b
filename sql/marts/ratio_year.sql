-- How often was the ratio above its line in the last 12 months, how often did the three methods disagree, and which day had the
-- highest load?
-- The 12 months start on a Monday: 52 whole weeks and the current one.
-- Grain: one row per athlete and measure.
select
    series.athlete_id,
    series.measure,
    count(*) as days,
    count(*) - count(series.load) as unknown_days,
    count(*) filter (where series.load > 0) as days_with_load,
    max(series.load) as largest_load,
    list(series.load_date order by series.load desc, series.load_date) filter (where series.load > 0)[1] as largest_load_date,
    count(series.acwr_uncoupled) as days_with_ratio,
    count(*) filter (where is_ratio_above(series.acwr_uncoupled, rules.acwr_high)) as days_above,
    list(series.load_date order by series.load_date) filter (
        where is_ratio_above(greatest(series.acwr_coupled, series.acwr_uncoupled, series.acwr_ewma), rules.acwr_high)
        and not is_ratio_above(least(series.acwr_coupled, series.acwr_uncoupled, series.acwr_ewma), rules.acwr_high)
    ) as disagreeing_dates,
    as_of_date() as as_of_date
from marts.load_ratio as series
inner join seeds.athlete_rules as rules on series.athlete_id = rules.athlete_id
where series.load_date >= date_trunc('week', as_of_date() - 364)
group by series.athlete_id, series.measure
order by series.athlete_id, series.measure
