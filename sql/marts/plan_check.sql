-- How does each planned day stand against its ceilings, by the rules that runs are held against?
-- Every day of the next seven if they hold a plan, and each later planned day up to the 28th. What the person's state forbids is not
-- told: then no distance and no time stands here, the plan's own included. A week is over from the day on which its sum passes the
-- ceiling. While no data come in nobody knows what was run, and no run is assessed. The first of these that applies is the state:
-- forbidden, over_run, over_week, fast_wait, no_calf_work_planned,
-- not_assessed, ok.
-- Grain: one row per athlete and day.
with joined as (
    select
        days.*,
        list_has_any(forbidden.forbids, ['ceiling', 'room']) as is_untold,
        -- The limits were made for adults: under 16 nothing is forbidden, but nothing is told.
        is_untold and not list_contains(forbidden.forbids, 'keep_running') as is_young,
        list_has_any(forbidden.forbids, ['exercise', 'own_dose', 'dose']) as is_exercise_forbidden,
        distance.ceiling as run_ceiling_m,
        distance.is_over as is_over_m,
        moving.ceiling as run_ceiling_s,
        moving.is_over as is_over_s,
        coalesce(
            if(days.longest_m is not null and distance.ceiling is null, coalesce(distance.because, 'no_ceiling'), null),
            if(days.longest_s is not null and moving.ceiling is null, coalesce(moving.because, 'no_ceiling'), null),
            if(days.unmeasured_runs > 0, 'no_length', null)
        ) as run_because,
        week_m.planned_amount as week_planned_m,
        week_m.ceiling as week_ceiling_m,
        week_m.usual_amount as week_usual_m,
        coalesce(week_m.is_over, false) as is_week_over_m,
        coalesce(week_m.is_estimated, false) as is_estimated_week,
        week_s.planned_amount as week_planned_s,
        week_s.ceiling as week_ceiling_s,
        week_s.usual_amount as week_usual_s,
        coalesce(week_s.is_over, false) as is_week_over_s,
        case
            when not days.has_fast then null
            when days.plan_date <= waits.easy_until_date then 'plan.fast_wait'
            when waits.is_held then 'plan.fast_held'
            when
                days.plan_date <= waits.swap_until_date
                and days.day_number = min(if(days.has_fast, days.day_number, null)) over (partition by days.athlete_id)
                then 'plan.fast_swap'
        end as fast_message,
        waits.easy_until_date,
        stale.value as silent_days,
        ever.athlete_id is null as is_without_runs,
        if(silent_days is null, gaps.link, null) as calf_link,
        if(silent_days is null, gaps.days_without, null) as calf_days
    from intermediate.plan_days as days
    inner join intermediate.forbidden_days as forbidden
        on days.athlete_id = forbidden.athlete_id and forbidden.load_date = as_of_date()
    left join intermediate.plan_ceilings as distance
        on days.athlete_id = distance.athlete_id and days.plan_date = distance.plan_date and distance.measure = 'distance_m'
    left join intermediate.plan_ceilings as moving
        on days.athlete_id = moving.athlete_id and days.plan_date = moving.plan_date and moving.measure = 'moving_s'
    left join intermediate.plan_weeks as week_m
        on days.athlete_id = week_m.athlete_id and days.plan_date = week_m.plan_date and week_m.measure = 'distance_m'
    left join intermediate.plan_weeks as week_s
        on days.athlete_id = week_s.athlete_id and days.plan_date = week_s.plan_date and week_s.measure = 'moving_s'
    left join intermediate.fast_waits as waits on days.athlete_id = waits.athlete_id
    left join intermediate.plan_calf_gaps as gaps on days.athlete_id = gaps.athlete_id and days.plan_date = gaps.plan_date
    left join intermediate.told_reasons as stale
        on
            days.athlete_id = stale.athlete_id
            and stale.load_date = as_of_date()
            and stale.code = 'DATA_STALE_SOURCE'
            and stale.state = 'raised'
    left join (select distinct athlete_id from intermediate.outings) as ever on days.athlete_id = ever.athlete_id
    where if(days.week_number = 1, days.is_week_planned, days.is_planned)
),

judged as (
    select
        *,
        runs > 0 and not is_untold and silent_days is null and (is_over_m or is_over_s) as is_over_run,
        runs > 0 and not is_untold and silent_days is null and (is_week_over_m or is_week_over_s) as is_over_week,
        case
            when runs > 0 and is_untold and not is_young then 'forbidden'
            when strength_sessions > 0 and is_exercise_forbidden then 'forbidden'
            when is_over_run then 'over_run'
            when is_over_week then 'over_week'
            when fast_message is not null and not is_untold and silent_days is null then 'fast_wait'
            when calf_link is not null then 'no_calf_work_planned'
            when runs > 0 and (is_young or silent_days is not null or run_because is not null) then 'not_assessed'
            else 'ok'
        end as state,
        -- Amounts by which it is over: of the run, else of the week; in metres where metres are over.
        case
            when is_over_run and is_over_m then longest_m - run_ceiling_m
            when is_over_week and not is_over_run and is_week_over_m then week_planned_m - week_ceiling_m
        end as over_m,
        case
            when is_over_run and not is_over_m then longest_s - run_ceiling_s
            when is_over_week and not is_over_run and not is_week_over_m then week_planned_s - week_ceiling_s
        end as over_s
    from joined
)

select
    athlete_id,
    plan_date,
    day_number,
    kinds,
    runs,
    strength_sessions,
    cast(if(is_untold, null, distance_m) as double) as distance_m,
    cast(if(is_untold, null, moving_s) as double) as moving_s,
    cast(if(is_untold, null, longest_m) as double) as longest_m,
    cast(if(is_untold, null, longest_s) as double) as longest_s,
    state,
    case
        when state <> 'not_assessed' then null
        when is_young then 'under_16'
        when silent_days is not null then 'silent'
        when run_because = 'no_ceiling' and is_without_runs then 'no_run'
        else run_because
    end as not_assessed_because,
    cast(over_m as double) as over_by_m,
    cast(over_s as double) as over_by_s,
    if(is_untold or silent_days is not null, null, run_ceiling_m) as run_ceiling_m,
    if(is_untold or silent_days is not null, null, run_ceiling_s) as run_ceiling_s,
    cast(if(is_untold, null, week_planned_m) as double) as week_planned_m,
    cast(if(is_untold or silent_days is not null, null, week_ceiling_m) as double) as week_ceiling_m,
    if(is_untold, null, week_usual_m) as week_usual_m,
    cast(if(is_untold, null, week_planned_s) as double) as week_planned_s,
    cast(if(is_untold or silent_days is not null, null, week_ceiling_s) as double) as week_ceiling_s,
    if(is_untold, null, week_usual_s) as week_usual_s,
    not is_untold and is_estimated_week as is_week_estimated,
    calf_link,
    calf_days,
    case state
        when 'over_run' then if(over_m is not null, 'plan.over_run', 'plan.over_run_time')
        when 'over_week' then if(over_m is not null, 'plan.over_week', 'plan.over_week_time')
        when 'fast_wait' then fast_message
        when 'no_calf_work_planned' then if(calf_days is null, 'plan.calf_never', 'plan.no_calf_work')
        when 'not_assessed' then 'plan.' || not_assessed_because
        else 'plan.' || if(state = 'ok' and runs = 0, 'without_run', state)
    end as message,
    -- A null is left out.
    json_merge_patch('{}', json_object(
        'plan_date', plan_date,
        'longest_m', if(state = 'over_run', longest_m, null),
        'longest_s', if(state = 'over_run', longest_s, null),
        'run_ceiling_m', if(state = 'over_run' and over_m is not null, run_ceiling_m, null),
        'run_ceiling_s', if(state = 'over_run' and over_s is not null, run_ceiling_s, null),
        'over_by_m', over_m,
        'over_by_s', over_s,
        'week_planned_m', if(state = 'over_week' and over_m is not null, week_planned_m, null),
        'week_ceiling_m', if(state = 'over_week' and over_m is not null, week_ceiling_m, null),
        'week_usual_m', if(state = 'over_week' and over_m is not null, week_usual_m, null),
        'week_planned_s', if(state = 'over_week' and over_s is not null, week_planned_s, null),
        'week_ceiling_s', if(state = 'over_week' and over_s is not null, week_ceiling_s, null),
        'until_date', if(fast_message = 'plan.fast_wait', easy_until_date, null),
        'link', if(state = 'no_calf_work_planned', calf_link, null),
        'silent_days', if(not_assessed_because = 'silent', cast(silent_days as integer), null),
        'days', if(state = 'no_calf_work_planned', calf_days, null)
    )) as facts,
    as_of_date() as as_of_date
from judged
order by athlete_id, plan_date
