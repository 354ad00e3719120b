-- How did the Achilles feel, as the runner reported it?
-- Grain: one row per reported row that is not dated after the as-of date, and one more for each further event of it.
select
    symptoms.* replace (
        within(symptoms.pain_0_10, 0, 10) as pain_0_10,
        within(symptoms.morning_stiffness_min, 0, 1440) as morning_stiffness_min,
        within(symptoms.visa_a, 0, 100) as visa_a
    )
from raw.symptoms
where is_a_day(symptoms.report_date) and symptoms.report_date <= as_of_date()
