-- Does the log lack running, strength work, reports or marks that were refused?
-- A refused row counts for four weeks from its day on; one whose day nobody can tell, for some weeks from the arrival of its file.
-- Raised rows on every day; on the as-of date also the others, with their numbers.
-- Grain: one row per athlete, local day, code and measure.
with spine as (
    select
        health_days.athlete_id,
        health_days.load_date,
        rules.undated_days
    from intermediate.health_days
    inner join seeds.athlete_rules as rules on health_days.athlete_id = rules.athlete_id
),

undated as (
    select
        spine.athlete_id,
        spine.load_date,
        any_value(spine.undated_days) as undated_days,
        count(distinct refused.file_id) as files
    from spine
    left join activities.unknown_days as refused
        on
            spine.athlete_id = refused.athlete_id
            and refused.load_date is null
            and spine.load_date >= refused.arrived_date
            and spine.load_date < refused.arrived_date + spine.undated_days
    group by spine.athlete_id, spine.load_date
),

refused_runs as (
    select
        spine.athlete_id,
        spine.load_date,
        count(distinct refused.load_date) as days,
        max(refused.load_date) as last_date
    from spine
    left join activities.unknown_days as refused
        on
            spine.athlete_id = refused.athlete_id
            and refused.cause in ('refused row', 'refused file')
            and refused.load_date between spine.load_date - 27 and spine.load_date
    group by spine.athlete_id, spine.load_date
),

refused_rows as (
    select
        unread.athlete_id,
        unread.load_date,
        logs.measure,
        logs.none_message,
        logs.some_message,
        case logs.measure
            when 'strength_rows' then unread.strength_rows
            when 'symptom_rows' then unread.symptom_rows
            when 'mark_rows' then unread.mark_rows
        end as refused_rows
    from intermediate.unread_rows as unread
    cross join (
        values
        ('strength_rows', 'refused.no_set', 'refused.sets'),
        ('symptom_rows', 'refused.no_report', 'refused.reports'),
        ('mark_rows', 'refused.no_mark', 'refused.marks')
    ) as logs (measure, none_message, some_message)
),

-- Runs that still count, and that nobody could compare with what was refused before them.
unjudged as (
    select
        spine.athlete_id,
        spine.load_date,
        count(distinct spikes.outing_number) as outings,
        any_value(rules.spike_active_days) as active_days
    from spine
    inner join seeds.athlete_rules as rules on spine.athlete_id = rules.athlete_id
    left join intermediate.session_spikes as spikes
        on
            spine.athlete_id = spikes.athlete_id
            and spine.load_date between spikes.outing_date and spikes.active_until
            and spikes.is_judged
            and spikes.is_run_unread
    group by spine.athlete_id, spine.load_date
),

united as (
    select
        athlete_id,
        load_date,
        'DATA_REFUSED_UNDATED' as code,
        'files' as measure,
        files as value,
        'files' as unit,
        cast(undated_days as integer) as window_days,
        if(files = 0, 'refused.none', 'refused.undated') as message,
        json_object('files', files, 'undated_days', undated_days) as facts
    from undated
    union all by name
    select
        athlete_id,
        load_date,
        'DATA_ROWS_REFUSED' as code,
        'run_days' as measure,
        days as value,
        'days' as unit,
        28 as window_days,
        if(days = 0, 'refused.no_run', 'refused.runs') as message,
        if(days = 0, json_object('days', 0), json_object('days', days, 'last_date', last_date)) as facts
    from refused_runs
    union all by name
    select
        athlete_id,
        load_date,
        'DATA_ROWS_REFUSED' as code,
        'outings' as measure,
        outings as value,
        'runs' as unit,
        cast(active_days as integer) as window_days,
        if(outings = 0, 'refused.all_compared', 'refused.not_compared') as message,
        json_object('runs', outings, 'active_days', active_days) as facts
    from unjudged
    union all by name
    select
        athlete_id,
        load_date,
        'DATA_ROWS_REFUSED' as code,
        measure,
        refused_rows as value,
        'rows' as unit,
        28 as window_days,
        if(refused_rows = 0, none_message, some_message) as message,
        json_object('rows', refused_rows) as facts
    from refused_rows
)

select
    *,
    value > 0 as is_raised,
    'info' as level,
    0 as threshold,
    '>' as comparison,
    cast(null as text) as because
from united
where value > 0 or load_date = as_of_date()
