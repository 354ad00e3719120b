-- On which days is heavy calf work not asked for yet: little running and no Achilles history, or an athlete too young for it?
-- Grain: one row per athlete and local day since the first activity.
with weeks as (
    select
        athlete_id,
        load_date,
        7 * avg(load) over four_weeks as distance_m,
        count(load) over four_weeks as known_days
    from intermediate.measure_days
    where measure = 'distance_m'
    window four_weeks as (
        partition by athlete_id order by load_date range between interval 27 days preceding and current row
    )
)

select
    weeks.athlete_id,
    weeks.load_date,
    days.is_young,
    coalesce(
        weeks.known_days >= rules.known_days_coupled
        and weeks.distance_m < rules.beginner_distance_m
        and not health.has_history_of_trouble, false
    ) as is_beginner
from weeks
inner join intermediate.person_days as days on weeks.athlete_id = days.athlete_id and weeks.load_date = days.load_date
inner join seeds.athlete_rules as rules on weeks.athlete_id = rules.athlete_id
inner join intermediate.health_days as health on weeks.athlete_id = health.athlete_id and weeks.load_date = health.load_date
