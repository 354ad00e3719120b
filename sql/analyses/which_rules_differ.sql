-- Question: Which rule is another than the house's, and for whom?
-- Reads: marts.rules.
-- Traps: Values are text, in the unit beside them. A row for an athlete goes before one for the squad, and that before one for
-- everybody. A value that was set to what the house says is told as well: set_by decides, not the value.
-- Grain: one row per rule, value and who set it.
select
    key,
    value,
    house_value,
    unit,
    set_by,
    count(*) as athletes,
    list(athlete_id order by athlete_id) as athlete_ids
from marts.rules
where set_by <> 'house'
group by key, value, house_value, unit, set_by
order by key, set_by, value
