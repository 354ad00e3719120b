-- Which raised running reasons rest on a run whose sport is not stated?
-- A spike rests on the runs of its outing, every other reason on those of the last week.
-- Grain: one row per athlete, local day, code and measure.
with assumed as (
    select
        athlete_id,
        run_id,
        run_date
    from intermediate.run_load
    where sport = 'run' and is_dated and sport_source <> 'stated'
),

raised as (
    select athlete_id, load_date, code, measure from intermediate.spike_reasons where is_raised
    union all by name
    select athlete_id, load_date, code, measure from intermediate.ratio_reasons where is_raised
    union all by name
    select athlete_id, load_date, code, measure from intermediate.day_data_reasons where is_raised
    union all by name
    select athlete_id, load_date, code, measure from intermediate.frequency_reasons where is_raised
    union all by name
    select athlete_id, load_date, code, measure from intermediate.return_reasons where is_raised
),

outings as (
    select
        outings.athlete_id,
        outings.outing_number,
        count(*) as runs
    from (
        select
            athlete_id,
            outing_number,
            unnest(run_ids) as run_id
        from intermediate.outings
    ) as outings
    inner join assumed on outings.athlete_id = assumed.athlete_id and outings.run_id = assumed.run_id
    group by outings.athlete_id, outings.outing_number
),

resting as (
    select
        raised.athlete_id,
        raised.load_date,
        raised.code,
        raised.measure,
        outings.runs
    from raised
    inner join intermediate.session_spikes as spikes
        on
            raised.athlete_id = spikes.athlete_id
            and raised.load_date between spikes.outing_date and spikes.active_until
            and (spikes.is_without_baseline or (spikes.is_spike and raised.measure = spikes.measure))
    inner join outings on spikes.athlete_id = outings.athlete_id and spikes.outing_number = outings.outing_number
    where contains(raised.code, 'SPIKE') or raised.code = 'RUN_NO_BASELINE_30D'
    union all by name
    select
        raised.athlete_id,
        raised.load_date,
        raised.code,
        raised.measure,
        count(*) as runs
    from raised
    inner join assumed
        on
            raised.athlete_id = assumed.athlete_id
            and assumed.run_date between raised.load_date - 6 and raised.load_date
    where not contains(raised.code, 'SPIKE') and raised.code <> 'RUN_NO_BASELINE_30D'
    group by raised.athlete_id, raised.load_date, raised.code, raised.measure
)

select
    athlete_id,
    load_date,
    code,
    measure,
    max(runs) as runs
from resting
group by athlete_id, load_date, code, measure
