-- What did the coach note about each runner?
-- Grain: one row per row of a file that is not dated after the as-of date.
select
    *,
    as_of_date() as as_of_date
from intermediate.coach_notes
order by athlete_id, note_date, file_id, row_number
