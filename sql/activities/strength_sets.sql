-- Which exercise was each logged set, on which local day and in which session, with sets of two files counted once?
-- A weight without a unit in the file is in the unit that squad.csv names for the athlete; without one it does not count as load.
-- A negative weight, and any weight of a set that is named assisted, is not lifted: it takes body mass off.
-- Grain: one row per set, warm-ups included and marked.
with weighed as (
    select
        sets.*,
        names.exercise_id,
        names.is_exercise_assumed,
        names.side as side_of_name,
        names.is_one_leg,
        coalesce(
            sets.weight_kg,
            case listed.strength_weight_unit
                when 'kg' then sets.weight_unstated
                when 'lb' then 0.45359237 * sets.weight_unstated
            end
        ) as known_kg,
        names.is_assisted or coalesce(coalesce(sets.weight_kg, sets.weight_unstated) < 0, false) as is_assisted,
        sets.weight_kg is null and listed.strength_weight_unit is null as is_unit_unknown
    from staging.set_rows as sets
    inner join raw.athletes as listed on sets.athlete_id = listed.athlete_id
    inner join activities.exercise_names as names
        on exercise_key(sets.exercise_name, sets.fit_category, sets.fit_subtype, sets.fit_guesses) = names.exercise_key
)

select
    sets.athlete_id,
    sets.file_id,
    sets.set_row,
    sets.row_number,
    sets.source_format,
    sessions.starts_at as performed_at,
    sessions.event_date as set_date,
    sessions.session_id,
    row_number() over (
        partition by sets.athlete_id, sessions.session_id
        order by sessions.starts_at, sets.file_id, sets.set_row
    ) as set_number,
    sets.exercise_name,
    sets.exercise_id,
    sets.is_exercise_assumed,
    -- A side in the name or in a note that says nothing else is a side.
    coalesce(sets.side, sets.side_of_name, notes.side) as side,
    sets.is_one_leg or coalesce(sets.side, sets.side_of_name, notes.side, 'both') != 'both' as is_one_leg,
    sets.reps,
    sets.hold_s,
    if(sets.is_assisted, null, sets.known_kg) as load_kg,
    if(sets.is_assisted, nullif(abs(sets.known_kg), 0), null) as assistance_kg,
    if(sets.is_unit_unknown, sets.weight_unstated, null) as load_unstated,
    sets.is_assisted,
    sets.rpe,
    sets.rir,
    sets.is_warmup,
    sets.note
from weighed as sets
inner join activities.session_events as sessions
    on
        sets.athlete_id = sessions.athlete_id
        and sets.file_id = sessions.file_id
        and sets.set_row = sessions.set_row
left join activities.note_sides as notes on sets.note = notes.note
left join activities.set_twins as twins
    on
        sets.athlete_id = twins.athlete_id
        and sets.file_id = twins.file_id
        and sets.set_row = twins.set_row
where twins.set_row is null
