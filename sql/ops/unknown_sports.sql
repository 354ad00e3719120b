-- Which activities were not counted because nobody can tell which sport they were?
-- Grain: one row per athlete, content and activity in it.
with paths as (
    select athlete_id, file_id, min(path) as path
    from raw.paths
    where is_current
    group by athlete_id, file_id
)

select
    unknown.athlete_id,
    unknown.activity_date,
    unknown.sport_word,
    unknown.left_out_because,
    unknown.is_day_unknown,
    unknown.title,
    unknown.distance_m,
    unknown.moving_s,
    unknown.started_at,
    unknown.file_id,
    unknown.recording_number,
    unknown.row_number,
    coalesce(own_paths.path, squad_paths.path) as path
from staging.unknown_sports as unknown
left join paths as own_paths on unknown.file_id = own_paths.file_id and unknown.athlete_id = own_paths.athlete_id
left join paths as squad_paths on unknown.file_id = squad_paths.file_id and squad_paths.athlete_id = ''
order by unknown.athlete_id, unknown.activity_date, path, unknown.recording_number
