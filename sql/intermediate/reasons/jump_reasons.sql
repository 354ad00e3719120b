-- Which reasons do jumps give on each day: increased too fast, started too fast, or missing despite fast running?
-- Each leg is held against its own jumps; either one raises. While the strength log is new nothing is raised.
-- Raised rows on every day; on the as-of date also the others, with their numbers.
-- Grain: one row per athlete, local day and code since the first strength row.
with jumps as (
    select
        jump_days.*,
        rules.plyo_active_days,
        rules.plyo_ramp_percent * max(jump_days.contacts) over (
            partition by jump_days.athlete_id, jump_days.leg order by jump_days.set_date
            range between interval (rules.plyo_ramp_days) days preceding and interval 1 day preceding
        ) / 100 as ramp_contacts,
        max(jump_days.contacts) over (
            partition by jump_days.athlete_id, jump_days.leg order by jump_days.set_date
            range between interval (rules.plyo_ramp_days) days preceding and interval 1 day preceding
        ) as most_before,
        count(*) over (
            partition by jump_days.athlete_id, jump_days.leg order by jump_days.set_date
            range between interval (rules.plyo_intro_days - 1) days preceding and interval 1 day preceding
        ) as sessions_before,
        min(jump_days.contacts) over day_of_jumps = max(jump_days.contacts) over day_of_jumps
        and count(*) over day_of_jumps = 2 as is_of_both_legs
    from intermediate.jump_days as jump_days
    inner join seeds.athlete_rules as rules on jump_days.athlete_id = rules.athlete_id
    window day_of_jumps as (partition by jump_days.athlete_id, jump_days.set_date)
),

-- The sessions of a leg that still count on each day: the steepest ramp, and the largest first session after a break.
counting as (
    select
        days.athlete_id,
        days.load_date,
        strength.first_strength_date is not null as has_log,
        coalesce(days.load_date - strength.first_strength_date >= rules.strength_building_days, false) as is_judged,
        any_value(rules.plyo_intro_contacts) as plyo_intro_contacts,
        any_value(rules.plyo_active_days) as plyo_active_days,
        any_value(rules.plyo_ramp_days) as plyo_ramp_days,
        any_value(rules.plyo_intro_days) as plyo_intro_days,
        count(jumps.contacts) as sessions,
        first(
            struct_pack(
                contacts := jumps.contacts,
                ramp_contacts := jumps.ramp_contacts,
                most_before := jumps.most_before,
                set_date := jumps.set_date,
                leg := if(jumps.is_of_both_legs, 'both', jumps.leg)
            )
            order by jumps.contacts / jumps.ramp_contacts desc, jumps.set_date desc, jumps.leg
        ) filter (where jumps.most_before > 0) as ramp,
        first(
            struct_pack(
                contacts := jumps.contacts, set_date := jumps.set_date, leg := if(jumps.is_of_both_legs, 'both', jumps.leg)
            )
            order by jumps.contacts desc, jumps.set_date desc, jumps.leg
        ) filter (where jumps.sessions_before = 0) as intro
    from intermediate.run_days as days
    inner join seeds.athlete_rules as rules on days.athlete_id = rules.athlete_id
    inner join intermediate.strength_days as strength
        on days.athlete_id = strength.athlete_id and days.load_date = strength.load_date
    left join jumps
        on
            days.athlete_id = jumps.athlete_id
            and days.load_date between jumps.set_date and jumps.set_date + cast(jumps.plyo_active_days - 1 as integer)
    where jumps.set_date is not null or days.load_date = as_of_date()
    group by days.athlete_id, days.load_date, has_log, is_judged
),

jump_reasons as (
    select
        athlete_id,
        load_date,
        'PLYO_RAMP' as code,
        'contacts' as measure,
        'both' as side,
        case
            when not is_judged then null
            when sessions = 0 then false
            when ramp is not null then ramp['contacts'] > ramp['ramp_contacts']
        end as is_raised,
        'lift' as level,
        coalesce(ramp['contacts'], 0) as value,
        coalesce(ramp['ramp_contacts'], 0) as threshold,
        '>' as comparison,
        'contacts' as unit,
        cast(plyo_ramp_days as integer) as window_days,
        if(ramp is null, 'jumps.none', 'jumps.ramp' || if(ramp['leg'] = 'both', '', '+leg.' || ramp['leg'])) as message,
        case
            when is_raised is null then json_object('ramp_days', plyo_ramp_days)
            when ramp is null then json_object('active_days', plyo_active_days)
            else
                json_object(
                    'contacts', ramp['contacts'], 'session_date', ramp['set_date'], 'most_before', ramp['most_before'],
                    'ramp_days', plyo_ramp_days, 'limit', cast(floor(ramp['ramp_contacts']) as bigint)
                )
        end as facts,
        if(is_judged, 'because.no_jumps_before', null) as because
    from counting
    where has_log
    union all by name
    select
        athlete_id,
        load_date,
        'PLYO_INTRO_RAPID' as code,
        'contacts' as measure,
        'both' as side,
        if(is_judged, coalesce(intro['contacts'], 0) > plyo_intro_contacts, null) as is_raised,
        'lift2' as level,
        coalesce(intro['contacts'], 0) as value,
        plyo_intro_contacts as threshold,
        '>' as comparison,
        'contacts' as unit,
        cast(plyo_intro_days as integer) as window_days,
        if(intro is null, 'jumps.no_first', 'jumps.first' || if(intro['leg'] = 'both', '', '+leg.' || intro['leg'])) as message,
        if(
            intro is null, json_object('active_days', plyo_active_days, 'break_days', plyo_intro_days),
            json_object(
                'contacts', intro['contacts'], 'session_date', intro['set_date'], 'break_days', plyo_intro_days,
                'limit', plyo_intro_contacts
            )
        ) as facts,
        cast(null as text) as because
    from counting
    where has_log
),

fast_days as (
    select
        days.athlete_id,
        days.load_date,
        days.has_history,
        strength.first_strength_date,
        max(days.fast_steps) over (
            partition by days.athlete_id order by days.load_date
            range between interval (rules.plyo_fast_days - 1) days preceding and current row
        ) as most_fast_steps,
        count(*) filter (where days.fast_steps is null) over (
            partition by days.athlete_id order by days.load_date
            range between interval (rules.plyo_fast_days - 1) days preceding and current row
        ) as days_untold,
        sum(days.contacts) over (
            partition by days.athlete_id order by days.load_date
            range between interval (rules.plyo_absent_days - 1) days preceding and current row
        ) as contacts,
        coalesce(days.load_date - strength.first_strength_date >= rules.strength_building_days, false) as is_judged,
        2 * rules.fast_floor_steps_per_leg as fast_floor_steps,
        rules.plyo_fast_days,
        rules.plyo_absent_days
    from intermediate.run_days as days
    inner join seeds.athlete_rules as rules on days.athlete_id = rules.athlete_id
    inner join intermediate.strength_days as strength
        on days.athlete_id = strength.athlete_id and days.load_date = strength.load_date
),

absent_reasons as (
    select
        athlete_id,
        load_date,
        'PLYO_ABSENT' as code,
        'contacts' as measure,
        'both' as side,
        coalesce(most_fast_steps < fast_floor_steps and contacts = 0, false) as is_told_by_steps,
        case
            when not is_judged then null
            when contacts > 0 then false
            when most_fast_steps >= fast_floor_steps then true
            when has_history and days_untold = 0 then false
        end as is_raised,
        'info' as level,
        if(is_told_by_steps, most_fast_steps, contacts) as value,
        if(is_told_by_steps, fast_floor_steps, 1) as threshold,
        if(is_told_by_steps, '>=', '<') as comparison,
        if(is_told_by_steps, 'steps', 'contacts') as unit,
        cast(if(is_told_by_steps, plyo_fast_days, plyo_absent_days) as integer) as window_days,
        case
            when contacts > 0 then 'jumps.done'
            when is_told_by_steps then 'jumps.little_fast_running'
            else 'jumps.absent'
        end as message,
        case
            when contacts > 0 then json_object('contacts', contacts, 'absent_days', plyo_absent_days)
            when is_told_by_steps
                then
                    json_object(
                        'fast_days', plyo_fast_days, 'fast_steps', most_fast_steps, 'floor_fast_steps', fast_floor_steps
                    )
            else json_object('absent_days', plyo_absent_days)
        end as facts,
        if(is_judged, 'because.no_fast_steps', null) as because
    from fast_days
    where first_strength_date is not null
),

united as (
    select * from jump_reasons
    union all by name
    select * exclude (is_told_by_steps) from absent_reasons
)

select *
from united
where is_raised or load_date = as_of_date()
