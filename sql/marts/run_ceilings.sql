-- How close did each run come to its ceiling: every run of the last 12 months, and one of each earlier week?
-- A run without earlier runs to compare with is not judged, so it has no ceiling. Of an earlier week, the run that came closest
-- to its ceiling or went furthest beyond it.
-- Grain: one row per run that is drawn.
select
    athlete_id,
    run_id,
    started_at,
    run_date,
    distance_m,
    if(spike_state = 'no_baseline', null, spike_ceiling_m) as spike_ceiling_m,
    distance_spike_ratio,
    spike_state,
    as_of_date() as as_of_date
from marts.runs
where sport = 'run' and is_dated and run_date <= as_of_date()
qualify
    run_date >= date_trunc('week', as_of_date() - 364)
    or row_number() over (
        partition by athlete_id, date_trunc('week', run_date)
        order by distance_spike_ratio desc nulls last, distance_m desc nulls last, run_id
    ) = 1
order by athlete_id, started_at, run_id
