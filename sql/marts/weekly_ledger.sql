-- How do running load and calf work compare, seven days at a time?
-- Twelve stretches that end on the as-of date, so that a week just begun is not compared with whole ones. Load is a share of the
-- runner's own mean over them; do not compare it between runners. What was not done beside an injury or a possible rupture is no lag.
-- Distance and time are those of the known days; unknown, if no day is known or a run lacks them. The ceiling is what
-- marts.next_week_room told on the day before the stretch began.
-- Grain: one row per athlete and stretch, named by its last day.
with ends as (
    select as_of_date() - 7 * cast(unnest(range(12)) as integer) as load_date
),

load as (
    select
        windows.athlete_id,
        windows.load_date,
        if(gates.is_acute_shown, try_cast(windows.acute as decimal(18, 6)), null) as acute
    from intermediate.load_windows as windows
    inner join intermediate.ratio_gates as gates
        on
            windows.athlete_id = gates.athlete_id
            and windows.load_date = gates.load_date
            and windows.measure = gates.measure
    inner join ends on windows.load_date = ends.load_date
    where windows.measure = 'achilles_load_steps'
),

calf as (
    select
        links.athlete_id,
        links.load_date,
        max(links.sets_7d) filter (where links.link = 'gastrocnemius') as gastrocnemius_sets_7d,
        max(links.sets_7d) filter (where links.link = 'soleus') as soleus_sets_7d,
        sum(cast(links.target_sets_week as decimal(9, 3))) filter (
            where links.link in ('gastrocnemius', 'soleus')
        ) as target_sets_week,
        bool_or(
            links.state = 'red' and not links.is_left_out
            and not list_has_any(states.person_states, ['rupture_suspected', 'open_injury'])
        ) as is_lagging
    from intermediate.link_states as links
    inner join intermediate.person_states as states
        on links.athlete_id = states.athlete_id and links.load_date = states.load_date
    where links.is_calf_work
    group by links.athlete_id, links.load_date
),

running as (
    select
        days.athlete_id,
        ends.load_date,
        count(*) filter (where days.is_known) as known_days,
        sum(days.runs) filter (where days.is_known) as runs,
        if(
            known_days = 0 or bool_or(days.is_known and days.distance_m is null),
            null, sum(days.distance_m) filter (where days.is_known)
        ) as distance_m,
        if(
            known_days = 0 or bool_or(days.is_known and days.moving_s is null),
            null, sum(days.moving_s) filter (where days.is_known)
        ) as moving_s
    from intermediate.daily_totals as days
    inner join ends on days.load_date between ends.load_date - 6 and ends.load_date
    group by days.athlete_id, ends.load_date
)

select
    load.athlete_id,
    load.load_date,
    coalesce(running.known_days, 0) as known_days,
    cast(running.runs as bigint) as runs,
    cast(running.distance_m as double) as distance_m,
    cast(running.moving_s as double) as moving_s,
    room.week_distance_ceiling_m as distance_ceiling_m,
    -- Exact sums: the last digit of a mean of doubles would differ from night to night.
    100.0 * cast(load.acute * count(load.acute) over runner as double)
    / nullif(cast(sum(load.acute) over runner as double), 0) as load_percent,
    cast(calf.gastrocnemius_sets_7d as double) as gastrocnemius_sets_7d,
    cast(calf.soleus_sets_7d as double) as soleus_sets_7d,
    cast(calf.target_sets_week as double) as target_sets_week,
    coalesce(calf.is_lagging, false) as is_lagging,
    as_of_date() as as_of_date
from load
left join calf on load.athlete_id = calf.athlete_id and load.load_date = calf.load_date
left join running on load.athlete_id = running.athlete_id and load.load_date = running.load_date
left join marts.next_week_room as room on load.athlete_id = room.athlete_id and load.load_date - 7 = room.load_date
window runner as (partition by load.athlete_id)
order by load.athlete_id, load.load_date
