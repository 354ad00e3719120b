-- May each ratio be shown on each day, and if not, why?
-- Precedence: building (too little history), missing_days, low_base, ok. A low base hides the uncoupled ratio only. Where the
-- distance of a day is unknown that the measure itself knows, distance cannot tell whether the base is low: a run without a
-- distance is not 0 km.
-- Grain: one row per athlete, local day and measure.
with runs_so_far as (
    select
        athlete_id,
        load_date,
        runs_so_far,
        -- A strength log older than the running adds no days of running.
        load_date - history_date + 1 as running_days
    from intermediate.history_days
),

distance as (
    select
        athlete_id,
        load_date,
        chronic_uncoupled as distance_chronic_uncoupled,
        known_days_21 as distance_known_days_21
    from intermediate.load_windows
    where measure = 'distance_m'
),

windows as (
    select
        windows.*,
        runs_so_far.runs_so_far,
        coalesce(runs_so_far.running_days, 0) as running_days,
        measures.is_on_distance_floor,
        if(
            distance.distance_known_days_21 >= windows.known_days_21, distance.distance_chronic_uncoupled, null
        ) as distance_chronic_uncoupled,
        rules.* exclude (athlete_id),
        -- Only a chronic mean that may be shown counts in the runner's own median.
        median(
            if(
                windows.known_days >= rules.history_known_days and windows.known_days_21 >= rules.known_days_uncoupled,
                windows.chronic_uncoupled, null
            )
        ) over (
            partition by windows.athlete_id, windows.measure order by windows.load_date
            range between interval (rules.usual_days - 1) days preceding and current row
        ) as usual_chronic
    from intermediate.load_windows as windows
    inner join runs_so_far on windows.athlete_id = runs_so_far.athlete_id and windows.load_date = runs_so_far.load_date
    inner join distance on windows.athlete_id = distance.athlete_id and windows.load_date = distance.load_date
    inner join seeds.measures on windows.measure = measures.measure
    inner join seeds.athlete_rules as rules on windows.athlete_id = rules.athlete_id
),

gates as (
    select
        *,
        least(known_days, running_days) >= history_known_days and runs_so_far >= history_runs as has_history,
        least(known_days, running_days) >= history_known_days_ewma and runs_so_far >= history_runs as has_history_ewma,
        known_days_7 >= known_days_acute as has_acute,
        known_days_28 >= known_days_coupled as has_coupled,
        known_days_21 >= known_days_uncoupled as has_uncoupled,
        chronic_uncoupled = 0
        or chronic_uncoupled < low_base_share * usual_chronic
        or (is_on_distance_floor and distance_chronic_uncoupled * 7 < low_base_distance_m) as is_low_base
    from windows
)

select
    athlete_id,
    load_date,
    measure,
    known_days,
    runs_so_far,
    usual_chronic,
    distance_chronic_uncoupled,
    has_acute as is_acute_shown,
    known_days >= history_known_days and has_coupled as is_chronic_coupled_shown,
    known_days >= history_known_days and has_uncoupled as is_chronic_uncoupled_shown,
    has_history and has_acute and has_coupled as is_coupled_shown,
    has_history and has_acute and has_uncoupled and not coalesce(is_low_base, false) as is_uncoupled_shown,
    has_history_ewma and has_acute and has_coupled as is_ewma_shown,
    case
        when not has_history then 'building'
        when not (has_acute and has_coupled and has_uncoupled) then 'missing_days'
        when is_low_base then 'low_base'
        else 'ok'
    end as ratio_state
from gates
