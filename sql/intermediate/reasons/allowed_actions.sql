-- What may a person be told to do about each reason, on the days that are shown?
-- The reason's own action, unless it asks for something that is forbidden: then a milder one, else the dose or else the action of the
-- person's state. What a held flag rests on is told today, so it obeys today as well.
-- Grain: one row per athlete, day that is shown (the as-of date, and the one that a held flag rests on) and text of seeds.reasons.
with shown as (
    select
        athlete_id,
        load_date as shown_date,
        load_date
    from intermediate.held_flags
    where load_date = as_of_date()
    union
    select
        athlete_id,
        reason_date as shown_date,
        load_date
    from intermediate.held_flags
    where load_date = as_of_date()
),

days as (
    select
        shown.athlete_id,
        shown.shown_date as load_date,
        list_distinct(list_concat(own.forbids, today.forbids)) as forbids,
        coalesce(today.dose_code, own.dose_code) as dose_code,
        coalesce(
            today.action_code, if(today.is_after_pain, 'AFTER_PAIN', null), own.action_code
        ) as state_action_code
    from shown
    inner join intermediate.forbidden_days as own
        on shown.athlete_id = own.athlete_id and shown.shown_date = own.load_date
    inner join intermediate.forbidden_days as today
        on shown.athlete_id = today.athlete_id and shown.load_date = today.load_date
),

gated as (
    select
        days.athlete_id,
        days.load_date,
        texts.code,
        gates.instead,
        -- A raise, in place of which another dose can stand; jumps have none.
        texts.family = 'calf'
        and coalesce(texts.link <> 'plyometric', true)
        and list_contains(string_split(gates.asks, ' '), 'heavy_dose') as is_raise,
        coalesce(list_has_any(string_split(gates.asks, ' '), days.forbids), false) as is_forbidden,
        coalesce(list_has_any(string_split(milder.asks, ' '), days.forbids), false) as is_milder_forbidden,
        case
            when not coalesce(list_has_any(string_split(dose.asks, ' '), days.forbids), false) then days.dose_code
            when not list_has_any(string_split(milder_dose.asks, ' '), days.forbids) then dose.instead
        end as allowed_dose_code,
        if(list_has_any(string_split(state.asks, ' '), days.forbids), null, days.state_action_code) as allowed_state_code
    from days
    cross join seeds.reasons as texts
    left join seeds.action_gates as gates on texts.code = gates.code
    left join seeds.action_gates as milder on gates.instead = milder.code
    left join seeds.action_gates as dose on days.dose_code = dose.code
    left join seeds.action_gates as milder_dose on dose.instead = milder_dose.code
    left join seeds.action_gates as state on days.state_action_code = state.code
)

select
    athlete_id,
    load_date,
    code,
    case
        when not is_forbidden then code
        when instead is not null and not is_milder_forbidden then instead
        when is_raise then coalesce(allowed_dose_code, allowed_state_code)
        else coalesce(allowed_state_code, allowed_dose_code)
    end as action_code
from gated
