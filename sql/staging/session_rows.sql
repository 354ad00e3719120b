-- What does each recorded strength session hold, without numbers and times that cannot be computed with?
-- Bounds of arithmetic, as in run_rows; a session without a time is left out.
-- Grain: one row per row of raw.strength_sessions that has a time.
select
    sessions.* replace (
        if(is_a_day(sessions.started_at), sessions.started_at, null) as started_at,
        if(is_a_day(sessions.started_local), sessions.started_local, null) as started_local,
        amount(sessions.duration_s) as duration_s,
        within(sessions.avg_heart_rate_bpm, 1, 1000) as avg_heart_rate_bpm
    )
from raw.strength_sessions as sessions
where is_a_day(sessions.started_at) or is_a_day(sessions.started_local)
