-- How much may each planned week hold, and how much does it hold up to each of its days?
-- The next seven days have the room's ceiling. A later week has the rule's multiple of the mean of the three weeks before, of which
-- the last three weeks each count as the usual one and a planned one up to its own ceiling. A week whose plan lacks the measure for
-- a run is a sum of what is known: it can be over, and gives the next weeks no ceiling. Null where load is held or nothing may be told.
-- Grain: one row per athlete with a plan, day and measure.
with held as (
    select
        days.athlete_id,
        days.plan_date,
        days.day_number,
        days.week_number,
        measures.measure,
        days.is_week_planned,
        if(measures.measure = 'distance_m', days.known_m, coalesce(days.moving_s, 0)) as known_amount,
        if(measures.measure = 'distance_m', days.runs_without_m > 0, days.moving_s is null) as is_unmeasured,
        measures.measure = 'distance_m' and days.is_estimated as is_estimated
    from intermediate.plan_days as days
    cross join (select unnest(['distance_m', 'moving_s']) as measure) as measures
),

-- Null for a week that nobody can add up.
sums as (
    select
        athlete_id,
        measure,
        week_number,
        if(bool_or(is_unmeasured or not is_week_planned), null, sum(known_amount)) as planned
    from held
    group by athlete_id, measure, week_number
),

weeks as (
    select
        athlete_id,
        measure,
        list(planned order by week_number) as planned
    from sums
    group by athlete_id, measure
),

ceilings as (
    select
        weeks.athlete_id,
        weeks.measure,
        rules.acwr_high as line,
        list_contains(room.forbids, 'more_load') as is_held,
        if(weeks.measure = 'distance_m', room.week_distance_usual_m, room.week_moving_usual_s) as usual,
        if(weeks.measure = 'distance_m', room.week_distance_ceiling_m, room.week_moving_ceiling_s) as first,
        -- Of an unknown plan there is no least: null comes first.
        if(planned[1] > first, first, planned[1]) as counted_first,
        if(is_held, null, floor(line * (2 * usual + counted_first) / 3 + 1e-6)) as second,
        if(planned[2] > second, second, planned[2]) as counted_second,
        if(is_held, null, floor(line * (usual + counted_first + counted_second) / 3 + 1e-6)) as third,
        if(planned[3] > third, third, planned[3]) as counted_third,
        if(is_held, null, floor(line * (counted_first + counted_second + counted_third) / 3 + 1e-6)) as fourth
    from weeks
    inner join intermediate.told_room as room on weeks.athlete_id = room.athlete_id and room.load_date = as_of_date()
    inner join seeds.athlete_rules as rules on weeks.athlete_id = rules.athlete_id
    where not list_has_any(room.forbids, ['ceiling', 'room'])
)

select
    held.athlete_id,
    held.plan_date,
    held.day_number,
    held.measure,
    ceilings.usual as usual_amount,
    [ceilings.first, ceilings.second, ceilings.third, ceilings.fourth][held.week_number] as ceiling,
    sum(held.known_amount) over week_so_far as planned_amount,
    bool_or(held.is_unmeasured) over week_so_far as is_at_least,
    bool_or(held.is_estimated) over week_so_far as is_estimated,
    -- The mean of weeks may end in halves of a metre.
    coalesce(sum(held.known_amount) over week_so_far > ceiling, false) as is_over
from held
left join ceilings on held.athlete_id = ceilings.athlete_id and held.measure = ceilings.measure
window week_so_far as (
    partition by held.athlete_id, held.measure, held.week_number order by held.day_number
    rows between unbounded preceding and current row
)
