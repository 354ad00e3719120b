-- When was each strength session, how long and at which heart rate?
-- Grain: one row per strength session, with its recordings and logs merged.
select
    session_id,
    athlete_id,
    started_at,
    session_date,
    cast(duration_s as double) as duration_s,
    cast(avg_heart_rate_bpm as double) as avg_heart_rate_bpm,
    strength_sets,
    source_formats
from intermediate.strength_sessions
order by athlete_id, started_at, session_id
