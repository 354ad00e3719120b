-- Question: How far do the ratio methods agree whether a week is above the line?
-- Reads: marts.load_ratio, marts.rules.
-- Traps: One line for all, the athlete's rule acwr_high of the uncoupled ratio. In the coupled one it is 4 x line / (3 + line),
-- 1.333 for 1.5, and EWMA is held to that as well: the means of both hold the week itself. Cohen's kappa is 1 where two methods
-- always agree, 0 where they agree as often as chance would, and null where both always say the same. disagreeing_dates
-- are the days on which one of the two was above its line and the other was not.
-- Grain: one row per athlete, measure and method beside the uncoupled one.
with days as (
    select
        series.athlete_id,
        series.measure,
        series.load_date,
        unnest(['coupled', 'EWMA']) as method,
        series.acwr_uncoupled > cast(rules.value as double) + 1e-9 as is_uncoupled_above,
        unnest([series.acwr_coupled, series.acwr_ewma])
        > 4 * cast(rules.value as double) / (3 + cast(rules.value as double)) + 1e-9 as is_other_above
    from marts.load_ratio as series
    inner join marts.rules as rules on series.athlete_id = rules.athlete_id and rules.key = 'acwr_high'
),

counted as (
    select
        athlete_id,
        measure,
        method,
        count(*) as days,
        count(*) filter (where is_uncoupled_above and is_other_above) as both_above,
        count(*) filter (where is_uncoupled_above and not is_other_above) as only_uncoupled_above,
        count(*) filter (where not is_uncoupled_above and is_other_above) as only_other_above,
        list(load_date order by load_date) filter (where is_uncoupled_above <> is_other_above) as disagreeing_dates
    from days
    where is_uncoupled_above is not null and is_other_above is not null
    group by athlete_id, measure, method
),

shares as (
    select
        *,
        (days - only_uncoupled_above - only_other_above) / days as agreement,
        (both_above + only_uncoupled_above) / days as uncoupled_share,
        (both_above + only_other_above) / days as other_share
    from counted
)

select
    athlete_id,
    measure,
    method,
    days,
    both_above,
    only_uncoupled_above,
    only_other_above,
    round(
        (agreement - (uncoupled_share * other_share + (1 - uncoupled_share) * (1 - other_share)))
        / nullif(1 - (uncoupled_share * other_share + (1 - uncoupled_share) * (1 - other_share)), 0), 3
    ) as kappa,
    disagreeing_dates
from shares
order by athlete_id, measure, method
