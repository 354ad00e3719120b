-- How close did each run come to its ceiling: every run of the last 12 months, and one of each earlier week?
-- A run without earlier runs to compare with is not judged, so it has no ceiling. Of an earlier week, the run that came closest
-- to its ceiling or went furthest beyond it.
-- The ceiling is that of the advice of the day: while a spike counts, it stays that of before the spike.
-- Where the person's state forbids a ceiling on the as-of date, none stands here.
-- Grain: one row per run that is drawn.
with frozen as (
    select
        runs.athlete_id,
        runs.run_id,
        min(spikes.spike_ceiling_m) as before_spike_m
    from marts.runs as runs
    inner join seeds.athlete_rules as rules on runs.athlete_id = rules.athlete_id
    inner join marts.runs as spikes
        on
            runs.athlete_id = spikes.athlete_id
            and spikes.spike_state in ('small', 'moderate', 'large')
            and runs.run_date > spikes.run_date
            and runs.run_date < spikes.run_date + cast(rules.spike_active_days as integer)
    group by runs.athlete_id, runs.run_id
)

select
    runs.athlete_id,
    runs.run_id,
    runs.started_at,
    runs.run_date,
    runs.distance_m,
    if(
        runs.spike_state = 'no_baseline' or coalesce(list_contains(status.forbids, 'ceiling'), false), null, runs.spike_ceiling_m
    ) as spike_ceiling_m,
    if(
        runs.spike_state = 'no_baseline' or coalesce(list_contains(status.forbids, 'ceiling'), false) or runs.spike_ceiling_m is null,
        null, least(runs.spike_ceiling_m, coalesce(frozen.before_spike_m, runs.spike_ceiling_m))
    ) as ceiling_m,
    runs.distance_spike_ratio,
    runs.spike_state,
    as_of_date() as as_of_date
from marts.runs as runs
left join marts.athlete_status as status on runs.athlete_id = status.athlete_id and status.load_date = as_of_date()
left join frozen on runs.athlete_id = frozen.athlete_id and runs.run_id = frozen.run_id
where runs.sport = 'run' and runs.is_dated and runs.run_date <= as_of_date()
qualify
    runs.run_date >= date_trunc('week', as_of_date() - 364)
    or row_number() over (
        partition by runs.athlete_id, date_trunc('week', runs.run_date)
        order by runs.distance_spike_ratio desc nulls last, runs.distance_m desc nulls last, runs.run_id
    ) = 1
order by runs.athlete_id, runs.started_at, runs.run_id
