-- Whose data could not be judged tonight, and by which checks?
-- Grain: one row per athlete set aside.
select
    athlete_id,
    count(*) as checks,
    arg_min(table_name, (round, table_name, expectation)) as table_name,
    arg_min(expectation, (round, table_name, expectation)) as expectation,
    arg_min(load_date, (round, table_name, expectation)) as failed_date
from raw.set_aside
group by athlete_id
