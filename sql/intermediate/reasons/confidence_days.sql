-- How much do the data of each day say, and which gaps in them say so?
-- seeds.reasons says which code lowers it; a name that the catalogue does not know does only where there are many of them, and what
-- contradicts itself only where it leaves the load of calf work unknown.
-- Grain: one row per athlete and local day.
with found as (
    select
        reasons.athlete_id,
        reasons.load_date,
        reasons.code,
        codes.confidence
    from intermediate.found_reasons as reasons
    inner join seeds.reasons as codes on reasons.code = codes.code
    where reasons.state = 'raised' and codes.confidence is not null
    union all
    select
        athlete_id,
        load_date,
        'DATA_UNMAPPED_EXERCISE',
        'low'
    from intermediate.capacity_days
    where is_much_unmapped
    union all
    select
        athlete_id,
        load_date,
        'DATA_CONTRADICTION',
        'low'
    from intermediate.capacity_days
    where is_load_untold
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
