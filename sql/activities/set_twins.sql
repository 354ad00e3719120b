-- Which logged sets were left out because a better file holds them too?
-- Grain: one row per set left out.
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
where
    sets.set_row is not null
    and (pairs.is_whole or named.file_id is not null)
qualify row_number() over (
    partition by sets.athlete_id, sets.file_id, sets.set_row order by pairs.choice
) = 1
