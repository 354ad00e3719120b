-- How much work did each link of the chain get, compared with the day's demand?
-- On the worse leg, if sides are logged. No rows if no strength log was read.
-- Grain: one row per athlete, local day since the first strength row, and link.
select
    athlete_id,
    load_date,
    link,
    mode,
    leg,
    cast(sets_7d as double) as sets_7d,
    cast(sets_28d as double) as sets_28d,
    mean_sets_week,
    days_since,
    target_sets_week,
    amber_days,
    red_days,
    state,
    is_left_out
from intermediate.link_states
order by athlete_id, load_date, link
