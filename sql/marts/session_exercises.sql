-- What was done in the last eight strength sessions, exercise by exercise?
-- Grain: one row per athlete, session, exercise as logged, knee, side, and whether it was warm-up.
with sessions as (
    select
        athlete_id,
        session_id,
        -- A watch gives each set its own time.
        row_number() over (partition by athlete_id order by max(performed_at) desc, session_id) as sessions_back
    from marts.strength_sets
    group by athlete_id, session_id
    qualify sessions_back <= 8
)

select
    sets.athlete_id,
    sessions.sessions_back,
    sets.session_id,
    min(sets.set_date) as set_date,
    min(sets.set_number) as first_set_number,
    sets.exercise_name,
    sets.exercise_id,
    sets.is_exercise_assumed,
    sets.knee,
    sets.side,
    sets.is_warmup,
    count(*) as sets,
    count(*) filter (where sets.is_hard_set) as hard_sets,
    min(sets.reps) as least_reps,
    max(sets.reps) as most_reps,
    min(sets.hold_s) as least_hold_s,
    max(sets.hold_s) as most_hold_s,
    min(coalesce(sets.load_kg, -sets.assistance_kg)) as least_load_kg,
    max(coalesce(sets.load_kg, -sets.assistance_kg)) as most_load_kg,
    max(sets.rpe) as most_rpe,
    as_of_date() as as_of_date
from marts.strength_sets as sets
inner join sessions
    on sets.athlete_id = sessions.athlete_id and sets.session_id is not distinct from sessions.session_id
group by
    sets.athlete_id,
    sessions.sessions_back,
    sets.session_id,
    sets.exercise_name,
    sets.exercise_id,
    sets.is_exercise_assumed,
    sets.knee,
    sets.side,
    sets.is_warmup
order by sets.athlete_id, sessions.sessions_back, first_set_number, sets.exercise_name, sets.side, sets.is_warmup
