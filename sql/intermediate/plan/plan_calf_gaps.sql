-- On which of the next seven days is calf work late, with none planned until then?
-- A planned strength session counts as work for every calf link: a plan does not say which. A link is late from its amber day on,
-- counted from its last work or the last planned session. Of each stretch of late days one is named: the first without a planned
-- run, else the first. Nothing where no strength log was read, while its first weeks are building, and where the dose is not ours.
-- Grain: one row per athlete and named day.
with links as (
    select
        states.athlete_id,
        states.link,
        links.place,
        cast(states.days_since as integer) as days_since,
        cast(states.amber_days as integer) as amber_days
    from intermediate.link_states as states
    inner join seeds.links on states.link = links.link
    inner join intermediate.forbidden_days as forbidden
        on states.athlete_id = forbidden.athlete_id and states.load_date = forbidden.load_date
    where
        states.load_date = as_of_date()
        and states.is_calf_work
        and not states.is_left_out
        and states.state <> 'building'
        and not list_has_any(forbidden.forbids, ['exercise', 'own_dose', 'heavy_dose'])
),

days as (
    select
        *,
        sum(strength_sessions) over before as sessions_before,
        max(if(strength_sessions > 0, day_number, null)) over before as last_session
    from intermediate.plan_days
    where week_number = 1 and is_week_planned
    window before as (
        partition by athlete_id order by day_number rows between unbounded preceding and 1 preceding
    )
),

late as (
    select
        days.athlete_id,
        days.plan_date,
        days.day_number,
        days.runs,
        coalesce(days.sessions_before, 0) as stretch,
        links.link,
        days.day_number - coalesce(days.last_session, -links.days_since) as days_without
    from days
    inner join links on days.athlete_id = links.athlete_id
    where
        days.strength_sessions = 0
        -- A link that was never fed is late.
        and coalesce(days.day_number - coalesce(days.last_session, -links.days_since) >= links.amber_days, true)
    qualify row_number() over (
        partition by days.athlete_id, days.day_number
        order by days_without - links.amber_days desc nulls first, links.place
    ) = 1
)

select
    athlete_id,
    plan_date,
    link,
    cast(days_without as integer) as days_without
from late
qualify row_number() over (partition by athlete_id, stretch order by runs > 0, day_number) = 1
