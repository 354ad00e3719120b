-- What do the usual forms of the ratio say about the same six weeks of running?
-- The weeks are made up (seeds.ratio_example): the evidence page uses them to show how far the forms differ.
-- Grain: one row per day of the example.
with days as (
    select
        cast(day_number as integer) as day_number,
        cast(distance_m as double) as distance_m
    from seeds.ratio_example
),

windows as (
    select
        day_number,
        distance_m,
        sum(distance_m) over week / 7.0 as acute,
        sum(distance_m) over month / 28.0 as coupled,
        sum(distance_m) over before / 21.0 as uncoupled,
        sum(distance_m) over week_before / 7.0 as week_before
    from days
    window
        week as (order by day_number rows between 6 preceding and current row),
        month as (order by day_number rows between 27 preceding and current row),
        before as (order by day_number rows between 27 preceding and 7 preceding),
        week_before as (order by day_number rows between 13 preceding and 7 preceding)
),

starts as (
    select
        avg(distance_m) filter (where day_number <= 28) as first_weeks_mean,
        max(distance_m) filter (where day_number = 1) as first_day
    from days
),

-- Weight of each earlier day on a later one: (1 - share) to the power of the days between, times the share of a day.
averages as (
    select
        later.day_number,
        sum(0.25 * pow(0.75, later.day_number - earlier.day_number) * earlier.distance_m) as week_sum,
        sum(2 / 29 * pow(27 / 29, later.day_number - earlier.day_number) * earlier.distance_m) as month_sum,
        sum((1 - exp(-1 / 7)) * exp(-(later.day_number - earlier.day_number) / 7) * earlier.distance_m) as fatigue,
        sum((1 - exp(-1 / 42)) * exp(-(later.day_number - earlier.day_number) / 42) * earlier.distance_m) as fitness
    from days as later
    inner join days as earlier on later.day_number >= earlier.day_number
    group by later.day_number
)

select
    windows.day_number,
    windows.distance_m,
    if(windows.day_number >= 28, windows.acute / windows.coupled, null) as acwr_coupled,
    if(windows.day_number >= 28, windows.acute / windows.uncoupled, null) as acwr_uncoupled,
    (averages.week_sum + pow(0.75, windows.day_number) * starts.first_weeks_mean)
    / (averages.month_sum + pow(27 / 29, windows.day_number) * starts.first_weeks_mean) as acwr_ewma,
    (averages.week_sum + pow(0.75, windows.day_number) * starts.first_day)
    / (averages.month_sum + pow(27 / 29, windows.day_number) * starts.first_day) as acwr_ewma_from_first_day,
    averages.week_sum / averages.month_sum as acwr_ewma_from_zero,
    (averages.fatigue + exp(-windows.day_number / 7) * starts.first_weeks_mean)
    / (averages.fitness + exp(-windows.day_number / 42) * starts.first_weeks_mean) as fatigue_to_fitness,
    if(windows.day_number >= 14, windows.acute / nullif(windows.week_before, 0), null) as week_over_week
from windows
inner join averages on windows.day_number = averages.day_number
cross join starts
order by windows.day_number
