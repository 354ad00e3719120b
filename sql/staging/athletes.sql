-- Who are the athletes, with the house defaults for what squad.csv leaves open?
-- Grain: one row per athlete: in squad.csv, with a folder, or named in a log at the root.
select
    listed.athlete_id,
    coalesce(listed.name, listed.athlete_id) as name,
    coalesce(listed.squad, 'all') as squad,
    listed.sex,
    within(listed.birth_year, 1900, 2199) as birth_year,
    coalesce(within(listed.body_mass_kg, 10, 1000), rules.default_body_mass_kg) as body_mass_kg,
    within(listed.body_mass_kg, 10, 1000) is null as is_body_mass_assumed,
    coalesce(zones.name, night.default_timezone) as timezone,
    within(listed.resting_hr_bpm, 1, 1000) as resting_hr_bpm,
    within(listed.max_hr_bpm, 1, 1000) as max_hr_bpm,
    within(listed.threshold_pace_s_per_km, 1, 10000) as threshold_pace_s_per_km,
    coalesce(listed.foot_strike, 'unknown') as foot_strike,
    -- Nobody knows when trouble will end: a day that is yet to come says nothing.
    if(
        is_a_day(listed.achilles_history_until) and listed.achilles_history_until <= as_of_date(), listed.achilles_history_until, null
    ) as achilles_history_until,
    if(is_a_day(listed.race_date), listed.race_date, null) as race_date,
    coalesce(listed.units, 'km') as units,
    coalesce(listed.strength_weight_unit, 'kg') as strength_weight_unit,
    listed.language
from raw.athletes as listed
inner join seeds.athlete_rules as rules on listed.athlete_id = rules.athlete_id
-- An unknown time zone name would make every night fail.
left join (select distinct name from pg_timezone_names()) as zones on listed.timezone = zones.name
cross join seeds.night
