-- Whose data could not be judged, and which check did they fail?
-- A check that failed again without the training logs is listed once, as it failed first.
-- Grain: one row per athlete set aside, table and check.
select
    athlete_id,
    table_name,
    expectation,
    arg_min(load_date, round) as load_date,
    arg_min(reason, round) as reason
from raw.set_aside
group by athlete_id, table_name, expectation
order by athlete_id, table_name, expectation
