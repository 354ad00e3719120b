-- When was each of the three exercises last done, with which set, and what comes next?
-- The last set is the best one of the last day with the exercise, as logged. What comes next asks the gate: nothing where exercises
-- or doses are not ours to give, the dose of the person's state where heavy work is forbidden. Else: begin, come back to it (its link
-- is late, or the last seven days fell short), the load of now where load is held, more load once so many repetitions were easy, more
-- repetitions before.
-- Grain: one row per athlete with a strength log and exercise, on the as-of date.
with exercises as (
    select
        unnest(['straight_knee_raise', 'bent_knee_raise', 'single_leg_march']) as exercise,
        unnest(['gastrocnemius', 'soleus', 'hip']) as link
),

done as (
    select
        athlete_id,
        case
            when soleus_credit >= 1 then 'bent_knee_raise'
            when gastrocnemius_credit >= 1 then 'straight_knee_raise'
            when hip_credit > 0 then 'single_leg_march'
        end as exercise,
        set_date,
        reps,
        hold_s,
        coalesce(load_kg, -assistance_kg) as load_kg,
        rpe,
        rir,
        work_value,
        hip_credit > 0 and plyometric_credit > 0 as has_jump
    from intermediate.set_efforts
    where exercise_id is not null
),

last_days as (
    select
        athlete_id,
        exercise,
        max(set_date) as last_date,
        arg_max(
            struct_pack(reps, hold_s, load_kg, rpe, rir),
            row(set_date, coalesce(work_value, -1), coalesce(load_kg, 0), coalesce(reps, hold_s, 0))
        ) as best,
        bool_or(has_jump) as has_jumped
    from done
    where exercise is not null
    group by athlete_id, exercise
),

judged as (
    select
        status.athlete_id,
        exercises.exercise,
        exercises.link,
        days.last_date,
        days.best,
        states.is_left_out,
        coalesce(days.has_jumped, false) as has_jumped,
        states.state in ('amber', 'red') and not states.is_left_out as is_late,
        weeks.sets < weeks.target_sets as is_short,
        status.forbids,
        coalesce(
            days.best['reps'] >= rules.progress_reps
            and coalesce(days.best['rpe'] <= rules.hard_rpe, true) and coalesce(days.best['rir'] >= rules.hard_rir, true), false
        ) as is_easy,
        rules.progress_reps,
        rules.progress_kg
    from marts.athlete_status as status
    inner join seeds.athlete_rules as rules on status.athlete_id = rules.athlete_id
    cross join exercises
    inner join intermediate.link_states as states
        on status.athlete_id = states.athlete_id and status.load_date = states.load_date and exercises.link = states.link
    left join last_days as days on status.athlete_id = days.athlete_id and exercises.exercise = days.exercise
    left join marts.exercise_weeks as weeks
        on status.athlete_id = weeks.athlete_id and status.load_date = weeks.load_date and exercises.exercise = weeks.exercise
    where status.load_date = as_of_date()
)

select
    athlete_id,
    exercise,
    link,
    last_date,
    cast(as_of_date() - last_date as integer) as days_since,
    best['reps'] as last_reps,
    best['hold_s'] as last_hold_s,
    best['load_kg'] as last_load_kg,
    best['rpe'] as last_rpe,
    case
        when list_has_any(forbids, ['exercise', 'own_dose', 'dose']) then null
        when list_contains(forbids, 'heavy_dose') then 'dose'
        when last_date is null then 'begin'
        when is_late or coalesce(is_short, false) then 'again'
        when list_contains(forbids, 'more_load') then 'held'
        when exercise = 'single_leg_march' then if(has_jumped, 'keep', 'jump')
        when best['reps'] is null then 'keep'
        when is_easy then 'more_load'
        else 'more_repetitions'
    end as next_step,
    if(next_step in ('more_load', 'more_repetitions'), progress_reps, null) as next_reps,
    if(next_step in ('more_load', 'more_repetitions'), progress_kg, null) as next_kg,
    as_of_date() as as_of_date
from judged
order by athlete_id, exercise
