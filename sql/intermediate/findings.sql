-- Every reason of every day in one place, with its state, sentence and next action.
-- Grain: one row per athlete, local day, code, measure and side.
with united as (
    select
        athlete_id, load_date, code, measure, is_raised, level, value, threshold, comparison, unit, window_days, evidence, because,
        'both' as side
    from intermediate.run_findings
    union all
    select
        athlete_id, load_date, code, measure, is_raised, level, value, threshold, comparison, unit, window_days, evidence, because,
        side
    from intermediate.calf_findings
    union all
    select
        athlete_id, load_date, code, measure, is_raised, level, value, threshold, comparison, unit, window_days, evidence, because,
        side
    from intermediate.jump_findings
    union all
    select
        athlete_id, load_date, code, measure, is_raised, level, value, threshold, comparison, unit, window_days, evidence, because,
        side
    from intermediate.leg_findings
    union all
    select
        athlete_id, load_date, code, measure, is_raised, level, value, threshold, comparison, unit, window_days, evidence, because,
        side
    from intermediate.other_findings
    union all
    select
        athlete_id, load_date, code, measure, is_raised, level, value, threshold, comparison, unit, window_days, evidence, because,
        side
    from intermediate.refusal_findings
),

doubts as (
    select
        athlete_id,
        load_date,
        code,
        measure,
        '; that it was a run is assumed, no file states it' as doubt
    from intermediate.assumed_sports
)

select
    united.athlete_id,
    united.load_date,
    united.code,
    united.measure,
    united.side,
    case when united.is_raised then 'raised' when united.is_raised is null then 'not_assessed' else 'clear' end as state,
    actions.family,
    united.level,
    cast(actions.rank as integer) as rank,
    if(united.is_raised is not null, cast(united.value as double), null) as value,
    if(united.is_raised is not null, cast(united.threshold as double), null) as threshold,
    united.comparison,
    united.unit,
    cast(united.window_days as integer) as window_days,
    if(united.is_raised is not null, united.evidence || coalesce(doubts.doubt, ''), null) as evidence_words,
    if(united.is_raised is not null, sentence(united.evidence || coalesce(doubts.doubt, '')), null) as evidence,
    if(united.is_raised is null, united.because, null) as not_assessed_because,
    -- The ceiling, while a distance spike is active, is measured from before the spike: it cannot raise its own ceiling.
    action_text(texts.action, room.longest_run_ceiling_m, athletes.units, places.action) as action,
    actions.source_tag
from united
inner join seeds.actions as actions on united.code = actions.code
inner join seeds.athlete_actions as texts on united.athlete_id = texts.athlete_id and united.code = texts.code
inner join staging.athletes as athletes on united.athlete_id = athletes.athlete_id
inner join intermediate.health_days as health on united.athlete_id = health.athlete_id and united.load_date = health.load_date
inner join seeds.athlete_actions as places
    on united.athlete_id = places.athlete_id and health.raises_place_code = places.code
left join doubts
    on
        united.athlete_id = doubts.athlete_id
        and united.load_date = doubts.load_date
        and united.code = doubts.code
        and united.measure = doubts.measure
left join intermediate.room as room on united.athlete_id = room.athlete_id and united.load_date = room.load_date
