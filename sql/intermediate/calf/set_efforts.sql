-- How much force, how hard and how heavy was each working set, and which links does it feed?
-- Peak force is the quasi-static model: standing 3.0 x share x (body mass + load) / body mass; a calf press lifts the load only;
-- seated 3.0 x (load per leg / body mass + 0.06); jumps by the catalogue. Share is 1 on one leg, 0.5 on two.
-- e1RM (Epley) is the best of the same exercise in the last 90 days from sets rated hard enough.
-- Grain: one row per working set.
with described as (
    select
        sets.*,
        exercises.exercise,
        exercises.knee,
        exercises.contraction,
        exercises.posture,
        exercises.gastrocnemius_credit,
        exercises.soleus_credit,
        exercises.plyometric_credit,
        exercises.hip_credit,
        exercises.foot_credit,
        coalesce(exercises.is_tendon_jump, false) as is_tendon_jump,
        exercises.jump_peak_bw,
        -- A set logged for one side, or named so, was done on one leg.
        if(sets.is_one_leg, 1.0, exercises.leg_share) as leg_share,
        athletes.body_mass_kg,
        coalesce(sets.load_kg, 0) as external_kg,
        rules.* exclude (athlete_id)
    from activities.strength_sets as sets
    inner join staging.athletes as athletes on sets.athlete_id = athletes.athlete_id
    inner join seeds.athlete_rules as rules on sets.athlete_id = rules.athlete_id
    left join seeds.exercises as exercises on sets.exercise_id = exercises.exercise_id
    where not sets.is_warmup
),

forced as (
    select
        *,
        case posture
            when 'standing' then raise_peak_bw * leg_share * (body_mass_kg + external_kg) / body_mass_kg
            when 'press' then raise_peak_bw * leg_share * external_kg / body_mass_kg
            when 'seated' then raise_peak_bw * (leg_share * external_kg / body_mass_kg + seated_share)
            when 'jump' then jump_peak_bw
        end as peak_force_bw,
        case posture
            when 'standing' then leg_share * body_mass_kg + external_kg
            else external_kg
        end as total_kg
    from described
),

strong as (
    select
        *,
        max(
            if(reps <= e1rm_reps and rpe >= e1rm_rpe and total_kg > 0, total_kg * (1 + reps / 30), null)
        ) over (
            partition by athlete_id, exercise_id order by set_date
            range between interval (e1rm_days - 1) days preceding and current row
        ) as e1rm_kg,
        max(reps) over (
            partition by athlete_id, exercise_id, round(external_kg, 1) order by set_date
            range between unbounded preceding and interval 1 day preceding
        ) as most_reps_before
    from forced
),

judged as (
    select
        *,
        coalesce(
            rpe >= hard_rpe
            or rir <= hard_rir
            or (total_kg > 0 and total_kg >= hard_share * e1rm_kg)
            or reps >= hard_share * most_reps_before
            or (leg_share = 1 and external_kg = 0 and posture = 'standing' and reps >= hard_single_leg_reps), false
        ) as is_shown_hard,
        rpe is null and rir is null and coalesce(
            reps between assumed_reps_low and assumed_reps_high or hold_s >= hard_hold_s, false
        ) as is_assumed_hard
    from strong
)

select
    athlete_id,
    file_id,
    set_row,
    performed_at,
    set_date,
    session_id,
    set_number,
    exercise_name,
    exercise_id,
    is_exercise_assumed,
    exercise,
    knee,
    side,
    reps,
    hold_s,
    load_kg,
    rpe,
    rir,
    note,
    gastrocnemius_credit,
    soleus_credit,
    plyometric_credit,
    hip_credit,
    foot_credit,
    cast(if(plyometric_credit > 0, plyometric_credit * coalesce(reps, 0), 0) as integer) as plyometric_contacts,
    peak_force_bw,
    total_kg,
    e1rm_kg,
    is_shown_hard or is_assumed_hard as is_hard_set,
    is_assumed_hard and not is_shown_hard as is_effort_assumed,
    -- Compare force with a tolerance: 3.0 x mass / mass is below 3.0 for some masses.
    coalesce(
        case
            when plyometric_credit > 0 then is_tendon_jump and peak_force_bw >= tendon_jump_peak_bw - force_tolerance_bw
            when gastrocnemius_credit = 0 and soleus_credit = 0 then false
            else
                (
                    peak_force_bw >= heavy_peak_bw - force_tolerance_bw
                    and (is_shown_hard or is_assumed_hard)
                    and coalesce(reps, 0) <= heavy_reps
                    and coalesce(rpe, 10) >= hard_rpe
                )
                or (peak_force_bw >= heavy_peak_bw - force_tolerance_bw and hold_s >= heavy_hold_s)
                or (
                    total_kg > 0
                    and total_kg >= hard_share * e1rm_kg
                    and peak_force_bw >= heavy_share_peak_bw - force_tolerance_bw
                    and (reps is not null or hold_s >= heavy_hold_s)
                )
        end, false
    ) as is_heavy_set,
    -- Measures of progress: the estimated maximum of a loaded set that is hard enough, and repetitions x force of any set.
    if(reps <= e1rm_reps and rpe >= e1rm_rpe and external_kg > 0, total_kg * (1 + reps / 30), null) as set_e1rm_kg,
    coalesce(reps, hold_s / hold_s_per_repetition) * peak_force_bw as work_value
from judged
