-- Every logged set with the work that it counts for; a warm-up counts for none.
-- Grain: one row per logged set, warm-ups included and marked.
select
    sets.athlete_id,
    sets.file_id,
    sets.set_row,
    sets.row_number,
    sets.performed_at,
    sets.set_date,
    sets.session_id,
    sets.set_number,
    sets.exercise_name,
    sets.exercise_id,
    sets.is_exercise_assumed,
    exercises.knee,
    sets.side,
    sets.reps,
    sets.hold_s,
    sets.load_kg,
    sets.assistance_kg,
    sets.load_unstated,
    efforts.total_load_kg,
    efforts.e1rm_kg,
    efforts.best_e1rm_kg,
    sets.rpe,
    sets.rir,
    sets.is_warmup,
    sets.note,
    efforts.gastrocnemius_credit,
    efforts.soleus_credit,
    if(efforts.is_heavy_set, 1.0, 0.0) as achilles_tendon_credit,
    efforts.plyometric_contacts,
    efforts.hip_credit,
    efforts.foot_credit,
    efforts.peak_force_bw,
    efforts.is_hard_set,
    efforts.is_heavy_set,
    efforts.is_effort_assumed
from activities.strength_sets as sets
left join seeds.exercises as exercises on sets.exercise_id = exercises.exercise_id
left join intermediate.set_efforts as efforts
    on
        sets.athlete_id = efforts.athlete_id
        and sets.file_id = efforts.file_id
        and sets.set_row = efforts.set_row
