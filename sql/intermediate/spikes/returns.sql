-- Which runs had the usual length right after a break in load?
-- On each of the days before, the uncoupled ratio of Achilles load was below the line or null because of a low base (at least one
-- was not null), and the run was at least as long as the median run of half a year.
-- Grain: one row per such outing.
with usual as (
    select
        outings.*,
        median(outings.distance_m) over (
            partition by outings.athlete_id order by outings.outing_date
            range between interval (rules.usual_days) days preceding and interval 1 day preceding
        ) as usual_distance_m
    from intermediate.outings
    inner join seeds.athlete_rules as rules on outings.athlete_id = rules.athlete_id
)

select
    usual.athlete_id,
    usual.outing_number,
    usual.outing_date,
    usual.distance_m,
    usual.usual_distance_m,
    usual.outing_date + rules.spike_active_days - 1 as active_until
from usual
inner join intermediate.light_days as light on usual.athlete_id = light.athlete_id and usual.outing_date = light.load_date
inner join seeds.athlete_rules as rules on usual.athlete_id = rules.athlete_id
inner join intermediate.run_days as days
    on usual.athlete_id = days.athlete_id and usual.outing_date = days.load_date
where
    light.light_days = rules.return_days
    and light.shown_light_days >= 1
    and usual.distance_m >= usual.usual_distance_m
    and usual.outing_date - days.first_run_date >= rules.return_history_days
    and days.has_history
