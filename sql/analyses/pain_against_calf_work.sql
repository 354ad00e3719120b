-- Question: How much did it hurt in each week, and how much calf work and running did the week hold?
-- Reads: marts.symptoms, marts.weekly_summary.
-- Traps: Only weeks with a report are there: no report is not "no pain", and runners report more when it hurts. Null sets are no
-- log. Pain holds calf work back as well as following from it, so same-week numbers show no cause.
-- Grain: one row per athlete and calendar week with a report of pain.
with reports as (
    select
        athlete_id,
        cast(date_trunc('week', report_date) as date) as week_start_date,
        count(*) as reports,
        max(pain_0_10) as highest_pain_0_10,
        max(morning_stiffness_min) as longest_stiffness_min
    from marts.symptoms
    where pain_0_10 is not null
    group by athlete_id, week_start_date
)

select
    reports.athlete_id,
    reports.week_start_date,
    reports.reports,
    reports.highest_pain_0_10,
    reports.longest_stiffness_min,
    weeks.straight_knee_sets,
    weeks.bent_knee_sets,
    round(weeks.distance_m / 1000, 1) as km,
    weeks.known_days
from reports
left join marts.weekly_summary as weeks
    on reports.athlete_id = weeks.athlete_id and reports.week_start_date = weeks.week_start_date
order by reports.athlete_id, reports.week_start_date
