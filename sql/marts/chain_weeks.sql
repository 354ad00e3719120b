-- Does each link get more, less or the same, week after week, and do both legs get it?
-- Twelve stretches of seven days that end on the as-of date, as in marts.weekly_ledger; legs are separate once a side was logged.
-- Grain: one row per athlete, link and stretch since the first strength row, named by its last day.
with ends as (
    select as_of_date() - 7 * cast(unnest(range(12)) as integer) as load_date
),

legs as (
    select
        windows.athlete_id,
        windows.load_date,
        windows.link,
        max(windows.sets_7d) filter (where windows.leg = 'left') as left_sets_7d,
        max(windows.sets_7d) filter (where windows.leg = 'right') as right_sets_7d
    from intermediate.link_windows as windows
    inner join ends on windows.load_date = ends.load_date
    group by windows.athlete_id, windows.load_date, windows.link
),

sided as (
    select athlete_id, link, bool_or(is_sided) as is_sided
    from intermediate.link_windows
    where load_date > as_of_date() - 84
    group by athlete_id, link
)

select
    legs.athlete_id,
    legs.load_date,
    legs.link,
    cast(states.sets_7d as double) as sets_7d,
    if(sided.is_sided, cast(legs.left_sets_7d as double), null) as left_sets_7d,
    if(sided.is_sided, cast(legs.right_sets_7d as double), null) as right_sets_7d,
    states.target_sets_week,
    states.state,
    as_of_date() as as_of_date
from legs
inner join sided on legs.athlete_id = sided.athlete_id and legs.link = sided.link
inner join intermediate.link_states as states
    on legs.athlete_id = states.athlete_id and legs.load_date = states.load_date and legs.link = states.link
order by legs.athlete_id, legs.link, legs.load_date
