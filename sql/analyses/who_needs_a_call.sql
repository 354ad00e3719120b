-- Question: Who needs a call today, and why?
-- Reads: marts.athlete_status, marts.athletes.
-- Traps: Grey is not green: nothing can be said of that runner. Flags of past days are those that are known today, not those that
-- were shown then; for these see as_was_against_as_is.
-- Grain: one row per athlete on the as-of date, most urgent first.
select
    athletes.name,
    athletes.squad,
    status.flag,
    status.headline,
    status.next_action
from marts.athlete_status as status
inner join marts.athletes as athletes on status.athlete_id = athletes.athlete_id
where status.load_date = athletes.as_of_date
order by status.attention_key, athletes.name
