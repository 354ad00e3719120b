-- How many single-leg heel raises could the runner do?
-- Grain: one row per reported row that is not dated after the as-of date.
select calf_tests.*
from raw.calf_tests
where calf_tests.test_date <= as_of_date()
