-- Who needs a call today, and why?
-- Grain: one row per athlete on the as-of date, most urgent first.
select
    athletes.name,
    athletes.squad,
    status.flag,
    status.headline,
    status.next_action
from marts.athlete_status as status
inner join marts.athletes as athletes on status.athlete_id = athletes.athlete_id
where status.load_date = (select max(load_date) from marts.athlete_status)
order by status.attention_key, athletes.name
