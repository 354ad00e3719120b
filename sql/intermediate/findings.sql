-- Every reason of every day in one place, with its state, sentence and next action.
-- Grain: one row per athlete, local day, code, measure and side.
with united as (
    select athlete_id, load_date, code, measure, is_raised, level, value, threshold, unit, window_days, evidence, 'both' as side
    from intermediate.run_findings
    union all
    select athlete_id, load_date, code, measure, is_raised, level, value, threshold, unit, window_days, evidence, side
    from intermediate.calf_findings
    union all
    select athlete_id, load_date, code, measure, is_raised, level, value, threshold, unit, window_days, evidence, side
    from intermediate.other_findings
),

-- What runs may be as long as: while a distance spike is active, measured from before the spike, so that it cannot raise its own
-- ceiling.
ceilings as (
    select athlete_id, load_date, longest_run_ceiling_m
    from intermediate.room
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
    cast(united.value as double) as value,
    cast(united.threshold as double) as threshold,
    united.unit,
    united.window_days,
    if(united.is_raised, upper(left(united.evidence, 1)) || substr(united.evidence, 2) || '.', null) as evidence,
    replace(
        texts.action, '{ceiling}', coalesce(distance_text(ceilings.longest_run_ceiling_m, athletes.units), 'their usual length')
    ) as action,
    actions.source_tag
from united
inner join seeds.actions as actions on united.code = actions.code
inner join seeds.athlete_actions as texts on united.athlete_id = texts.athlete_id and united.code = texts.code
inner join staging.athletes as athletes on united.athlete_id = athletes.athlete_id
left join ceilings on united.athlete_id = ceilings.athlete_id and united.load_date = ceilings.load_date
