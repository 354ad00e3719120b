-- Who needs a call today, why, and what is next?
-- A flag rises at once and drops only after so many dates in a row below it, to the highest of them: worked out from the unheld flags
-- of the days themselves, so that any past day can be built again. A held flag keeps the reasons of the last date at that level.
-- Grain: one row per athlete and local day; on the as-of date every athlete has one.
with held as (
    select
        levels.*,
        max(levels.flag_level) over recent as held_level,
        arg_max(levels.load_date, levels.flag_level * 100000 + (levels.load_date - date '1990-01-01')) over recent as reason_date
    from intermediate.day_levels as levels
    inner join seeds.athlete_rules as rules on levels.athlete_id = rules.athlete_id
    window recent as (
        partition by levels.athlete_id order by levels.load_date
        range between interval (rules.held_dates) days preceding and current row
    )
),

coloured as (
    select
        held.athlete_id,
        held.load_date,
        held.run_level,
        held.capacity_level,
        held.held_level,
        held.flag_level,
        held.steps,
        cast(held.load_date - held.reason_date as integer) as held_days,
        case held.held_level when 4 then 'red' when 0 then 'green' when -1 then 'grey' else 'amber' end as flag,
        then_.codes as then_codes,
        then_.findings,
        list_slice(then_.findings, 1, greatest(2, then_.families)) as shown_findings,
        then_.notes,
        then_.finding_actions,
        coalesce(then_.is_rupture, false) as is_rupture,
        today.codes as today_codes,
        today.data_codes,
        today.gaps,
        today.gap_action,
        coalesce(today.is_data_doubtful, false) as is_data_doubtful,
        -- A held flag rests on the runs of its own day.
        coalesce(today.is_something_assumed, false)
        or coalesce(list_contains(then_.codes, 'DATA_SPORT_ASSUMED'), false) as is_something_assumed
    from held
    left join intermediate.day_reasons as then_ on held.athlete_id = then_.athlete_id and held.reason_date = then_.load_date
    left join intermediate.day_reasons as today on held.athlete_id = today.athlete_id and held.load_date = today.load_date
),

told as (
    select
        coloured.athlete_id,
        coloured.load_date,
        coloured.flag,
        greatest(coloured.held_level, 0) as priority,
        coloured.run_level,
        coloured.capacity_level,
        if(
            coloured.held_days = 0,
            coalesce(coloured.today_codes, []),
            list_sort(list_distinct(list_concat(coalesce(coloured.then_codes, []), coalesce(coloured.data_codes, []))))
        ) as reasons,
        -- One sentence, whatever it holds: a coach reads thirty of them.
        sentence(
            case
                when coloured.is_rupture then coloured.findings[1]
                when coloured.flag = 'grey' then array_to_string(list_concat(coloured.gaps, coloured.findings)[:2], '; ')
                when coloured.findings is not null then array_to_string(coloured.shown_findings, '; ')
                when coloured.notes is not null then array_to_string(coloured.notes, '; ')
                else 'running and calf work are in step: nothing was raised'
            end
            || if(coloured.held_days > 0, '; held, day ' || coloured.held_days || ' of ' || rules.held_dates, '')
        ) as headline,
        coloured.held_days,
        case
            when coloured.is_rupture then coloured.finding_actions[1]
            when coloured.flag = 'grey' then coalesce(coloured.gap_action, coloured.finding_actions[1], on_track.action)
            when coloured.finding_actions is not null then array_to_string(coloured.finding_actions, ' ')
            else on_track.action
        end as next_action,
        case
            when coloured.flag = 'grey' or coloured.is_data_doubtful then 'low'
            when coloured.is_something_assumed then 'medium'
            else 'high'
        end as confidence,
        night.ruleset_version,
        coloured.is_rupture,
        coalesce(list_contains(coloured.today_codes, 'PAIN_GATE'), false) as is_pain,
        list_concat(
            coloured.steps,
            if(coloured.held_days > 0, [{ 'step': 'held', 'flag_level': coloured.held_level }], [])
        ) as steps
    from coloured
    inner join seeds.athlete_rules as rules on coloured.athlete_id = rules.athlete_id
    inner join seeds.athlete_actions as on_track
        on coloured.athlete_id = on_track.athlete_id and on_track.code = 'ON_TRACK'
    cross join seeds.night
),

compared as (
    select
        *,
        lag(flag) over days as flag_before,
        coalesce(lag(priority) over days, 0) as priority_before
    from told
    window days as (partition by athlete_id order by load_date)
),

changed as (
    select
        *,
        case
            when priority > priority_before then if(priority_before > 0, 'worse', 'new')
            when flag = 'grey' then if(flag_before <> 'grey', 'lost', null)
            when priority < priority_before then if(priority > 0, 'better', 'cleared')
        end as change
    from compared
)

select
    * exclude (is_rupture, is_pain, flag_before, priority_before),
    cast(
        (4 - priority) * 100
        + case flag when 'red' then 0 when 'amber' then 10 when 'grey' then 20 else 30 end
        + if(is_rupture, 0, 4) + if(is_pain, 0, 2) + if(coalesce(change in ('new', 'worse'), false), 0, 1)
        as integer
    ) as attention_key
from changed
order by athlete_id, load_date
