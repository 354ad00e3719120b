-- Question: How far was how much carried?
-- Reads: marts.runs.
-- Traps: Null is not "nothing": most logs have no column for it. Achilles load counts what was carried as body mass; kilometres do
-- not.
-- Grain: one row per athlete and sport with something carried.
select
    athlete_id,
    sport,
    count(*) as activities,
    round(sum(distance_m) / 1000, 1) as km,
    round(sum(carried_kg * distance_m) / nullif(sum(distance_m), 0), 1) as mean_carried_kg,
    max(carried_kg) as most_carried_kg
from marts.runs
where carried_kg > 0 and is_dated
group by athlete_id, sport
order by athlete_id, sport
