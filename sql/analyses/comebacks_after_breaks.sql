-- Question: Who came back after a break, and with how much of the running of before?
-- Reads: marts.runs, marts.rules, marts.daily_load.
-- Traps: A break is what rule break_days calls one, from run to run. Days that are unknown may hold runs: with many of them it may
-- be no break at all. The first week back is cut short where the as-of date comes before its end (days_back).
-- Grain: one row per athlete and break that a run ended.
with steps as (
    select
        athlete_id,
        run_date as first_run_date,
        lag(run_date) over (partition by athlete_id order by run_date) as last_run_date
    from (select distinct athlete_id, run_date from marts.runs where sport = 'run' and is_dated) as days
),

breaks as (
    select
        steps.athlete_id,
        steps.last_run_date,
        steps.first_run_date,
        steps.first_run_date - steps.last_run_date - 1 as days_without_run
    from steps
    inner join marts.rules as rules on steps.athlete_id = rules.athlete_id and rules.key = 'break_days'
    where steps.first_run_date - steps.last_run_date - 1 >= cast(rules.value as integer)
)

select
    breaks.athlete_id,
    breaks.last_run_date,
    breaks.first_run_date,
    breaks.days_without_run,
    count(*) filter (
        where load.load_date > breaks.last_run_date and load.load_date < breaks.first_run_date and not load.is_known
    ) as unknown_days,
    round(
        sum(load.distance_m) filter (where load.load_date between breaks.last_run_date - 27 and breaks.last_run_date) / 4000, 1
    ) as km_a_week_before,
    round(
        sum(load.distance_m) filter (where load.load_date between breaks.first_run_date and breaks.first_run_date + 6) / 1000, 1
    ) as km_first_week_back,
    count(*) filter (where load.load_date between breaks.first_run_date and breaks.first_run_date + 6) as days_back
from breaks
inner join marts.daily_load as load on breaks.athlete_id = load.athlete_id
group by breaks.athlete_id, breaks.last_run_date, breaks.first_run_date, breaks.days_without_run
order by breaks.athlete_id, breaks.first_run_date
