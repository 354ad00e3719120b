-- How many of the days before each day lay in light weeks, by the uncoupled ratio of Achilles load?
-- A day is light if the ratio is below the line, or null because of a low base.
-- Grain: one row per athlete and local day since the first activity.
with told as (
    select
        gates.athlete_id,
        gates.load_date,
        gates.ratio_state in ('ok', 'low_base') as is_told,
        gates.ratio_state = 'low_base' or (gates.is_uncoupled_shown and windows.acwr_uncoupled < rules.return_ratio) as is_light,
        gates.is_uncoupled_shown and windows.acwr_uncoupled is not null as is_shown
    from intermediate.ratio_gates as gates
    inner join seeds.athlete_rules as rules on gates.athlete_id = rules.athlete_id
    inner join intermediate.load_windows as windows
        on
            gates.athlete_id = windows.athlete_id
            and gates.load_date = windows.load_date
            and gates.measure = windows.measure
    where gates.measure = 'achilles_load_steps'
)

select
    told.athlete_id,
    told.load_date,
    coalesce(sum(told.is_told::integer) over before, 0) as told_days,
    coalesce(sum(told.is_light::integer) over before, 0) as light_days,
    coalesce(sum((told.is_light and told.is_shown)::integer) over before, 0) as shown_light_days
from told
inner join seeds.athlete_rules as rules on told.athlete_id = rules.athlete_id
window before as (
    partition by told.athlete_id order by told.load_date
    range between interval (rules.return_days) days preceding and interval 1 day preceding
)
