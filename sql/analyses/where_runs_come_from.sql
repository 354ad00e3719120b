-- Question: Which kinds of source do the runs come from, and what do these tell?
-- Reads: marts.runs.
-- Traps: A run that several files tell of counts once, under the file that stands; fields of it may come from others
-- (ops.run_fields). Cadence that was assumed is not in avg_cadence_spm.
-- Grain: one row per athlete and kind of source.
select
    athlete_id,
    source_format,
    count(*) as activities,
    round(sum(distance_m) / 1000, 1) as km,
    count(avg_heart_rate_bpm) as with_heart_rate,
    count(avg_cadence_spm) as with_cadence,
    count(rpe) as with_rating,
    min(run_date) as first_date,
    max(run_date) as last_date
from marts.runs
where is_dated
group by athlete_id, source_format
order by athlete_id, source_format
