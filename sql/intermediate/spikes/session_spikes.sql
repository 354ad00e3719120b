-- How does each outing compare with the largest of the 30 days before its own day?
-- Compared in whole metres, seconds and steps after cross-multiplying: exactly 1.10 is not a spike. An outing before the runner
-- has a history is never a spike, not even in hindsight; after 30 days without a run there is no baseline, and only a modest run
-- is a fair restart. A maximum of 0 fast steps or ascent counts as passed once the floor is reached. If one outing of the window
-- lacks the measure, the largest is unknown: no baseline, no ratio, no ceiling and no spike of that measure.
-- Grain: one row per outing and measure.
with firsts as (
    select
        athlete_id,
        min(outing_date) as first_date
    from intermediate.outings
    group by athlete_id
),

long as (
    select
        athlete_id,
        outing_number,
        outing_date,
        unnest(['distance_m', 'moving_s', 'ascent_m', 'fast_steps', 'achilles_load_steps']) as measure,
        unnest([
            cast(distance_m as bigint),
            cast(moving_s as bigint),
            cast(ascent_m as bigint),
            cast(fast_steps as bigint),
            try_cast(1000 * achilles_load_steps as bigint) -- in thousandths, because the sum is not a whole number
        ]) as amount
    from intermediate.outings
),

windows as (
    select
        long.*,
        firsts.first_date,
        count(*) over before as outings_before,
        long.amount is not null and count(long.amount) over before = count(*) over before as is_measured,
        if(count(long.amount) over before = count(*) over before, max(long.amount) over before, null) as largest_before,
        max(long.amount) over half_year_before as usual_largest,
        long.outing_date - max(long.outing_date) over (
            partition by long.athlete_id, long.measure order by long.outing_date
            range between unbounded preceding and interval 1 day preceding
        ) as days_before
    from long
    inner join firsts on long.athlete_id = firsts.athlete_id
    inner join seeds.athlete_rules as rules on long.athlete_id = rules.athlete_id
    window
        before as (
            partition by long.athlete_id, long.measure order by long.outing_date
            range between interval 30 days preceding and interval 1 day preceding
        ),
        half_year_before as (
            partition by long.athlete_id, long.measure order by long.outing_date
            range between interval (rules.usual_days) days preceding and interval 1 day preceding
        )
),

judged as (
    select
        windows.*,
        rules.spike_active_days,
        rules.other_spike_percent,
        rules.no_baseline_floor_m,
        rules.no_baseline_floor_share,
        coalesce(history.has_history, false) as is_judged,
        case windows.measure
            when 'distance_m' then rules.spike_small_percent
            else rules.other_spike_percent
        end as spike_percent,
        rules.spike_moderate_percent,
        rules.spike_large_percent,
        case windows.measure
            when 'fast_steps' then windows.amount >= 2 * rules.fast_floor_steps_per_leg
            when 'ascent_m' then windows.amount >= rules.ascent_floor_m
            else true
        end as is_above_floor,
        windows.outings_before = 0
        and windows.outing_date - windows.first_date > 30
        and windows.measure = 'distance_m'
        and windows.amount > rules.no_baseline_floor_m
        and windows.amount > rules.no_baseline_floor_share * coalesce(windows.usual_largest, 0) as is_beyond_restart
    from windows
    inner join seeds.athlete_rules as rules on windows.athlete_id = rules.athlete_id
    left join intermediate.history_days as history
        on windows.athlete_id = history.athlete_id and windows.outing_date = history.load_date
)

select
    athlete_id,
    outing_number,
    outing_date,
    measure,
    amount,
    largest_before,
    usual_largest,
    amount / nullif(largest_before, 0) as spike_ratio,
    spike_percent / 100 as threshold,
    floor(spike_percent * largest_before / 100) as ceiling,
    greatest(no_baseline_floor_m, no_baseline_floor_share * coalesce(usual_largest, 0)) as restart_m,
    days_before,
    outings_before,
    is_measured,
    is_above_floor,
    is_judged,
    is_judged and is_beyond_restart as is_without_baseline,
    coalesce(
        is_judged and is_above_floor and outings_before > 0 and (
            (largest_before > 0 and 100 * amount > spike_percent * largest_before)
            or (largest_before = 0 and measure in ('fast_steps', 'ascent_m'))
        ), false
    ) as is_spike,
    coalesce(
        is_judged and is_above_floor and outings_before > 0 and (
            (largest_before > 0 and 100 * amount > other_spike_percent * largest_before)
            or (largest_before = 0 and measure in ('fast_steps', 'ascent_m'))
        ), false
    ) as is_above_moderate,
    case
        when not is_judged or outings_before = 0 or coalesce(largest_before, 0) = 0 or amount is null then 'no_baseline'
        when 100 * amount > spike_large_percent * largest_before then 'large'
        when 100 * amount > spike_moderate_percent * largest_before then 'moderate'
        when 100 * amount > spike_percent * largest_before then 'small'
        else 'reference'
    end as spike_state,
    outing_date + cast(spike_active_days - 1 as integer) as active_until
from judged
