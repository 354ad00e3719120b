-- Which reasons are not told to this person, because they could only ask for what the day forbids?
-- Where no exercise or no dose of ours may be told, calf work is the clinician's: neither few sets nor a late link is a reason there.
-- Of the young heavy work is never late. Where load is held, what asks for a step up and for nothing milder is not told.
-- What a held flag rests on is told today, so what today forbids is not told of that day either (is_of_day is false then).
-- Grain: one row per athlete, local day and code.
with forbidden as (
    select
        athlete_id,
        load_date,
        forbids,
        true as is_of_day
    from intermediate.forbidden_days
    where len(forbids) > 0
    union all
    select
        held.athlete_id,
        held.reason_date as load_date,
        today.forbids,
        false as is_of_day
    from intermediate.held_flags as held
    inner join intermediate.forbidden_days as today
        on held.athlete_id = today.athlete_id and held.load_date = today.load_date
    where held.load_date = as_of_date() and len(today.forbids) > 0
),

-- What asks for a step up and has nothing milder in its place.
steps_up as (
    select
        code,
        string_split(asks, ' ') as asked
    from seeds.action_gates
    where instead is null and list_contains(string_split(asks, ' '), 'more_load')
)

select
    forbidden.athlete_id,
    forbidden.load_date,
    reasons.code,
    bool_or(forbidden.is_of_day) as is_of_day,
    case
        when bool_or(list_contains(forbidden.forbids, 'exercise')) then 'because.until_examined'
        when bool_or(list_contains(forbidden.forbids, 'own_dose')) then 'because.dose_of_clinician'
        when bool_or(days.is_young and coalesce(reasons.link = 'achilles_tendon', false)) then 'because.not_at_this_age'
        else 'because.load_is_held'
    end as message
from forbidden
inner join intermediate.person_days as days
    on forbidden.athlete_id = days.athlete_id and forbidden.load_date = days.load_date
inner join seeds.reasons as reasons on reasons.family = 'calf'
left join steps_up on reasons.code = steps_up.code
where
    list_has_any(forbidden.forbids, ['exercise', 'own_dose'])
    or (days.is_young and reasons.link = 'achilles_tendon')
    or list_has_any(steps_up.asked, forbidden.forbids)
group by forbidden.athlete_id, forbidden.load_date, reasons.code
