-- Do high-load days come too often, or one right after another?
-- Raised rows on every day; on the as-of date also the others, with their numbers.
-- Grain: one row per athlete, local day and code since the first run.
with days as (
    select days.*, rules.high_days_limit
    from intermediate.run_days as days
    inner join seeds.athlete_rules as rules on days.athlete_id = rules.athlete_id
),

united as (
    select
        athlete_id,
        load_date,
        'FREQ_HIGH_GT5' as code,
        if(has_history, high_load_days_7 > high_days_limit, null) as is_raised,
        'R1' as level,
        high_load_days_7 as value,
        high_days_limit as threshold,
        '>' as comparison,
        7 as window_days,
        'frequency.high_load_days' as message,
        json_object('high_load', high_load_days_7, 'limit', high_days_limit) as facts
    from days
    union all by name
    select
        athlete_id,
        load_date,
        'BACK_TO_BACK_HIGH' as code,
        if(has_history, is_back_to_back, null) as is_raised,
        'info' as level,
        high_load_days_2 as value,
        2 as threshold,
        '>=' as comparison,
        2 as window_days,
        if(is_back_to_back, 'frequency.back_to_back', 'frequency.not_back_to_back') as message,
        json_object('high_load', high_load_days_2) as facts
    from days
)

select
    *,
    'high_load_days' as measure,
    'days' as unit,
    cast(null as text) as because
from united
where is_raised or load_date = as_of_date()
