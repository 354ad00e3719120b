-- Question: Of which measures is enough known to work with?
-- Reads: marts.coverage.
-- Traps: A known day may be a day of rest: days_with_load says on how many there was anything. Days before the first activity are
-- not in it, so a short history is not a badly known one.
-- Grain: one row per athlete and measure.
select
    athlete_id,
    measure,
    sum(days) as days,
    sum(known_days) as known_days,
    sum(days_with_load) as days_with_load,
    round(100 * sum(known_days) / sum(days)) as known_percent
from marts.coverage
group by athlete_id, measure
order by athlete_id, measure
