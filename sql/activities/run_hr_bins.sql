-- How long did each run spend at which heart rate?
-- Grain: one row per run and 5-bpm bin.
select
    recordings.athlete_id,
    recordings.run_id,
    bins.heart_rate_bin_bpm,
    bins.seconds,
    amount(bins.steps) as steps,
    amount(bins.metres) as metres,
    bins.beats,
    false as is_whole_run
from raw.run_hr_bins as bins
inner join activities.run_recordings as recordings
    on
        bins.athlete_id = recordings.athlete_id
        and bins.file_id = recordings.file_id
        and bins.activity_number = recordings.recording_number
        and recordings.gives_heart_rate_bins
where amount(bins.seconds) > 0 and amount(bins.beats) is not null
union all
-- A run known only by its totals is one bin, at its mean heart rate.
select
    athlete_id,
    run_id,
    heart_rate_bin_of(avg_heart_rate_bpm) as heart_rate_bin_bpm,
    moving_s as seconds,
    steps,
    distance_m as metres,
    try_cast(avg_heart_rate_bpm * moving_s / 60 as decimal(12, 3)) as beats,
    true as is_whole_run
from activities.run_recordings
where gives_heart_rate_bins and is_one_heart_rate_bin
