-- Which contract does this warehouse keep, and what made it?
-- Grain: one row.
select
    contract_version,
    program_version,
    storage_version,
    as_of_date,
    ruleset_version
from seeds.night
