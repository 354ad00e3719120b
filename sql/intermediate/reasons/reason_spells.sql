-- Since when has each reason been raised, day after day?
-- Grain: one row per athlete, local day, code, measure and side of a raised reason.
with numbered as (
    select
        athlete_id,
        load_date,
        code,
        measure,
        side,
        load_date - cast(row_number() over reason as integer) as spell
    from intermediate.reasons
    where state = 'raised'
    window reason as (partition by athlete_id, code, measure, side order by load_date)
)

select
    athlete_id,
    load_date,
    code,
    measure,
    side,
    min(load_date) over (partition by athlete_id, code, measure, side, spell) as first_date
from numbered
