-- Which reasons lead today's headline and the next action, in the order in which a coach should read them?
-- The worst of pain, running and calf work each come first. A possible rupture stands alone; a grey flag starts with what is
-- missing, runs that could not be read before all. A log that fell silent, and reports that could not be read, are named before the
-- reasons, and so are runs beside a green flag; without any reason up to two notes are. What is not told does not lead; where heavy
-- work is forbidden, heavy work leads last of all calf work. Each action is given once.
-- Grain: one row per athlete and reason that leads, for the as-of date; `headline_place` and `action_place` number them.
with today as (
    select
        held.athlete_id,
        held.load_date,
        held.reason_date,
        held.flag,
        list_contains(forbidden.forbids, 'heavy_dose') as is_heavy_forbidden,
        list_contains(states.conditions, 'unread_reports') as is_report_unread,
        forbidden.is_run_unread and held.flag = 'green' as is_run_unread
    from intermediate.held_flags as held
    inner join intermediate.forbidden_days as forbidden
        on held.athlete_id = forbidden.athlete_id and held.load_date = forbidden.load_date
    inner join intermediate.person_states as states
        on held.athlete_id = states.athlete_id and held.load_date = states.load_date
    where held.load_date = as_of_date()
),

-- Reasons that made the flag, from the day that it rests on; reasons for missing data, from today.
raised as (
    select
        today.flag,
        reasons.*,
        texts.action,
        row_number() over (
            partition by reasons.athlete_id, reasons.load_date
            order by
                today.flag = 'grey' and coalesce(reasons.measure = 'run_days', false) desc,
                today.is_heavy_forbidden and coalesce(codes.link = 'achilles_tendon', false),
                reasons.rank, reasons.code, reasons.measure, reasons.side
        ) as place,
        reasons.load_date = today.reason_date and reasons.family <> 'data' and reasons.level <> 'info' as is_flagged,
        reasons.load_date = today.reason_date and reasons.family <> 'data' and reasons.level = 'info' as is_note,
        reasons.load_date = today.load_date and (
            reasons.code in ('DATA_STALE_SOURCE', 'DATA_STALE_RUNS')
            or (today.is_report_unread and reasons.code = 'DATA_ROWS_REFUSED' and reasons.measure = 'symptom_rows')
            or (today.is_run_unread and reasons.code = 'DATA_ROWS_REFUSED' and reasons.measure in ('run_days', 'outings'))
        ) as is_silence,
        -- Of a silent running log the person's state says what to do.
        is_silence and reasons.code = 'DATA_STALE_SOURCE' and today.flag <> 'grey' as is_silence_asked,
        reasons.load_date = today.load_date and (
            (reasons.family = 'data' and reasons.level in ('unknown', 'building'))
            or reasons.code in ('DATA_STALE_SOURCE', 'DATA_STALE_RUNS')
            or (today.flag = 'grey' and reasons.code = 'DATA_ROWS_REFUSED' and reasons.measure = 'run_days')
        ) as is_gap
    from today
    inner join intermediate.told_reasons as reasons
        on today.athlete_id = reasons.athlete_id and reasons.load_date in (today.load_date, today.reason_date)
    inner join seeds.reasons as codes on reasons.code = codes.code
    left join seeds.athlete_actions as texts on reasons.athlete_id = texts.athlete_id and reasons.action_code = texts.code
    anti join intermediate.untold_reasons as untold
        on
            reasons.athlete_id = untold.athlete_id
            and reasons.load_date = untold.load_date
            and reasons.code = untold.code
    where
        reasons.state = 'raised'
        -- An injury that is open is told as such.
        and reasons.message <> 'history.open'
),

placed as (
    select
        *,
        row_number() over (partition by athlete_id, load_date, family, level = 'info' order by place) as place_in_family,
        is_flagged
        and level <> 'history'
        and action_code is not null
        and row_number() over (
            partition by athlete_id, load_date, is_flagged and level <> 'history', action order by place
        ) = 1 as is_asked
    from raised
),

numbered as (
    select
        *,
        row_number() over (partition by athlete_id, is_flagged order by place_in_family, place) as flagged_number,
        row_number() over (partition by athlete_id, is_note order by place) as note_number,
        row_number() over (partition by athlete_id, is_gap order by place) as gap_number,
        row_number() over (partition by athlete_id, is_silence order by place) as silence_number,
        row_number() over (partition by athlete_id, is_asked order by place_in_family, place) as asked_number,
        bool_or(is_flagged and code = 'RED_FLAG_RUPTURE') over of_athlete as is_rupture,
        bool_or(is_flagged) over of_athlete as has_flagged,
        count(*) filter (where is_flagged and place_in_family = 1) over of_athlete as flagged_families,
        count(*) filter (where is_gap) over of_athlete as gaps,
        count(*) filter (where is_silence) over of_athlete as silences,
        count(*) filter (where is_silence_asked) over of_athlete as silences_asked
    from placed
    window of_athlete as (partition by athlete_id)
),

led as (
    select
        athlete_id,
        load_date,
        code,
        measure,
        side,
        action_code,
        case
            when is_rupture then if(is_flagged and flagged_number = 1, 1, null)
            when flag = 'grey' and is_gap then gap_number
            when flag = 'grey' then if(is_flagged, gaps + flagged_number, null)
            when is_silence then silence_number
            when has_flagged then if(is_flagged, silences + flagged_number, null)
            when is_note then silences + note_number
        end as headline_place,
        if(is_rupture or flag = 'grey' or not has_flagged, 2, silences + greatest(flagged_families, 2)) as headline_reasons,
        case
            when flag = 'grey' and not is_rupture and gaps > 0 then if(is_gap, gap_number, null)
            when is_silence_asked and not is_rupture then 1
            when is_asked then silences_asked + asked_number
        end as action_place,
        if(is_rupture or flag = 'grey', 1, 2 + silences_asked) as actions
    from numbered
)

select
    athlete_id,
    load_date,
    code,
    measure,
    side,
    action_code,
    if(headline_place <= headline_reasons, headline_place, null) as headline_place,
    if(action_place <= actions, action_place, null) as action_place
from led
where headline_place <= headline_reasons or action_place <= actions
