-- How much load was left out as a duplicate?
-- Grain: one row per athlete with duplicates, and one for all of them (athlete_id is null) where there are any.
select
    athlete_id,
    count(run_id) as recordings,
    count(session_id) as session_files,
    cast(sum(cast(distance_m as decimal(18, 3))) as double) as distance_m,
    cast(sum(cast(moving_s as decimal(18, 3))) as double) as moving_s,
    cast(sum(strength_sets) as bigint) as strength_sets
from ops.duplicates
group by grouping sets ((athlete_id), ())
having count(*) > 0
order by athlete_id nulls first
