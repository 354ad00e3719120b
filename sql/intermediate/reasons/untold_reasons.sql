-- Which reasons are not told to this person, because they could only ask for what the day forbids?
-- Where no exercise or no dose of ours may be told, calf work is the clinician's: neither few sets nor a late link is a reason there.
-- What a held flag rests on is told today, so what today forbids is not told of that day either (is_of_day is false then).
-- Grain: one row per athlete, local day and code.
with forbidden as (
    select
        athlete_id,
        load_date,
        forbids,
        true as is_of_day
    from intermediate.forbidden_days
    union all
    select
        held.athlete_id,
        held.reason_date as load_date,
        today.forbids,
        false as is_of_day
    from intermediate.held_flags as held
    inner join intermediate.forbidden_days as today
        on held.athlete_id = today.athlete_id and held.load_date = today.load_date
    where held.load_date = as_of_date()
)

select
    forbidden.athlete_id,
    forbidden.load_date,
    reasons.code,
    bool_or(forbidden.is_of_day) as is_of_day,
    case
        when bool_or(list_contains(forbidden.forbids, 'exercise')) then 'because.until_examined'
        else 'because.dose_of_clinician'
    end as message
from forbidden
inner join seeds.reasons as reasons on reasons.family = 'calf'
where list_has_any(forbidden.forbids, ['exercise', 'own_dose'])
group by forbidden.athlete_id, forbidden.load_date, reasons.code
