-- Which reasons do symptoms and gaps in the data give on each day?
-- Raised rows on every day, and on the as-of date the others with their numbers as well.
-- Grain: one row per athlete, local day, code, measure and side.
with spine as (
    select health.*, athletes.body_mass_kg, rules.pain_gate, rules.pain_amber, rules.history_known_days, rules.history_runs
    from intermediate.health_days as health
    inner join staging.athletes as athletes on health.athlete_id = athletes.athlete_id
    inner join seeds.athlete_rules as rules on health.athlete_id = rules.athlete_id
),

pain_findings as (
    select
        athlete_id,
        load_date,
        'PAIN_GATE' as code,
        'pain_0_10' as measure,
        case
            when report_date is null then null
            else coalesce(pain_0_10 > pain_amber, false) or is_second_worse
        end as is_raised,
        if(coalesce(pain_0_10 > pain_gate, false) or is_second_worse, 'red', 'amber') as level,
        pain_0_10 as value,
        if(coalesce(pain_0_10 > pain_gate, false), pain_gate, pain_amber) as threshold,
        '0-10' as unit,
        7 as window_days,
        case
            when
                is_second_worse
                then 'the Achilles was worse on two mornings in a row (last on ' || day_month(report_date, load_date) || ')'
            else 'pain of ' || format('{:g}', pain_0_10) || ' out of 10 on ' || day_month(report_date, load_date)
        end as evidence
    from spine
    union all
    select
        athlete_id,
        load_date,
        'RED_FLAG_RUPTURE',
        'event',
        rupture_event is not null,
        'red',
        null,
        null,
        'event',
        7,
        if(rupture_event = 'pop', 'a sudden pop', 'not being able to raise the heel on one leg')
        || ' was reported on ' || day_month(rupture_date, load_date)
    from spine
    union all
    select
        athlete_id,
        load_date,
        'ACHILLES_HISTORY',
        'days_since',
        has_history_of_trouble,
        'history',
        load_date - last_trouble_date,
        365,
        'days',
        365,
        if(
            is_symptomatic, 'an Achilles injury is not resolved yet',
            'there was Achilles trouble ' || days_text(load_date - last_trouble_date) || ' ago'
        )
    from spine
    union all
    select
        athlete_id,
        load_date,
        'INSERTIONAL',
        'site',
        is_insertional and has_history_of_trouble,
        'info',
        null,
        null,
        'site',
        null,
        'the trouble was where the tendon meets the heel'
    from spine
),

history_findings as (
    select
        spine.athlete_id,
        spine.load_date,
        'DATA_INSUFFICIENT_HISTORY' as code,
        'history_days' as measure,
        not coalesce(days.has_history, false) as is_raised,
        'unknown' as level,
        coalesce(spine.load_date - days.first_run_date, 0) as value,
        spine.history_known_days as threshold,
        'days' as unit,
        28 as window_days,
        case
            when days.first_run_date is null then 'no run has been read yet'
            when spine.load_date - days.first_run_date < spine.history_known_days
                then
                    'building a baseline: ' || days_text(spine.load_date - days.first_run_date) || ' of history, '
                    || cast(spine.history_known_days - (spine.load_date - days.first_run_date) as integer) || ' more needed'
            else
                'building a baseline: ' || days.runs_so_far || ' runs on record, '
                || cast(spine.history_runs - days.runs_so_far as integer) || ' more needed'
        end as evidence
    from spine
    left join intermediate.run_days as days
        on spine.athlete_id = days.athlete_id and spine.load_date = days.load_date
),

strength_findings as (
    select
        spine.athlete_id,
        spine.load_date,
        'DATA_NO_STRENGTH_SOURCE' as code,
        'sets' as measure,
        strength.first_strength_date is null as is_raised,
        'unknown' as level,
        coalesce(strength.strength_sets_28d, 0) as value,
        1 as threshold,
        'sets' as unit,
        28 as window_days,
        'no strength log has been read, so nobody knows whether calf work keeps up' as evidence
    from spine
    left join intermediate.strength_days as strength
        on spine.athlete_id = strength.athlete_id and spine.load_date = strength.load_date
    union all
    select
        strength.athlete_id,
        strength.load_date,
        'DATA_STRENGTH_BUILDING',
        'log_days',
        strength.load_date - strength.first_strength_date < rules.strength_building_days,
        'building',
        strength.load_date - strength.first_strength_date,
        rules.strength_building_days,
        'days',
        28,
        'the strength log began '
        || days_text(strength.load_date - strength.first_strength_date)
        || ' ago; it is judged in full after '
        || cast(rules.strength_building_days as integer) || ' days'
    from intermediate.strength_days as strength
    inner join seeds.athlete_rules as rules on strength.athlete_id = rules.athlete_id
    where strength.first_strength_date is not null
    union all
    select
        strength.athlete_id,
        strength.load_date,
        'DATA_UNMAPPED_EXERCISE',
        'sets',
        strength.unmapped_sets_28d > 0,
        'info',
        strength.unmapped_sets_28d,
        0,
        'sets',
        28,
        strength.unmapped_sets_28d
        || ' of '
        || strength.strength_sets_28d
        || ' sets of four weeks name an exercise that the catalogue does not know'
    from intermediate.strength_days as strength
    where strength.first_strength_date is not null
    union all
    select
        strength.athlete_id,
        strength.load_date,
        'DATA_EFFORT_ASSUMED',
        'sets',
        strength.assumed_sets_28d > 0,
        'info',
        strength.assumed_sets_28d,
        0,
        'sets',
        28,
        strength.assumed_sets_28d || ' sets of four weeks say neither how hard they were nor how many repetitions were left'
    from intermediate.strength_days as strength
    where strength.first_strength_date is not null
),

gaps as (
    select
        days.athlete_id,
        days.load_date,
        days.unaccounted_days,
        rules.gap_days,
        rules.gap_quiet_days,
        days.unaccounted_days >= rules.gap_days
        and days.usual_data_days >= rules.gap_usual_days as is_in_gap
    from intermediate.run_days as days
    inner join seeds.athlete_rules as rules on days.athlete_id = rules.athlete_id
),

gap_ends as (
    select
        athlete_id,
        load_date,
        gap_quiet_days,
        unaccounted_days,
        max(if(is_in_gap, load_date, null)) over so_far as last_gap_date,
        arg_max(unaccounted_days, if(is_in_gap, load_date, null)) over so_far as gap_length
    from gaps
    window so_far as (partition by athlete_id order by load_date)
),

missing as (
    select
        athlete_id,
        list_filter(
            [
                if(sex is null, 'sex', null),
                if(birth_year is null, 'birth_year', null),
                if(is_body_mass_assumed, 'body_mass_kg', null),
                if(resting_hr_bpm is null, 'resting_hr_bpm', null),
                if(max_hr_bpm is null, 'max_hr_bpm', null)
            ],
            lambda name: name is not null
        ) as missing
    from staging.athletes
),

data_findings as (
    select
        athlete_id,
        load_date,
        'DATA_GAP_SUSPECTED' as code,
        'days_since' as measure,
        coalesce(load_date - last_gap_date <= gap_quiet_days, false) as is_raised,
        'info' as level,
        gap_length as value,
        5 as threshold,
        'days' as unit,
        28 as window_days,
        'no data from ' || day_month(last_gap_date - cast(gap_length - 1 as integer), load_date) || ' to '
        || day_month(last_gap_date, load_date) || ': rest or lost? Mark it if lost' as evidence
    from gap_ends
    union all
    select
        days.athlete_id,
        days.load_date,
        'DATA_STALE_SOURCE',
        'days_since',
        case when days.silent_days is not null then days.silent_days >= rules.stale_source_days end,
        'info',
        days.silent_days,
        rules.stale_source_days,
        'days',
        7,
        'no data of any kind for '
        || days_text(days.silent_days)
        || ' (last on '
        || day_month(days.last_data_date, days.load_date)
        || ')'
    from intermediate.run_days as days
    inner join seeds.athlete_rules as rules on days.athlete_id = rules.athlete_id
    union all
    select
        days.athlete_id,
        days.load_date,
        'DATA_NO_CADENCE',
        'runs',
        count(*) filter (where achilles.is_cadence_assumed) > 0,
        'info',
        count(*) filter (where achilles.is_cadence_assumed),
        0,
        'runs',
        28,
        count(*) filter (where achilles.is_cadence_assumed) || ' of ' || count(*)
        || ' runs of four weeks have no cadence; it was taken from their speed'
    from intermediate.run_days as days
    inner join intermediate.run_load as runs
        on
            days.athlete_id = runs.athlete_id
            and runs.run_date between days.load_date - 27 and days.load_date
            and runs.sport = 'run'
    inner join intermediate.run_achilles as achilles
        on runs.athlete_id = achilles.athlete_id and runs.run_id = achilles.run_id
    group by days.athlete_id, days.load_date
    union all
    select
        days.athlete_id,
        days.load_date,
        'DATA_DUPLICATE_MERGED',
        'recordings',
        true,
        'info',
        count(*),
        0,
        'recordings',
        28,
        count(*) || ' recordings of four weeks told of a run that another file tells of too; each is counted once'
    from intermediate.run_days as days
    inner join intermediate.run_load as runs
        on days.athlete_id = runs.athlete_id and runs.run_date between days.load_date - 27 and days.load_date
    inner join staging.twins as twins on runs.athlete_id = twins.athlete_id and runs.run_id = twins.run_id
    group by days.athlete_id, days.load_date
    union all
    select
        spine.athlete_id,
        spine.load_date,
        'DATA_PROFILE_INCOMPLETE',
        'columns',
        len(missing.missing) > 0,
        'info',
        len(missing.missing),
        0,
        'columns',
        null,
        'squad.csv does not say: ' || array_to_string(missing.missing, ', ')
    from spine
    inner join missing on spine.athlete_id = missing.athlete_id
    where spine.load_date = as_of_date()
),

united as (
    select *, 'both' as side from pain_findings
    union all
    select *, 'both' from history_findings
    union all
    select *, 'both' from strength_findings
    union all
    select *, 'both' from data_findings
)

select *
from united
where is_raised or load_date = as_of_date()
