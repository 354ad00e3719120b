-- Who are the athletes?
-- Grain: one row per athlete.
select
    athlete_id,
    name,
    squad,
    sex,
    birth_year,
    body_mass_kg,
    is_body_mass_assumed,
    foot_strike,
    timezone,
    achilles_history_until,
    race_date,
    units,
    strength_weight_unit,
    language,
    threshold_pace_s_per_km,
    max_hr_bpm,
    resting_hr_bpm,
    as_of_date() as as_of_date
from intermediate.athletes
order by athlete_id
