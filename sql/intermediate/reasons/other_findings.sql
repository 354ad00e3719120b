-- Which reasons do symptoms and gaps in the data give on each day?
-- Raised rows on every day, and on the as-of date the others with their numbers as well.
-- Grain: one row per athlete, local day, code, measure and side.
with spine as (
    select
        health.*,
        athletes.body_mass_kg,
        rules.pain_gate,
        rules.pain_amber,
        rules.pain_holds_days,
        rules.rupture_holds_days,
        rules.history_days,
        rules.history_known_days,
        rules.history_runs,
        rules.notes_days
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
        pain_0_10 > pain_amber as is_raised,
        if(pain_0_10 > pain_gate, 'red', 'amber') as level,
        pain_0_10 as value,
        if(pain_0_10 > pain_gate, pain_gate, pain_amber) as threshold,
        '>' as comparison,
        '0-10' as unit,
        cast(pain_holds_days as integer) as window_days,
        'pain of ' || format('{:g}', pain_0_10) || ' out of 10 on ' || day_month(report_date, load_date)
        || if(pain_0_10 > pain_amber, '', ', not above ' || plain(pain_amber)) as evidence,
        if(
            report_date is null,
            'no symptoms have been reported in the last ' || days_text(cast(pain_holds_days as integer))
            || ': a line in symptoms.csv says how it is, also when nothing hurts',
            'the report of ' || day_month(report_date, load_date) || ' has no pain score'
        ) as because
    from spine
    union all
    select
        athlete_id,
        load_date,
        'PAIN_GATE',
        'worse_mornings',
        worse_mornings >= 2,
        'red',
        worse_mornings,
        2,
        '>=',
        'mornings',
        cast(pain_holds_days as integer),
        case
            when worse_mornings >= 2
                then
                    'the Achilles was worse on two mornings in a row, 2 of 2 (last on ' || day_month(report_date, load_date) || ')'
            when worse_mornings = 1
                then 'the Achilles was worse on 1 morning (' || day_month(report_date, load_date) || '), not on two in a row'
            else 'no worse morning after ' || day_month(report_date, load_date)
        end,
        if(
            report_date is null,
            'no symptoms have been reported in the last ' || days_text(cast(pain_holds_days as integer)),
            'the report of ' || day_month(report_date, load_date) || ' does not say whether the next morning was worse'
        )
    from spine
    union all
    select
        athlete_id,
        load_date,
        'RED_FLAG_RUPTURE',
        'event',
        case
            when rupture_event is not null then true
            when report_date is not null then false
        end,
        'red',
        if(rupture_event is null, 0, 1),
        0,
        '>',
        'events',
        cast(rupture_holds_days as integer),
        if(
            rupture_event is null,
            'no pop and no heel that could not be raised was reported in the last ' || days_text(cast(rupture_holds_days as integer)),
            if(rupture_event = 'pop', 'a sudden pop', 'not being able to raise the heel on one leg')
            || ' was reported on ' || day_month(rupture_date, load_date)
        ),
        'no symptoms have been reported in the last ' || days_text(cast(pain_holds_days as integer))
        || ': symptoms.csv takes events too'
    from spine
    union all
    select
        athlete_id,
        load_date,
        'ACHILLES_HISTORY',
        'days_since',
        if(last_trouble_date is null, null, has_history_of_trouble),
        'history',
        load_date - last_trouble_date,
        history_days,
        '<',
        'days',
        cast(history_days as integer),
        case
            when is_symptomatic then 'an Achilles injury is not resolved yet (0 days since)'
            when last_trouble_date = load_date then 'there was Achilles trouble up to today (0 days ago)'
            else 'the last Achilles trouble on record was ' || days_text(load_date - last_trouble_date) || ' ago'
        end
        || if(has_history_of_trouble, '', ', beyond the ' || days_text(cast(history_days as integer)) || ' that count'),
        'no Achilles trouble is on record: achilles_history_until in squad.csv or a line in injuries.csv would say'
    from spine
    union all
    select
        athlete_id,
        load_date,
        'INSERTIONAL',
        'site',
        if(has_history_of_trouble, if(is_site_known, is_insertional, null), null),
        'info',
        if(is_insertional, 1, 0),
        0,
        '>',
        'sites',
        cast(history_days as integer),
        if(
            is_insertional, 'the trouble was where the tendon meets the heel',
            'no trouble on record was where the tendon meets the heel'
        ),
        if(
            has_history_of_trouble,
            'injuries.csv does not say where on the tendon: achilles_midportion or achilles_insertion',
            'no Achilles trouble is on record within ' || days_text(cast(history_days as integer))
        )
    from spine
),

history_findings as (
    select
        *,
        'DATA_INSUFFICIENT_HISTORY' as code,
        not has_history as is_raised,
        'unknown' as level,
        if(is_told_by_days, history_so_far, runs_so_far) as value,
        if(is_told_by_days, history_known_days, history_runs) as threshold,
        '<' as comparison,
        case
            when first_run_date is null then 'no run has been read yet'
            when has_history
                then
                    days_text(history_so_far) || ' of history and ' || counted(runs_so_far, 'run') || ' on record; '
                    || plain(history_known_days) || ' and ' || plain(history_runs) || ' are needed'
            when is_told_by_days
                then
                    'building a baseline: ' || days_text(history_so_far) || ' of history, '
                    || cast(history_known_days - history_so_far as integer) || ' more needed'
            else
                'building a baseline: ' || counted(runs_so_far, 'run') || ' on record, '
                || cast(history_runs - runs_so_far as integer) || ' more needed'
        end as evidence
    from (
        select
            spine.athlete_id,
            spine.load_date,
            days.first_run_date,
            coalesce(days.has_history, false) as has_history,
            coalesce(spine.load_date - days.first_run_date, 0) as history_so_far,
            coalesce(days.runs_so_far, 0) as runs_so_far,
            spine.history_known_days,
            spine.history_runs,
            coalesce(days.has_history, false) or history_so_far < spine.history_known_days as is_told_by_days
        from spine
        left join intermediate.run_days as days
            on spine.athlete_id = days.athlete_id and spine.load_date = days.load_date
    )
),

log_days as (
    select
        spine.athlete_id,
        spine.load_date,
        spine.notes_days,
        rules.strength_building_days,
        strength.first_strength_date is not null as has_log,
        coalesce(spine.load_date - strength.first_strength_date, 0) as log_age_days,
        if(has_log, log_age_days + 1, 0) as log_days,
        coalesce(strength.strength_sets_28d, 0) as sets,
        coalesce(strength.unmapped_sets_28d, 0) as unmapped_sets,
        coalesce(strength.assumed_sets_28d, 0) as assumed_sets
    from spine
    inner join seeds.athlete_rules as rules on spine.athlete_id = rules.athlete_id
    left join intermediate.strength_days as strength
        on spine.athlete_id = strength.athlete_id and spine.load_date = strength.load_date
),

strength_findings as (
    select
        athlete_id,
        load_date,
        'DATA_NO_STRENGTH_SOURCE' as code,
        'log_days' as measure,
        not has_log as is_raised,
        'unknown' as level,
        log_days as value,
        1 as threshold,
        '<' as comparison,
        'days' as unit,
        greatest(log_days, 1) as window_days,
        if(
            has_log, 'the strength log reaches back ' || days_text(log_days),
            'no strength log has been read, so nobody knows whether calf work keeps up'
        ) as evidence,
        cast(null as text) as because
    from log_days
    union all
    select
        athlete_id,
        load_date,
        'DATA_STRENGTH_BUILDING',
        'log_days',
        if(has_log, log_age_days < strength_building_days, null),
        'building',
        log_age_days,
        strength_building_days,
        '<',
        'days',
        cast(strength_building_days as integer),
        'the strength log began ' || days_text(log_age_days) || ' ago; it is judged in full after '
        || days_text(cast(strength_building_days as integer)),
        'no strength log has been read'
    from log_days
    union all
    select
        athlete_id,
        load_date,
        'DATA_UNMAPPED_EXERCISE',
        'sets',
        if(has_log, unmapped_sets > 0, null),
        'info',
        unmapped_sets,
        0,
        '>',
        'sets',
        28,
        if(
            sets = 0, 'no set was logged in ' || span_text(28),
            if(unmapped_sets = 0, 'none', cast(unmapped_sets as text)) || ' of ' || counted(sets, 'set') || ' in '
            || span_text(28) || if(unmapped_sets > 1, ' name', ' names')
            || ' an exercise that the catalogue does not know'
        ),
        'no strength log has been read'
    from log_days
    union all
    select
        athlete_id,
        load_date,
        'DATA_EFFORT_ASSUMED',
        'sets',
        if(has_log, assumed_sets > 0, null),
        'info',
        assumed_sets,
        0,
        '>',
        'sets',
        28,
        if(assumed_sets = 0, 'no set', counted(assumed_sets, 'set')) || ' of ' || span_text(28)
        || if(assumed_sets > 1, ' were', ' was') || ' judged by assumption: '
        || if(
            assumed_sets = 0, 'effort and exercise are clear from the log',
            'no effort was logged, or the name leaves the exercise open'
        ),
        'no strength log has been read'
    from log_days
),

gaps as (
    select
        days.athlete_id,
        days.load_date,
        days.unaccounted_days,
        days.usual_data_days,
        rules.gap_days,
        rules.gap_usual_days,
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
        gap_days,
        gap_usual_days,
        unaccounted_days,
        max(unaccounted_days) over quiet as longest,
        -- A gap that is not asked about, for the runner logs on too few days to tell rest from loss.
        max(if(unaccounted_days >= gap_days, usual_data_days, null)) over quiet as usual_of_longest,
        max(if(is_in_gap, load_date, null)) over so_far as last_gap_date,
        arg_max(unaccounted_days, if(is_in_gap, load_date, null)) over so_far as gap_length
    from gaps
    window
        so_far as (partition by athlete_id order by load_date),
        quiet as (
            partition by athlete_id order by load_date
            range between interval (gap_quiet_days) days preceding and current row
        )
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

cadences as (
    select
        days.athlete_id,
        days.load_date,
        any_value(rules.notes_days) as notes_days,
        count(*) as runs,
        count(*) filter (where achilles.is_cadence_assumed) as assumed
    from intermediate.run_days as days
    inner join seeds.athlete_rules as rules on days.athlete_id = rules.athlete_id
    inner join intermediate.run_load as runs
        on
            days.athlete_id = runs.athlete_id
            and runs.run_date between days.load_date - (rules.notes_days - 1) and days.load_date
            and runs.sport = 'run'
    inner join intermediate.run_achilles as achilles
        on runs.athlete_id = achilles.athlete_id and runs.run_id = achilles.run_id
    group by days.athlete_id, days.load_date
),

data_findings as (
    select
        athlete_id,
        load_date,
        'DATA_GAP_SUSPECTED' as code,
        'days_since' as measure,
        case
            when load_date - last_gap_date <= gap_quiet_days then true
            when longest < gap_days or usual_of_longest < gap_usual_days then false
        end as is_raised,
        'info' as level,
        case
            when load_date - last_gap_date <= gap_quiet_days then gap_length
            when longest < gap_days then longest
            else usual_of_longest
        end as value,
        if(load_date - last_gap_date <= gap_quiet_days or longest < gap_days, gap_days, gap_usual_days) as threshold,
        '>=' as comparison,
        if(load_date - last_gap_date <= gap_quiet_days or longest < gap_days, 'days', 'days a week') as unit,
        cast(gap_quiet_days as integer) as window_days,
        case
            when load_date - last_gap_date <= gap_quiet_days
                then
                    'no data on ' || days_text(gap_length) || ', from '
                    || day_month(last_gap_date - cast(gap_length - 1 as integer), load_date) || ' to '
                    || day_month(last_gap_date, load_date) || ': rest or lost? Mark it if lost'
            when longest < gap_days
                then
                    'the longest stretch without data in ' || span_text(gap_quiet_days) || ' was '
                    || days_text(longest) || ', shorter than '
                    || days_text(cast(gap_days as integer))
            else
                'data came on ' || plain(usual_of_longest) || ' days of a usual week: from ' || plain(gap_usual_days)
                || ' on a gap would be asked about'
        end as evidence,
        'there was less than a week of data before the gap' as because
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
        '>=',
        'days',
        rules.stale_source_days,
        case
            when days.silent_days = 0 then 'the last data came today, 0 days ago'
            when days.silent_days < rules.stale_source_days
                then
                    'the last data came ' || days_text(days.silent_days) || ' ago ('
                    || day_month(days.last_data_date, days.load_date) || ')'
            else
                'no data of any kind for ' || days_text(days.silent_days)
                || ' (last on ' || day_month(days.last_data_date, days.load_date) || ')'
        end,
        'no data of any kind has been read'
    from intermediate.run_days as days
    inner join seeds.athlete_rules as rules on days.athlete_id = rules.athlete_id
    union all
    select
        athlete_id,
        load_date,
        'DATA_NO_CADENCE',
        'runs',
        assumed > 0,
        'info',
        assumed,
        0,
        '>',
        'runs',
        cast(notes_days as integer),
        if(assumed = 0, 'none', cast(assumed as text)) || ' of ' || counted(runs, 'run') || ' in ' || span_text(notes_days)
        || if(assumed > 1, ' have', ' has') || ' no cadence' || if(assumed > 0, '; it was taken from the speed', ''),
        null
    from cadences
    union all
    select
        days.athlete_id,
        days.load_date,
        'DATA_SPORT_ASSUMED',
        'runs',
        coalesce(max(assumed.runs), 0) > 0,
        'info',
        coalesce(max(assumed.runs), 0),
        0,
        '>',
        'runs',
        7,
        if(
            max(assumed.runs) > 0,
            'a running reason rests on ' || counted(max(assumed.runs), 'run')
            || ' without a stated sport: it was taken from the name, or from speed and cadence',
            'no running reason rests on a run without a stated sport'
        ),
        null
    from intermediate.run_days as days
    left join intermediate.assumed_sports as assumed
        on days.athlete_id = assumed.athlete_id and days.load_date = assumed.load_date
    group by days.athlete_id, days.load_date
    union all
    select
        days.athlete_id,
        days.load_date,
        'DATA_DUPLICATE_MERGED',
        'recordings',
        count(twins.run_id) > 0,
        'info',
        count(twins.run_id),
        0,
        '>',
        'recordings',
        cast(any_value(rules.notes_days) as integer),
        case count(twins.run_id)
            when 0 then 'no run of ' || span_text(any_value(rules.notes_days)) || ' was told of by more than one file'
            when 1
                then
                    '1 recording of ' || span_text(any_value(rules.notes_days))
                    || ' told of a run that another file tells of too; it is counted once'
            else
                count(twins.run_id) || ' recordings of ' || span_text(any_value(rules.notes_days))
                || ' told of runs that other files tell of too; each is counted once'
        end,
        null
    from intermediate.run_days as days
    inner join seeds.athlete_rules as rules on days.athlete_id = rules.athlete_id
    left join intermediate.run_load as runs
        on
            days.athlete_id = runs.athlete_id
            and runs.run_date between days.load_date - (rules.notes_days - 1) and days.load_date
    left join activities.twins as twins on runs.athlete_id = twins.athlete_id and runs.run_id = twins.run_id
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
        '>',
        'columns',
        1,
        if(
            len(missing.missing) = 0, 'no column of squad.csv that a formula needs is empty',
            counted(len(missing.missing), 'column') || ' of squad.csv ' || if(len(missing.missing) = 1, 'is', 'are') || ' empty: '
            || array_to_string(missing.missing, ', ')
        ),
        null
    from spine
    inner join missing on spine.athlete_id = missing.athlete_id
    where spine.load_date = as_of_date()
),

united as (
    select *, 'both' as side from pain_findings
    union all
    select
        athlete_id, load_date, code, 'history_days', is_raised, level, value, threshold, comparison,
        if(is_told_by_days, 'days', 'runs'), cast(history_known_days as integer), evidence, null, 'both'
    from history_findings
    union all
    select *, 'both' from strength_findings
    union all
    select *, 'both' from data_findings
)

select *
from united
where is_raised or load_date = as_of_date()
