-- Which runs were the first after a break from running, and on which days did an injury end?
-- A break is a number of known days without a run that follow the last one: days that are marked missing, or on which a run was
-- refused, say nothing about rest. Whoever has only just begun comes back from nothing. The day after an injury of Achilles, calf or
-- foot is no usual one either.
-- Grain: one row per first run after a break, and per day on which an injury ended; from `back_date` to `active_until` the runner is
-- coming back.
with run_days as (
    select
        totals.athlete_id,
        totals.load_date,
        history.history_date,
        lag(totals.load_date) over of_athlete as last_run_date,
        totals.known_rest_so_far - lag(totals.known_rest_so_far) over of_athlete as rest_days
    from (
        select
            athlete_id,
            load_date,
            runs,
            sum(cast(is_known and runs = 0 as integer)) over (partition by athlete_id order by load_date) as known_rest_so_far
        from intermediate.daily_totals
    ) as totals
    inner join intermediate.history_days as history
        on totals.athlete_id = history.athlete_id and totals.load_date = history.load_date
    where totals.runs > 0
    window of_athlete as (partition by totals.athlete_id order by totals.load_date)
)

select
    run_days.athlete_id,
    run_days.last_run_date,
    run_days.load_date as back_date,
    cast(run_days.rest_days as integer) as rest_days,
    run_days.load_date + rules.break_active_days - 1 as active_until
from run_days
inner join seeds.athlete_rules as rules on run_days.athlete_id = rules.athlete_id
where run_days.rest_days >= rules.break_days and run_days.load_date - run_days.history_date >= rules.break_history_days
union all
select distinct
    injuries.athlete_id,
    cast(null as date) as last_run_date,
    injuries.resolved_date as back_date,
    cast(null as integer) as rest_days,
    injuries.resolved_date + rules.break_active_days - 1 as active_until
from staging.injuries as injuries
inner join seeds.athlete_rules as rules on injuries.athlete_id = rules.athlete_id
where injuries.site <> 'other' and injuries.resolved_date is not null and injuries.resolved_date <= as_of_date()
