-- What was reported besides training, on one time line: symptoms, injuries, illness, holiday, races and missing days?
-- Grain: one row per reported row, one more for each further event of it; an unresolved injury has no last day.
select
    athlete_id,
    from_date,
    to_date,
    kind,
    side,
    site,
    pain_0_10,
    morning_stiffness_min,
    is_worse_next_morning,
    event,
    note,
    file_id,
    row_number,
    as_of_date() as as_of_date
from intermediate.health_events
order by athlete_id, from_date, kind, file_id, row_number
