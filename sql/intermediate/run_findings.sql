-- Which reasons does the running give on each day?
-- Raised rows on every day, and on the as-of date the others with their numbers as well.
-- Grain: one row per athlete, local day, code and measure.
with days as (
    select
        days.*,
        athletes.units,
        rules.acwr_high,
        rules.high_days_limit,
        rules.gap_quiet_days
    from intermediate.run_days as days
    inner join staging.athletes as athletes on days.athlete_id = athletes.athlete_id
    inner join seeds.athlete_rules as rules on days.athlete_id = rules.athlete_id
),

active as (
    select
        days.athlete_id,
        days.load_date,
        days.units,
        spikes.* exclude (athlete_id),
        case
            when spikes.is_without_baseline then 'RUN_NO_BASELINE_30D'
            when spikes.measure = 'distance_m' then 'RUN_SESSION_SPIKE_' || upper(spikes.spike_state)
            when spikes.measure = 'moving_s' then 'RUN_DURATION_SPIKE'
            when spikes.measure = 'ascent_m' then 'RUN_HILL_SPIKE'
            when spikes.measure = 'fast_steps' then 'RUN_FAST_SPIKE'
            else 'RUN_LOAD_SPIKE'
        end as code
    from days
    inner join intermediate.session_spikes as spikes
        on
            days.athlete_id = spikes.athlete_id
            and days.load_date between spikes.outing_date and spikes.active_until
    where spikes.is_spike or spikes.is_without_baseline
),

worst_spikes as (
    select *
    from active
    qualify row_number() over (
        partition by athlete_id, load_date, code order by spike_ratio desc nulls last, outing_date desc, outing_number desc
    ) = 1
),

spike_findings as (
    select
        athlete_id,
        load_date,
        code,
        measure,
        true as is_raised,
        if(code in ('RUN_SESSION_SPIKE_LARGE', 'RUN_NO_BASELINE_30D'), 'R2', 'R1') as level,
        if(code = 'RUN_NO_BASELINE_30D', amount, spike_ratio) as value,
        if(code = 'RUN_NO_BASELINE_30D', restart_m, threshold) as threshold,
        if(code = 'RUN_NO_BASELINE_30D', 'm', 'ratio') as unit,
        30 as window_days,
        case
            when code = 'RUN_NO_BASELINE_30D'
                then
                    day_name(outing_date, load_date) || '''s ' || distance_text(amount, units)
                    || ' came after 30 days without a run'
                    || coalesce('; the longest of half a year is ' || distance_text(usual_largest, units), '')
            when measure = 'distance_m'
                then
                    day_name(outing_date, load_date) || '''s ' || distance_text(amount, units) || ' was '
                    || format('{:.2f}', spike_ratio) || ' × the longest run of the 30 days before ('
                    || distance_text(largest_before, units) || ')'
            when measure = 'achilles_load_steps'
                then
                    day_name(outing_date, load_date) || '''s run loaded the Achilles ' || format('{:.2f}', spike_ratio)
                    || ' × as much as any run of the 30 days before'
            when spike_ratio is null
                then
                    day_name(outing_date, load_date) || '''s run was the first with '
                    || if(measure = 'ascent_m', 'climbing', 'fast running') || ' in 30 days ('
                    || amount_text(measure, amount, units) || if(measure = 'ascent_m', ')', ' fast steps)')
            else
                day_name(outing_date, load_date) || '''s '
                || case measure
                    when 'moving_s' then hours_minutes(amount) || ' of running'
                    when 'ascent_m' then amount_text(measure, amount, units) || ' of climbing'
                    else amount_text(measure, amount, units) || ' fast steps'
                end
                || if(measure = 'fast_steps', ' were ', ' was ') || format('{:.2f}', spike_ratio)
                || ' × the most of the 30 days before ('
                || amount_text(measure, largest_before, units) || ')'
        end as evidence
    from worst_spikes
),

ratios as (
    select
        days.athlete_id,
        days.load_date,
        days.has_history,
        days.acwr_high,
        days.units,
        days.days_without_intensity_28,
        7 * if(
            windows.measure = 'distance_m',
            greatest(rules.low_base_share * gates.usual_chronic, rules.low_base_distance_m / 7),
            rules.low_base_share * gates.usual_chronic
        ) as low_base,
        windows.measure,
        windows.acute,
        windows.chronic_uncoupled,
        gates.ratio_state,
        if(gates.is_uncoupled_shown, windows.acwr_uncoupled, null) as ratio,
        gates.known_days
    from days
    inner join seeds.athlete_rules as rules on days.athlete_id = rules.athlete_id
    inner join intermediate.load_windows as windows
        on days.athlete_id = windows.athlete_id and days.load_date = windows.load_date
    inner join intermediate.ratio_gates as gates
        on
            windows.athlete_id = gates.athlete_id
            and windows.load_date = gates.load_date
            and windows.measure = gates.measure
    where windows.measure in ('distance_m', 'moving_s', 'fast_steps', 'achilles_load_steps')
),

ratio_findings as (
    select
        athlete_id,
        load_date,
        'ACWR_HIGH' as code,
        measure,
        -- Achilles load is kept in millionths: what their rounding adds is not above the line.
        case when ratio is not null then ratio > acwr_high + 1e-9 end as is_raised,
        'RW' as level,
        ratio as value,
        acwr_high as threshold,
        'ratio' as unit,
        28 as window_days,
        case measure
            when 'moving_s' then 'this week''s moving time is '
            when 'fast_steps' then 'this week''s fast steps are '
            else 'this week''s Achilles load is '
        end
        || format('{:.2f}', ratio) || ' × the mean of the three weeks before'
        || if(
            measure = 'achilles_load_steps', '',
            ' (' || amount_text(measure, 7 * acute, units) || ' against '
            || amount_text(measure, 7 * chronic_uncoupled, units) || ' a week)'
        ) as evidence
    from ratios
    where measure in ('moving_s', 'fast_steps', 'achilles_load_steps')
    union all
    select
        athlete_id,
        load_date,
        'ACWR_LOW_BASE',
        measure,
        ratio_state = 'low_base',
        'info',
        7 * chronic_uncoupled,
        low_base,
        case measure when 'distance_m' then 'm a week' when 'moving_s' then 's a week' else 'steps a week' end,
        28,
        case measure
            when 'distance_m'
                then
                    'the three weeks before this one hold too little running to compare with ('
                    || distance_text(7 * chronic_uncoupled, units) || ' a week)'
            when 'moving_s'
                then
                    'the three weeks before this one hold too little running to compare with ('
                    || hours_minutes(7 * chronic_uncoupled) || ' a week)'
            else 'the three weeks before this one hold too little Achilles load to compare with'
        end
    from ratios
    where measure in ('distance_m', 'moving_s', 'achilles_load_steps') and has_history
    union all
    select
        athlete_id,
        load_date,
        'DATA_MISSING_DAYS',
        measure,
        ratio_state = 'missing_days',
        'info',
        null,
        null,
        'days',
        28,
        'too many days of the last 28 are unknown to compare this week with the weeks before'
    from ratios
    where measure = 'moving_s'
    union all
    select
        athlete_id,
        load_date,
        'DATA_NO_INTENSITY',
        measure,
        has_history and days_without_intensity_28 > 0,
        'info',
        days_without_intensity_28,
        0,
        'days',
        28,
        'on ' || days_text(days_without_intensity_28)
        || ' of four weeks fast running could not be told from easy: no threshold pace, no hard effort and no maximum heart rate'

    from ratios
    where measure = 'fast_steps'
),

frequency_findings as (
    select
        athlete_id,
        load_date,
        'FREQ_HIGH_GT5' as code,
        'high_load_days' as measure,
        has_history and high_load_days_7 > high_days_limit as is_raised,
        'R1' as level,
        high_load_days_7 as value,
        high_days_limit as threshold,
        'days' as unit,
        7 as window_days,
        high_load_days_7 || ' of the last 7 days were high-load days' as evidence
    from days
    union all
    select
        athlete_id,
        load_date,
        'BACK_TO_BACK_HIGH',
        'high_load_days',
        has_history and is_back_to_back,
        'info',
        if(is_back_to_back, 2, 1),
        1,
        'days',
        2,
        'today and yesterday were both high-load days'
    from days
),

return_findings as (
    select
        days.athlete_id,
        days.load_date,
        'RETURN_AFTER_BREAK' as code,
        'distance_m' as measure,
        true as is_raised,
        'R1' as level,
        max(returns.distance_m) as value,
        max(returns.usual_distance_m) as threshold,
        'm' as unit,
        14 as window_days,
        day_name(max(returns.outing_date), days.load_date) || '''s '
        || distance_text(arg_max(returns.distance_m, returns.outing_date), any_value(days.units))
        || ' was back at the usual length after two light weeks' as evidence
    from days
    inner join intermediate.returns as returns
        on
            days.athlete_id = returns.athlete_id
            and days.load_date between returns.outing_date and returns.active_until
    group by days.athlete_id, days.load_date
),

united as (
    select * from spike_findings
    union all
    select * from ratio_findings
    union all
    select * from frequency_findings
    union all
    select * from return_findings
)

select *
from united
where is_raised or load_date = as_of_date()
