-- On which days is a person looked at, and on which of them are they too young for what is meant for adults?
-- Grain: one row per athlete and local day since the first activity; the as-of date for everybody.
with days as (
    select
        athlete_id,
        load_date
    from intermediate.athlete_days
    union
    select
        athlete_id,
        as_of_date() as load_date
    from staging.athletes
)

select
    days.athlete_id,
    days.load_date,
    coalesce(year(days.load_date) - athletes.birth_year <= rules.young_age, false) as is_young
from days
inner join staging.athletes as athletes on days.athlete_id = athletes.athlete_id
inner join seeds.athlete_rules as rules on days.athlete_id = rules.athlete_id
