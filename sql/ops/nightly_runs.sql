-- How did the recent nights end?
-- Grain: one row per night.
select
    night,
    number,
    as_of_date,
    started_at,
    finished_at,
    state,
    exit_code,
    files_seen,
    files_parsed,
    message,
    step_seconds
from raw.nights
order by number
