-- Is this week far above the three weeks before it, and do those hold enough to compare with?
-- Raised rows on every day; on the as-of date also the others, with their numbers.
-- Grain: one row per athlete, local day, code and measure.
with ratios as (
    select
        days.athlete_id,
        days.load_date,
        days.has_history,
        days.days_without_intensity,
        days.days_without_fast_track,
        rules.acwr_high,
        rules.low_base_share,
        rules.low_base_distance_m,
        windows.measure,
        windows.acute,
        windows.chronic_uncoupled,
        gates.usual_chronic,
        gates.distance_chronic_uncoupled,
        gates.ratio_state,
        if(gates.is_uncoupled_shown, windows.acwr_uncoupled, null) as ratio
    from intermediate.run_days as days
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

ratio_reasons as (
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
        'acwr.' || measure as message,
        case
            when ratio is null
                then json_object('days', if(days_without_intensity > 0, days_without_intensity, days_without_fast_track))
            when measure = 'achilles_load_steps' then json_object('ratio', ratio, 'line', acwr_high)
            else
                json_object(
                    'ratio', ratio, 'line', acwr_high, 'week_' || measure, 7 * acute, 'usual_' || measure, 7 * chronic_uncoupled
                )
        end as facts,
        case
            when not has_history then null
            when measure = 'fast_steps' and days_without_intensity > 0 then 'because.days_without_intensity'
            when measure = 'fast_steps' and days_without_fast_track > 0 then 'because.fast_by_totals'
            when ratio_state = 'missing_days' then 'because.missing_days'
            when ratio_state = 'low_base' and measure = 'fast_steps' then 'because.low_base_fast_steps'
            when ratio_state = 'low_base' then 'because.low_base'
        end as because
    from ratios
    where measure in ('moving_s', 'fast_steps', 'achilles_load_steps')
),

-- The weeks before need a minimum distance, and a minimum share of the runner's usual load.
bases as (
    select
        *,
        -- A usual load of 0 has no shares.
        case
            when
                measure = 'distance_m'
                or coalesce(usual_chronic, 0) = 0
                or coalesce(7 * distance_chronic_uncoupled < low_base_distance_m, false)
                then 'distance_m'
            when measure = 'moving_s' then 'moving_s'
            else 'share'
        end as told_by,
        case told_by
            when 'distance_m' then 7 * distance_chronic_uncoupled
            when 'moving_s' then 7 * chronic_uncoupled
            else chronic_uncoupled / usual_chronic
        end as base,
        case
            when told_by = 'moving_s' then 7 * low_base_share * usual_chronic
            when told_by = 'share' then low_base_share
            when measure = 'distance_m'
                then 7 * greatest(low_base_distance_m / 7, coalesce(low_base_share * usual_chronic, 0))
            else 7 * (low_base_distance_m / 7)
        end as needed
    from ratios
    where measure in ('distance_m', 'moving_s', 'achilles_load_steps')
),

base_reasons as (
    select
        athlete_id,
        load_date,
        'ACWR_LOW_BASE' as code,
        measure,
        case when ratio_state in ('ok', 'low_base') then ratio_state = 'low_base' end as is_raised,
        'info' as level,
        base as value,
        needed as threshold,
        '<' as comparison,
        case told_by
            when 'distance_m' then 'm a week'
            when 'moving_s' then 's a week'
            else 'share'
        end as unit,
        28 as window_days,
        if(ratio_state = 'low_base', 'base.too_little_', 'base.enough_') || told_by as message,
        json_object('base_' || told_by, base, 'needed_' || told_by, needed) as facts,
        if(ratio_state = 'missing_days', 'because.missing_days', null) as because
    from bases
),

united as (
    select * from ratio_reasons
    union all by name
    select * from base_reasons
)

select *
from united
where is_raised or load_date = as_of_date()
