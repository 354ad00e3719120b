-- Which strength sets were done?
-- Grain: one row per logged set, warm-ups included and marked.
select
    athlete_id,
    performed_at,
    set_date,
    session_id,
    set_number,
    exercise_name,
    exercise_id,
    is_exercise_assumed,
    knee,
    gastrocnemius_credit,
    soleus_credit,
    cast(achilles_tendon_credit as double) as achilles_tendon_credit,
    plyometric_contacts,
    hip_credit,
    foot_credit,
    side,
    reps,
    hold_s,
    load_kg,
    assistance_kg,
    load_unstated,
    rpe,
    peak_force_bw,
    is_hard_set,
    is_heavy_set,
    is_warmup,
    note,
    file_id
from intermediate.strength_sets
order by athlete_id, performed_at, session_id, set_number
