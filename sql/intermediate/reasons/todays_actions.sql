-- What is each person told to do today, in order?
-- First what makes a lag of calf work doubtful, for whoever is told to do more of it may have done it (at the pain gate that comes
-- second); then what their state says, how to begin again after pain, or else whether a strength log that fell silent is lost; then
-- the actions of the leading reasons, each once; after a possible rupture nothing else.
-- Grain: one row per athlete, as of the as-of date.
with today as (
    select
        forbidden.*,
        states.person_states,
        states.conditions
    from intermediate.forbidden_days as forbidden
    inner join intermediate.person_states as states
        on forbidden.athlete_id = states.athlete_id and forbidden.load_date = states.load_date
    where forbidden.load_date = as_of_date()
),

-- Who is told that calf work lags.
lagging as (
    select distinct leads.athlete_id
    from intermediate.lead_reasons as leads
    inner join seeds.reasons as codes on leads.code = codes.code
    where codes.family = 'calf' and codes.tells in ('late', 'stopped', 'few_sets', 'credit_only')
),

-- Why that may not be so. Refused rows that somebody acknowledged are no longer asked for.
doubts as (
    select *
    from (
        select
            athlete_id,
            unnest(confidence_because) as code
        from intermediate.confidence_days
        where load_date = as_of_date()
    ) as untrusted
    where code in ('DATA_NO_STRENGTH_SOURCE', 'DATA_UNMAPPED_EXERCISE', 'DATA_STALE_STRENGTH')
    union all
    select
        athlete_id,
        'DATA_ROWS_REFUSED' as code
    from intermediate.unread_rows
    where load_date = as_of_date() and is_strength_unread
),

wanted as (
    select
        athlete_id,
        forbids,
        action_code,
        0 as place
    from today
    where action_code is not null and not is_told_by_reason
    union all
    select
        today.athlete_id,
        today.forbids,
        doubts.code as action_code,
        if(list_contains(today.person_states, 'pain_gate'), 1, -1) as place
    from today
    inner join lagging on today.athlete_id = lagging.athlete_id
    inner join doubts on today.athlete_id = doubts.athlete_id
    where not today.is_rupture_suspected
    union all
    select
        athlete_id,
        forbids,
        'OTHER_INJURY' as action_code,
        1 as place
    from today
    where list_contains(conditions, 'other_injury')
    union all
    select
        athlete_id,
        forbids,
        'AFTER_PAIN' as action_code,
        0 as place
    from today
    where is_after_pain and list_contains(forbids, 'heavy_dose')
    union all
    -- Whatever the state says: nobody knows what the lost rows report.
    select
        athlete_id,
        forbids,
        'DATA_ROWS_REFUSED' as action_code,
        1 as place
    from today
    where (list_contains(conditions, 'unread_reports') or is_run_unread) and not is_rupture_suspected
    union all
    select
        today.athlete_id,
        today.forbids,
        reasons.code as action_code,
        1 as place
    from today
    inner join intermediate.told_reasons as reasons
        on today.athlete_id = reasons.athlete_id and today.load_date = reasons.load_date
    where
        reasons.code = 'DATA_STALE_STRENGTH'
        and reasons.state = 'raised'
        and (today.action_code is null or today.is_told_by_reason)
),

said as (
    select
        wanted.athlete_id,
        wanted.action_code,
        wanted.place
    from wanted
    left join seeds.action_gates as gates on wanted.action_code = gates.code
    where not coalesce(list_has_any(string_split(gates.asks, ' '), wanted.forbids), false)
    union all
    select
        leads.athlete_id,
        leads.action_code,
        1 + leads.action_place
    from intermediate.lead_reasons as leads
    inner join today on leads.athlete_id = today.athlete_id
    where leads.action_place is not null and leads.action_code is not null and not today.is_rupture_suspected
    union all
    select
        athlete_id,
        'ON_TRACK',
        null
    from today
    where not list_has_any(forbids, ['exercise', 'own_dose', 'keep_running'])
),

numbered as (
    select
        athlete_id,
        action_code,
        min(place) as place
    from said
    group by athlete_id, action_code
)

select
    athlete_id,
    as_of_date() as load_date,
    list(action_code order by place, action_code) as action_codes
from (
    select
        *,
        min(place) over (partition by athlete_id) as first_place
    from numbered
) as placed
-- That all is on track is said alone.
where place is not null or first_place is null
group by athlete_id
