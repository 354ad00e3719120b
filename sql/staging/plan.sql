-- What is planned, as the files say it?
-- Grain: one row per row of a file and planned thing; a repeated event of a calendar is one row.
select
    plan.* replace (
        amount(plan.distance_m) as distance_m,
        amount(plan.moving_s) as moving_s,
        -- An unknown time zone would make every night fail.
        zones.name as time_zone
    ),
    coalesce(contents.format = 'ics', false) as is_calendar,
    coalesce(paths.arrival, 0) as arrival
from raw.plan
left join (select distinct name from pg_timezone_names()) as zones on plan.time_zone = zones.name
left join (
    select
        file_id,
        any_value(format) as format
    from raw.contents
    group by file_id
) as contents on plan.file_id = contents.file_id
left join (
    select
        file_id,
        max(arrival) as arrival
    from raw.paths
    group by file_id
) as paths on plan.file_id = paths.file_id
where is_a_day(plan.plan_date)
