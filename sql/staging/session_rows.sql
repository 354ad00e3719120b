-- What does each recorded strength session say, as far as a number or a time can be what it is called?
-- Bounds of what can be counted with, as in run_rows; a session that does not say when is left out.
-- Grain: one row per row of raw.strength_sessions that says when.
select
    sessions.* replace (
        if(is_a_day(sessions.started_at), sessions.started_at, null) as started_at,
        if(is_a_day(sessions.started_local), sessions.started_local, null) as started_local,
        amount(sessions.duration_s) as duration_s,
        within(sessions.avg_heart_rate_bpm, 1, 1000) as avg_heart_rate_bpm
    )
from raw.strength_sessions as sessions
where is_a_day(sessions.started_at) or is_a_day(sessions.started_local)
