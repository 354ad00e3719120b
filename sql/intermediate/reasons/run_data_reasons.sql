-- What had to be assumed or merged in the runs, and what is not known about the athlete?
-- Raised rows on every day; on the as-of date also the others, with their numbers.
-- Grain: one row per athlete, local day and code.
with cadences as (
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

cadence_reasons as (
    select
        athlete_id,
        load_date,
        'DATA_NO_CADENCE' as code,
        'runs' as measure,
        assumed > 0 as is_raised,
        'info' as level,
        assumed as value,
        0 as threshold,
        '>' as comparison,
        'runs' as unit,
        cast(notes_days as integer) as window_days,
        if(assumed = 0, 'cadence.all', 'cadence.assumed') as message,
        json_object('assumed', assumed, 'runs', runs, 'notes_days', notes_days) as facts
    from cadences
),

-- Runs known by their totals, minutes or distance alone.
totals_reasons as (
    select
        days.athlete_id,
        days.load_date,
        'DATA_RUN_TOTALS' as code,
        'runs' as measure,
        count(*) filter (where coalesce(achilles.achilles_quality in ('C', 'D'), true)) as value,
        value > 0 as is_raised,
        'info' as level,
        0 as threshold,
        '>' as comparison,
        'runs' as unit,
        28 as window_days,
        if(value = 0, 'run_totals.none', 'run_totals.some') as message,
        json_object('totals', value, 'runs', count(*)) as facts
    from intermediate.run_days as days
    inner join intermediate.run_load as runs
        on
            days.athlete_id = runs.athlete_id
            and runs.run_date between days.load_date - 27 and days.load_date
            and runs.sport = 'run'
            and runs.is_dated
    left join intermediate.run_achilles as achilles
        on runs.athlete_id = achilles.athlete_id and runs.run_id = achilles.run_id
    group by days.athlete_id, days.load_date
),

sport_reasons as (
    select
        days.athlete_id,
        days.load_date,
        'DATA_SPORT_ASSUMED' as code,
        'runs' as measure,
        coalesce(max(assumed.runs), 0) > 0 as is_raised,
        'info' as level,
        coalesce(max(assumed.runs), 0) as value,
        0 as threshold,
        '>' as comparison,
        'runs' as unit,
        7 as window_days,
        if(max(assumed.runs) > 0, 'sport.assumed', 'sport.stated') as message,
        json_object('runs', coalesce(max(assumed.runs), 0)) as facts
    from intermediate.run_days as days
    left join intermediate.assumed_sports as assumed
        on days.athlete_id = assumed.athlete_id and days.load_date = assumed.load_date
    group by days.athlete_id, days.load_date
),

twin_reasons as (
    select
        days.athlete_id,
        days.load_date,
        'DATA_DUPLICATE_MERGED' as code,
        'recordings' as measure,
        count(twins.run_id) > 0 as is_raised,
        'info' as level,
        count(twins.run_id) as value,
        0 as threshold,
        '>' as comparison,
        'recordings' as unit,
        cast(any_value(rules.notes_days) as integer) as window_days,
        if(count(twins.run_id) = 0, 'twins.none', 'twins.merged') as message,
        json_object('recordings', count(twins.run_id), 'notes_days', any_value(rules.notes_days)) as facts
    from intermediate.run_days as days
    inner join seeds.athlete_rules as rules on days.athlete_id = rules.athlete_id
    left join intermediate.run_load as runs
        on
            days.athlete_id = runs.athlete_id
            and runs.run_date between days.load_date - (rules.notes_days - 1) and days.load_date
    left join activities.twins as twins on runs.athlete_id = twins.athlete_id and runs.run_id = twins.run_id
    group by days.athlete_id, days.load_date
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

profile_reasons as (
    select
        athlete_id,
        as_of_date() as load_date,
        'DATA_PROFILE_INCOMPLETE' as code,
        'columns' as measure,
        len(missing) > 0 as is_raised,
        'info' as level,
        len(missing) as value,
        0 as threshold,
        '>' as comparison,
        'columns' as unit,
        1 as window_days,
        if(len(missing) = 0, 'profile.complete', 'profile.incomplete') as message,
        json_object('columns', len(missing), 'names', array_to_string(missing, ', ')) as facts
    from missing
),

united as (
    select * from cadence_reasons
    union all by name
    select * from totals_reasons
    union all by name
    select * from sport_reasons
    union all by name
    select * from twin_reasons
    union all by name
    select * from profile_reasons
)

select
    *,
    cast(null as text) as because
from united
where is_raised or load_date = as_of_date()
