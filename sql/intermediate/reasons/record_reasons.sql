-- Is there enough of a log to judge by, and is it up to date?
-- Raised rows on every day; on the as-of date also the others, with their numbers.
-- Grain: one row per athlete, local day and code.
with history as (
    select
        spine.athlete_id,
        spine.load_date,
        days.first_run_date,
        coalesce(days.has_history, false) as has_history,
        coalesce(spine.load_date - days.first_run_date, 0) as history_so_far,
        coalesce(days.runs_so_far, 0) as runs_so_far,
        rules.history_known_days,
        rules.history_runs,
        coalesce(days.has_history, false) or history_so_far < rules.history_known_days as is_told_by_days
    from intermediate.health_days as spine
    inner join seeds.athlete_rules as rules on spine.athlete_id = rules.athlete_id
    left join intermediate.run_days as days
        on spine.athlete_id = days.athlete_id and spine.load_date = days.load_date
),

history_reasons as (
    select
        athlete_id,
        load_date,
        'DATA_INSUFFICIENT_HISTORY' as code,
        'history_days' as measure,
        not has_history as is_raised,
        'unknown' as level,
        if(is_told_by_days, history_so_far, runs_so_far) as value,
        if(is_told_by_days, history_known_days, history_runs) as threshold,
        '<' as comparison,
        if(is_told_by_days, 'days', 'runs') as unit,
        cast(history_known_days as integer) as window_days,
        case
            when first_run_date is null then 'record.no_run'
            when has_history then 'record.enough'
            when is_told_by_days then 'record.more_days'
            else 'record.more_runs'
        end as message,
        case
            when first_run_date is null then json_object()
            when has_history
                then
                    json_object(
                        'days', history_so_far, 'runs', runs_so_far, 'needed_days', history_known_days,
                        'needed_runs', history_runs
                    )
            when is_told_by_days then json_object('days', history_so_far, 'more', history_known_days - history_so_far)
            else json_object('runs', runs_so_far, 'more', history_runs - runs_so_far)
        end as facts,
        cast(null as text) as because
    from history
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
        -- No question about a gap if the runner logs on too few days to tell rest from lost data.
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

gap_reasons as (
    select
        athlete_id,
        load_date,
        'DATA_GAP_SUSPECTED' as code,
        'days_since' as measure,
        coalesce(load_date - last_gap_date <= gap_quiet_days, false) as is_recent,
        coalesce(longest < gap_days, false) as is_short,
        case
            when is_recent then true
            when is_short or usual_of_longest < gap_usual_days then false
        end as is_raised,
        'info' as level,
        case
            when is_recent then gap_length
            when is_short then longest
            else usual_of_longest
        end as value,
        if(is_recent or is_short, gap_days, gap_usual_days) as threshold,
        '>=' as comparison,
        if(is_recent or is_short, 'days', 'days a week') as unit,
        cast(gap_quiet_days as integer) as window_days,
        case
            when is_recent then 'gap.suspected'
            when is_short then 'gap.short'
            else 'gap.unusual_logger'
        end as message,
        case
            when is_recent
                then
                    json_object(
                        'days', gap_length, 'from_date', last_gap_date - cast(gap_length - 1 as integer), 'to_date', last_gap_date
                    )
            when is_short then json_object('quiet_days', gap_quiet_days, 'days', longest, 'gap_days', gap_days)
            when is_raised is null then json_object()
            else json_object('usual', usual_of_longest, 'wanted', gap_usual_days)
        end as facts,
        'because.short_before_gap' as because
    from gap_ends
),

stale_reasons as (
    select
        days.athlete_id,
        days.load_date,
        'DATA_STALE_SOURCE' as code,
        'days_since' as measure,
        days.silent_days >= rules.stale_source_days as is_raised,
        'info' as level,
        days.silent_days as value,
        rules.stale_source_days as threshold,
        '>=' as comparison,
        'days' as unit,
        rules.stale_source_days as window_days,
        case
            when days.silent_days = 0 then 'stale.today'
            when days.silent_days < rules.stale_source_days then 'stale.recent'
            else 'stale.silent'
        end as message,
        if(
            days.silent_days is null, json_object(), json_object('days', days.silent_days, 'last_date', days.last_data_date)
        ) as facts,
        'because.no_data' as because
    from intermediate.run_days as days
    inner join seeds.athlete_rules as rules on days.athlete_id = rules.athlete_id
),

silences as (
    select
        silences.*,
        days.has_history,
        rules.stale_runs_days,
        rules.grey_runs_days,
        rules.stale_strength_days,
        rules.stale_usual_days,
        rules.stale_usual_strength_days,
        coalesce(silences.load_date - silences.last_set_date < rules.stale_runs_days, false) as has_recent_set,
        coalesce(silences.load_date - silences.last_run_date < rules.stale_strength_days, false) as has_recent_run,
        coalesce(silences.usual_run_days >= rules.stale_usual_days, false) and has_recent_set as is_runs_asked_early
    from intermediate.silences
    inner join intermediate.run_days as days
        on silences.athlete_id = days.athlete_id and silences.load_date = days.load_date
    inner join seeds.athlete_rules as rules on silences.athlete_id = rules.athlete_id
),

-- Whose runs stopped while strength work goes on is asked early; anybody without a run for longer cannot be judged any more.
stale_run_reasons as (
    select
        athlete_id,
        load_date,
        'DATA_STALE_RUNS' as code,
        'silent_run_days' as measure,
        if(is_runs_asked_early, stale_runs_days, grey_runs_days) as threshold,
        case when has_history then silent_run_days >= threshold end as is_raised,
        'info' as level,
        silent_run_days as value,
        '>=' as comparison,
        'days' as unit,
        cast(threshold as integer) as window_days,
        case
            when silent_run_days = 0 then 'stale_runs.none'
            when silent_run_days < threshold then 'stale_runs.short'
            else 'stale_runs.silent'
        end as message,
        if(
            silent_run_days is null, json_object(),
            json_object('days', silent_run_days, 'last_date', last_run_date, 'stale_days', threshold)
        ) as facts,
        cast(null as text) as because
    from silences
),

stale_strength_reasons as (
    select
        athlete_id,
        load_date,
        'DATA_STALE_STRENGTH' as code,
        'silent_set_days' as measure,
        silent_set_days < stale_strength_days as is_short,
        case
            when is_short then false
            when usual_set_days < stale_usual_strength_days then false
            when usual_set_days is not null and has_recent_run then true
        end as is_raised,
        'info' as level,
        if(is_short or is_raised, silent_set_days, usual_set_days) as value,
        if(is_short or is_raised, stale_strength_days, stale_usual_strength_days) as threshold,
        '>=' as comparison,
        if(is_short or is_raised, 'days', 'days a week') as unit,
        cast(stale_strength_days as integer) as window_days,
        case
            when silent_set_days = 0 then 'stale_strength.none'
            when is_short then 'stale_strength.short'
            when is_raised then 'stale_strength.silent'
            else 'stale_strength.seldom'
        end as message,
        case
            when is_raised is null then json_object('days', silent_set_days)
            when is_short or is_raised
                then json_object('days', silent_set_days, 'last_date', last_set_date, 'stale_days', stale_strength_days)
            else json_object('usual', usual_set_days, 'wanted', stale_usual_strength_days)
        end as facts,
        case
            when last_set_date is null then 'because.no_strength_log'
            when usual_set_days is null then 'because.short_before_silence'
            else 'because.silent_runs_too'
        end as because
    from silences
),

united as (
    select * from history_reasons
    union all by name
    select * exclude (is_recent, is_short) from gap_reasons
    union all by name
    select * from stale_reasons
    union all by name
    select * from stale_run_reasons
    union all by name
    select * exclude (is_short) from stale_strength_reasons
)

select *
from united
where is_raised or load_date = as_of_date()
