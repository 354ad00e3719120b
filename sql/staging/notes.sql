-- What did the coach note about each runner, and until when are they to be left in peace?
-- Grain: one row per reported row that is not dated after the as-of date.
select notes.*
from raw.notes
where
    is_a_day(notes.note_date)
    and notes.note_date <= as_of_date()
    and (notes.until_date is null or is_a_day(notes.until_date))
