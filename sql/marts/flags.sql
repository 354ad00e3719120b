-- Why does each athlete have their flag?
-- Past days keep raised reasons only; the as-of date has every reason in one of three states, so that a missing row never means
-- fine. Sentences are written for the days shown (the as-of date and the one that a held flag rests on), after the marts are
-- built.
-- What could only ask for what the person's state forbids is not assessed, without value and limit; where heavy work is forbidden,
-- how few sets there were is told without a target.
-- Grain: one row per athlete, local day, code, measure and side.
with without_targets as (
    select
        athlete_id,
        load_date
    from intermediate.forbidden_days
    where list_contains(forbids, 'heavy_dose')
    union
    select
        held.athlete_id,
        held.reason_date
    from intermediate.held_flags as held
    inner join intermediate.forbidden_days as today
        on held.athlete_id = today.athlete_id and held.load_date = today.load_date
    where held.load_date = as_of_date() and list_contains(today.forbids, 'heavy_dose')
),

found as (
    select
        reasons.*
        replace (
            told.action_code as action_code,
            if(untold.code is null, reasons.state, 'not_assessed') as state,
            if(untold.code is null, reasons.value, null) as value,
            if(untold.code is null, reasons.threshold, null) as threshold,
            case
                when untold.code is null and targets.athlete_id is not null
                    then regexp_replace(reasons.message, '^volume[.]', 'sets.')
                when untold.code is null then reasons.message
                when reasons.facts ->> '$.last_date' is null then untold.message
                else untold.message || '+because.last_done'
            end as message,
            case
                when untold.code is null and targets.athlete_id is not null and starts_with(reasons.message, 'volume.')
                    then json_merge_patch(reasons.facts, json_object('target_sets', null, 'low_sets', null))
                when untold.code is null then reasons.facts
                when reasons.facts ->> '$.last_date' is null then json_object()
                else json_object('last_date', reasons.facts ->> '$.last_date')
            end as facts
        )
    from intermediate.reasons as reasons
    left join intermediate.told_reasons as told
        on
            reasons.athlete_id = told.athlete_id
            and reasons.load_date = told.load_date
            and reasons.code = told.code
            and reasons.measure = told.measure
            and reasons.side = told.side
    left join intermediate.untold_reasons as untold
        on
            reasons.athlete_id = untold.athlete_id
            and reasons.load_date = untold.load_date
            and reasons.code = untold.code
    left join without_targets as targets
        on reasons.athlete_id = targets.athlete_id and reasons.load_date = targets.load_date
    where (reasons.state = 'raised' and untold.code is null) or reasons.load_date = as_of_date()
),

days as (
    select
        levels.*,
        json_object('needed_days', rules.history_known_days, 'needed_runs', rules.history_runs) as history_facts,
        json_object('building_days', rules.strength_building_days) as building_facts,
        rules.asymmetry_sets,
        rules.asymmetry_days,
        rules.notes_days,
        rules.test_days,
        rules.no_progress_days
    from intermediate.day_levels as levels
    inner join seeds.athlete_rules as rules on levels.athlete_id = rules.athlete_id
),

aside as (
    select
        athlete_id,
        load_date
    from found
    where code = 'DATA_SET_ASIDE' and state = 'raised'
),

-- Reasons without a row on the as-of date: the data that they need are missing.
silent as (
    select
        days.athlete_id,
        days.load_date,
        reasons.code,
        'not_assessed' as state,
        'both' as side,
        reasons.family,
        'info' as level,
        reasons.rank,
        'days' as measure,
        'days' as unit,
        case
            when aside.athlete_id is not null then 'because.set_aside'
            when athletes.last_activity_date is null then 'because.nothing_read'
            when reasons.family = 'run' and not days.has_history then 'because.short_history'
            when reasons.family = 'calf' and days.capacity_level = 'unknown' then 'because.no_strength_file'
            when reasons.code = 'CAPACITY_BELOW_NORM' then 'because.no_test'
            when reasons.tells = 'uneven' then 'because.few_sides'
            when reasons.code = 'NO_PROGRESS' then 'because.not_built'
            when reasons.code = 'DATA_NO_CADENCE' then 'because.no_run'
            else 'because.nothing_yet'
        end as message,
        case message
            when 'because.short_history' then days.history_facts
            when 'because.no_test' then json_object('test_days', days.test_days)
            when 'because.few_sides' then json_object('asymmetry_sets', days.asymmetry_sets, 'asymmetry_days', days.asymmetry_days)
            when 'because.not_built' then json_object('build_days', 2 * days.no_progress_days)
            when 'because.no_run' then json_object('notes_days', days.notes_days)
            else json_object()
        end as facts,
        reasons.source_tag,
        allowed.action_code
    from days
    inner join seeds.reasons as reasons on reasons.family <> 'none'
    inner join intermediate.athletes as athletes on days.athlete_id = athletes.athlete_id
    inner join intermediate.allowed_actions as allowed
        on days.athlete_id = allowed.athlete_id and days.load_date = allowed.load_date and reasons.code = allowed.code
    left join aside on days.athlete_id = aside.athlete_id and days.load_date = aside.load_date
    where
        days.load_date = as_of_date()
        and reasons.code <> 'DATA_SET_ASIDE' -- only for athletes set aside
        and not exists (
            from found
            where found.athlete_id = days.athlete_id and found.load_date = days.load_date and found.code = reasons.code
        )
),

-- A reason not assessed and without a why lacks what its family needs.
explained as (
    select
        found.* replace (
            case
                when found.message is not null then found.message
                when found.family = 'calf' and days.capacity_level in ('building', 'C0') then 'because.young_strength_log'
                when found.family = 'calf' then 'because.nothing_to_judge_by'
                when not days.has_history then 'because.short_history'
                else 'because.little_before'
            end as message,
            case
                when found.message is not null then found.facts
                when found.family = 'calf' and days.capacity_level in ('building', 'C0') then days.building_facts
                when found.family <> 'calf' and not days.has_history then days.history_facts
                else json_object()
            end as facts
        )
    from found
    inner join days on found.athlete_id = days.athlete_id and found.load_date = days.load_date
),

united as (
    select * from explained
    union all by name
    select * from silent
)

select
    united.athlete_id,
    united.load_date,
    united.code,
    united.state,
    cast(null as text) as not_assessed_because,
    united.side,
    united.family,
    united.level,
    united.rank,
    united.measure,
    united.value,
    united.threshold,
    united.comparison,
    united.unit,
    united.window_days,
    united.message,
    united.facts,
    cast(null as text) as evidence,
    cast(null as text) as action,
    united.action_code,
    united.source_tag,
    cast(leads.headline_place as integer) as headline_place,
    cast(leads.action_place as integer) as action_place,
    if(united.state = 'raised', spells.first_date, null) as first_date,
    if(united.state = 'raised', cast(united.load_date - spells.first_date + 1 as integer), null) as day_number
from united
left join intermediate.lead_reasons as leads
    on
        united.athlete_id = leads.athlete_id
        and united.load_date = leads.load_date
        and united.code = leads.code
        and united.measure = leads.measure
        and united.side = leads.side
left join intermediate.reason_spells as spells
    on
        united.athlete_id = spells.athlete_id
        and united.load_date = spells.load_date
        and united.code = spells.code
        and united.measure = spells.measure
        and united.side = spells.side
order by united.athlete_id, united.load_date, united.rank, united.code, united.measure, united.side
