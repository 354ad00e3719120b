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
        range between to_days(cast(rules.held_dates as integer)) preceding and current row -- noqa: PRS
    )
),

raised as (
    select
        *,
        family <> 'data' and level <> 'info' as is_finding,
        (family = 'data' and level in ('unknown', 'building')) or code = 'DATA_STALE_SOURCE' as is_gap,
        row_number() over (
            partition by athlete_id, load_date, action order by rank, code, measure, side
        ) = 1 as is_first_of_action,
        -- The worst of pain, running and calf work each come first: a coach needs to hear of both sides.
        row_number() over (
            partition by athlete_id, load_date, family, level = 'info' order by rank, code, measure, side
        ) as place_in_family
    from intermediate.findings
    where state = 'raised'
),

reasons as (
    select
        athlete_id,
        load_date,
        list_sort(list(distinct code)) as codes,
        list_sort(list(distinct code) filter (where family = 'data')) as data_codes,
        bool_or(code = 'RED_FLAG_RUPTURE') as is_rupture,
        bool_or(
            code in ('DATA_SET_ASIDE', 'DATA_STALE_SOURCE', 'DATA_GAP_SUSPECTED', 'DATA_NO_STRENGTH_SOURCE', 'DATA_UNMAPPED_EXERCISE')
        ) as is_data_doubtful,
        bool_or(code = 'DATA_EFFORT_ASSUMED') as is_effort_assumed,
        count(distinct family) filter (where is_finding) as families,
        list(evidence_words order by place_in_family, rank, code, measure, side) filter (where is_finding) as findings,
        list(evidence_words order by rank, code, measure, side) filter (where family <> 'data' and not is_finding) as notes,
        list(evidence_words order by rank, code, measure, side) filter (where is_gap) as gaps,
        list(action order by place_in_family, rank, code, measure, side) filter (
            where is_finding and level <> 'history' and is_first_of_action
        ) as finding_actions,
        list(action order by rank, code, measure, side) filter (where is_gap) as gap_actions
    from raised
    group by athlete_id, load_date
),

coloured as (
    select
        held.athlete_id,
        held.load_date,
        held.run_level,
        held.capacity_level,
        held.held_level,
        held.flag_level,
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
        today.gap_actions,
        coalesce(today.is_data_doubtful, false) as is_data_doubtful,
        coalesce(today.is_effort_assumed, false) as is_effort_assumed
    from held
    left join reasons as then_ on held.athlete_id = then_.athlete_id and held.reason_date = then_.load_date
    left join reasons as today on held.athlete_id = today.athlete_id and held.load_date = today.load_date
)

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
            when coloured.notes is not null then array_to_string(coloured.notes[:2], '; ')
            else 'running and calf work are in step: nothing was raised'
        end
        || if(coloured.held_days > 0, '; held, day ' || coloured.held_days || ' of ' || cast(rules.held_dates as integer), '')
    ) as headline,
    coloured.held_days,
    case
        when coloured.is_rupture then coloured.finding_actions[1]
        when coloured.flag = 'grey' then list_concat(coalesce(coloured.gap_actions, []), coalesce(coloured.finding_actions, []))[1]
        when coloured.finding_actions is not null then array_to_string(coloured.finding_actions[:2], ' ')
        else on_track.action
    end as next_action,
    case
        when coloured.flag = 'grey' or coloured.is_data_doubtful then 'low'
        when coloured.is_effort_assumed then 'medium'
        else 'high'
    end as confidence,
    night.ruleset_version
from coloured
inner join seeds.athlete_rules as rules on coloured.athlete_id = rules.athlete_id
inner join seeds.athlete_actions as on_track
    on coloured.athlete_id = on_track.athlete_id and on_track.code = 'ON_TRACK'
cross join seeds.night
order by coloured.athlete_id, coloured.load_date
