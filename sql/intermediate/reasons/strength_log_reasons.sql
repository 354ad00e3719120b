-- Is there a strength log, how old is it, and what had to be assumed about its sets?
-- Raised rows on every day; on the as-of date also the others, with their numbers.
-- Grain: one row per athlete, local day and code.
with log_days as (
    select
        spine.athlete_id,
        spine.load_date,
        rules.strength_building_days,
        strength.first_strength_date is not null as has_log,
        coalesce(spine.load_date - strength.first_strength_date, 0) as log_age_days,
        if(has_log, log_age_days + 1, 0) as log_days,
        coalesce(strength.strength_sets_28d, 0) as sets,
        coalesce(strength.unmapped_sets_28d, 0) as unmapped_sets,
        coalesce(strength.assumed_sets_28d, 0) as assumed_sets
    from intermediate.health_days as spine
    inner join seeds.athlete_rules as rules on spine.athlete_id = rules.athlete_id
    left join intermediate.strength_days as strength
        on spine.athlete_id = strength.athlete_id and spine.load_date = strength.load_date
),

united as (
    select
        athlete_id,
        load_date,
        'DATA_NO_STRENGTH_SOURCE' as code,
        'log_days' as measure,
        not has_log as is_raised,
        'unknown' as level,
        log_days as value,
        1 as threshold,
        '<' as comparison,
        'days' as unit,
        greatest(log_days, 1) as window_days,
        if(has_log, 'strength_log.reaches_back', 'strength_log.none') as message,
        json_object('days', log_days) as facts,
        cast(null as text) as because
    from log_days
    union all by name
    select
        athlete_id,
        load_date,
        'DATA_STRENGTH_BUILDING' as code,
        'log_days' as measure,
        if(has_log, log_age_days < strength_building_days, null) as is_raised,
        'building' as level,
        log_age_days as value,
        strength_building_days as threshold,
        '<' as comparison,
        'days' as unit,
        cast(strength_building_days as integer) as window_days,
        'strength_log.began' as message,
        json_object('days', log_age_days, 'building_days', strength_building_days) as facts,
        'because.no_strength_log' as because
    from log_days
    union all by name
    select
        athlete_id,
        load_date,
        'DATA_UNMAPPED_EXERCISE' as code,
        'sets' as measure,
        if(has_log, unmapped_sets > 0, null) as is_raised,
        'info' as level,
        unmapped_sets as value,
        0 as threshold,
        '>' as comparison,
        'sets' as unit,
        28 as window_days,
        case
            when sets = 0 then 'strength_log.no_set'
            when unmapped_sets = 0 then 'strength_log.all_known'
            else 'strength_log.unmapped'
        end as message,
        json_object('unmapped', unmapped_sets, 'sets', sets) as facts,
        'because.no_strength_log' as because
    from log_days
    union all by name
    select
        athlete_id,
        load_date,
        'DATA_EFFORT_ASSUMED' as code,
        'sets' as measure,
        if(has_log, assumed_sets > 0, null) as is_raised,
        'info' as level,
        assumed_sets as value,
        0 as threshold,
        '>' as comparison,
        'sets' as unit,
        28 as window_days,
        if(assumed_sets = 0, 'strength_log.none_assumed', 'strength_log.assumed') as message,
        json_object('sets', assumed_sets) as facts,
        'because.no_strength_log' as because
    from log_days
)

select *
from united
where is_raised or load_date = as_of_date()
