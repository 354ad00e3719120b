-- Question: Which recordings were left out because another file tells of the same activity?
-- Reads: ops.duplicates, ops.athlete_paths.
-- Traps: A recording left out is not lost: what the main one lacks comes from it (ops.run_fields). Its kilometres are not to be
-- added to anything. Of strength sessions a row is one file's share of a session, and has sets in place of metres.
-- Grain: one row per recording of a run left out, and per file of a strength session.
select
    duplicates.athlete_id,
    if(duplicates.run_id is null, 'strength session', 'run') as kind,
    kept.path as kept_path,
    dropped.path as left_out_path,
    duplicates.why,
    round(duplicates.distance_m / 1000, 2) as km,
    duplicates.strength_sets
from ops.duplicates as duplicates
left join ops.athlete_paths as kept
    on duplicates.athlete_id = kept.athlete_id and duplicates.kept_file_id = kept.file_id
left join ops.athlete_paths as dropped
    on duplicates.athlete_id = dropped.athlete_id and duplicates.dropped_file_id = dropped.file_id
order by duplicates.athlete_id, kind, kept_path, left_out_path, duplicates.recording_number
