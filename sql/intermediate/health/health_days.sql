-- How is the person on each day: what was reported, what is open, what lasts?
-- Grain: one row per athlete and local day since the first activity (or on the as-of date).
select
    injuries.*,
    pain.* exclude (athlete_id, load_date),
    -- How raises are done: on the floor for a runner with trouble where the tendon meets the heel.
    if(injuries.is_insertional, 'PLACE_FLOOR', 'PLACE_STEP') as raises_place_code
from intermediate.injury_days as injuries
inner join intermediate.pain_days as pain
    on injuries.athlete_id = pain.athlete_id and injuries.load_date = pain.load_date
