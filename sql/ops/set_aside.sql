-- Whose data could not be judged, and which check did they fail?
-- Grain: one row per athlete set aside, table and check.
select
    athlete_id,
    table_name,
    expectation,
    load_date,
    reason
from raw.set_aside
order by athlete_id, table_name, expectation
