-- What is planned for the next 28 days?
-- Grain: one row per athlete, day and planned run or strength session.
select
    *,
    as_of_date() as as_of_date
from intermediate.planned_sessions
order by athlete_id, plan_date, is_strength, file_id, row_number
