-- What was reported besides training: symptoms, injuries and marked days?
-- Grain: one row per reported row, one more for each further event of it; an unresolved injury has no last day.
select
    athlete_id,
    'symptoms' as kind,
    report_date as from_date,
    report_date as to_date,
    side,
    null as site,
    pain_0_10,
    morning_stiffness_min,
    visa_a,
    is_worse_next_morning,
    event,
    note,
    file_id,
    row_number
from staging.symptoms
union all
select athlete_id, 'injury', onset_date, resolved_date, side, site, null, null, null, null, null, note, file_id, row_number
from staging.injuries
union all
select athlete_id, kind, from_date, to_date, null, null, null, null, null, null, null, null, file_id, row_number
from staging.marks
