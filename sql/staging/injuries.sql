-- Which injuries were reported?
-- Grain: one row per reported row that is not dated after the as-of date.
-- An injury with an impossible end date counts as not ended.
select injuries.* replace (if(is_a_day(injuries.resolved_date), injuries.resolved_date, null) as resolved_date)
from raw.injuries
where is_a_day(injuries.onset_date) and injuries.onset_date <= as_of_date()
