-- What may this person be told to do about each reason?
-- The reason's own action, unless it asks for something that is forbidden that day: then a milder one, else the dose that the person's
-- state allows, else nothing. What a held flag rests on is told today, so it obeys today as well; pain that is over asks for a gentle
-- start.
-- Grain: one row per athlete, local day, code, measure and side.
with days as (
    select
        own.athlete_id,
        own.load_date,
        coalesce(held.load_date <> own.load_date, false) as is_held_day,
        if(held.athlete_id is null, own.forbids, list_distinct(list_concat(own.forbids, today.forbids))) as forbids,
        coalesce(today.dose_code, own.dose_code) as dose_code,
        coalesce(raised_today.codes, []) as codes_today
    from intermediate.forbidden_days as own
    left join intermediate.held_flags as held
        on own.athlete_id = held.athlete_id and own.load_date = held.reason_date and held.load_date = as_of_date()
    left join intermediate.forbidden_days as today
        on held.athlete_id = today.athlete_id and held.load_date = today.load_date
    left join intermediate.day_reasons as raised_today
        on held.athlete_id = raised_today.athlete_id and held.load_date = raised_today.load_date
),

wanted as (
    select
        reasons.*,
        days.forbids,
        days.dose_code,
        days.is_held_day
        and reasons.family = 'pain'
        and reasons.level in ('red', 'amber')
        and not list_contains(days.codes_today, reasons.code) as is_pain_over,
        if(is_pain_over, 'AFTER_PAIN', reasons.action_code) as wanted_code
    from intermediate.reasons as reasons
    inner join days on reasons.athlete_id = days.athlete_id and reasons.load_date = days.load_date
),

gated as (
    select
        wanted.*,
        coalesce(own_links.link = 'plyometric', false) as is_about_jumps,
        coalesce(list_has_any(string_split(own.asks, ' '), wanted.forbids), false) as is_forbidden,
        own.instead,
        coalesce(list_has_any(string_split(milder.asks, ' '), wanted.forbids), false) as is_milder_forbidden,
        wanted.family = 'calf' and list_contains(string_split(own.asks, ' '), 'heavy_dose') and not is_about_jumps as is_dose,
        coalesce(list_has_any(string_split(dose.asks, ' '), wanted.forbids), false) as is_dose_forbidden,
        dose.instead as milder_dose_code
    from wanted
    left join seeds.reasons as own_links on wanted.code = own_links.code
    left join seeds.action_gates as own on wanted.wanted_code = own.code
    left join seeds.action_gates as milder on own.instead = milder.code
    left join seeds.action_gates as dose on wanted.dose_code = dose.code
)

select
    * exclude (
        forbids, dose_code, is_pain_over, wanted_code, is_about_jumps, is_forbidden, instead, is_milder_forbidden, is_dose,
        is_dose_forbidden, milder_dose_code
    )
    replace (
        case
            when not is_forbidden then wanted_code
            when instead is not null and not is_milder_forbidden then instead
            when is_dose and not is_dose_forbidden then dose_code
            when is_dose then milder_dose_code
        end as action_code
    )
from gated
