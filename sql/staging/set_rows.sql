-- What does each row of a strength log hold, without numbers and times that cannot be computed with?
-- Bounds of arithmetic, as in run_rows; a row without a time is left out.
-- Grain: one row per row of raw.strength_sets that has a time.
select
    sets.* replace (
        if(is_a_day(sets.performed_at), sets.performed_at, null) as performed_at,
        if(is_a_day(sets.performed_local), sets.performed_local, null) as performed_local,
        within(sets.reps, 0, 10000) as reps,
        within(sets.weight_kg, -1000, 10000) as weight_kg,
        within(sets.weight_unstated, -1000, 10000) as weight_unstated,
        within(sets.hold_s, 0, 100000) as hold_s,
        within(sets.duration_s, 0, 1000000) as duration_s,
        within(sets.rpe, 0, 10) as rpe,
        within(sets.rir, 0, 100) as rir
    )
from raw.strength_sets as sets
where is_a_day(sets.performed_at) or is_a_day(sets.performed_local)
