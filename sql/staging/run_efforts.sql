-- How far did each run get in its best 3, 6, 12 and 20 minutes?
-- Grain: one row per run and duration.
select
    runs.athlete_id,
    runs.run_id,
    efforts.duration_s,
    efforts.distance_m
from raw.run_efforts as efforts
inner join staging.runs
    on
        efforts.athlete_id = runs.athlete_id
        and efforts.file_id = runs.file_id
        and efforts.activity_number = runs.recording_number
