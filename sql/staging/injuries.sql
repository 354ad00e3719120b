-- Which injuries were reported?
-- Grain: one row per reported row that is not dated after the as-of date.
select injuries.*
from raw.injuries
where injuries.onset_date <= as_of_date()
