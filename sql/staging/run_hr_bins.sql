-- How long did each run spend at which heart rate?
-- Grain: one row per run and 5-bpm bin.
select
    recordings.athlete_id,
    recordings.run_id,
    bins.heart_rate_bin_bpm,
    bins.seconds,
    bins.steps,
    bins.metres,
    bins.beats
from raw.run_hr_bins as bins
inner join staging.run_recordings as recordings
    on
        bins.athlete_id = recordings.athlete_id
        and bins.file_id = recordings.file_id
        and bins.activity_number = recordings.recording_number
        and recordings.gives_heart_rate_bins
