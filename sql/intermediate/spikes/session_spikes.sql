-- How does each outing compare with the largest of the 30 days before its own day?
-- Compared in whole metres, seconds and steps after cross-multiplying: exactly 1.10 is not a spike. An outing before the runner
-- has a history is never a spike, not even in hindsight; after 30 days without a run there is no baseline, and only a modest run
-- is a fair restart. A ratio counts only from a floor on, or when the outing exceeds the largest by more than the rule's excess;
-- a maximum of 0 fast steps or ascent counts as passed once the floor is reached. If the outing, or one of the window, lacks the
-- measure, nothing is said of it: no largest, no ratio, no ceiling and no spike. A run that was refused is an outing that lacks them
-- all. Other unknown days in the window are no outings, but with one of them nobody knows that there was no run in 30 days.
-- Grain: one row per outing and measure.
with refused as (
    select
        days.athlete_id,
        days.load_date,
        count(lost.load_date) over (
            partition by days.athlete_id order by days.load_date
            range between interval 30 days preceding and interval 1 day preceding
        ) > 0 as is_run_unread
    from intermediate.athlete_days as days
    left join intermediate.unknown_days as lost
        on days.athlete_id = lost.athlete_id and days.load_date = lost.load_date and lost.unknown_because = 'refused'
),

long as (
    select
        athlete_id,
        outing_number,
        outing_date,
        is_fast_by_totals,
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
        count(*) over before as outings_before,
        refused.is_run_unread,
        long.amount is not null and not refused.is_run_unread and count(long.amount) over before = count(*) over before as is_measured,
        if(is_measured, max(long.amount) over before, null) as largest_before,
        max(long.amount) over half_year_before as usual_largest,
        max(if(long.is_fast_by_totals, null, long.amount)) over before as largest_by_track,
        coalesce(bool_or(long.is_fast_by_totals) over before, false) as has_totals_before,
        long.outing_date - max(long.outing_date) over (
            partition by long.athlete_id, long.measure order by long.outing_date
            range between unbounded preceding and interval 1 day preceding
        ) as days_before
    from long
    inner join seeds.athlete_rules as rules on long.athlete_id = rules.athlete_id
    inner join refused on long.athlete_id = refused.athlete_id and long.outing_date = refused.load_date
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

known as (
    select
        athlete_id,
        load_date,
        count(*) filter (where not is_known) over (
            partition by athlete_id order by load_date range between interval 30 days preceding and interval 1 day preceding
        ) as unknown_days_before
    from intermediate.athlete_days
),

judged as (
    select
        windows.*,
        rules.spike_active_days,
        rules.no_baseline_floor_m,
        rules.no_baseline_floor_share,
        rules.small_spike_count,
        rules.small_spike_count_days,
        coalesce(history.has_history, false) as is_judged,
        case windows.measure
            when 'distance_m' then rules.spike_small_percent
            else rules.other_spike_percent
        end as spike_percent,
        if(windows.measure = 'distance_m', rules.spike_moderate_percent, rules.other_spike_percent) as double_percent,
        rules.spike_moderate_percent,
        rules.spike_large_percent,
        -- Amounts from which a spike counts; null where nothing but the floor makes it count.
        case windows.measure
            when 'distance_m' then rules.distance_floor_m
            when 'moving_s' then rules.duration_floor_s
            when 'ascent_m' then rules.ascent_floor_m
            when 'fast_steps' then 2 * rules.fast_floor_steps_per_leg
            else 1000 * rules.load_floor_steps
        end as floor_amount,
        case windows.measure
            when 'distance_m' then rules.distance_excess_m
            when 'moving_s' then rules.duration_excess_s
            when 'achilles_load_steps' then 1000 * rules.load_excess_steps
        end as excess_amount,
        -- Loads were rounded to thousandths: two of them above the line are none, or +30 % at one pace would be more than +30 %.
        if(windows.measure = 'achilles_load_steps', 200, 0) as rounding,
        coalesce(windows.amount >= floor_amount, false) as is_floor_reached,
        coalesce(windows.amount - windows.largest_before > excess_amount, false) as is_excess_passed,
        known.unknown_days_before,
        known.unknown_days_before = 0 as is_pause_known,
        windows.outings_before = 0
        and is_pause_known
        and windows.outing_date - history.history_date > 30
        and windows.measure = 'distance_m'
        and windows.amount > rules.no_baseline_floor_m
        and windows.amount > rules.no_baseline_floor_share * coalesce(windows.usual_largest, 0) as is_beyond_restart,
        windows.measure = 'fast_steps' and (
            windows.is_fast_by_totals
            or (windows.largest_before > 0 and coalesce(windows.largest_by_track < windows.largest_before, true))
            or (windows.largest_before = 0 and windows.has_totals_before)
        ) as is_by_totals
    from windows
    inner join seeds.athlete_rules as rules on windows.athlete_id = rules.athlete_id
    inner join known on windows.athlete_id = known.athlete_id and windows.outing_date = known.load_date
    left join intermediate.history_days as history
        on windows.athlete_id = history.athlete_id and windows.outing_date = history.load_date
),

floored as (
    select
        *,
        -- A slow runner's few hundred metres more are many minutes: by its excess alone no measure counts where distance does not.
        is_floor_reached or (
            is_excess_passed and not coalesce(
                bool_or(measure = 'distance_m' and is_measured and not is_floor_reached and not is_excess_passed) over outing, false
            )
        ) as is_above_floor
    from judged
    window outing as (partition by athlete_id, outing_number)
),

compared as (
    select
        *,
        is_judged and outings_before > 0 and coalesce(
            largest_before > 0 and 100 * amount > spike_percent * largest_before + rounding, false
        ) as is_above_line,
        is_judged and outings_before > 0 and coalesce(
            largest_before > 0 and 100 * amount > double_percent * largest_before + rounding, false
        ) as is_above_double_line,
        is_judged and outings_before > 0 and coalesce(
            largest_before = 0 and measure in ('fast_steps', 'ascent_m'), false
        ) as is_first,
        is_above_floor and (is_above_line or is_first) as is_spike
    from floored
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
    floor_amount,
    excess_amount,
    greatest(no_baseline_floor_m, no_baseline_floor_share * coalesce(usual_largest, 0)) as restart_m,
    days_before,
    outings_before,
    unknown_days_before,
    is_measured,
    is_run_unread,
    is_above_floor,
    is_judged,
    is_pause_known,
    coalesce(is_judged and is_beyond_restart, false) as is_without_baseline,
    is_spike,
    -- What a volume and an intensity spike have to be to count double.
    is_above_floor and (is_above_double_line or is_first) and not is_by_totals as is_above_moderate,
    coalesce(is_by_totals, false) as is_by_totals,
    -- A distance spike among so many of three weeks.
    measure = 'distance_m' and is_spike and count(*) filter (where is_spike) over (
        partition by athlete_id, measure order by outing_date
        range between interval (small_spike_count_days - 1) days preceding and current row
    ) >= small_spike_count as is_repeated,
    case
        when not is_judged or (outings_before = 0 and amount is not null and not is_run_unread) then 'no_baseline'
        when not is_measured then 'not_assessed'
        when largest_before = 0 then 'no_baseline'
        when is_above_line and not is_above_floor then 'below_floor'
        when 100 * amount > spike_large_percent * largest_before + rounding then 'large'
        when 100 * amount > spike_moderate_percent * largest_before + rounding then 'moderate'
        when 100 * amount > spike_percent * largest_before + rounding then 'small'
        else 'reference'
    end as spike_state,
    -- The reason that it gives and what that weighs; null for an outing that is no spike.
    case
        when is_without_baseline then 'RUN_NO_BASELINE_30D'
        when not is_spike then null
        when measure = 'distance_m' then 'RUN_SESSION_SPIKE_' || upper(spike_state)
        when measure = 'moving_s' then 'RUN_DURATION_SPIKE'
        when measure = 'ascent_m' then 'RUN_HILL_SPIKE'
        when measure = 'fast_steps' then 'RUN_FAST_SPIKE'
        else 'RUN_LOAD_SPIKE'
    end as code,
    case when code in ('RUN_SESSION_SPIKE_LARGE', 'RUN_NO_BASELINE_30D') then 'R2' when code is not null then 'R1' end as level,
    outing_date + cast(spike_active_days - 1 as integer) as active_until
from compared
