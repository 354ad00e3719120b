-- How much may the next seven days hold?
-- Longest run: 1.10 x the longest that will still lie in the 30 days before a run on day 7; while a distance spike is active, of
-- the 30 days before the spike. Week: the load at which the uncoupled ratio reaches its line t on day 7, t P / 3 with P the load
-- of the last 21 days. The lengths follow the acute and chronic windows of the rules; the room is for one acute window. Without a
-- run in 30 days the restart rule applies. A week already above the line leaves no room. If one outing of the 30 days has no
-- distance, the longest is unknown and no longest run is given.
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
        rules.no_baseline_floor_m,
        rules.no_baseline_floor_share,
        rules.acwr_high,
        rules.known_days_uncoupled,
        max(outings.distance_m) over (
            partition by days.athlete_id order by days.load_date
            range between interval 29 days preceding and current row
        ) as longest_m,
        coalesce(bool_or(outings.is_unmeasured) over (
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
),

spikes as (
    select days.athlete_id, days.load_date, arg_max(spikes.largest_before, spikes.outing_date) as longest_before_m
    from days
    inner join intermediate.session_spikes as spikes
        on
            days.athlete_id = spikes.athlete_id
            and days.load_date between spikes.outing_date and spikes.active_until
            and spikes.measure = 'distance_m'
            and spikes.is_spike
    group by days.athlete_id, days.load_date
),

weeks as (
    select
        days.athlete_id,
        days.load_date,
        days.measure,
        count(days.load) over three_weeks as known_days,
        sum(days.load) over three_weeks as three_weeks,
        sum(days.load) over last_week as last_week
    from intermediate.measure_days as days
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

ceilings as (
    select
        days.*,
        spikes.longest_before_m,
        distance.last_week as week_distance_m,
        moving.last_week as week_moving_s,
        distance.known_days >= days.known_days_uncoupled and distance.three_weeks > 0 as is_week_known,
        coalesce(
            is_ratio_above(high_distance.acwr_uncoupled, days.acwr_high) and high_distance_gate.is_uncoupled_shown, false
        ) as is_distance_passed,
        coalesce(
            is_ratio_above(high_moving.acwr_uncoupled, days.acwr_high) and high_moving_gate.is_uncoupled_shown, false
        ) as is_moving_passed,
        case
            when spikes.longest_before_m is not null then floor(days.spike_small_percent * spikes.longest_before_m / 100)
            when days.lasting_longest_m is not null then floor(days.spike_small_percent * days.lasting_longest_m / 100)
            when days.longest_m is not null
                then least(
                    floor(days.spike_small_percent * days.longest_m / 100),
                    greatest(days.no_baseline_floor_m, days.no_baseline_floor_share * days.usual_longest_m)
                )
            else greatest(days.no_baseline_floor_m, days.no_baseline_floor_share * days.usual_longest_m)
        end as longest_run_ceiling_m,
        floor(days.acwr_high * distance.three_weeks / 3) as distance_ceiling_m,
        floor(days.acwr_high * moving.three_weeks / 3) as moving_ceiling_s
    from days
    inner join weeks as distance
        on days.athlete_id = distance.athlete_id and days.load_date = distance.load_date and distance.measure = 'distance_m'
    inner join weeks as moving
        on days.athlete_id = moving.athlete_id and days.load_date = moving.load_date and moving.measure = 'moving_s'
    inner join intermediate.load_windows as high_distance
        on
            days.athlete_id = high_distance.athlete_id
            and days.load_date = high_distance.load_date
            and high_distance.measure = 'distance_m'
    inner join intermediate.ratio_gates as high_distance_gate
        on
            days.athlete_id = high_distance_gate.athlete_id
            and days.load_date = high_distance_gate.load_date
            and high_distance_gate.measure = 'distance_m'
    inner join intermediate.load_windows as high_moving
        on
            days.athlete_id = high_moving.athlete_id
            and days.load_date = high_moving.load_date
            and high_moving.measure = 'moving_s'
    inner join intermediate.ratio_gates as high_moving_gate
        on
            days.athlete_id = high_moving_gate.athlete_id
            and days.load_date = high_moving_gate.load_date
            and high_moving_gate.measure = 'moving_s'
    left join spikes on days.athlete_id = spikes.athlete_id and days.load_date = spikes.load_date
)

select
    athlete_id,
    load_date,
    if(is_unmeasured, null, cast(longest_run_ceiling_m as double)) as longest_run_ceiling_m,
    cast(
        case when longest_m is null or not is_week_known then null when is_distance_passed then 0 else distance_ceiling_m end as double
    ) as week_distance_ceiling_m,
    cast(
        case when longest_m is null or not is_week_known then null when is_moving_passed then 0 else moving_ceiling_s end as double
    ) as week_moving_ceiling_s,
    case
        when is_unmeasured then null
        when longest_m is null then 'restart'
        when is_distance_passed or is_moving_passed then 'week already passed'
        when not is_week_known then 'longest run'
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
