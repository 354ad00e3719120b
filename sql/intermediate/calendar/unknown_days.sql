-- Why is nothing known of a day?
-- What was refused comes before a sport that nobody knows, and this before a mark.
-- Grain: one row per athlete and local day that is unknown.
with causes as (
    select
        athlete_id,
        load_date,
        bool_or(cause in ('refused row', 'refused file')) as is_refused
    from activities.unknown_days
    where load_date is not null
    group by athlete_id, load_date
)

select
    days.athlete_id,
    days.load_date,
    case
        when causes.is_refused then 'refused'
        when causes.athlete_id is not null then 'unknown sport'
        else 'missing'
    end as unknown_because
from intermediate.athlete_days as days
left join causes on days.athlete_id = causes.athlete_id and days.load_date = causes.load_date
where not days.is_known
