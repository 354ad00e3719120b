-- How long did each run spend at which speed and grade?
-- Grain: one row per run, 0.2 m/s speed bin and 2 % grade bin.
select
    runs.athlete_id,
    runs.run_id,
    bins.speed_bin,
    bins.grade_bin,
    bins.seconds,
    bins.steps,
    bins.metres
from raw.run_bins as bins
inner join staging.runs
    on
        bins.athlete_id = runs.athlete_id
        and bins.file_id = runs.file_id
        and bins.activity_number = runs.recording_number
