-- How long may a run of each planned day be before it is a spike?
-- In the next seven days the room's own ceiling. In a later week the rule's share of the longest run of the 30 days before the day, in
-- which a planned run of an earlier week counts up to its own ceiling, and a run that is a spike no more than what it was held against
-- while it is active. Minutes likewise, for runs that are planned by time; no room gives those, so it is so from the first day.
-- Null where an outing of the 30 days lacks the measure, where an earlier week has no plan, where load is held beyond the next week,
-- and where nothing may be told.
-- Grain: one row per athlete with a plan, day and measure.
with recursive measured as (
    select
        days.athlete_id,
        days.plan_date,
        days.day_number,
        measures.measure,
        if(measures.measure = 'distance_m', days.longest_m, days.longest_s) as planned_amount,
        coalesce(bool_and(days.is_week_planned) over (
            partition by days.athlete_id, measures.measure order by days.week_number
            range between unbounded preceding and 1 preceding
        ), true) as is_planned_before,
        room.longest_run_ceiling_m as room_ceiling_m,
        list_has_any(room.forbids, ['ceiling', 'room']) as is_forbidden,
        list_contains(room.forbids, 'more_load') as is_held,
        if(
            list_contains(room.forbids, 'more_load'),
            100,
            if(measures.measure = 'distance_m', rules.spike_small_percent, rules.other_spike_percent)
        ) as percent
    from intermediate.plan_days as days
    inner join intermediate.told_room as room on days.athlete_id = room.athlete_id and room.load_date = as_of_date()
    inner join seeds.athlete_rules as rules on days.athlete_id = rules.athlete_id
    cross join (select unnest(['distance_m', 'moving_s']) as measure) as measures
),

run_before as (
    select
        measured.athlete_id,
        measured.day_number,
        measured.measure,
        bool_or(spikes.amount is null) as is_unmeasured,
        max(
            case
                when spikes.active_until < measured.plan_date then spikes.amount
                when spikes.is_without_baseline then if(spikes.amount > spikes.restart_m, spikes.restart_m, spikes.amount)
                when spikes.is_spike then coalesce(spikes.largest_before, spikes.amount)
                else spikes.amount
            end
        ) as longest
    from measured
    inner join intermediate.session_spikes as spikes
        on
            measured.athlete_id = spikes.athlete_id
            and measured.measure = spikes.measure
            and spikes.outing_date between measured.plan_date - 30 and as_of_date()
    group by measured.athlete_id, measured.day_number, measured.measure
),

days as (
    select
        measured.*,
        run_before.longest as longest_run,
        coalesce(run_before.is_unmeasured, false)
        or measured.is_forbidden
        or not measured.is_planned_before
        or (measured.is_held and measured.day_number > 7) as is_unknown
    from measured
    left join run_before
        on
            measured.athlete_id = run_before.athlete_id
            and measured.day_number = run_before.day_number
            and measured.measure = run_before.measure
),

walked as (
    select distinct
        athlete_id,
        measure,
        cast(0 as integer) as day_number,
        cast(null as double) as longest_before_week,
        cast(null as double) as ceiling,
        cast(null as double) as longest_planned
    from days
    union all
    select
        days.athlete_id,
        days.measure,
        days.day_number,
        if(days.day_number % 7 = 1, walked.longest_planned, walked.longest_before_week) as before_week,
        cast(case
            when days.is_forbidden then null
            when days.measure = 'distance_m' and days.day_number <= 7 then days.room_ceiling_m
            when days.is_unknown then null
            -- greatest passes over what is unknown: a day without runs before it has only its plan.
            else floor(days.percent * greatest(days.longest_run, before_week) / 100 + 1e-6)
        end as double) as ceiling,
        -- A run beyond its ceiling counts no more than that.
        if(
            days.planned_amount is null or ceiling is null,
            walked.longest_planned,
            greatest(walked.longest_planned, least(days.planned_amount, ceiling))
        ) as longest_planned
    from walked
    inner join days
        on
            walked.athlete_id = days.athlete_id
            and walked.measure = days.measure
            and walked.day_number + 1 = days.day_number
)

select
    days.athlete_id,
    days.plan_date,
    days.day_number,
    days.measure,
    days.planned_amount,
    walked.ceiling,
    case
        when days.is_forbidden then 'forbidden'
        when walked.ceiling is not null then null
        when not days.is_planned_before then 'unplanned_week'
        when days.is_held and days.day_number > 7 then 'held'
        else 'no_ceiling'
    end as because,
    -- As for runs that were run: beyond the ceiling, and long enough to count or longer than the longest by the rule's excess.
    coalesce(
        days.planned_amount > walked.ceiling
        and (
            days.planned_amount >= if(days.measure = 'distance_m', rules.distance_floor_m, rules.duration_floor_s)
            or days.planned_amount - 100 * walked.ceiling / days.percent
            > if(days.measure = 'distance_m', rules.distance_excess_m, rules.duration_excess_s)
        ), false
    ) as is_over
from days
inner join walked
    on days.athlete_id = walked.athlete_id and days.measure = walked.measure and days.day_number = walked.day_number
inner join seeds.athlete_rules as rules on days.athlete_id = rules.athlete_id
