-- Which athletes have sets with a weight of unknown unit?
-- Grain: one row per athlete and source with such sets.
select
    athlete_id,
    source_format,
    count(*) as sets,
    min(set_date) as first_date,
    max(set_date) as last_date
from activities.strength_sets
where load_unstated is not null
group by athlete_id, source_format
order by athlete_id, source_format
