-- Which rules hold for each athlete, and who set them?
-- Grain: one row per athlete and rule.
select
    settled.athlete_id,
    settled.key,
    rules.topic,
    settled.value,
    rules.value as house_value,
    settled.set_by,
    rules.unit,
    rules.type,
    rules.meaning
from seeds.settled_rules as settled
inner join seeds.rules as rules on settled.key = rules.key
order by settled.athlete_id, settled.key
