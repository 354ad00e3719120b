-- Are the days behind the comparisons known, and is it known how fast they were run?
-- Raised rows on every day; on the as-of date also the others, with their numbers.
-- Grain: one row per athlete, local day and code since the first run.
with missing_days as (
    select
        days.athlete_id,
        days.load_date,
        count(distinct runs.run_date) as ran_on_missing,
        max(runs.run_date) as ran_on_missing_date
    from intermediate.run_days as days
    inner join activities.runs as runs
        on
            days.athlete_id = runs.athlete_id
            and runs.sport = 'run'
            and runs.is_dated
            and runs.run_date between days.load_date - 27 and days.load_date
    inner join staging.marks as marks
        on
            runs.athlete_id = marks.athlete_id
            and marks.kind = 'missing'
            and runs.run_date between marks.from_date and marks.to_date
    group by days.athlete_id, days.load_date
),

days as (
    select
        days.athlete_id,
        days.load_date,
        days.days_without_intensity,
        days.run_days,
        rules.notes_days,
        gates.ratio_state,
        missing_days.ran_on_missing,
        missing_days.ran_on_missing_date,
        -- The first window with too few known days, else the longest.
        case
            when windows.known_days_7 < rules.known_days_acute
                then struct_pack(known := windows.known_days_7, wanted := rules.known_days_acute, days := 7)
            when windows.known_days_28 >= rules.known_days_coupled and windows.known_days_21 < rules.known_days_uncoupled
                then struct_pack(known := windows.known_days_21, wanted := rules.known_days_uncoupled, days := 21)
            else struct_pack(known := windows.known_days_28, wanted := rules.known_days_coupled, days := 28)
        end as known
    from intermediate.run_days as days
    inner join seeds.athlete_rules as rules on days.athlete_id = rules.athlete_id
    inner join intermediate.load_windows as windows
        on days.athlete_id = windows.athlete_id and days.load_date = windows.load_date and windows.measure = 'moving_s'
    inner join intermediate.ratio_gates as gates
        on days.athlete_id = gates.athlete_id and days.load_date = gates.load_date and gates.measure = 'moving_s'
    left join missing_days on days.athlete_id = missing_days.athlete_id and days.load_date = missing_days.load_date
),

united as (
    select
        athlete_id,
        load_date,
        'DATA_MISSING_DAYS' as code,
        'moving_s' as measure,
        case when ratio_state <> 'building' then ratio_state = 'missing_days' end as is_raised,
        'info' as level,
        known['known'] as value,
        known['wanted'] as threshold,
        '<' as comparison,
        'days' as unit,
        cast(known['days'] as integer) as window_days,
        'data.known_days' || if(ran_on_missing is null, '', '+data.ran_on_missing') as message,
        if(
            ran_on_missing is null,
            json_object('known', known['known'], 'window_days', known['days'], 'wanted', known['wanted']),
            json_object(
                'known', known['known'], 'window_days', known['days'], 'wanted', known['wanted'],
                'ran', ran_on_missing, 'ran_date', ran_on_missing_date
            )
        ) as facts,
        cast(null as text) as because
    from days
    union all by name
    select
        athlete_id,
        load_date,
        'DATA_NO_INTENSITY' as code,
        'fast_steps' as measure,
        case when run_days > 0 then days_without_intensity > 0 end as is_raised,
        'info' as level,
        days_without_intensity as value,
        0 as threshold,
        '>' as comparison,
        'days' as unit,
        cast(notes_days as integer) as window_days,
        if(days_without_intensity > 0, 'data.no_intensity', 'data.intensity_known') as message,
        json_object('unclear', days_without_intensity, 'run_days', run_days, 'notes_days', notes_days) as facts,
        'because.no_run' as because
    from days
)

select *
from united
where is_raised or load_date = as_of_date()
