-- What did runners report of their Achilles tendons?
-- Grain: one row per reported row, and one more for each further event of it.
select
    athlete_id,
    from_date as report_date,
    side,
    pain_0_10,
    morning_stiffness_min,
    is_worse_next_morning,
    visa_a,
    event,
    note,
    file_id,
    row_number
from intermediate.health_events
where kind = 'symptoms'
order by athlete_id, report_date, file_id, row_number
