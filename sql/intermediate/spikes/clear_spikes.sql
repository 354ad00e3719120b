-- How close did recent running come to each spike that was not raised?
-- Of the outings of the last days the one nearest to the line is shown; if a larger spike is raised, the smaller one is not
-- judged. What cannot be judged (no history, no measurement, nothing earlier to compare with) says so.
-- Grain: one row per athlete and code of a spike that is not raised on the as-of date.
with days as (
    select days.athlete_id, days.load_date, days.has_history, athletes.units, rules.* exclude (athlete_id)
    from intermediate.run_days as days
    inner join staging.athletes as athletes on days.athlete_id = athletes.athlete_id
    inner join seeds.athlete_rules as rules on days.athlete_id = rules.athlete_id
    where days.load_date = as_of_date()
),

recent as (
    select spikes.*, if(spikes.is_judged and spikes.spike_ratio is not null, spikes.spike_ratio, null) as told_ratio
    from days
    inner join intermediate.session_spikes as spikes
        on days.athlete_id = spikes.athlete_id and days.load_date between spikes.outing_date and spikes.active_until
),

nearest as (
    select
        athlete_id,
        measure,
        count(*) as outings,
        count(*) filter (where is_judged) as judged,
        count(amount) filter (where is_judged) as measured,
        coalesce(bool_or(is_judged and not is_measured), false) as is_unmeasured,
        coalesce(bool_or(is_judged and is_run_unread), false) as is_run_unread,
        max(days_before) as longest_pause,
        bool_or(is_judged and outings_before = 0) as has_first_back,
        bool_or(is_judged and outings_before = 0 and not is_pause_known) as has_unknown_pause,
        any_value(floor_amount) as floor_amount,
        any_value(excess_amount) as excess_amount,
        -- The outing nearest to the line among those large enough to count; of a measure that counts by its excess too, else among
        -- the others.
        first(
            struct_pack(outing_date, amount, largest_before, spike_ratio, is_above_floor)
            order by is_above_floor desc, told_ratio desc, outing_number desc
        ) filter (where told_ratio is not null and (is_above_floor or excess_amount is not null)) as by_ratio,
        -- The largest of all, if none is large enough.
        first(
            struct_pack(outing_date, amount)
            order by amount desc, outing_number desc
        ) filter (where is_judged and amount is not null) as by_amount,
        first(
            struct_pack(outing_date, amount, restart_m)
            order by amount desc, outing_number desc
        ) filter (where is_judged and outings_before = 0) as first_back
    from recent
    group by athlete_id, measure
),

codes as (
    select
        days.*,
        unnest([
            'RUN_SESSION_SPIKE_SMALL', 'RUN_SESSION_SPIKE_MODERATE', 'RUN_SESSION_SPIKE_LARGE', 'RUN_DURATION_SPIKE',
            'RUN_HILL_SPIKE', 'RUN_FAST_SPIKE', 'RUN_LOAD_SPIKE', 'RUN_NO_BASELINE_30D'
        ]) as code,
        unnest([
            'distance_m', 'distance_m', 'distance_m', 'moving_s', 'ascent_m', 'fast_steps', 'achilles_load_steps', 'distance_m'
        ]) as measure,
        unnest([
            days.spike_small_percent, days.spike_moderate_percent, days.spike_large_percent, days.other_spike_percent,
            days.other_spike_percent, days.other_spike_percent, days.other_spike_percent, 0
        ]) / 100 as line,
        if(measure = 'achilles_load_steps', 0.000002, 0) as rounding
    from days
),

placed as (
    select
        codes.*,
        nearest.* exclude (athlete_id, measure),
        coalesce(nearest.outings, 0) = 0 as is_without_run,
        codes.code = 'RUN_NO_BASELINE_30D' as is_about_pause,
        if(codes.measure = 'achilles_load_steps', 1000, 1) as scale, -- its amounts are thousandths
        coalesce(
            not nearest.by_ratio['is_above_floor'] and nearest.by_ratio['spike_ratio'] > codes.line + codes.rounding, false
        ) as is_too_short
    from codes
    left join nearest on codes.athlete_id = nearest.athlete_id and codes.measure = nearest.measure
),

told as (
    select
        *,
        case
            when not has_history then null
            when is_without_run then false
            when judged = 0 then null
            when is_about_pause then if(has_unknown_pause, null, false)
            when measured = 0 or is_unmeasured then null
            when is_too_short then false
            when by_ratio is not null then if(by_ratio['spike_ratio'] > line + rounding, null, false)
            when excess_amount is null and by_amount['amount'] < floor_amount then false
        end as is_raised,
        case
            when is_raised is not null or not has_history then null
            when judged = 0 then 'because.made_before_history'
            when is_about_pause then 'because.unknown_pause'
            when is_run_unread then 'because.run_unread'
            when by_ratio['is_above_floor'] and by_ratio['spike_ratio'] > line + rounding then 'because.larger_spike'
            when measured = 0 and measure = 'ascent_m' then 'because.no_ascent'
            when measured = 0 and measure = 'fast_steps' then 'because.no_fast_running'
            when measured = 0 then 'because.not_measured'
            when is_unmeasured then 'because.not_every_run'
            when has_first_back then 'because.no_run_before'
            when outings > 0 then 'because.nothing_before'
        end as because
    from placed
)

select
    athlete_id,
    load_date,
    code,
    measure,
    is_raised,
    'info' as level,
    case
        when is_without_run then 0
        when is_about_pause then if(has_first_back, first_back['amount'], longest_pause)
        when is_too_short then by_ratio['amount'] / scale
        when by_ratio is not null then by_ratio['spike_ratio']
        else by_amount['amount']
    end as value,
    case
        when is_about_pause then if(has_first_back, first_back['restart_m'], 30)
        when is_too_short then floor_amount / scale
        when by_ratio is not null or is_without_run then line
        else floor_amount
    end as threshold,
    if(not is_about_pause and (by_ratio is null or is_too_short) and not is_without_run, '>=', '>') as comparison,
    case
        when is_about_pause then if(has_first_back, 'm', 'days')
        when (by_ratio is not null and not is_too_short) or is_without_run then 'ratio'
        when measure = 'distance_m' then 'm'
        when measure = 'moving_s' then 's'
        when measure = 'ascent_m' then 'm of ascent'
        else 'steps'
    end as unit,
    30 as window_days,
    case
        when is_raised is null then null
        when is_without_run then 'clear_spike.no_run'
        when is_about_pause then if(has_first_back, 'clear_spike.fair_restart', 'clear_spike.pause')
        when is_too_short then 'clear_spike.too_short_' || measure
        when by_ratio is not null then 'clear_spike.' || measure
        else 'clear_spike.below_floor_' || measure
    end as message,
    case
        when is_raised is null then json_object('measure', measure)
        when is_without_run then json_object('active_days', spike_active_days)
        when is_about_pause and has_first_back
            then
                json_object(
                    'outing_date', first_back['outing_date'], 'distance_m', first_back['amount'],
                    'restart_m', first_back['restart_m']
                )
        when is_about_pause then json_object('active_days', spike_active_days, 'pause_days', longest_pause)
        when is_too_short and measure = 'achilles_load_steps'
            then
                json_object(
                    'outing_date', by_ratio['outing_date'], 'ratio', by_ratio['spike_ratio'], 'line', line,
                    'load_steps', by_ratio['amount'] / scale, 'floor_load_steps', floor_amount / scale
                )
        when is_too_short
            then
                json_object(
                    'outing_date', by_ratio['outing_date'], measure, by_ratio['amount'], 'ratio', by_ratio['spike_ratio'],
                    'line', line, 'floor_' || measure, floor_amount, 'excess_' || measure, excess_amount
                )
        when by_ratio is not null and measure = 'achilles_load_steps'
            then json_object('outing_date', by_ratio['outing_date'], 'ratio', by_ratio['spike_ratio'], 'line', line)
        when by_ratio is not null
            then
                json_object(
                    'outing_date', by_ratio['outing_date'], measure, by_ratio['amount'],
                    'before_' || measure, by_ratio['largest_before'], 'ratio', by_ratio['spike_ratio'], 'line', line
                )
        else json_object(measure, by_amount['amount'], 'floor_' || measure, floor_amount)
    end as facts,
    because
from told
