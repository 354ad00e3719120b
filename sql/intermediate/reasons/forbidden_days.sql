-- What may not be said to this person on each day?
-- The union of what all states and conditions that apply forbid, by seeds.person_states, and of what pain and injuries of the days
-- before still forbid, for as long as a flag of theirs would be held. Pages and sentences ask this and nothing else.
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

own as (
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
),

lasting as (
    select
        own.athlete_id,
        own.state,
        own.load_date + cast(unnest(range(1, rules.held_dates + 1)) as integer) as load_date
    from own
    inner join seeds.person_states as person_states on own.state = person_states.state
    inner join seeds.athlete_rules as rules on own.athlete_id = rules.athlete_id
    where person_states.forbids_after is not null
),

applying as (
    select
        own.athlete_id,
        own.load_date,
        person_states.state,
        coalesce(person_states.place, 100) as place,
        person_states.forbids,
        person_states.action_code,
        person_states.is_told_by_reason,
        person_states.dose_code,
        false as is_of_before,
        person_states.forbids_after is not null as is_hurt
    from own
    inner join seeds.person_states as person_states on own.state = person_states.state
    union all
    select distinct
        days.athlete_id,
        days.load_date,
        person_states.state,
        1000 + coalesce(person_states.place, 100),
        person_states.forbids_after,
        null,
        null,
        person_states.dose_after_code,
        true,
        false
    from intermediate.person_states as days
    inner join lasting on days.athlete_id = lasting.athlete_id and days.load_date = lasting.load_date
    inner join seeds.person_states as person_states on lasting.state = person_states.state
)

select
    athlete_id,
    load_date,
    bool_or(state = 'unread_runs') as is_run_unread,
    coalesce(
        list_sort(list_distinct(flatten(list(string_split(forbids, ' ') order by place, state) filter (
            where forbids is not null
        )))), []
    ) as forbids,
    -- What to do, and which dose of calf work, by the first that says: states in their order, then conditions by
    -- name; for the dose, then what was before.
    arg_min(action_code, (place, state)) filter (where action_code is not null) as action_code,
    coalesce(
        arg_min(is_told_by_reason, (place, state)) filter (where action_code is not null), false
    ) as is_told_by_reason,
    arg_min(dose_code, (place, state)) filter (where dose_code is not null) as dose_code,
    bool_or(state = 'rupture_suspected' and not is_of_before) as is_rupture_suspected,
    -- What hurt is over, and forbids something still.
    bool_or(is_of_before) and not bool_or(is_hurt) as is_after_pain
from applying
group by athlete_id, load_date
