-- Which rows of the squad's rules.csv name a rule that is none any more, and what holds instead?
-- Grain: one row per row of rules.csv with such a key. They hold for nobody, and refuse nothing.
select
    own.row_number,
    own.key as rule_key,
    own.value,
    own.athlete_id,
    own.squad,
    retired.instead
from raw.rule_overrides as own
inner join seeds.retired_rules as retired on own.key = retired.key
order by own.row_number
