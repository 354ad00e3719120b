-- Question: How far has each pair of shoes gone?
-- Reads: marts.runs.
-- Traps: Null gear is "not stated", not "no shoes", and its kilometres belong to some pair. Walks and hikes wear shoes too and are
-- counted. Runs without a distance are counted as runs and add no kilometres. One pair under two names is two rows.
-- Grain: one row per athlete and gear.
select
    athlete_id,
    gear,
    count(*) as activities,
    count(*) - count(distance_m) as without_distance,
    round(sum(distance_m) / 1000, 1) as km,
    min(run_date) as first_date,
    max(run_date) as last_date
from marts.runs
where is_dated
group by athlete_id, gear
order by athlete_id, gear nulls last
