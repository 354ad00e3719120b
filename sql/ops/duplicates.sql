-- Which recordings and sets were left out because another file has the same activity?
-- Grain: one row per recording of a run left out, and one per file of a strength session for which another file is better.
select
    athlete_id,
    kept_file_id,
    file_id as dropped_file_id,
    run_id,
    null as session_id,
    why,
    cast(distance_m as double) as distance_m,
    cast(moving_s as double) as moving_s,
    null as strength_sets,
    recording_number
from activities.twins
union all
select
    athlete_id,
    kept_file_id,
    file_id as dropped_file_id,
    null as run_id,
    session_id,
    why,
    null as distance_m,
    null as moving_s,
    strength_sets,
    null as recording_number
from activities.session_twins
order by athlete_id, run_id, session_id, dropped_file_id, kept_file_id, recording_number, why
