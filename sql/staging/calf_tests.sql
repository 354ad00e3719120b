-- How many single-leg heel raises could the runner do?
-- Grain: one row per reported row that is not dated after the as-of date.
select calf_tests.* replace (within(calf_tests.repetitions, 0, 10000) as repetitions)
from raw.calf_tests
where is_a_day(calf_tests.test_date) and calf_tests.test_date <= as_of_date() and within(calf_tests.repetitions, 0, 10000) is not null
