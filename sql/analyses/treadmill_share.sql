-- Question: How much of the running was on a treadmill, month by month?
-- Reads: marts.runs.
-- Traps: Only what the file, its name or the watch calls a treadmill is one; an indoor run without a word stands as outdoors.
-- Distances of treadmills are those of the machine or the foot pod, and climbing is not in them.
-- Grain: one row per athlete and calendar month with a run.
select
    athlete_id,
    cast(date_trunc('month', run_date) as date) as month_start_date,
    count(*) as runs,
    count(*) filter (where is_treadmill) as treadmill_runs,
    round(sum(distance_m) / 1000, 1) as km,
    coalesce(round(sum(distance_m) filter (where is_treadmill) / 1000, 1), 0) as treadmill_km,
    round(100 * coalesce(sum(distance_m) filter (where is_treadmill), 0) / nullif(sum(distance_m), 0), 1) as treadmill_percent
from marts.runs
where sport = 'run' and is_dated
group by athlete_id, month_start_date
order by athlete_id, month_start_date
