-- Every reason of every day in one place, before it is known what each weighs, with its state and the parts of its sentence.
-- `message` names the clauses of the sentence in the catalogue, joined by +; `facts` holds the amounts and dates in them. For a
-- reason that is not assessed, they say why. The limit of a reason tagged research is the paper's only as long as nobody changed it.
-- Grain: one row per athlete, local day, code, measure and side.
with united as (
    select * from intermediate.spike_reasons
    union all by name
    select * from intermediate.ratio_reasons
    union all by name
    select * from intermediate.day_data_reasons
    union all by name
    select * from intermediate.frequency_reasons
    union all by name
    select * from intermediate.return_reasons
    union all by name
    select * from intermediate.calf_reasons
    union all by name
    select * from intermediate.jump_reasons
    union all by name
    select * from intermediate.strength_reasons
    union all by name
    select * from intermediate.pain_reasons
    union all by name
    select * from intermediate.record_reasons
    union all by name
    select * from intermediate.strength_log_reasons
    union all by name
    select * from intermediate.run_data_reasons
    union all by name
    select * from intermediate.refusal_reasons
    union all by name
    select * from intermediate.set_aside_reasons
    union all by name
    select * from intermediate.contradiction_reasons
),

-- Value, threshold and facts are either all known or all null.
told as (
    select
        * replace (if(is_number_unknown, null, is_raised) as is_raised),
        case when is_number_unknown then 'because.number_unknown' when is_raised is null then because end as because_not,
        if(is_number_unknown, json_object(), facts) as known_facts
    from (
        select
            *,
            is_raised is not null
            and (value is null or threshold is null or message is null or has_unknown_fact(facts)) as is_number_unknown
        from united
    ) as united
),

published as (
    select cast(value as double) / 100 as ratio from seeds.rules where source_tag = 'research'
)

select
    told.athlete_id,
    told.load_date,
    told.code,
    told.measure,
    coalesce(told.side, 'both') as side,
    case when told.is_raised then 'raised' when told.is_raised is null then 'not_assessed' else 'clear' end as state,
    reasons.family,
    told.level,
    reasons.rank,
    if(told.is_raised is not null, cast(told.value as double), null) as value,
    if(told.is_raised is not null, cast(told.threshold as double), null) as threshold,
    told.comparison,
    told.unit,
    cast(told.window_days as integer) as window_days,
    if(
        told.is_raised is null, told.because_not,
        told.message || if(assumed.athlete_id is null, '', '+doubt.sport_assumed')
    ) as message,
    told.known_facts as facts,
    if(told.threshold is null or told.threshold in (from published), reasons.source_tag, 'house rule') as source_tag,
    coalesce(told.action_code, told.code) as action_code
from told
inner join seeds.reasons as reasons on told.code = reasons.code
left join intermediate.assumed_sports as assumed
    on
        told.athlete_id = assumed.athlete_id
        and told.load_date = assumed.load_date
        and told.code = assumed.code
        and told.measure = assumed.measure
left join staging.set_aside as aside on told.athlete_id = aside.athlete_id
-- For an athlete set aside, only reports are known: we left the logs out, so empty logs mean nothing.
where aside.athlete_id is null or reasons.family = 'pain' or told.code = 'DATA_SET_ASIDE'
