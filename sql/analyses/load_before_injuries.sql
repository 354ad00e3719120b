-- Question: How much did each runner run in the 28 days before an injury, and in the 28 days before those?
-- Reads: marts.injuries, marts.daily_load.
-- Traps: The day of the onset itself is left out. A sum skips unknown days in silence, so compare only where known_days are alike;
-- days before the log began are in neither. A rise before an injury is no cause of it: see whether it also rose where nobody was
-- hurt.
-- Grain: one row per reported injury.
with days as (
    select
        injuries.athlete_id,
        injuries.file_id,
        injuries.row_number,
        load.distance_m,
        load.achilles_load_steps,
        load.load_date >= injuries.onset_date - 28 as is_late
    from marts.injuries as injuries
    inner join marts.daily_load as load
        on
            injuries.athlete_id = load.athlete_id
            and load.load_date between injuries.onset_date - 56 and injuries.onset_date - 1
),

sums as (
    select
        athlete_id,
        file_id,
        row_number,
        count(distance_m) filter (where is_late) as known_days,
        sum(distance_m) filter (where is_late) as distance_m,
        sum(achilles_load_steps) filter (where is_late) as achilles_load_steps,
        count(distance_m) filter (where not is_late) as known_days_before,
        sum(distance_m) filter (where not is_late) as distance_m_before,
        sum(achilles_load_steps) filter (where not is_late) as achilles_load_steps_before
    from days
    group by athlete_id, file_id, row_number
)

select
    injuries.athlete_id,
    injuries.site,
    injuries.onset_date,
    coalesce(sums.known_days, 0) as known_days,
    round(sums.distance_m / 1000, 1) as km,
    coalesce(sums.known_days_before, 0) as known_days_before,
    round(sums.distance_m_before / 1000, 1) as km_before,
    round(sums.achilles_load_steps / sums.achilles_load_steps_before, 2) as achilles_load_ratio
from marts.injuries as injuries
left join sums
    on
        injuries.athlete_id = sums.athlete_id
        and injuries.file_id = sums.file_id
        and injuries.row_number = sums.row_number
order by injuries.athlete_id, injuries.onset_date, injuries.file_id, injuries.row_number
