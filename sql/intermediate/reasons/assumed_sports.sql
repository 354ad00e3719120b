-- Which raised running reasons rest on a run that does not say its sport?
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
        findings.athlete_id,
        findings.load_date,
        findings.code,
        findings.measure,
        outings.runs
    from intermediate.run_findings as findings
    inner join intermediate.session_spikes as spikes
        on
            findings.athlete_id = spikes.athlete_id
            and findings.load_date between spikes.outing_date and spikes.active_until
            and (spikes.is_without_baseline or (spikes.is_spike and findings.measure = spikes.measure))
    inner join outings on spikes.athlete_id = outings.athlete_id and spikes.outing_number = outings.outing_number
    where findings.is_raised and (contains(findings.code, 'SPIKE') or findings.code = 'RUN_NO_BASELINE_30D')
    union all
    select
        findings.athlete_id,
        findings.load_date,
        findings.code,
        findings.measure,
        count(*)
    from intermediate.run_findings as findings
    inner join assumed
        on
            findings.athlete_id = assumed.athlete_id
            and assumed.run_date between findings.load_date - 6 and findings.load_date
    where findings.is_raised and not contains(findings.code, 'SPIKE') and findings.code <> 'RUN_NO_BASELINE_30D'
    group by findings.athlete_id, findings.load_date, findings.code, findings.measure
)

select
    athlete_id,
    load_date,
    code,
    measure,
    max(runs) as runs
from resting
group by athlete_id, load_date, code, measure
