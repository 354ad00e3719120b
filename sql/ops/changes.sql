-- Which rows did each of the last published nights add, change or remove?
-- Grain: one row per night, table and changed row, or per night and table where they are too many to list.
select
    night,
    since_night,
    because,
    table_name,
    change,
    athlete_id,
    row_date,
    row_key,
    changed_columns,
    row_count
from raw.changes
order by night, table_name, change, row_key
