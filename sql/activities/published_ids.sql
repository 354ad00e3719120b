-- What does each run_id and session_id stand for tonight?
-- Grain: one row per run and recording of it, and per strength session and file of it.
select
    'run' as kind,
    run_id as id,
    athlete_id,
    file_id,
    'activity ' || recording_number as place,
    started_at,
    recording_rank
from activities.run_recordings
where run_id is not null
union all
select
    'strength' as kind,
    session_id as id,
    athlete_id,
    file_id,
    coalesce('set ' || min(set_row), 'activity ' || min(recording_number)) as place,
    min(starts_at) as started_at,
    row_number() over (partition by athlete_id, session_id order by min(starts_at), file_id) as recording_rank
from activities.session_events
where session_id is not null
group by athlete_id, session_id, file_id
