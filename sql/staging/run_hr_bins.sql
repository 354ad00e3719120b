-- How long did each run spend at which heart rate?
-- Grain: one row per run and 5-bpm bin.
select
    runs.athlete_id,
    runs.run_id,
    bins.heart_rate_bin_bpm,
    bins.seconds,
    bins.steps,
    bins.metres,
    bins.beats
from raw.run_hr_bins as bins
inner join staging.runs
    on
        bins.athlete_id = runs.athlete_id
        and bins.file_id = runs.file_id
        and bins.activity_number = runs.recording_number
