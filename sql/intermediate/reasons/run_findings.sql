-- Which reasons does the running give on each day?
-- Raised rows on every day, and on the as-of date the others with their numbers as well.
-- Grain: one row per athlete, local day, code and measure.
with days as (
    select
        days.*,
        athletes.units,
        rules.acwr_high,
        rules.high_days_limit,
        rules.return_days,
        rules.return_ratio,
        rules.return_history_days,
        rules.usual_days
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
        worst.athlete_id,
        worst.load_date,
        worst.code,
        worst.measure,
        true as is_raised,
        if(worst.code in ('RUN_SESSION_SPIKE_LARGE', 'RUN_NO_BASELINE_30D'), 'R2', 'R1') as level,
        if(worst.code = 'RUN_NO_BASELINE_30D' or worst.spike_ratio is null, worst.amount, worst.spike_ratio) as value,
        case
            when worst.code = 'RUN_NO_BASELINE_30D' then worst.restart_m
            when worst.spike_ratio is null then worst.floor_amount
            else worst.line
        end as threshold,
        if(worst.code <> 'RUN_NO_BASELINE_30D' and worst.spike_ratio is null, '>=', '>') as comparison,
        case
            when worst.code = 'RUN_NO_BASELINE_30D' then 'm'
            when worst.spike_ratio is not null then 'ratio'
            when worst.measure = 'ascent_m' then 'm of ascent'
            else 'steps'
        end as unit,
        30 as window_days,
        case
            when worst.code = 'RUN_NO_BASELINE_30D'
                then
                    of_day(distance_text(worst.amount, worst.units), worst.outing_date, worst.load_date)
                    || ' came after ' || days_text(30) || ' without a run'
                    || coalesce(
                        '; the longest of half a year is ' || distance_text(worst.usual_largest, worst.units),
                        ', longer than a fair restart (' || ceiling_text(worst.restart_m, worst.units) || ')'
                    )
            when worst.measure = 'distance_m'
                then
                    of_day(distance_text(worst.amount, worst.units), worst.outing_date, worst.load_date) || ' was '
                    || ratio_text(worst.spike_ratio, worst.line) || ' × the longest run of the '
                    || days_text(30) || ' before ('
                    || distance_text(worst.largest_before, worst.units) || ')'
            when worst.measure = 'achilles_load_steps'
                then
                    of_day('run', worst.outing_date, worst.load_date) || ' loaded the Achilles '
                    || ratio_text(worst.spike_ratio, worst.line) || ' × as much as any run of the '
                    || days_text(30) || ' before'
            when worst.spike_ratio is null
                then
                    of_day('run', worst.outing_date, worst.load_date) || ' was the first with '
                    || if(worst.measure = 'ascent_m', 'climbing', 'fast running') || ' in '
                    || days_text(30) || ' ('
                    || amount_text(worst.measure, worst.amount, worst.units)
                    || if(worst.measure = 'ascent_m', ')', ' fast steps)')
            else
                of_day(
                    case worst.measure
                        when 'moving_s' then hours_minutes(worst.amount) || ' of running'
                        when 'ascent_m' then amount_text(worst.measure, worst.amount, worst.units) || ' of climbing'
                        else amount_text(worst.measure, worst.amount, worst.units) || ' fast steps'
                    end, worst.outing_date, worst.load_date
                )
                || if(worst.measure = 'fast_steps', ' were ', ' was ') || ratio_text(worst.spike_ratio, worst.line)
                || ' × the most of the ' || days_text(30) || ' before ('
                || amount_text(worst.measure, worst.largest_before, worst.units) || ')'
        end as evidence,
        cast(null as text) as because
    from (
        select
            worst_spikes.*,
            case worst_spikes.code
                when 'RUN_SESSION_SPIKE_LARGE' then rules.spike_large_percent
                when 'RUN_SESSION_SPIKE_MODERATE' then rules.spike_moderate_percent
                when 'RUN_SESSION_SPIKE_SMALL' then rules.spike_small_percent
                else rules.other_spike_percent
            end / 100 as line,
            if(worst_spikes.measure = 'ascent_m', rules.ascent_floor_m, 2 * rules.fast_floor_steps_per_leg) as floor_amount
        from worst_spikes
        inner join seeds.athlete_rules as rules on worst_spikes.athlete_id = rules.athlete_id
    ) as worst
    union all
    select clear.*
    from intermediate.clear_spikes as clear
    anti join worst_spikes
        on
            clear.athlete_id = worst_spikes.athlete_id
            and clear.load_date = worst_spikes.load_date
            and clear.code = worst_spikes.code
),

ratios as (
    select
        days.athlete_id,
        days.load_date,
        days.has_history,
        days.acwr_high,
        days.units,
        days.days_without_intensity,
        days.run_days,
        rules.notes_days,
        rules.low_base_share,
        rules.low_base_distance_m,
        windows.measure,
        windows.acute,
        windows.chronic_uncoupled,
        gates.usual_chronic,
        gates.distance_chronic_uncoupled,
        gates.ratio_state,
        if(gates.is_uncoupled_shown, windows.acwr_uncoupled, null) as ratio,
        -- The first of the windows that holds too few known days, else the longest.
        case
            when windows.known_days_7 < rules.known_days_acute
                then struct_pack(known := windows.known_days_7, wanted := rules.known_days_acute, days := 7)
            when windows.known_days_28 >= rules.known_days_coupled and windows.known_days_21 < rules.known_days_uncoupled
                then
                    struct_pack(
                        known := windows.known_days_21,
                        wanted := rules.known_days_uncoupled,
                        days := 21
                    )
            else struct_pack(known := windows.known_days_28, wanted := rules.known_days_coupled, days := 28)
        end as known
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

-- What the weeks before must hold: so much distance, and so much of what the runner usually has.
bases as (
    select
        *,
        -- Nothing is a share of a usual load of nothing.
        measure = 'distance_m'
        or coalesce(usual_chronic, 0) = 0
        or coalesce(7 * distance_chronic_uncoupled < low_base_distance_m, false) as is_told_by_distance,
        7 * if(
            measure = 'distance_m', greatest(low_base_distance_m / 7, coalesce(low_base_share * usual_chronic, 0)),
            low_base_distance_m / 7
        ) as base_distance_m
    from ratios
    where measure in ('distance_m', 'moving_s', 'achilles_load_steps')
),

ratio_findings as (
    select
        athlete_id,
        load_date,
        'ACWR_HIGH' as code,
        measure,
        case when ratio is not null then is_ratio_above(ratio, acwr_high) end as is_raised,
        'RW' as level,
        ratio as value,
        acwr_high as threshold,
        '>' as comparison,
        'ratio' as unit,
        28 as window_days,
        'this week''s '
        || case measure
            when 'moving_s' then 'moving time is '
            when 'fast_steps' then 'fast steps are '
            else 'Achilles load is '
        end
        || ratio_text(ratio, acwr_high) || ' × the mean of the ' || span_text(21) || ' before'
        || if(
            measure = 'achilles_load_steps', '',
            ' (' || amount_text(measure, 7 * acute, units) || ' against '
            || amount_text(measure, 7 * chronic_uncoupled, units) || ' a week)'
        ) as evidence,
        case
            when not has_history then null
            when measure = 'fast_steps' and days_without_intensity > 0
                then 'on ' || days_text(days_without_intensity) || ' of the weeks compared fast running could not be told from easy'
            when ratio_state = 'missing_days' then 'too many of the days compared are unknown'
            when ratio_state = 'low_base' and measure = 'fast_steps'
                then 'the weeks before hold too little fast running to compare with'
            when ratio_state = 'low_base' then 'the weeks before hold too little to compare with'
        end as because
    from ratios
    where measure in ('moving_s', 'fast_steps', 'achilles_load_steps')
    union all
    select
        athlete_id,
        load_date,
        'ACWR_LOW_BASE',
        measure,
        case when ratio_state in ('ok', 'low_base') then ratio_state = 'low_base' end,
        'info',
        case
            when is_told_by_distance then 7 * distance_chronic_uncoupled
            when measure = 'moving_s' then 7 * chronic_uncoupled
            else chronic_uncoupled / usual_chronic
        end,
        case
            when is_told_by_distance then base_distance_m
            when measure = 'moving_s' then 7 * low_base_share * usual_chronic
            else low_base_share
        end,
        '<',
        case
            when is_told_by_distance then 'm a week'
            when measure = 'moving_s' then 's a week'
            else 'share'
        end,
        28,
        'the weeks before this one hold '
        || case
            when is_told_by_distance then distance_text(7 * distance_chronic_uncoupled, units) || ' a week'
            when measure = 'moving_s' then hours_minutes(7 * chronic_uncoupled) || ' of running a week'
            else format('{:.0f}', 100 * chronic_uncoupled / usual_chronic) || ' % of the usual Achilles load'
        end
        || if(ratio_state = 'low_base', ', too little to compare with: at least ', ', enough to compare with: at least ')
        || case
            when is_told_by_distance then distance_text(base_distance_m, units)
            when measure = 'moving_s' then hours_minutes(7 * low_base_share * usual_chronic)
            else format('{:.0f}', 100 * low_base_share) || ' %'
        end || ' is needed',
        if(ratio_state = 'missing_days', 'too many of the days compared are unknown', null)
    from bases
    where has_history
    union all
    select
        athlete_id,
        load_date,
        'DATA_MISSING_DAYS',
        measure,
        case when ratio_state <> 'building' then ratio_state = 'missing_days' end,
        'info',
        known['known'],
        known['wanted'],
        '<',
        'days',
        cast(known['days'] as integer),
        cast(known['known'] as text) || ' of the last ' || days_text(cast(known['days'] as integer)) || ' '
        || if(known['known'] = 1, 'is', 'are') || ' known; a comparison starts from ' || cast(known['wanted'] as integer) || ' on',
        null
    from ratios
    where measure = 'moving_s'
    union all
    select
        athlete_id,
        load_date,
        'DATA_NO_INTENSITY',
        measure,
        case when has_history and run_days > 0 then days_without_intensity > 0 end,
        'info',
        days_without_intensity,
        0,
        '>',
        'days',
        cast(notes_days as integer),
        if(
            days_without_intensity > 0,
            'on ' || days_without_intensity || ' of ' || counted(run_days, 'run day') || ' in ' || span_text(notes_days)
            || ' fast running could not be told from easy: no threshold pace, no hard effort and no maximum heart rate',
            'on none of ' || counted(run_days, 'run day') || ' in ' || span_text(notes_days)
            || ' was it unclear whether running was fast or easy'
        ),
        if(has_history, 'no run in ' || span_text(notes_days), null)
    from ratios
    where measure = 'fast_steps'
),

frequency_findings as (
    select
        athlete_id,
        load_date,
        'FREQ_HIGH_GT5' as code,
        'high_load_days' as measure,
        if(has_history, high_load_days_7 > high_days_limit, null) as is_raised,
        'R1' as level,
        high_load_days_7 as value,
        high_days_limit as threshold,
        '>' as comparison,
        'days' as unit,
        7 as window_days,
        high_load_days_7 || ' of the last ' || days_text(7)
        || if(high_load_days_7 = 1, ' was a high-load day', ' were high-load days')
        || '; more than ' || plain(high_days_limit) || ' are too many' as evidence,
        cast(null as text) as because
    from days
    union all
    select
        athlete_id,
        load_date,
        'BACK_TO_BACK_HIGH',
        'high_load_days',
        if(has_history, is_back_to_back, null),
        'info',
        high_load_days_2,
        2,
        '>=',
        'days',
        2,
        if(
            is_back_to_back, 'today and yesterday were both high-load days (2 in a row)',
            high_load_days_2 || ' of the last 2 days ' || if(high_load_days_2 = 1, 'was a high-load day', 'were high-load days')
        ),
        null
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
        returns.distance_m as value,
        returns.usual_distance_m as threshold,
        '>=' as comparison,
        'm' as unit,
        cast(days.return_days as integer) as window_days,
        of_day(distance_text(returns.distance_m, days.units), returns.outing_date, days.load_date)
        || ' reached the usual length (' || distance_text(returns.usual_distance_m, days.units) || ') again after '
        || span_text(days.return_days) || ' of light running' as evidence,
        cast(null as text) as because
    from days
    inner join intermediate.returns as returns
        on
            days.athlete_id = returns.athlete_id
            and days.load_date between returns.outing_date and returns.active_until
    qualify row_number() over (
        partition by days.athlete_id, days.load_date order by returns.outing_date desc, returns.outing_number desc
    ) = 1
),

-- No return is raised: were the days before light, and if so what was run today?
breaks as (
    select
        days.athlete_id,
        days.load_date,
        days.units,
        days.return_days,
        days.return_ratio,
        days.return_history_days,
        days.has_history,
        days.has_history and days.load_date - days.first_run_date >= days.return_history_days as is_told,
        light.told_days,
        light.light_days,
        -- No outing today is 0 m, an outing without distance is not known.
        case
            when count(outings.outing_number) filter (where outings.outing_date = days.load_date) = 0 then 0
            when not bool_or(outings.outing_date = days.load_date and outings.distance_m is null)
                then max(outings.distance_m) filter (where outings.outing_date = days.load_date)
        end as distance_m,
        median(outings.distance_m) filter (where outings.outing_date < days.load_date) as usual_distance_m
    from days
    inner join intermediate.light_days as light on days.athlete_id = light.athlete_id and days.load_date = light.load_date
    left join intermediate.outings as outings
        on
            days.athlete_id = outings.athlete_id
            and outings.outing_date between days.load_date - cast(days.usual_days as integer) and days.load_date
    anti join return_findings as raised on days.athlete_id = raised.athlete_id and days.load_date = raised.load_date
    where days.load_date = as_of_date()
    group by all
),

break_findings as (
    select
        athlete_id,
        load_date,
        'RETURN_AFTER_BREAK' as code,
        'distance_m' as measure,
        case
            when not is_told then null
            when light_days >= return_days then if(distance_m < usual_distance_m, false, null)
            when light_days < told_days or told_days >= return_days then false
        end as is_raised,
        'info' as level,
        if(light_days < return_days, light_days, distance_m) as value,
        if(light_days < return_days, return_days, usual_distance_m) as threshold,
        '>=' as comparison,
        if(light_days < return_days, 'days', 'm') as unit,
        cast(return_days as integer) as window_days,
        if(
            light_days < return_days,
            light_days || ' of the ' || days_text(cast(return_days as integer)) || ' before lay in light weeks (Achilles load below '
            || plain(return_ratio) || ' × that of the weeks before); a break takes all of them',
            'the ' || days_text(cast(return_days as integer)) || ' before lay in light weeks; '
            || if(
                distance_m = 0, 'no run today, the usual length is ',
                'today''s ' || distance_text(distance_m, units) || ' stayed under the usual '
            ) || distance_text(usual_distance_m, units)
        ) as evidence,
        if(
            has_history,
            'a break is told after ' || days_text(cast(return_history_days as integer)) || ' of running, from days that can all be'
            || ' compared with the weeks before', null
        ) as because
    from breaks
),

united as (
    select * from spike_findings
    union all
    select * from ratio_findings
    union all
    select * from frequency_findings
    union all
    select * from return_findings
    union all
    select * from break_findings
)

select *
from united
where is_raised or load_date = as_of_date()
