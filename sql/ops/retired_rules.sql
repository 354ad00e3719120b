-- Which rows of the squad's rules.csv name a rule that no longer exists, and what applies instead?
-- Grain: one row per row of rules.csv with such a key. These rows are ignored, not refused.
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
