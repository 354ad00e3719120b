-- What does each of the next 28 days hold, by plan?
-- Of runs that the plan gives in minutes alone, the usual pace of the last three weeks makes metres for the week's sum, never for the
-- longest run.
-- Grain: one row per athlete with a plan and day.
with days as (
    select distinct
        athlete_id,
        cast(unnest(range(1, 29)) as integer) as day_number
    from intermediate.planned_sessions
),

spine as (
    select
        days.athlete_id,
        days.day_number,
        as_of_date() + days.day_number as plan_date,
        room.week_distance_usual_m / nullif(room.week_moving_usual_s, 0) as usual_mps
    from days
    left join intermediate.room as room on days.athlete_id = room.athlete_id and room.load_date = as_of_date()
)

select
    spine.athlete_id,
    spine.plan_date,
    spine.day_number,
    cast((spine.day_number + 6) // 7 as integer) as week_number,
    count(planned.athlete_id) > 0 as is_planned,
    bool_or(count(planned.athlete_id) > 0) over (
        partition by spine.athlete_id, (spine.day_number + 6) // 7
    ) as is_week_planned,
    count(*) filter (where not planned.is_strength) as runs,
    count(*) filter (where planned.is_strength) as strength_sessions,
    coalesce(
        list_sort(list(distinct coalesce(planned.kind, 'run')) filter (where planned.athlete_id is not null)), cast([] as text[])
    ) as kinds,
    coalesce(bool_or(planned.kind = 'fast'), false) as has_fast,
    count(*) filter (where not planned.is_strength and planned.distance_m is null and planned.moving_s is null) as unmeasured_runs,
    max(planned.distance_m) filter (where not planned.is_strength) as longest_m,
    max(planned.moving_s) filter (where not planned.is_strength and planned.distance_m is null) as longest_s,
    -- Null where a run of the day lacks it.
    if(
        count(*) filter (where not planned.is_strength and planned.distance_m is null) > 0,
        null,
        coalesce(sum(planned.distance_m) filter (where not planned.is_strength), 0)
    ) as distance_m,
    if(
        count(*) filter (where not planned.is_strength and planned.moving_s is null) > 0,
        null,
        coalesce(sum(planned.moving_s) filter (where not planned.is_strength), 0)
    ) as moving_s,
    coalesce(
        sum(coalesce(planned.distance_m, planned.moving_s * spine.usual_mps)) filter (where not planned.is_strength), 0
    ) as known_m,
    count(*) filter (
        where not planned.is_strength and coalesce(planned.distance_m, planned.moving_s * spine.usual_mps) is null
    ) as runs_without_m,
    coalesce(bool_or(
        not planned.is_strength and planned.distance_m is null and planned.moving_s * spine.usual_mps is not null
    ), false) as is_estimated
from spine
left join intermediate.planned_sessions as planned on spine.athlete_id = planned.athlete_id and spine.plan_date = planned.plan_date
group by spine.athlete_id, spine.plan_date, spine.day_number
