-- Which logged sets were left out because a better file holds them too?
-- A set is in both logs if both name its exercise, or if two exports of one app have the same set at the same place in the session:
-- then the exercise was renamed between them.
-- Grain: one row per set left out.
with placed as (
    select
        events.athlete_id,
        events.session_id,
        events.file_id,
        events.set_row,
        {
            'app': events.source_format,
            'starts_at': events.starts_at,
            'place': row_number() over (
                partition by events.athlete_id, events.file_id, events.file_session order by events.set_row
            ),
            'reps': sets.reps,
            'hold_s': sets.hold_s,
            'weight_kg': sets.weight_kg,
            'weight_unstated': sets.weight_unstated
        } as done
    from activities.session_events as events
    inner join staging.set_rows as sets
        on
            events.athlete_id = sets.athlete_id
            and events.file_id = sets.file_id
            and events.set_row = sets.set_row
)

select
    sets.athlete_id,
    sets.file_id,
    sets.set_row,
    sets.session_id,
    sets.is_warmup,
    pairs.kept_file_id,
    pairs.why
from activities.session_events as sets
inner join activities.session_pairs as pairs
    on
        sets.athlete_id = pairs.athlete_id
        and sets.file_id = pairs.file_id
        and sets.file_session = pairs.file_session
left join (
    select distinct athlete_id, session_id, file_id, exercise
    from activities.session_events
    where set_row is not null
) as named
    on
        pairs.athlete_id = named.athlete_id
        and pairs.session_id = named.session_id
        and pairs.kept_file_id = named.file_id
        and sets.exercise is not distinct from named.exercise
left join placed as own
    on
        sets.athlete_id = own.athlete_id
        and sets.file_id = own.file_id
        and sets.set_row = own.set_row
left join placed as renamed
    on
        own.athlete_id = renamed.athlete_id
        and own.session_id = renamed.session_id
        and pairs.kept_file_id = renamed.file_id
        and own.done = renamed.done
        and coalesce(own.done.reps, own.done.hold_s) is not null
where
    sets.set_row is not null
    and (pairs.is_whole or named.file_id is not null or renamed.file_id is not null)
qualify row_number() over (
    partition by sets.athlete_id, sets.file_id, sets.set_row order by pairs.choice
) = 1
