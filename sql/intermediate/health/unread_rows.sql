-- How many rows that may belong to the last four weeks could not be read, and do they leave strength work, pain or injuries unknown?
-- A refused row counts for four weeks from its day on; one whose day nobody can tell, for some weeks from the arrival of its file.
-- What somebody acknowledged still counts as refused, but leaves nothing unknown any more.
-- Grain: one row per athlete and local day.
select
    days.athlete_id,
    days.load_date,
    count(*) filter (where refused.kind = 'strength') as strength_rows,
    count(*) filter (where refused.kind = 'strength' and refused.row_date is null) as undated_strength_rows,
    count(*) filter (where refused.kind in ('symptoms', 'injuries')) as symptom_rows,
    count(*) filter (where refused.kind = 'marks') as mark_rows,
    coalesce(bool_or(refused.kind = 'strength' and not refused.is_acknowledged), false) as is_strength_unread,
    coalesce(bool_or(refused.kind = 'symptoms' and not refused.is_acknowledged), false) as is_symptom_unread,
    coalesce(bool_or(refused.kind = 'injuries' and not refused.is_acknowledged), false) as is_injury_unread
from intermediate.person_days as days
inner join seeds.athlete_rules as rules on days.athlete_id = rules.athlete_id
left join activities.refused_log_rows as refused
    on
        days.athlete_id = refused.athlete_id
        and (
            refused.row_date between days.load_date - 27 and days.load_date
            or (
                refused.row_date is null
                and days.load_date >= refused.arrived_date
                and days.load_date < refused.arrived_date + rules.undated_days
            )
        )
group by days.athlete_id, days.load_date
