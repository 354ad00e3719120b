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
    union all
    select
        athlete_id, load_date, code, measure, is_raised, level, value, threshold, comparison, unit, window_days, evidence, because,
        side
    from intermediate.set_aside_findings
),

doubts as (
    select
        athlete_id,
        load_date,
        code,
        measure,
        '; that it was a run is assumed, no file states it' as doubt
    from intermediate.assumed_sports
),

-- Value, threshold and sentence are known together or not at all.
told as (
    select
        * replace (
            if(value is null or threshold is null or evidence is null, null, is_raised) as is_raised,
            if(
                is_raised is not null and (value is null or threshold is null or evidence is null),
                'a number that it is told by is not known', because
            ) as because
        )
    from united
)

select
    told.athlete_id,
    told.load_date,
    told.code,
    told.measure,
    told.side,
    case when told.is_raised then 'raised' when told.is_raised is null then 'not_assessed' else 'clear' end as state,
    actions.family,
    told.level,
    actions.rank,
    if(told.is_raised is not null, cast(told.value as double), null) as value,
    if(told.is_raised is not null, cast(told.threshold as double), null) as threshold,
    told.comparison,
    told.unit,
    cast(told.window_days as integer) as window_days,
    if(told.is_raised is not null, told.evidence || coalesce(doubts.doubt, ''), null) as evidence_words,
    if(told.is_raised is not null, sentence(told.evidence || coalesce(doubts.doubt, '')), null) as evidence,
    if(told.is_raised is null, told.because, null) as not_assessed_because,
    -- The ceiling, while a distance spike is active, is measured from before the spike: it cannot raise its own ceiling.
    action_text(texts.action, room.longest_run_ceiling_m, athletes.units, places.action) as action,
    actions.source_tag
from told
inner join seeds.actions as actions on told.code = actions.code
inner join seeds.athlete_actions as texts on told.athlete_id = texts.athlete_id and told.code = texts.code
inner join staging.athletes as athletes on told.athlete_id = athletes.athlete_id
inner join intermediate.health_days as health on told.athlete_id = health.athlete_id and told.load_date = health.load_date
inner join seeds.athlete_actions as places
    on told.athlete_id = places.athlete_id and health.raises_place_code = places.code
left join doubts
    on
        told.athlete_id = doubts.athlete_id
        and told.load_date = doubts.load_date
        and told.code = doubts.code
        and told.measure = doubts.measure
left join intermediate.room as room on told.athlete_id = room.athlete_id and told.load_date = room.load_date
left join staging.set_aside as aside on told.athlete_id = aside.athlete_id
-- Of whoever is set aside only what was reported is known: silence of their logs is ours, not theirs.
where aside.athlete_id is null or actions.family = 'pain' or told.code = 'DATA_SET_ASIDE'
