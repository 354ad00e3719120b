-- What did the coach note, up to the as-of date?
-- Grain: one row per row of a file.
select
    athlete_id,
    note_date,
    kind,
    until_date,
    text,
    file_id,
    row_number
from staging.notes
