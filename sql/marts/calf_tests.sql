-- How many single-leg heel raises could the runner do, and how many are usual?
-- Grain: one row per reported row.
select
    athlete_id,
    test_date,
    side,
    knee,
    repetitions,
    cast(norm_repetitions as double) as norm_repetitions,
    file_id,
    row_number
from intermediate.calf_tests
order by athlete_id, test_date, side, file_id, row_number
