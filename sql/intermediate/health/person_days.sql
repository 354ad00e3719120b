-- On which days is a person looked at?
-- Grain: one row per athlete and local day since the first activity; the as-of date for everybody.
select
    athlete_id,
    load_date
from intermediate.athlete_days
union
select
    athlete_id,
    as_of_date() as load_date
from staging.athletes
