-- Every run, walk and hike once, each field from the recording that run_sources names for it.
-- Grain: one row per activity on foot.
with merged as (
    select
        told.athlete_id,
        told.run_id,
        any_value(told.file_id) filter (where told.recording_rank = 1) as file_id,
        any_value(told.recording_number) filter (where told.recording_rank = 1) as recording_number,
        any_value(told.row_number) filter (where told.recording_rank = 1) as row_number,
        any_value(told.source_format) filter (where told.recording_rank = 1) as source_format,
        any_value(told.parser) filter (where told.recording_rank = 1) as parser,
        any_value(told.started_at) filter (where told.recording_rank = sources.started_at) as started_at,
        any_value(told.started_local) filter (where told.recording_rank = sources.started_at) as started_local,
        any_value(told.run_date) filter (where told.recording_rank = sources.started_at) as run_date,
        any_value(told.is_dated) filter (where told.recording_rank = sources.started_at) as is_dated,
        any_value(told.sport) filter (where told.recording_rank = sources.sport) as sport,
        any_value(told.sport_source) filter (where told.recording_rank = sources.sport) as sport_source,
        any_value(told.distance_m) filter (where told.recording_rank = sources.distance_m) as distance_m,
        any_value(told.moving_s) filter (where told.recording_rank = sources.moving_s) as moving_s,
        any_value(told.elapsed_s) filter (where told.recording_rank = sources.elapsed_s) as elapsed_s,
        any_value(told.ascent_m) filter (where told.recording_rank = sources.ascent_m) as ascent_m,
        any_value(told.descent_m) filter (where told.recording_rank = sources.descent_m) as descent_m,
        any_value(told.avg_heart_rate_bpm) filter (where told.recording_rank = sources.avg_heart_rate_bpm) as avg_heart_rate_bpm,
        any_value(told.steps) filter (where told.recording_rank = sources.steps) as steps,
        bool_or(told.is_treadmill) as is_treadmill,
        any_value(told.rpe) filter (where told.recording_rank = sources.rpe) as rpe,
        any_value(told.carried_kg) filter (where told.recording_rank = sources.carried_kg) as carried_kg,
        any_value(told.track_points) filter (where told.recording_rank = sources.run_bins) as track_points,
        any_value(told.spike_points) filter (where told.recording_rank = sources.spike_points) as spike_points,
        any_value(told.title) filter (where told.recording_rank = sources.title) as title,
        any_value(told.gear) filter (where told.recording_rank = sources.gear) as gear,
        any_value(told.note) filter (where told.recording_rank = sources.note) as note,
        list_sort(list_distinct(flatten(list(told.notes)))) as notes
    from activities.run_recordings as told
    inner join activities.run_sources as sources on told.athlete_id = sources.athlete_id and told.run_id = sources.run_id
    group by told.athlete_id, told.run_id
)

select * replace (greatest(elapsed_s, moving_s) as elapsed_s, coalesce(track_points, 0) as track_points)
from merged
