-- How often was the ratio above its line in the last 12 months, how far does EWMA agree, and which day had the highest load?
-- One line holds for all three: that of the uncoupled ratio, and what it comes to in the others, whose mean of the weeks before
-- holds the week itself as well. The 12 months start on a Monday: 52 whole weeks and the current one.
-- Grain: one row per athlete and measure.
with days as (
    select
        series.*,
        coupled_line(rules.acwr_high) as coupled_line,
        is_ratio_above(series.acwr_uncoupled, rules.acwr_high) as is_uncoupled_above,
        is_ratio_above(series.acwr_coupled, coupled_line(rules.acwr_high)) as is_coupled_above,
        is_ratio_above(series.acwr_ewma, coupled_line(rules.acwr_high)) as is_ewma_above,
        [is_uncoupled_above, is_coupled_above, is_ewma_above] as sides
    from marts.load_ratio as series
    inner join seeds.athlete_rules as rules on series.athlete_id = rules.athlete_id
    where series.load_date >= date_trunc('week', as_of_date() - 364)
),

years as (
    select
        athlete_id,
        measure,
        count(*) as days,
        count(*) - count(load) as unknown_days,
        count(*) filter (where load > 0) as days_with_load,
        max(load) as largest_load,
        list(load_date order by load desc, load_date) filter (where load > 0)[1] as largest_load_date,
        count(acwr_uncoupled) as days_with_ratio,
        count(*) filter (where is_uncoupled_above) as days_above,
        any_value(coupled_line) as coupled_line,
        list(load_date order by load_date) filter (
            where list_contains(sides, true) and list_contains(sides, false)
        ) as disagreeing_dates,
        count(*) filter (where is_uncoupled_above is not null and is_ewma_above is not null) as days_compared,
        count(*) filter (where is_uncoupled_above and is_ewma_above is not null) as compared_above,
        count(*) filter (where is_ewma_above and is_uncoupled_above is not null) as ewma_above,
        count(*) filter (where is_uncoupled_above and is_ewma_above) as both_above
    from days
    group by athlete_id, measure
)

select
    athlete_id,
    measure,
    days,
    unknown_days,
    days_with_load,
    largest_load,
    largest_load_date,
    days_with_ratio,
    days_above,
    coupled_line,
    disagreeing_dates,
    days_compared,
    cohens_kappa(days_compared, compared_above, ewma_above, both_above) as ewma_kappa,
    as_of_date() as as_of_date
from years
order by athlete_id, measure
