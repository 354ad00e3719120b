-- How long was each run at which heart rate, and at which speed?
-- Only the zones in which a run spent any time. A run that is known by its totals alone has one zone of each kind, that of its mean.
-- Grain: one row per run, kind of zone and zone.
select
    athlete_id,
    run_id,
    zone_kind,
    lower_bound,
    upper_bound,
    unit,
    cast(seconds as double) as seconds,
    cast(metres as double) as metres,
    cast(steps as double) as steps,
    is_by_totals
from intermediate.run_zones
order by athlete_id, run_id, zone_kind, lower_bound
