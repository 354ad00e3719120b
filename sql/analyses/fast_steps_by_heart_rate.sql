-- Question: How many of the steps were fast, at which heart rate of the run?
-- Reads: marts.runs, marts.athletes.
-- Traps: The heart rate is the mean of the whole run; the minutes in each zone are in marts.run_zones, which knows no fast steps.
-- Null fast steps are unknown: the share is over runs whose fast steps are known. Without a maximum heart rate there is no zone.
-- Grain: one row per athlete and tenth of the maximum heart rate (its lower end; null where that is not known).
select
    runs.athlete_id,
    cast(floor(10 * runs.avg_heart_rate_bpm / athletes.max_hr_bpm) * 10 as integer) as percent_of_maximum_from,
    count(*) as runs,
    count(runs.fast_steps) as runs_known,
    sum(runs.steps) filter (where runs.fast_steps is not null) as steps,
    sum(runs.fast_steps) as fast_steps,
    round(
        100 * sum(runs.fast_steps) / nullif(sum(runs.steps) filter (where runs.fast_steps is not null), 0), 1
    ) as fast_percent
from marts.runs as runs
inner join marts.athletes as athletes on runs.athlete_id = athletes.athlete_id
where runs.sport = 'run' and runs.is_dated
group by runs.athlete_id, percent_of_maximum_from
order by runs.athlete_id, percent_of_maximum_from nulls last
