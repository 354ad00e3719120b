-- How near did the running that still counts come to each jump that it did not make?
-- Of the outings of the last days the one nearest to the line speaks; where a larger jump is raised the smaller one is not judged
-- beside it. What cannot be told (no history, nothing measured, nothing before to compare with) says so.
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
        max(days_before) as longest_pause,
        bool_or(is_judged and outings_before = 0) as has_first_back,
        -- The outing that came nearest among those large enough to count.
        first(
            struct_pack(outing_date, amount, largest_before, spike_ratio)
            order by told_ratio desc, outing_number desc
        ) filter (where told_ratio is not null and is_above_floor) as by_ratio,
        -- The largest of all, for where none is large enough.
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
        unnest([0, 0, 0, 0, days.ascent_floor_m, 2 * days.fast_floor_steps_per_leg, 0, 0]) as floor_amount
    from days
),

placed as (
    select
        codes.*,
        nearest.* exclude (athlete_id, measure),
        coalesce(nearest.outings, 0) = 0 as is_without_run,
        codes.code = 'RUN_NO_BASELINE_30D' as is_about_pause,
        case codes.measure
            when 'distance_m' then 'distance'
            when 'moving_s' then 'time'
            when 'ascent_m' then 'ascent'
            when 'fast_steps' then 'fast running'
            else 'Achilles load'
        end as name,
        case codes.measure
            when 'ascent_m' then 'no ascent was recorded; a watch with altitude, or ascent_m in runs.csv, gives it'
            when 'fast_steps'
                then
                    'fast running could not be told from easy; threshold_pace_s_per_km or max_hr_bpm in squad.csv would tell'
            else 'the runs that count today do not say; a file with its track would'
        end as missing_because
    from codes
    left join nearest on codes.athlete_id = nearest.athlete_id and codes.measure = nearest.measure
)

select
    athlete_id,
    load_date,
    code,
    measure,
    case
        when not has_history then null
        when is_without_run then false
        when judged = 0 then null
        when is_about_pause then false
        when measured = 0 or is_unmeasured then null
        when by_ratio is not null then if(by_ratio['spike_ratio'] > line, null, false)
        when floor_amount > 0 and by_amount['amount'] < floor_amount then false
    end as is_raised,
    'info' as level,
    case
        when is_without_run then 0
        when is_about_pause then if(has_first_back, first_back['amount'], longest_pause)
        when by_ratio is not null then by_ratio['spike_ratio']
        else by_amount['amount']
    end as value,
    case
        when is_about_pause then if(has_first_back, first_back['restart_m'], 30)
        when by_ratio is not null or floor_amount = 0 or is_without_run then line
        else floor_amount
    end as threshold,
    if(not is_about_pause and by_ratio is null and not is_without_run, '>=', '>') as comparison,
    case
        when is_about_pause then if(has_first_back, 'm', 'days')
        when by_ratio is not null or is_without_run then 'ratio'
        when measure = 'ascent_m' then 'm of ascent'
        else 'steps'
    end as unit,
    30 as window_days,
    case
        when is_without_run then 'no run in the last ' || days_text(cast(spike_active_days as integer)) || ' counts today'
        when is_about_pause and has_first_back
            then
                of_day(distance_text(first_back['amount'], units), first_back['outing_date'], load_date)
                || ', the first run in more than ' || days_text(30)
                || ', was no longer than a fair restart (' || ceiling_text(first_back['restart_m'], units) || ')'
        when is_about_pause
            then
                'the longest pause before a run of the last ' || days_text(cast(spike_active_days as integer)) || ' was '
                || days_text(longest_pause) || '; after more than ' || days_text(30)
                || ' there is nothing to compare with'
        when by_ratio is not null
            then
                of_day(
                    case measure
                        when 'moving_s' then hours_minutes(by_ratio['amount']) || ' of running'
                        when 'ascent_m' then amount_text(measure, by_ratio['amount'], units) || ' of climbing'
                        when 'fast_steps' then amount_text(measure, by_ratio['amount'], units) || ' fast steps'
                        when 'achilles_load_steps' then 'run'
                        else distance_text(by_ratio['amount'], units)
                    end, by_ratio['outing_date'], load_date
                )
                || case measure
                    when 'fast_steps' then ' were '
                    when 'achilles_load_steps' then ' loaded the Achilles '
                    else ' was '
                end
                || ratio_text(by_ratio['spike_ratio'], line)
                || case measure
                    when 'distance_m' then ' × the longest run'
                    when 'achilles_load_steps' then ' × as much as the hardest run'
                    else ' × the most'
                end
                || ' of the ' || 30 || ' days before'
                || if(measure = 'achilles_load_steps', '', ' (' || amount_text(measure, by_ratio['largest_before'], units) || ')')
                || ', not above ' || format('{:.2f}', line) || ' ×'
        when floor_amount > 0 and by_amount is not null
            then
                'the most ' || if(measure = 'ascent_m', 'climbing', 'fast running') || ' in a run that counts today was '
                || amount_text(measure, by_amount['amount'], units)
                || if(measure = 'ascent_m', ', less than the ', ' steps, fewer than the ')
                || amount_text(measure, floor_amount, units) || ' from which a rise is judged'
    end as evidence,
    case
        when not has_history then null
        when judged = 0 then 'the runs that count today were made before there was enough history to judge them'
        when by_ratio['spike_ratio'] > line then 'a larger jump in ' || name || ' stands in its place'
        when measured = 0 then missing_because
        when is_unmeasured
            then
                'not every run of the days compared says its ' || name || ', so nobody knows which held most'
        when has_first_back then 'there was no run in the ' || 30 || ' days before to compare with'
        when outings > 0
            then
                'the runs of the ' || 30 || ' days before hold no ' || name
                || ' to compare with, or not all of them say'
    end as because
from placed
