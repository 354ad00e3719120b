-- Which version of the contract does this warehouse follow, and what built it?
-- Grain: one row.
select
    contract_version,
    program_version,
    storage_version,
    as_of_date,
    ruleset_version
from seeds.night
