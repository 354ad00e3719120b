-- Who are the athletes, with the house defaults where squad.csv says nothing?
-- Grain: one row per athlete: in squad.csv, with a folder, or named in a log at the root.
select
    listed.athlete_id,
    coalesce(listed.name, listed.athlete_id) as name,
    coalesce(listed.squad, 'all') as squad,
    listed.sex,
    listed.birth_year,
    coalesce(listed.body_mass_kg, rules.default_body_mass_kg) as body_mass_kg,
    listed.body_mass_kg is null as is_body_mass_assumed,
    coalesce(listed.timezone, night.default_timezone) as timezone,
    listed.resting_hr_bpm,
    listed.max_hr_bpm,
    listed.threshold_pace_s_per_km,
    coalesce(listed.foot_strike, 'unknown') as foot_strike,
    listed.achilles_history_until,
    listed.race_date,
    coalesce(listed.units, 'km') as units,
    coalesce(listed.strength_weight_unit, 'kg') as strength_weight_unit
from raw.athletes as listed
inner join seeds.athlete_rules as rules on listed.athlete_id = rules.athlete_id
cross join seeds.night
