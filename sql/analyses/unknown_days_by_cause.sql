-- Question: How many days of running are unknown, month by month, and why?
-- Reads: marts.coverage.
-- Traps: Rest is known and not counted here. This is distance alone: a day can be known in kilometres and unknown in heart rate or
-- rating; every measure has rows of its own. An unknown day stays unknown until the file is mended or the mark taken back.
-- Grain: one row per athlete and calendar month with an unknown day.
select
    athlete_id,
    month_start_date,
    days,
    unknown_days,
    refused_days,
    unknown_sport_days,
    missing_days,
    unmeasured_days
from marts.coverage
where measure = 'distance_m' and unknown_days > 0
order by athlete_id, month_start_date
