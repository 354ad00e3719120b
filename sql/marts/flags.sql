-- Why does each athlete have the flag they have?
-- Past days keep raised reasons only; the as-of date has every reason in one of three states, so that silence never means fine.
-- Grain: one row per athlete, local day, code, measure and side.
with found as (
    select *
    from intermediate.findings
    where state = 'raised' or load_date = as_of_date()
),

-- Reasons that left no row on the as-of date: clear, or not assessed because what they need is missing.
silent as (
    select
        levels.athlete_id,
        levels.load_date,
        actions.code,
        actions.family,
        cast(actions.rank as integer) as rank,
        replace(
            texts.action, '{ceiling}', coalesce(distance_text(room.longest_run_ceiling_m, athletes.units), 'their usual length')
        ) as action,
        actions.source_tag,
        case
            when actions.family = 'run' and not levels.has_history then 'less than four weeks of running are on record'
            when actions.family = 'calf' and levels.capacity_level = 'unknown' then 'no strength log has been read'
            when actions.code = 'CAPACITY_BELOW_NORM' then 'no heel-raise test, or no age and sex to compare it with'
            when actions.code in ('GAST_ASYM', 'SOL_ASYM') then 'sides are not logged often enough'
            when actions.code = 'NO_PROGRESS' then 'load has not been built for two months'
        end as not_assessed_because
    from intermediate.day_levels as levels
    inner join seeds.actions as actions on actions.family <> 'none'
    inner join seeds.athlete_actions as texts on levels.athlete_id = texts.athlete_id and actions.code = texts.code
    inner join intermediate.athletes as athletes on levels.athlete_id = athletes.athlete_id
    left join intermediate.room as room on levels.athlete_id = room.athlete_id and levels.load_date = room.load_date
    where
        levels.load_date = as_of_date()
        and not exists (
            from found
            where found.athlete_id = levels.athlete_id and found.load_date = levels.load_date and found.code = actions.code
        )
),

united as (
    select
        found.athlete_id,
        found.load_date,
        found.code,
        found.state,
        case
            when found.state <> 'not_assessed' then null
            when found.family = 'calf' then 'the strength log is younger than four weeks'
            when found.code = 'PAIN_GATE' then 'no symptoms have been reported in the last 7 days'
            when not levels.has_history then 'less than four weeks of running are on record'
            else 'the weeks before hold too little of it, or too many unknown days, to compare with'
        end as not_assessed_because,
        found.side,
        found.family,
        found.level,
        found.rank,
        found.measure,
        found.value,
        found.threshold,
        found.unit,
        found.window_days,
        found.evidence,
        found.action,
        found.source_tag
    from found
    inner join intermediate.day_levels as levels
        on found.athlete_id = levels.athlete_id and found.load_date = levels.load_date
    union all
    select
        athlete_id,
        load_date,
        code,
        if(not_assessed_because is null, 'clear', 'not_assessed'),
        not_assessed_because,
        'both',
        family,
        'info',
        rank,
        'days',
        null,
        null,
        'days',
        null,
        null,
        action,
        source_tag
    from silent
)

select *
from united
order by athlete_id, load_date, rank, code, measure, side
