-- How far did each run get in its best 3, 6, 12 and 20 minutes?
-- Grain: one row per run and duration.
select
    recordings.athlete_id,
    recordings.run_id,
    efforts.duration_s,
    efforts.distance_m
from raw.run_efforts as efforts
inner join activities.run_recordings as recordings
    on
        efforts.athlete_id = recordings.athlete_id
        and efforts.file_id = recordings.file_id
        and efforts.activity_number = recordings.recording_number
        and recordings.gives_efforts
where efforts.duration_s > 0 and amount(efforts.distance_m) is not null
