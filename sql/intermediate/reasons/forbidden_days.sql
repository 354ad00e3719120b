-- What may not be said to this person on each day?
-- The union of what all states and conditions that apply forbid, by seeds.person_states. Pages and sentences ask this and nothing
-- else.
-- Grain: one row per athlete and local day.
with silent as (
    select distinct
        athlete_id,
        load_date
    from intermediate.found_reasons
    where state = 'raised' and code = 'DATA_STALE_RUNS'
),

-- What was acknowledged stays unknown, and is not asked for again.
unread as (
    select distinct
        reasons.athlete_id,
        reasons.load_date
    from intermediate.found_reasons as reasons
    inner join activities.unknown_days as lost
        on
            reasons.athlete_id = lost.athlete_id
            and lost.cause in ('refused row', 'refused file')
            and not lost.is_acknowledged
            and lost.load_date between reasons.load_date - 43 and reasons.load_date
    where reasons.state = 'raised' and reasons.code = 'DATA_ROWS_REFUSED' and reasons.measure in ('run_days', 'outings')
),

applying as (
    select
        states.athlete_id,
        states.load_date,
        unnest(
            list_concat(
                states.person_states,
                states.conditions,
                if(silent.athlete_id is null, cast([] as text[]), ['stale_runs']),
                if(unread.athlete_id is null, cast([] as text[]), ['unread_runs'])
            )
        ) as state
    from intermediate.person_states as states
    left join silent on states.athlete_id = silent.athlete_id and states.load_date = silent.load_date
    left join unread on states.athlete_id = unread.athlete_id and states.load_date = unread.load_date
)

select
    applying.athlete_id,
    applying.load_date,
    bool_or(applying.state = 'unread_runs') as is_run_unread,
    coalesce(
        list_sort(list_distinct(flatten(list(string_split(person_states.forbids, ' ') order by person_states.state) filter (
            where person_states.forbids is not null
        )))), []
    ) as forbids,
    -- What to do, and which dose of calf work, by the first that says: states in their order, then conditions by
    -- name.
    arg_min(person_states.action_code, (coalesce(person_states.place, 100), person_states.state)) filter (
        where person_states.action_code is not null
    ) as action_code,
    coalesce(
        arg_min(person_states.is_told_by_reason, (coalesce(person_states.place, 100), person_states.state)) filter (
            where person_states.action_code is not null
        ), false
    ) as is_told_by_reason,
    arg_min(person_states.dose_code, (coalesce(person_states.place, 100), person_states.state)) filter (
        where person_states.dose_code is not null
    ) as dose_code,
    bool_or(applying.state = 'rupture_suspected') as is_rupture_suspected
from applying
inner join seeds.person_states as person_states on applying.state = person_states.state
group by applying.athlete_id, applying.load_date
