-- How much do the data of each day say, and which gaps in them say so?
-- Grain: one row per athlete and local day.
with found as (
    select
        athlete_id,
        load_date,
        code,
        case
            when code in ('DATA_RUN_TOTALS', 'DATA_EFFORT_ASSUMED') then 'medium'
            when
                code in (
                    'DATA_INSUFFICIENT_HISTORY', 'DATA_NO_STRENGTH_SOURCE', 'DATA_GAP_SUSPECTED', 'DATA_STALE_SOURCE',
                    'DATA_STALE_RUNS', 'DATA_STALE_STRENGTH', 'DATA_ROWS_REFUSED', 'DATA_REFUSED_UNDATED', 'DATA_MISSING_DAYS',
                    'DATA_SET_ASIDE'
                )
                then 'low'
        end as confidence
    from intermediate.found_reasons
    where state = 'raised' and family = 'data'
    union all
    select
        athlete_id,
        load_date,
        'DATA_UNMAPPED_EXERCISE',
        'low'
    from intermediate.capacity_days
    where is_much_unmapped
),

lowest as (
    select
        athlete_id,
        load_date,
        list_sort(list(distinct code) filter (where confidence = 'low')) as low_codes,
        list_sort(list(distinct code) filter (where confidence = 'medium')) as medium_codes
    from found
    group by athlete_id, load_date
)

select
    days.athlete_id,
    days.load_date,
    case
        when lowest.low_codes is not null then 'low'
        when lowest.medium_codes is not null then 'medium'
        else 'high'
    end as confidence,
    coalesce(lowest.low_codes, lowest.medium_codes, []) as confidence_because
from intermediate.person_days as days
left join lowest on days.athlete_id = lowest.athlete_id and days.load_date = lowest.load_date
