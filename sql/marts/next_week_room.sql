-- What is a usual week, and how much may the next seven days hold before the flag rises?
-- What the person's state forbids is not told.
-- Grain: one row per athlete and local day since the first activity.
select
    athlete_id,
    load_date,
    longest_run_ceiling_m,
    longest_run_ceiling_s,
    week_distance_usual_m,
    week_distance_ceiling_m,
    week_moving_usual_s,
    week_moving_ceiling_s,
    binding_rule
from intermediate.told_room
order by athlete_id, load_date
