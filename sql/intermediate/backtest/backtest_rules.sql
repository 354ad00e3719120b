-- How often did each rule hold, whose colours were judged, and which backtest is the newest?
-- Grain: one row per day judged and rule.
select
    *,
    judged_date = max(judged_date) over () as is_newest,
    100 * flagged_days / nullif(exposure_days, 0) as flagged_days_percent,
    case
        when as_was_days = 0 then 'as known now'
        when as_was_days < exposure_days then 'both'
        else 'as published'
    end as judged_by
from staging.backtest
