-- Every reason of every day, with the level that it weighs that day.
-- A small spike, and one of fast steps by totals, weighs what calf work and history make of it; the others weigh what they are.
-- Grain: one row per athlete, local day, code, measure and side.
with weights as (
    select
        athlete_id,
        load_date,
        code,
        bool_or(is_counting) as is_counting
    from intermediate.spike_days
    where is_light
    group by athlete_id, load_date, code
)

select
    found.* replace (
        case
            when found.state <> 'raised' then found.level
            when weights.is_counting then 'R1'
            when not weights.is_counting then 'info'
            else found.level
        end as level
    )
from intermediate.found_reasons as found
left join weights
    on
        found.athlete_id = weights.athlete_id
        and found.load_date = weights.load_date
        and found.code = weights.code
