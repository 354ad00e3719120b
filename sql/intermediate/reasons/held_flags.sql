-- Which flag does each day show, given that a flag drops only after a hold?
-- A flag rises at once. It drops only after the rule's number of dates in a row below it, to the highest of them. This uses only
-- the unheld levels of the days, so that any past day can be rebuilt. `reason_date` is the last date at the level that is shown.
-- Grain: one row per athlete and local day.
select
    levels.*,
    max(levels.kept_level) over before as highest_kept,
    coalesce(greatest(levels.flag_level, highest_kept), levels.flag_level) as held_level,
    if(
        levels.flag_level = held_level,
        levels.load_date,
        arg_max(levels.load_date, levels.kept_level * 100000 + (levels.load_date - date '1990-01-01')) over before
    ) as reason_date,
    cast(levels.load_date - reason_date as integer) as held_days,
    case held_level when 4 then 'red' when 0 then 'green' when -1 then 'grey' else 'amber' end as flag
from intermediate.day_levels as levels
inner join seeds.athlete_rules as rules on levels.athlete_id = rules.athlete_id
window before as (
    partition by levels.athlete_id order by levels.load_date
    range between interval (rules.held_dates) days preceding and interval 1 day preceding
)
