-- Which file does each field of a run with several recordings come from?
-- Grain: one row per field of a run that has several recordings; a field without a value has no row. All fields of a run with one
-- recording come from marts.runs.file_id.
with told as (
    select
        athlete_id,
        run_id,
        field,
        recording_rank
    from activities.run_sources
    unpivot (recording_rank for field in (columns(* exclude (athlete_id, run_id, recordings))))
    where recordings > 1
)

select
    told.athlete_id,
    told.run_id,
    told.field,
    recordings.file_id,
    paths.path,
    recordings.recording_number,
    recordings.row_number,
    recordings.source_format
from told
inner join activities.run_recordings as recordings
    on
        told.athlete_id = recordings.athlete_id
        and told.run_id = recordings.run_id
        and told.recording_rank = recordings.recording_rank
left join ops.athlete_paths as paths on told.athlete_id = paths.athlete_id and recordings.file_id = paths.file_id
order by told.athlete_id, told.run_id, told.field
