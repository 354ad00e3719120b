-- From which speed on does running count as fast, on the day of each run, and where does that speed come from?
-- The first that applies: threshold pace from squad.csv; critical speed fitted on the best 3, 6, 12 and 20 minutes of 90 days
-- (least squares of distance on time), if the fastest is clearly faster than the slowest: an easy-only runner has no such
-- efforts. Heart rate comes next (run_load), then a share of the best 20 minutes, if they are clearly faster than the usual run.
-- Grain: one row per activity on foot.
with speeds as (
    select
        runs.*,
        median(cast(runs.distance_m as double) / nullif(cast(runs.moving_s as double), 0)) over (
            partition by runs.athlete_id order by runs.run_date
            range between interval (rules.effort_days - 1) days preceding and current row
        ) as usual_speed_mps
    from activities.runs
    inner join seeds.athlete_rules as rules on runs.athlete_id = rules.athlete_id
    where runs.sport = 'run' and runs.is_dated
),

days as (
    select distinct athlete_id, run_date
    from speeds
),

efforts as (
    select
        days.athlete_id,
        days.run_date,
        efforts.duration_s,
        max(efforts.distance_m) as distance_m
    from days
    inner join seeds.athlete_rules as rules on days.athlete_id = rules.athlete_id
    inner join speeds as earlier
        on
            days.athlete_id = earlier.athlete_id
            and earlier.run_date between days.run_date - (rules.effort_days - 1) and days.run_date
    inner join activities.run_efforts as efforts
        on earlier.athlete_id = efforts.athlete_id and earlier.run_id = efforts.run_id
    group by days.athlete_id, days.run_date, efforts.duration_s
),

fits as (
    select
        athlete_id,
        run_date,
        count(*) as efforts,
        max(distance_m / duration_s) / min(distance_m / duration_s) as spread,
        regr_slope(distance_m, duration_s order by duration_s) as critical_speed_mps,
        max(distance_m / 1200.0) filter (where duration_s = 1200) as best_20_min_speed_mps
    from efforts
    group by athlete_id, run_date
)

select
    speeds.athlete_id,
    speeds.run_id,
    case
        when athletes.threshold_pace_s_per_km is not null
            then rules.fast_share_of_threshold * 1000 / athletes.threshold_pace_s_per_km
        when fits.efforts >= 2 and fits.spread >= 1 + rules.effort_spread and fits.critical_speed_mps > 0
            then rules.fast_share_of_threshold * fits.critical_speed_mps
    end as fast_speed_mps,
    case
        when athletes.threshold_pace_s_per_km is not null then 'threshold pace'
        when fits.efforts >= 2 and fits.spread >= 1 + rules.effort_spread and fits.critical_speed_mps > 0 then 'critical speed'
    end as fast_speed_source,
    if(
        fits.best_20_min_speed_mps >= (1 + rules.effort_spread) * speeds.usual_speed_mps,
        rules.best_20_min_share * fits.best_20_min_speed_mps, null
    ) as fast_speed_by_20_min_mps,
    speeds.usual_speed_mps
from speeds
inner join staging.athletes as athletes on speeds.athlete_id = athletes.athlete_id
inner join seeds.athlete_rules as rules on speeds.athlete_id = rules.athlete_id
left join fits on speeds.athlete_id = fits.athlete_id and speeds.run_date = fits.run_date
