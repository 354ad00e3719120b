-- How much of each month is known of each measure, and why is the rest not?
-- Every day of the history counts as one of known, refused, of an unknown sport, missing (marked so), or unmeasured (a run of the day
-- lacks the measure). Rest is a known day without load.
-- Grain: one row per athlete, measure and calendar month since the first activity.
select
    days.athlete_id,
    days.measure,
    cast(date_trunc('month', days.load_date) as date) as month_start_date,
    count(*) as days,
    count(days.load) as known_days,
    count(*) filter (where days.load > 0) as days_with_load,
    count(*) filter (where days.load is null) as unknown_days,
    count(*) filter (where unknown.unknown_because = 'refused') as refused_days,
    count(*) filter (where unknown.unknown_because = 'unknown sport') as unknown_sport_days,
    count(*) filter (where unknown.unknown_because = 'missing') as missing_days,
    count(*) filter (where days.load is null and unknown.unknown_because is null) as unmeasured_days
from intermediate.measure_days as days
left join intermediate.unknown_days as unknown
    on days.athlete_id = unknown.athlete_id and days.load_date = unknown.load_date
group by days.athlete_id, days.measure, month_start_date
order by days.athlete_id, days.measure, month_start_date
