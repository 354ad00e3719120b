-- Question: How many days was each runner red, month by month?
-- Reads: marts.athlete_status, marts.athletes.
-- Traps: A grey day was not judged, so hold red days against judged days. Months have unlike lengths, and the first and the last one
-- are cut. A flag falls some days after what raised it, so a red day is not a day of pain.
-- Grain: one row per athlete and calendar month since the first activity.
select
    athletes.squad,
    status.athlete_id,
    cast(date_trunc('month', status.load_date) as date) as month_start_date,
    count(*) filter (where status.flag = 'red') as red_days,
    count(*) filter (where status.flag <> 'grey') as judged_days,
    count(*) as days
from marts.athlete_status as status
inner join marts.athletes as athletes on status.athlete_id = athletes.athlete_id
group by athletes.squad, status.athlete_id, month_start_date
order by athletes.squad, status.athlete_id, month_start_date
