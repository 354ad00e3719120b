-- What is planned for each of the next 28 days, each thing once?
-- A repeated event stands on every day of its rule (RFC 5545). Of an event in several calendars the newest counts; on a day that
-- plan.csv names no calendar does; a row that two files repeat is one. A day is the athlete's own: an evening in another time zone
-- may be the morning after.
-- Grain: one row per athlete, day and planned run or strength session.
with newest as (
    select *
    from staging.plan
    qualify
        event_id is null
        or file_id = first_value(file_id) over (
            partition by athlete_id, event_id order by event_version desc, arrival desc, file_id
        )
),

-- A day more on both sides, for other time zones.
days as (
    select as_of_date() + cast(unnest(range(0, 31)) as integer) as day
),

repeated as (
    select
        newest.*,
        days.day,
        ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'][isodow(days.day)] as weekday,
        cast(day(days.day) as integer) as month_day,
        cast(day(last_day(days.day)) as integer) as month_days,
        -- Weeks and months since any fixed ones.
        (days.day - date '2000-01-03' - newest.repeat_week_start) // 7 as week_number,
        (newest.plan_date - date '2000-01-03' - newest.repeat_week_start) // 7 as first_week_number
    from newest
    cross join days
    where
        newest.repeat_every is not null
        and days.day >= newest.plan_date
        and coalesce(days.day <= newest.repeat_until, true)
        and not coalesce(list_contains(newest.repeat_except, days.day), false)
),

on_days as (
    select * exclude (weekday, month_day, month_days, week_number, first_week_number)
    from repeated
    where
        case repeat_every
            when 'daily' then (day - plan_date) % repeat_interval = 0
            when 'weekly' then (week_number - first_week_number) % repeat_interval = 0
            when 'monthly' then date_diff('month', date_trunc('month', plan_date), date_trunc('month', day)) % repeat_interval = 0
            else (year(day) - year(plan_date)) % repeat_interval = 0
        end
        and coalesce(list_contains(repeat_months, cast(month(day) as integer)), true)
        and coalesce(list_has_any(repeat_month_days, [month_day, month_day - month_days - 1]), true)
        -- MO, the first Monday of a month, or its last.
        and coalesce(
            list_has_any(
                repeat_weekdays,
                [
                    weekday,
                    ((month_day - 1) // 7 + 1) || weekday,
                    '+' || ((month_day - 1) // 7 + 1) || weekday,
                    '-' || ((month_days - month_day) // 7 + 1) || weekday
                ]
            ), true
        )
    union all by name
    select
        *,
        plan_date as day
    from newest
    where repeat_every is null
),

dated as (
    select
        on_days.* exclude (plan_date),
        if(
            on_days.start_time is null or on_days.time_zone is null,
            null,
            timezone(on_days.time_zone, on_days.day + on_days.start_time)
        ) as starts_at,
        coalesce(cast(timezone(athletes.timezone, starts_at) as date), on_days.day) as plan_date
    from on_days
    inner join staging.athletes as athletes on on_days.athlete_id = athletes.athlete_id
),

ahead as (
    select
        *,
        bool_or(not is_calendar) over (partition by athlete_id, plan_date) as is_in_table,
        row_number() over (
            partition by athlete_id, plan_date, file_id, is_strength, kind, distance_m, moving_s order by row_number
        ) as copy_number
    from dated
    where plan_date between as_of_date() + 1 and as_of_date() + 28
    -- A date that a calendar adds to a repeated event may be one of its days.
    qualify row_number() over (partition by athlete_id, plan_date, file_id, row_number, is_strength order by day) = 1
)

select
    athlete_id,
    plan_date,
    is_strength,
    if(is_strength, 'strength', kind) as kind,
    distance_m,
    moving_s,
    title,
    starts_at,
    is_calendar,
    file_id,
    row_number
from ahead
where not (is_calendar and is_in_table)
qualify row_number() over (
    partition by athlete_id, plan_date, is_strength, kind, distance_m, moving_s, copy_number
    order by arrival desc, file_id, row_number
) = 1
