-- Which activities do not count because their sport is unknown?
-- A word in no list and a triathlon as a whole may hold a run: their day is unknown, unless there is a recording of the same
-- time.
-- Grain: one row per recording.
select
    recordings.athlete_id,
    recordings.run_date as activity_date,
    recordings.file_id,
    recordings.recording_number,
    recordings.row_number,
    recordings.started_at,
    recordings.distance_m,
    recordings.moving_s,
    recordings.title,
    recordings.left_out_because,
    recordings.sport_word,
    recordings.is_dated,
    recordings.is_dated
    and recordings.left_out_because in ('unknown word', 'several sports')
    and not exists (
        from activities.recordings as others
        where
            others.athlete_id = recordings.athlete_id
            and others.sport is not null
            and others.started_at < recordings.ends_at
            and others.ends_at > recordings.started_at
    ) as is_day_unknown
from activities.recordings
where recordings.left_out_because in ('unknown word', 'several sports', 'undecided')
