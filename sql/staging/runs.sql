-- Every run, walk and hike once, each field from the best recording that has it.
-- Totals are those of the main recording; what it lacks comes from the next one that has it, but never from one that is cut off
-- or tells of a part only. The clock is the best one, see run_recordings; what people wrote is taken wherever it stands.
-- Grain: one row per activity on foot.
with filling as (
    select
        *,
        recording_rank = 1 or not (is_part or is_partial) as is_whole,
        recording_rank + if(sport_source = 'stated', 0, 1000) as sport_rank
    from staging.run_recordings
),

merged as (
    select
        athlete_id,
        run_id,
        arg_min(file_id, recording_rank) as file_id,
        arg_min(recording_number, recording_rank) as recording_number,
        arg_min(row_number, recording_rank) filter (where recording_rank = 1) as row_number,
        arg_min(source_format, recording_rank) as source_format,
        arg_min(parser, recording_rank) as parser,
        arg_min(started_at, clock_rank) as started_at,
        arg_min(run_date, clock_rank) as run_date,
        arg_min(is_dated, clock_rank) as is_dated,
        arg_min(sport, sport_rank) as sport,
        arg_min(sport_source, sport_rank) as sport_source,
        arg_min(distance_m, recording_rank) filter (where is_whole) as distance_m,
        arg_min(moving_s, recording_rank) filter (where is_whole) as moving_s,
        arg_min(elapsed_s, recording_rank) filter (where is_whole) as elapsed_s,
        arg_min(ascent_m, recording_rank) filter (where is_whole) as ascent_m,
        arg_min(descent_m, recording_rank) filter (where is_whole) as descent_m,
        arg_min(avg_heart_rate_bpm, recording_rank) filter (where is_whole) as avg_heart_rate_bpm,
        arg_min(steps, recording_rank) filter (where is_whole) as steps,
        bool_or(is_treadmill) as is_treadmill,
        arg_min(rpe, recording_rank) as rpe,
        arg_min(carried_kg, recording_rank) as carried_kg,
        max(track_points) filter (where gives_bins) as track_points,
        arg_min(spike_points, recording_rank) as spike_points,
        arg_min(title, recording_rank) as title,
        arg_min(gear, recording_rank) as gear,
        arg_min(note, recording_rank) as note,
        list_sort(list_distinct(flatten(list(notes)))) as notes
    from filling
    group by athlete_id, run_id
)

select * replace (greatest(elapsed_s, moving_s) as elapsed_s, coalesce(track_points, 0) as track_points)
from merged
