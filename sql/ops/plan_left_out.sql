-- Which rows of plans count for none of the days ahead, and why?
-- Their days have come, or lie more than 28 days ahead, or their series has ended; or a calendar gives them for a day that plan.csv
-- names, or another file says the same. Rows for nobody are refused, and stand in ops.quarantined_rows.
-- Grain: one row per athlete, file and cause.
with rows_of_plans as (
    select
        plan.athlete_id,
        plan.file_id,
        case
            when plan.repeat_every is null and plan.plan_date <= as_of_date() then 'past'
            when plan.repeat_until <= as_of_date() then 'past'
            when plan.plan_date > as_of_date() + 28 then 'far'
            else 'said_elsewhere'
        end as because,
        plan.plan_date
    from staging.plan
    anti join activities.planned as planned
        on
            plan.athlete_id = planned.athlete_id
            and plan.file_id = planned.file_id
            and plan.row_number = planned.row_number
            and plan.is_strength = planned.is_strength
)

select
    rows_of_plans.athlete_id,
    rows_of_plans.file_id,
    any_value(paths.path) as path,
    rows_of_plans.because,
    count(*) as rows,
    min(rows_of_plans.plan_date) as first_date,
    max(rows_of_plans.plan_date) as last_date
from rows_of_plans
left join (
    select
        file_id,
        min(path) as path
    from raw.paths
    where is_current
    group by file_id
) as paths on rows_of_plans.file_id = paths.file_id
group by rows_of_plans.athlete_id, rows_of_plans.file_id, rows_of_plans.because
order by athlete_id, path, because
