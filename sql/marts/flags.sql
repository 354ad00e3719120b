-- Why does each athlete have the flag they have?
-- Past days keep raised reasons only; the as-of date has every reason in one of three states, so that silence never means fine.
-- Grain: one row per athlete, local day, code, measure and side.
with found as (
    select *
    from intermediate.findings
    where state = 'raised' or load_date = as_of_date()
),

-- Reasons that left no row on the as-of date: what they need is missing.
silent as (
    select
        levels.athlete_id,
        levels.load_date,
        actions.code,
        actions.family,
        actions.rank,
        action_text(texts.action, room.longest_run_ceiling_m, athletes.units, places.action) as action,
        actions.source_tag,
        case
            when found_aside.athlete_id is not null then 'nothing could be judged today: see the data-quality page'
            when athletes.last_activity_date is null then 'nothing has been read of this athlete yet'
            when actions.family = 'run' and not levels.has_history
                then
                    'fewer than ' || days_text(rules.history_known_days) || ' or '
                    || counted(rules.history_runs, 'run') || ' are on record: keep logging'
            when actions.family = 'calf' and levels.capacity_level = 'unknown'
                then 'no strength log has been read: strength.csv, or strength sessions from the watch'
            when actions.code = 'CAPACITY_BELOW_NORM'
                then 'no heel-raise test of the last half year: calf_tests.csv takes them'
            when actions.code in ('GAST_ASYM', 'SOL_ASYM')
                then
                    'sides are not logged often enough: at least ' || rules.asymmetry_sets
                    || ' hard sets on each, of one exercise and load'
            when actions.code = 'NO_PROGRESS' then 'load has not been built for two months, or too few sets can be compared'
            when actions.code = 'DATA_NO_CADENCE' then 'no run in ' || span_text(rules.notes_days)
            else 'there is nothing to judge it by yet'
        end as not_assessed_because
    from intermediate.day_levels as levels
    inner join seeds.athlete_rules as rules on levels.athlete_id = rules.athlete_id
    inner join seeds.actions as actions on actions.family <> 'none'
    inner join seeds.athlete_actions as texts on levels.athlete_id = texts.athlete_id and actions.code = texts.code
    inner join intermediate.athletes as athletes on levels.athlete_id = athletes.athlete_id
    inner join intermediate.health_days as health on levels.athlete_id = health.athlete_id and levels.load_date = health.load_date
    inner join seeds.athlete_actions as places
        on levels.athlete_id = places.athlete_id and health.raises_place_code = places.code
    left join intermediate.room as room on levels.athlete_id = room.athlete_id and levels.load_date = room.load_date
    left join found as found_aside
        on
            levels.athlete_id = found_aside.athlete_id
            and levels.load_date = found_aside.load_date
            and found_aside.code = 'DATA_SET_ASIDE'
    where
        levels.load_date = as_of_date()
        and actions.code not in ('DATA_SET_ASIDE', 'OPEN_INJURY') -- told only of whoever is set aside
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
            when found.not_assessed_because is not null then found.not_assessed_because
            when found.family = 'calf' and levels.capacity_level in ('building', 'C0')
                then 'the strength log is younger than ' || days_text(rules.strength_building_days)
            when found.family = 'calf' then 'there is nothing to judge it by'
            when not levels.has_history
                then
                    'fewer than ' || days_text(rules.history_known_days) || ' or '
                    || counted(rules.history_runs, 'run') || ' are on record: keep logging'
            else 'the weeks before hold too little of it, or too many unknown days, to compare with'
        end as not_assessed_because,
        found.side,
        found.family,
        found.level,
        found.rank,
        found.measure,
        found.value,
        found.threshold,
        found.comparison,
        found.unit,
        found.window_days,
        found.evidence,
        found.action,
        found.source_tag
    from found
    inner join intermediate.day_levels as levels
        on found.athlete_id = levels.athlete_id and found.load_date = levels.load_date
    inner join seeds.athlete_rules as rules on found.athlete_id = rules.athlete_id
    union all
    select
        athlete_id,
        load_date,
        code,
        'not_assessed',
        not_assessed_because,
        'both',
        family,
        'info',
        rank,
        'days',
        null,
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
