-- Question: How long was each runner's longest run of each month, and how does it compare with the one of the month before?
-- Reads: marts.runs, marts.coverage.
-- Traps: A longer run may hide in an unknown day. distance_spike_ratio compares with the 30 days before the run, not with the month,
-- and of whole outings. A month without a run has no row, so the month before is asked for by its date.
-- Grain: one row per athlete and calendar month with a run of known distance.
with months as (
    select
        athlete_id,
        cast(date_trunc('month', run_date) as date) as month_start_date,
        max(distance_m) as longest_m,
        first(run_date order by distance_m desc, run_date) as longest_date,
        first(distance_spike_ratio order by distance_m desc, run_date) as ratio_to_30_days_before -- null is kept: nothing before it
    from marts.runs
    where sport = 'run' and is_dated and distance_m is not null
    group by athlete_id, month_start_date
)

select
    months.athlete_id,
    months.month_start_date,
    round(months.longest_m / 1000, 2) as longest_km,
    months.longest_date,
    round(months.ratio_to_30_days_before, 2) as ratio_to_30_days_before,
    round(months.longest_m / month_before.longest_m, 2) as ratio_to_month_before,
    coverage.unknown_days
from months
inner join marts.coverage as coverage
    on
        months.athlete_id = coverage.athlete_id
        and months.month_start_date = coverage.month_start_date
        and coverage.measure = 'distance_m'
left join months as month_before
    on
        months.athlete_id = month_before.athlete_id
        and months.month_start_date = month_before.month_start_date + interval 1 month
order by months.athlete_id, months.month_start_date
