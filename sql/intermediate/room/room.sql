-- How much may the next seven days hold before the flag rises?
-- Usual week: seven mean days of the last three weeks, in which a run that was a spike counts no more than its own ceiling. Week
-- ceiling: that, times the line of the uncoupled ratio. Longest run: 1.10 x the longest that will still lie in the 30 days before a
-- run on day 7; while a distance spike is active, no more than that of before the spike; the restart length without such a run, for
-- who ran before and rested since, and while a run too far after a break is active; and never more than the week. If one outing of
-- the 30 days has no distance or could not be read, or no run is known where days are unknown, the longest is unknown and no longest
-- run is given. A week is usual from the days of the history alone. The longest run by time is given while a spike of minutes is
-- active: the line of such a spike, from the longest before it.
-- Grain: one row per athlete and local day since the first activity.
with outings as (
    select
        athlete_id,
        outing_date,
        max(cast(distance_m as bigint)) as distance_m,
        bool_or(distance_m is null) as is_unmeasured
    from intermediate.outings
    group by athlete_id, outing_date
),

days as (
    select
        days.athlete_id,
        days.load_date,
        rules.spike_small_percent,
        rules.other_spike_percent,
        rules.no_baseline_floor_m,
        rules.no_baseline_floor_share,
        rules.acwr_high,
        rules.known_days_uncoupled,
        bool_or(outings.outing_date is not null) over (
            partition by days.athlete_id order by days.load_date
        ) as has_run,
        bool_or(distance.load is null and outings.outing_date is null) over (
            partition by days.athlete_id order by days.load_date
            range between interval 23 days preceding and current row
        ) as has_unknown_days,
        coalesce(bool_or(outings.is_unmeasured or lost.unknown_because = 'refused') over (
            partition by days.athlete_id order by days.load_date
            range between interval 29 days preceding and current row
        ), false) as is_unmeasured,
        max(outings.distance_m) over (
            partition by days.athlete_id order by days.load_date
            range between interval (rules.usual_days - 1) days preceding and current row
        ) as usual_longest_m,
        -- These outings will still be in the 30 days before a run on day 7.
        max(outings.distance_m) over (
            partition by days.athlete_id order by days.load_date
            range between interval 23 days preceding and current row
        ) as lasting_longest_m,
        max(outings.distance_m) over (
            partition by days.athlete_id order by days.load_date
            range between interval 6 days preceding and current row
        ) as longest_7d_m
    from intermediate.athlete_days as days
    inner join seeds.athlete_rules as rules on days.athlete_id = rules.athlete_id
    left join outings on days.athlete_id = outings.athlete_id and days.load_date = outings.outing_date
    left join intermediate.unknown_days as lost on days.athlete_id = lost.athlete_id and days.load_date = lost.load_date
    left join intermediate.measure_days as distance
        on
            days.athlete_id = distance.athlete_id
            and days.load_date = distance.load_date
            and distance.measure = 'distance_m'
),

-- What a run of each day held beyond its own ceiling.
excesses as (
    select
        athlete_id,
        outing_date,
        measure,
        sum(try_cast(amount - if(is_without_baseline, restart_m, threshold * largest_before) as decimal(18, 6))) as excess
    from intermediate.session_spikes
    where is_without_baseline or (is_spike and measure in ('distance_m', 'moving_s'))
    group by athlete_id, outing_date, measure
),

spikes as (
    select
        days.athlete_id,
        days.load_date,
        min(spikes.largest_before) filter (where spikes.measure = 'distance_m') as longest_before_m,
        min(spikes.largest_before) filter (where spikes.measure = 'moving_s') as longest_before_s
    from days
    inner join intermediate.session_spikes as spikes
        on
            days.athlete_id = spikes.athlete_id
            and days.load_date between spikes.outing_date and spikes.active_until
            and spikes.measure in ('distance_m', 'moving_s')
            and spikes.is_spike
    group by days.athlete_id, days.load_date
),

-- A run that came too far too soon after a break does not set the length of the next one either.
comebacks as (
    select
        days.athlete_id,
        days.load_date,
        min(outings.restart_m) as comeback_m
    from days
    inner join intermediate.session_spikes as outings
        on
            days.athlete_id = outings.athlete_id
            and days.load_date between outings.outing_date and outings.active_until
            and outings.measure = 'distance_m'
    left join intermediate.returns as returns
        on outings.athlete_id = returns.athlete_id and outings.outing_number = returns.outing_number
    where outings.is_without_baseline or returns.outing_number is not null
    group by days.athlete_id, days.load_date
),

weeks as (
    select
        days.athlete_id,
        days.load_date,
        days.measure,
        sum(days.load) over last_week as last_week,
        -- Days before the history are no rest: nobody knows what they held.
        least(count(days.load) over three_weeks, days.load_date - history.history_date + 1) as known_days,
        if(
            known_days >= rules.known_days_uncoupled,
            -- Exact sums, so that no last digit depends on the other athletes.
            7 * cast(sum(days.load - coalesce(excesses.excess, 0)) over three_weeks as double) / known_days,
            null
        ) as usual
    from intermediate.measure_days as days
    inner join seeds.athlete_rules as rules on days.athlete_id = rules.athlete_id
    inner join intermediate.history_days as history
        on days.athlete_id = history.athlete_id and days.load_date = history.load_date
    left join excesses
        on
            days.athlete_id = excesses.athlete_id
            and days.load_date = excesses.outing_date
            and days.measure = excesses.measure
    where days.measure in ('distance_m', 'moving_s')
    window
        three_weeks as (
            partition by days.athlete_id, days.measure order by days.load_date
            range between interval 20 days preceding and current row
        ),
        last_week as (
            partition by days.athlete_id, days.measure order by days.load_date
            range between interval 6 days preceding and current row
        )
),

highs as (
    select
        windows.athlete_id,
        windows.load_date,
        bool_or(is_ratio_above(windows.acwr_uncoupled, rules.acwr_high) and gates.is_uncoupled_shown) as is_week_passed
    from intermediate.load_windows as windows
    inner join seeds.athlete_rules as rules on windows.athlete_id = rules.athlete_id
    inner join intermediate.ratio_gates as gates
        on
            windows.athlete_id = gates.athlete_id
            and windows.load_date = gates.load_date
            and windows.measure = gates.measure
    where windows.measure in ('distance_m', 'moving_s')
    group by windows.athlete_id, windows.load_date
),

ceilings as (
    select
        days.*,
        spikes.longest_before_m,
        spikes.longest_before_s,
        comebacks.comeback_m,
        distance.last_week as week_distance_m,
        moving.last_week as week_moving_s,
        coalesce(highs.is_week_passed, false) as is_week_passed,
        nullif(distance.usual, 0) as distance_usual_m,
        nullif(moving.usual, 0) as moving_usual_s,
        floor(days.acwr_high * distance_usual_m + 1e-6) as distance_ceiling_m,
        floor(days.acwr_high * moving_usual_s + 1e-6) as moving_ceiling_s,
        greatest(
            days.no_baseline_floor_m, days.no_baseline_floor_share * coalesce(days.usual_longest_m, 0)
        ) as restart_m,
        days.is_unmeasured or (days.lasting_longest_m is null and (days.has_unknown_days or not days.has_run)) as is_unknown,
        least(days.lasting_longest_m, coalesce(spikes.longest_before_m, days.lasting_longest_m)) as usual_run_m,
        coalesce(floor(days.spike_small_percent * usual_run_m / 100), restart_m) as grown_run_m,
        coalesce(comebacks.comeback_m < grown_run_m, false) as is_coming_back,
        if(is_coming_back, comebacks.comeback_m, grown_run_m) as own_ceiling_m,
        least(own_ceiling_m, coalesce(distance_ceiling_m, own_ceiling_m)) as longest_run_ceiling_m,
        -- Where load is held.
        least(coalesce(usual_run_m, restart_m), own_ceiling_m) as held_run_m
    from days
    inner join weeks as distance
        on days.athlete_id = distance.athlete_id and days.load_date = distance.load_date and distance.measure = 'distance_m'
    inner join weeks as moving
        on days.athlete_id = moving.athlete_id and days.load_date = moving.load_date and moving.measure = 'moving_s'
    left join highs on days.athlete_id = highs.athlete_id and days.load_date = highs.load_date
    left join spikes on days.athlete_id = spikes.athlete_id and days.load_date = spikes.load_date
    left join comebacks on days.athlete_id = comebacks.athlete_id and days.load_date = comebacks.load_date
)

select
    athlete_id,
    load_date,
    -- The restart length asks nothing of the 30 days.
    if(is_unknown, comeback_m, cast(longest_run_ceiling_m as double)) as longest_run_ceiling_m,
    if(is_unknown, comeback_m, cast(held_run_m as double)) as held_run_m,
    cast(floor(other_spike_percent * longest_before_s / 100 + 1e-6) as double) as longest_run_ceiling_s,
    cast(longest_before_s as double) as held_run_s,
    cast(distance_usual_m as double) as week_distance_usual_m,
    cast(distance_ceiling_m as double) as week_distance_ceiling_m,
    cast(moving_usual_s as double) as week_moving_usual_s,
    cast(moving_ceiling_s as double) as week_moving_ceiling_s,
    case
        when is_unknown then if(comeback_m is null, null, 'comeback')
        when lasting_longest_m is null then 'restart'
        when is_week_passed then 'week already passed'
        when is_coming_back then 'comeback'
        when distance_ceiling_m is null or moving_ceiling_s is null then 'longest run'
        when longest_before_m is not null then 'longest run'
        -- The measure with the least room compared with the last week.
        when
            longest_run_ceiling_m * week_distance_m <= distance_ceiling_m * longest_7d_m
            and longest_run_ceiling_m * week_moving_s <= moving_ceiling_s * longest_7d_m then 'longest run'
        when distance_ceiling_m * week_moving_s <= moving_ceiling_s * week_distance_m then 'week distance'
        when week_distance_m is null or longest_7d_m is null then 'longest run'
        else 'week moving time'
    end as binding_rule
from ceilings
