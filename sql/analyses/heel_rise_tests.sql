-- Question: How many heel rises did each test find, against the norm of age and sex, the test before and the other leg?
-- Reads: marts.calf_tests.
-- Traps: There is no norm for a bent knee, for both legs, or without age and sex: null, not "passed". Norms are those of the year of
-- the test. Fewer than seven repetitions more or less are within what the same person scatters.
-- Grain: one row per reported test.
select
    athlete_id,
    test_date,
    knee,
    side,
    repetitions,
    norm_repetitions,
    round(100 * repetitions / norm_repetitions) as percent_of_norm,
    repetitions - lag(repetitions) over (
        partition by athlete_id, knee, side order by test_date, file_id, row_number
    ) as change_since_last,
    round(100 * repetitions / max(repetitions) filter (where side in ('left', 'right')) over (
        partition by athlete_id, knee, test_date
    )) as percent_of_better_leg
from marts.calf_tests
order by athlete_id, test_date, knee, side, file_id, row_number
