-- How long was each run at which heart rate, and at which speed?
-- Zones are the bins in which tracks are kept, so that any coarser zones can be added up from them. A measure that one of the bins
-- of a zone lacks is null.
-- Grain: one row per run, kind of zone and zone in which the run spent any time.
select
    athlete_id,
    run_id,
    'heart rate' as zone_kind,
    cast(heart_rate_bin_bpm as double) as lower_bound,
    heart_rate_bin_end_bpm(heart_rate_bin_bpm) as upper_bound,
    'bpm' as unit,
    sum(seconds) as seconds,
    if(count(metres) = count(*), sum(metres), null) as metres,
    if(count(steps) = count(*), sum(steps), null) as steps,
    bool_or(is_whole_run) as is_by_totals
from activities.run_hr_bins
group by athlete_id, run_id, heart_rate_bin_bpm
union all by name
select
    athlete_id,
    run_id,
    'speed' as zone_kind,
    speed_bin_start_mps(speed_bin) as lower_bound,
    speed_bin_start_mps(cast(speed_bin as bigint) + 1) as upper_bound,
    'm/s' as unit,
    sum(seconds) as seconds,
    if(count(metres) = count(*), sum(metres), null) as metres,
    if(count(steps) = count(*), sum(steps), null) as steps,
    bool_or(is_whole_run) as is_by_totals
from activities.run_bins
where speed_bin is not null
group by athlete_id, run_id, speed_bin
