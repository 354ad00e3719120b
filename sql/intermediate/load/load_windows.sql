-- Rolling windows: means per day over known days, and their ratios, without any gate.
-- The calendar has a row for every day, known or not: a window of 28 rows is one of 28 days. Coupled 7:28, uncoupled 7:21 (the 21
-- days before the last 7).
-- Grain: one row per athlete, local day and measure.
with windowed as (
    select
        athlete_id,
        load_date,
        measure,
        load,
        count(load) over history as known_days,
        count(load) over acute as known_days_7,
        sum(load) over acute as sum_7,
        max(load) over acute as max_7,
        min(load) over acute as min_7,
        stddev_samp(cast(load as double)) over acute as deviation_7,
        count(load) over week_before as known_days_before,
        sum(load) over week_before as sum_before,
        count(load) over coupled as known_days_28,
        sum(load) over coupled as sum_28,
        count(load) over uncoupled as known_days_21,
        sum(load) over uncoupled as sum_21
    from intermediate.measure_days
    window
        history as (
            partition by athlete_id, measure order by load_date
            rows between unbounded preceding and current row
        ),
        acute as (
            partition by athlete_id, measure order by load_date
            rows between 6 preceding and current row
        ),
        week_before as (
            partition by athlete_id, measure order by load_date
            rows between 13 preceding and 7 preceding
        ),
        coupled as (
            partition by athlete_id, measure order by load_date
            rows between 27 preceding and current row
        ),
        uncoupled as (
            partition by athlete_id, measure order by load_date
            rows between 27 preceding and 7 preceding
        )
),

means as (
    select
        *,
        cast(sum_7 as double) / nullif(known_days_7, 0) as acute,
        cast(sum_28 as double) / nullif(known_days_28, 0) as chronic_coupled,
        cast(sum_21 as double) / nullif(known_days_21, 0) as chronic_uncoupled
    from windowed
)

select
    athlete_id,
    load_date,
    measure,
    load,
    known_days,
    known_days_7,
    known_days_21,
    known_days_28,
    acute,
    chronic_coupled,
    chronic_uncoupled,
    -- One division of exact sums: the quotient of two rounded means would miss the line slightly.
    cast(sum_7 * known_days_28 as double) / nullif(cast(sum_28 * known_days_7 as double), 0) as acwr_coupled,
    cast(sum_7 * known_days_21 as double) / nullif(cast(sum_21 * known_days_7 as double), 0) as acwr_uncoupled,
    if(
        known_days_7 = 7 and known_days_before = 7,
        cast(sum_7 as double) / nullif(cast(sum_before as double), 0),
        null
    ) as week_over_week,
    -- Foster: mean divided by sample standard deviation of the seven days; seven equal days have deviation 0 and so no monotony.
    if(known_days_7 = 7 and max_7 > min_7, sum_7 / 7 / deviation_7, null) as monotony,
    if(
        known_days_7 = 7 and max_7 > min_7, cast(sum_7 as double) * (sum_7 / 7) / deviation_7, null
    ) as strain
from means
