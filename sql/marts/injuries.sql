-- Which injuries were reported, and which are open?
-- Grain: one row per reported row.
select
    athlete_id,
    from_date as onset_date,
    to_date as resolved_date,
    site,
    side,
    is_injury_open(to_date, as_of_date()) as is_open,
    note,
    file_id,
    row_number,
    as_of_date() as as_of_date
from intermediate.health_events
where kind = 'injury'
order by athlete_id, onset_date, file_id, row_number
