-- Which days were illness, holiday, a race, or are missing from the log? A race may lie ahead: it is a plan.
-- Grain: one row per reported row that is not dated after the as-of date, races apart.
select marks.*
from raw.marks
where
    is_a_day(marks.from_date)
    and is_a_day(marks.to_date)
    and (marks.from_date <= as_of_date() or marks.kind = 'race')
