-- Is this week's running out of step with the weeks before?
-- Acute and chronic are means per day; a ratio whose window is not full is null with a state.
-- Grain: one row per athlete, local day and measure.
select
    windows.athlete_id,
    windows.load_date,
    windows.measure,
    cast(windows.load as double) as load,
    if(gates.is_acute_shown, windows.acute, null) as acute,
    if(gates.is_chronic_coupled_shown, windows.chronic_coupled, null) as chronic_coupled,
    if(gates.is_chronic_uncoupled_shown, windows.chronic_uncoupled, null) as chronic_uncoupled,
    if(gates.is_coupled_shown, windows.acwr_coupled, null) as acwr_coupled,
    if(gates.is_uncoupled_shown, windows.acwr_uncoupled, null) as acwr_uncoupled,
    if(gates.is_ewma_shown, ewma.acwr_ewma, null) as acwr_ewma,
    windows.week_over_week,
    windows.monotony,
    windows.strain,
    windows.known_days_28,
    gates.ratio_state
from intermediate.load_windows as windows
inner join intermediate.ratio_gates as gates
    on
        windows.athlete_id = gates.athlete_id
        and windows.load_date = gates.load_date
        and windows.measure = gates.measure
inner join intermediate.load_ewma as ewma
    on
        windows.athlete_id = ewma.athlete_id
        and windows.load_date = ewma.load_date
        and windows.measure = ewma.measure
order by windows.athlete_id, windows.measure, windows.load_date
