-- Did the runner come back at full length after a break?
-- Raised rows on every day; on the as-of date also the others, with their numbers.
-- Grain: one row per athlete and local day.
with days as (
    select
        days.*,
        rules.return_days,
        rules.return_ratio,
        rules.return_history_days,
        rules.usual_days
    from intermediate.run_days as days
    inner join seeds.athlete_rules as rules on days.athlete_id = rules.athlete_id
),

raised as (
    select
        days.athlete_id,
        days.load_date,
        true as is_raised,
        'R1' as level,
        returns.distance_m as value,
        returns.usual_distance_m as threshold,
        'm' as unit,
        cast(days.return_days as integer) as window_days,
        'return.full_length' as message,
        json_object(
            'outing_date', returns.outing_date, 'distance_m', returns.distance_m, 'usual_m', returns.usual_distance_m,
            'return_days', days.return_days
        ) as facts
    from days
    inner join intermediate.returns as returns
        on
            days.athlete_id = returns.athlete_id
            and days.load_date between returns.outing_date and returns.active_until
    qualify row_number() over (
        partition by days.athlete_id, days.load_date order by returns.outing_date desc, returns.outing_number desc
    ) = 1
),

-- If no return is raised: were the days before light, and if so, what was run today?
breaks as (
    select
        days.athlete_id,
        days.load_date,
        days.return_days,
        days.return_ratio,
        days.return_history_days,
        days.has_history,
        days.has_history and days.load_date - days.first_run_date >= days.return_history_days as is_told,
        light.told_days,
        light.light_days,
        light.light_days < days.return_days as is_without_break,
        -- No outing today is 0 m; an outing without a distance is unknown.
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
    anti join raised on days.athlete_id = raised.athlete_id and days.load_date = raised.load_date
    where days.load_date = as_of_date()
    group by all
),

not_raised as (
    select
        athlete_id,
        load_date,
        case
            when not is_told then null
            when not is_without_break then if(distance_m < usual_distance_m, false, null)
            when light_days < told_days or told_days >= return_days then false
        end as is_raised,
        'info' as level,
        if(is_without_break, light_days, distance_m) as value,
        if(is_without_break, return_days, usual_distance_m) as threshold,
        if(is_without_break, 'days', 'm') as unit,
        cast(return_days as integer) as window_days,
        case
            when is_without_break then 'return.no_break'
            when distance_m = 0 then 'return.no_run_today'
            else 'return.short_run_today'
        end as message,
        case
            when is_raised is null then json_object('return_history_days', return_history_days)
            when is_without_break
                then json_object('light', light_days, 'return_days', return_days, 'return_ratio', return_ratio)
            else json_object('distance_m', distance_m, 'usual_m', usual_distance_m, 'return_days', return_days)
        end as facts,
        if(has_history, 'because.break_not_told', null) as because
    from breaks
),

united as (
    select * from raised
    union all by name
    select * from not_raised
)

select
    *,
    'RETURN_AFTER_BREAK' as code,
    'distance_m' as measure,
    '>=' as comparison
from united
