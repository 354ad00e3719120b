-- Which runs came back from a break in load at once to a usual length?
-- On each of the days before, the uncoupled ratio of Achilles load lay below the line or was null for its low base (at least one not
-- null), and the run was at least the median run of half a year.
-- Grain: one row per such outing.
with quiet as (
    select
        gates.athlete_id,
        gates.load_date,
        gates.ratio_state = 'low_base' or (gates.is_uncoupled_shown and windows.acwr_uncoupled < rules.return_ratio) as is_quiet,
        gates.is_uncoupled_shown and windows.acwr_uncoupled is not null as is_shown
    from intermediate.ratio_gates as gates
    inner join seeds.athlete_rules as rules on gates.athlete_id = rules.athlete_id
    inner join intermediate.load_windows as windows
        on
            gates.athlete_id = windows.athlete_id
            and gates.load_date = windows.load_date
            and gates.measure = windows.measure
    where gates.measure = 'achilles_load_steps'
),

counted as (
    select
        quiet.athlete_id,
        quiet.load_date,
        sum(quiet.is_quiet::integer) over before as quiet_days,
        sum((quiet.is_quiet and quiet.is_shown)::integer) over before as shown_days
    from quiet
    inner join seeds.athlete_rules as rules on quiet.athlete_id = rules.athlete_id
    window before as (
        partition by quiet.athlete_id order by quiet.load_date
        range between to_days(cast(rules.return_days as integer)) preceding and interval 1 day preceding -- noqa: PRS
    )
),

usual as (
    select
        outings.*,
        median(outings.distance_m) over (
            partition by outings.athlete_id order by outings.outing_date
            range between to_days(cast(rules.usual_days as integer)) preceding and interval 1 day preceding -- noqa: PRS
        ) as usual_distance_m
    from intermediate.outings
    inner join seeds.athlete_rules as rules on outings.athlete_id = rules.athlete_id
)

select
    usual.athlete_id,
    usual.outing_number,
    usual.outing_date,
    usual.distance_m,
    usual.usual_distance_m,
    usual.outing_date + cast(rules.spike_active_days - 1 as integer) as active_until
from usual
inner join counted on usual.athlete_id = counted.athlete_id and usual.outing_date = counted.load_date
inner join seeds.athlete_rules as rules on usual.athlete_id = rules.athlete_id
inner join intermediate.run_days as days
    on usual.athlete_id = days.athlete_id and usual.outing_date = days.load_date
where
    counted.quiet_days = rules.return_days
    and counted.shown_days >= 1
    and usual.distance_m >= usual.usual_distance_m
    and usual.outing_date - days.first_run_date >= rules.return_history_days
    and days.has_history
