-- Question: At which time of the day does each runner run?
-- Reads: marts.runs.
-- Traps: started_local is the clock on the runner's wall, started_at is UTC. A log that gives a date without a time has its run at
-- midnight: these are "not told" here, and so is the rare runner who starts on the stroke of twelve.
-- Grain: one row per athlete and part of the day.
select
    athlete_id,
    case
        when started_local is null or cast(started_local as time) = '00:00:00' then 'not told'
        when hour(started_local) < 5 then '00 to 05'
        when hour(started_local) < 10 then '05 to 10'
        when hour(started_local) < 15 then '10 to 15'
        when hour(started_local) < 20 then '15 to 20'
        else '20 to 24'
    end as part_of_day,
    count(*) as runs,
    round(100 * count(*) / sum(count(*)) over (partition by athlete_id)) as percent_of_runs,
    round(sum(distance_m) / 1000, 1) as km
from marts.runs
where sport = 'run' and is_dated
group by athlete_id, part_of_day
order by athlete_id, part_of_day
