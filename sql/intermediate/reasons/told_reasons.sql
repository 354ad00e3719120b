-- Which reasons are told, and with which action?
-- Pain that is over asks for a gentle start, as long as its flag is held.
-- Grain: one row per athlete, day that is shown, code, measure and side.
with today as (
    select
        athlete_id,
        load_date,
        codes
    from intermediate.day_reasons
    where load_date = as_of_date()
),

wanted as (
    select
        reasons.*,
        case
            when
                reasons.family = 'pain'
                and reasons.load_date < as_of_date()
                and reasons.level in ('red', 'amber')
                and not coalesce(list_contains(today.codes, reasons.code), false)
                then 'AFTER_PAIN'
            -- Who has no run at all has nothing to go on logging.
            when reasons.message = 'record.no_run' then 'FIRST_FILE'
            else reasons.action_code
        end as wanted_code
    from intermediate.reasons as reasons
    left join today on reasons.athlete_id = today.athlete_id
)

select wanted.* exclude (wanted_code) replace (allowed.action_code as action_code)
from wanted
inner join intermediate.allowed_actions as allowed
    on
        wanted.athlete_id = allowed.athlete_id
        and wanted.load_date = allowed.load_date
        and wanted.wanted_code = allowed.code
