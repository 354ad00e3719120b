-- Question: What did each runner run on a race day, in the week before and in the week after, and did it hurt?
-- Reads: marts.health_events, marts.athletes, marts.daily_load, marts.symptoms.
-- Traps: Races are marked days and the race date of squad.csv; one in both counts once. A sum skips unknown days: known_days_after
-- says how many of the seven are known, fewer where the as-of date cuts them. No report of pain is not "no pain".
-- Grain: one row per athlete and race day up to the as-of date.
with races as (
    select athlete_id, unnest(generate_series(from_date, to_date, interval 1 day))::date as race_date
    from marts.health_events
    where kind = 'race'
    union
    select athlete_id, race_date
    from marts.athletes
    where race_date <= as_of_date
),

running as (
    select
        races.athlete_id,
        races.race_date,
        sum(load.distance_m) filter (where load.load_date < races.race_date) as before_m,
        sum(load.distance_m) filter (where load.load_date = races.race_date) as race_m,
        sum(load.distance_m) filter (where load.load_date > races.race_date) as after_m,
        count(load.distance_m) filter (where load.load_date > races.race_date) as known_days_after
    from races
    left join marts.daily_load as load
        on races.athlete_id = load.athlete_id and load.load_date between races.race_date - 7 and races.race_date + 7
    group by races.athlete_id, races.race_date
)

select
    running.athlete_id,
    running.race_date,
    round(running.before_m / 1000, 1) as km_week_before,
    round(running.race_m / 1000, 1) as km_race_day,
    round(running.after_m / 1000, 1) as km_week_after,
    running.known_days_after,
    max(symptoms.pain_0_10) as highest_pain_week_after
from running
left join marts.symptoms as symptoms
    on
        running.athlete_id = symptoms.athlete_id
        and symptoms.report_date between running.race_date + 1 and running.race_date + 7
group by all
order by running.athlete_id, running.race_date
