-- How do the accounts stand that logs are fetched from?
-- Grain: one row per account of accounts.toml that is switched on.
select
    account,
    source,
    last_success_at,
    last_try_at,
    new_files,
    waiting,
    withheld,
    deleted,
    reason,
    remedy
from raw.accounts
order by account
