-- How much force, how hard and how heavy was each working set, and which links does it feed?
-- Peak force is the quasi-static model: standing 3.0 x share x (body mass + load) / body mass; a calf press lifts the load only;
-- seated 3.0 x (load per leg / body mass + 0.06); jumps by the catalogue. Share is 1 on one leg, 0.5 on two. Assistance is taken
-- off the body mass (of seated raises and presses, off the load), but some force always stays; more of it than the body weighs is
-- mistyped: such a set was done, and its load is unknown.
-- A row of an isometric exercise, or one with seconds and no repetitions, is a hold: it takes so much time and no share of e1RM.
-- e1RM (Epley) is that of a loaded set rated hard enough; what a set is judged by is the best of the same exercise on as many legs in
-- the last 90 days.
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
        coalesce(exercises.is_counted_by_time, false) as is_counted_by_time,
        if(sets.is_one_leg, 1.0, exercises.leg_share) as leg_share,
        athletes.body_mass_kg,
        coalesce(exercises.gastrocnemius_credit > 0 or exercises.soleus_credit > 0, false) as is_calf_work,
        coalesce(sets.load_kg, 0) as external_kg,
        coalesce(
            exercises.posture <> 'jump'
            and (exercises.contraction = 'isometric' or (sets.hold_s is not null and nullif(sets.reps, 0) is null)), false
        ) as is_hold,
        sets.hold_s * coalesce(nullif(sets.reps, 0), 1) as whole_hold_s,
        sets.rpe is not null or sets.rir is not null as is_effort_logged,
        coalesce(sets.is_assisted and sets.assistance_kg > athletes.body_mass_kg, false) as is_over_assisted,
        rules.* exclude (athlete_id)
    from activities.strength_sets as sets
    inner join staging.athletes as athletes on sets.athlete_id = athletes.athlete_id
    inner join seeds.athlete_rules as rules on sets.athlete_id = rules.athlete_id
    left join seeds.exercises as exercises on sets.exercise_id = exercises.exercise_id
    where not sets.is_warmup
),

-- The model is one of raises and jumps: hip work and the like have no force. Unknown assistance, or an unknown load on a press,
-- leaves the force unknown.
forced as (
    select
        *,
        case
            when gastrocnemius_credit = 0 and soleus_credit = 0 and plyometric_credit = 0 then null
            when posture = 'jump' then jump_peak_bw
            when posture is null or (is_assisted and assistance_kg is null) or is_over_assisted then null
            when is_assisted
                then greatest(
                    case posture
                        when 'standing' then raise_peak_bw * leg_share * (body_mass_kg - assistance_kg) / body_mass_kg
                        when 'press' then -raise_peak_bw * leg_share * assistance_kg / body_mass_kg
                        when 'seated' then raise_peak_bw * (seated_share - leg_share * assistance_kg / body_mass_kg)
                    end,
                    assisted_floor_bw
                )
            when posture = 'standing' then raise_peak_bw * leg_share * (body_mass_kg + external_kg) / body_mass_kg
            when posture = 'press' then raise_peak_bw * leg_share * load_kg / body_mass_kg
            when posture = 'seated' then raise_peak_bw * (leg_share * external_kg / body_mass_kg + seated_share)
        end as peak_force_bw,
        case
            when is_over_assisted then null
            when is_assisted and posture = 'standing' then leg_share * body_mass_kg - assistance_kg
            when is_assisted then null
            when posture = 'standing' then leg_share * body_mass_kg + external_kg
            else external_kg
        end as total_kg
    from described
),

estimated as (
    select
        *,
        if(
            not is_hold and external_kg > 0 and reps <= e1rm_reps and (rpe >= e1rm_rpe or rir <= e1rm_rir),
            total_kg * (1 + reps / 30), null
        ) as e1rm_kg
    from forced
),

strong as (
    select
        *,
        max(e1rm_kg) over (
            partition by athlete_id, exercise_id, leg_share order by set_date
            range between interval (e1rm_days - 1) days preceding and current row
        ) as best_e1rm_kg
    from estimated
),

rated as (
    select
        *,
        coalesce(rpe <= hard_rpe_never or rir >= hard_rir_never, false) as is_never_hard,
        coalesce(rpe >= hard_rpe or rir <= hard_rir, false) as is_rated_hard,
        coalesce(rpe >= heavy_rpe or rir <= heavy_rir, false) as is_rated_heavy,
        coalesce(total_kg / best_e1rm_kg >= hard_share - 1e-12, false) as is_of_maximum,
        coalesce(total_kg / best_e1rm_kg >= hard_few_reps_share - 1e-12, false) as is_near_maximum
    from strong
),

judged as (
    select
        *,
        coalesce(
            case
                when is_never_hard then false
                when is_hold then whole_hold_s >= hard_hold_s
                when is_rated_hard then true
                when is_effort_logged then is_of_maximum
                when is_of_maximum and reps >= assumed_reps_low then true
                when reps >= assumed_reps_low then reps <= assumed_reps_high
                else reps > 0 and is_near_maximum
            end, false
        ) as is_hard_set,
        case
            when is_hold or posture = 'jump' then not is_effort_logged
            else not is_effort_logged and not is_of_maximum and coalesce(reps >= assumed_reps_low, false)
        end as is_unrated,
        -- Compare force with a tolerance: 3.0 x mass / mass is below 3.0 for some masses.
        coalesce(peak_force_bw >= heavy_peak_bw - force_tolerance_bw, false) as is_forceful,
        coalesce(external_kg > 0 and peak_force_bw >= heavy_share_peak_bw - force_tolerance_bw, false) as is_loaded_enough,
        -- Jumps logged by time hold a known number of contacts in some exercises only.
        case
            when coalesce(plyometric_credit, 0) = 0 then 0
            when nullif(reps, 0) is not null then plyometric_credit * reps
            when is_counted_by_time then plyometric_credit * contacts_per_s * hold_s
        end as contacts
    from rated
),

heavy as (
    select
        *,
        coalesce(
            case
                when plyometric_credit > 0
                    then contacts > 0 and is_tendon_jump and peak_force_bw >= tendon_jump_peak_bw - force_tolerance_bw
                when gastrocnemius_credit = 0 and soleus_credit = 0 then false
                when is_hold
                    then
                        is_forceful and whole_hold_s >= heavy_hold_s and not is_never_hard
                        and (is_rated_hard or not is_effort_logged)
                else
                    is_hard_set
                    and (
                        (is_forceful and (reps <= heavy_reps or (is_rated_heavy and reps <= heavy_reps_rated)))
                        or (
                            is_loaded_enough
                            and reps <= heavy_reps
                            and (
                                (is_of_maximum and coalesce(rpe >= hard_rpe, true) and coalesce(rir <= hard_rir, true))
                                or (is_rated_heavy and reps >= heavy_reps_low)
                            )
                        )
                    )
            end, false
        ) as is_heavy_set
    from judged
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
    assistance_kg,
    is_over_assisted,
    rpe,
    rir,
    note,
    gastrocnemius_credit,
    soleus_credit,
    plyometric_credit,
    hip_credit,
    foot_credit,
    cast(contacts as integer) as plyometric_contacts,
    peak_force_bw,
    -- Assistance in kilograms of the whole body can be more than the share of it that one leg takes.
    case
        when load_unstated is not null or not is_calf_work then null
        when posture = 'standing' then cast(within(total_kg, 0, 100000) as double)
        else load_kg
    end as total_load_kg,
    if(is_calf_work, cast(e1rm_kg as double), null) as e1rm_kg,
    if(is_calf_work, cast(best_e1rm_kg as double), null) as best_e1rm_kg,
    is_hard_set,
    is_heavy_set,
    -- Taken for hard, heavy or so many contacts, though nobody said so.
    coalesce(
        case
            when plyometric_credit > 0 then nullif(reps, 0) is null and hold_s is not null
            else is_unrated and (is_heavy_set or (is_hard_set and (gastrocnemius_credit > 0 or soleus_credit > 0)))
        end, false
    ) as is_effort_assumed,
    -- What legs and months are compared by; a test of endurance is no set to compare with.
    if(
        coalesce(reps > reference_reps, false), null,
        if(is_hold, whole_hold_s / hold_s_per_repetition, reps) * peak_force_bw
    ) as work_value
from heavy
