-- How long did each run spend at which speed and grade?
-- Grain: one row per run, 0.2 m/s speed bin and 2 % grade bin.
select
    recordings.athlete_id,
    recordings.run_id,
    bins.speed_bin,
    bins.grade_bin,
    bins.seconds,
    amount(bins.steps) as steps,
    bins.metres,
    false as is_whole_run
from raw.run_bins as bins
inner join activities.run_recordings as recordings
    on
        bins.athlete_id = recordings.athlete_id
        and bins.file_id = recordings.file_id
        and bins.activity_number = recordings.recording_number
        and recordings.gives_bins
where amount(bins.seconds) > 0 and amount(bins.metres) is not null and bins.grade_bin between -100 and 100
union all
-- A run known only by its totals is one bin, at its mean speed.
select
    athlete_id,
    run_id,
    speed_bin_of(distance_m / moving_s) as speed_bin,
    0 as grade_bin,
    moving_s as seconds,
    steps,
    distance_m as metres,
    true as is_whole_run
from activities.run_recordings
where gives_bins and is_one_bin
