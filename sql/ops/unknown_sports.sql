-- Which activities were not counted because their sport is unknown?
-- Grain: one row per athlete, content and activity in it.
select
    unknown.athlete_id,
    unknown.activity_date,
    unknown.sport_word,
    unknown.left_out_because,
    unknown.is_day_unknown,
    unknown.title,
    cast(unknown.distance_m as double) as distance_m,
    cast(unknown.moving_s as double) as moving_s,
    unknown.started_at,
    unknown.file_id,
    unknown.recording_number,
    unknown.row_number,
    paths.path
from activities.unknown_sports as unknown
left join ops.athlete_paths as paths on unknown.athlete_id = paths.athlete_id and unknown.file_id = paths.file_id
order by unknown.athlete_id, unknown.activity_date, paths.path, unknown.recording_number
