-- Did flags and reasons come before injuries of the Achilles and the calf more often than chance would have it?
-- Grain: one row per day judged and rule.
select
    judged_date,
    is_newest,
    rule_number,
    rule,
    rule_family,
    athletes,
    exposure_days,
    as_was_days,
    judged_by,
    flagged_days,
    flagged_days_percent,
    onsets,
    onsets_left_out,
    flagged_onsets,
    onsets_told,
    told_by_chance_percent,
    recurrences,
    recurrences_told,
    alerts,
    alerts_per_athlete_month,
    lead_days_median,
    alerts_right_percent,
    days_right_percent,
    rate_ratio,
    rate_ratio_low,
    rate_ratio_high,
    p_value,
    adjusted_p_value,
    verdict
from intermediate.backtest_rules
order by judged_date, rule_number
