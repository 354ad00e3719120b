-- How much calf work does each day call for: rehab, taper, build or maintain?
-- Calf work is judged without the small spikes that may be notes first. Where it lags even so they count, and it is judged again.
-- Grain: one row per athlete and local day since the first activity.
with lagging as (
    select athlete_id, load_date
    from intermediate.possible_links
    where not counts_notes and not is_building and is_calf_work and not is_left_out and state in ('amber', 'red')
    union
    select reasons.athlete_id, reasons.load_date
    from intermediate.strength_reasons as reasons
    inner join intermediate.strength_days as days
        on reasons.athlete_id = days.athlete_id and reasons.load_date = days.load_date
    inner join seeds.athlete_rules as rules on reasons.athlete_id = rules.athlete_id
    where
        reasons.is_raised
        and reasons.level in ('C1', 'C2')
        and reasons.load_date - days.first_strength_date >= rules.strength_building_days
)

select modes.*
from intermediate.possible_modes as modes
left join lagging on modes.athlete_id = lagging.athlete_id and modes.load_date = lagging.load_date
qualify row_number() over (
    partition by modes.athlete_id, modes.load_date order by modes.counts_notes = (lagging.athlete_id is not null) desc
) = 1
