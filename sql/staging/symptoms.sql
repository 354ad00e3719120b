-- How did the Achilles feel, as the runner reported it?
-- Grain: one row per reported row that is not dated after the as-of date.
select symptoms.*
from raw.symptoms
where symptoms.report_date <= as_of_date()
