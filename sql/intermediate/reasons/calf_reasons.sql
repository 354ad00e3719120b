-- Which reasons does the calf and tendon work give on each day?
-- A link that is left out of the capacity level keeps its reasons as notes.
-- Raised rows on every day; on the as-of date also the others, with their numbers.
-- Grain: one row per athlete, local day, code, measure and side.
with codes as (
    select
        link,
        any_value(code) filter (where tells = 'late') as late_code,
        any_value(code) filter (where tells = 'stopped') as stopped_code,
        any_value(code) filter (where tells = 'credit_only') as credit_only_code,
        any_value(code) filter (where tells = 'few_sets') as few_sets_code
    from seeds.reasons
    where link is not null
    group by link
),

states as (
    select
        states.*,
        codes.* exclude (link),
        if(states.is_one_leg_only, states.leg, 'both') as side,
        if(states.is_leg_worse, '+leg.' || states.leg, '') as which_leg,
        states.load_date - states.first_strength_date as log_days,
        bool_and(states.days_since is null) filter (
            where states.is_calf_work
        ) over (partition by states.athlete_id, states.load_date) as is_calf_never_done,
        rules.strength_building_days,
        unread_rows.strength_rows,
        coalesce(strength.over_assisted_sets_28d, 0) as untold_sets
    from intermediate.link_states as states
    inner join codes on states.link = codes.link
    inner join seeds.athlete_rules as rules on states.athlete_id = rules.athlete_id
    inner join intermediate.unread_rows as unread_rows
        on states.athlete_id = unread_rows.athlete_id and states.load_date = unread_rows.load_date
    left join intermediate.strength_days as strength
        on states.athlete_id = strength.athlete_id and states.load_date = strength.load_date
    where codes.late_code is not null
),

clocks as (
    select
        *,
        case
            when
                credit_only_code is not null and is_met_by_credit and (days_since is null or days_since > credit_days)
                then 'credit_only'
            when stopped_code is not null and day_state = 'red' then 'stopped'
            else 'late'
        end as tells,
        case
            when unread_since > 0 and days_since > 0 then 'clock.since_read'
            when unread_since > 0 and days_since is null and is_calf_never_done and is_calf_work then 'clock.never_any_read'
            when unread_since > 0 and days_since is null then 'clock.never_read'
            when days_since = 0 then 'clock.today'
            when days_since < load_date - last_date then 'clock.frozen'
            when days_since is not null then 'clock.since'
            when is_calf_never_done and is_calf_work then 'clock.never_any'
            else 'clock.never'
        end
        || which_leg
        || if(link = 'achilles_tendon' and untold_sets > 0, '+clock.unknown_load', '') as clock,
        if(
            days_since is null, json_object('link', link, 'log_days', log_days + 1, 'unread', unread_since, 'untold', untold_sets),
            json_object(
                'link', link, 'days', days_since, 'last_date', last_date, 'unread', unread_since, 'untold', untold_sets
            )
        ) as clock_facts
    from states
),

-- Work that was never logged counts as last done when the log began, and as late once the log is no longer new.
clock_reasons as (
    select
        athlete_id,
        load_date,
        case tells when 'credit_only' then credit_only_code when 'stopped' then stopped_code else late_code end as code,
        'days_since' as measure,
        side,
        case
            when is_building then if(day_state = 'on_track', false, null)
            when state = 'not_logged' then null
            else day_state <> 'on_track'
        end as is_raised,
        case
            when is_left_out then 'info'
            when not is_calf_work then 'lift'
            when tells = 'credit_only' then 'C1'
            when day_state = 'red' and state = 'red' then 'C2'
            else 'C1'
        end as level,
        coalesce(days_since, log_days + 1) as value,
        case
            when days_since is null then strength_building_days
            when tells = 'credit_only' then credit_days
            when day_state = 'red' then coalesce(red_days, amber_days)
            else amber_days
        end as threshold,
        if(
            days_since is null or tells = 'credit_only' or (day_state = 'red' and red_days is not null), '>', '>='
        ) as comparison,
        'days' as unit,
        log_days + 1 as window_days,
        clock || case
            when tells = 'credit_only' then '+clock.fed_by_credit'
            when day_state = 'on_track' and days_since = 0 then '+clock.due_again'
            when day_state = 'on_track' then '+clock.due'
            else ''
        end as message,
        case
            when tells = 'credit_only' then json_merge_patch(clock_facts, json_object('credit_sets', mean_sets_week))
            when day_state = 'on_track' then json_merge_patch(clock_facts, json_object('due_day', amber_days))
            else clock_facts
        end as facts,
        if(state = 'not_logged', 'because.no_' || link || '_work', null) as because
    from clocks
    union all by name
    -- The other code of the same clock.
    select
        athlete_id,
        load_date,
        if(tells = 'late', coalesce(credit_only_code, stopped_code), late_code) as code,
        'days_since' as measure,
        side,
        case
            when tells <> 'late' or days_since is null then null
            when is_building and day_state <> 'on_track' then null
            when is_credit_clear then if(days_since <= credit_days, false, null)
            else false
        end as is_raised,
        if(is_left_out, 'info', 'C1') as level,
        days_since as value,
        if(is_credit_clear, credit_days, red_days) as threshold,
        '>' as comparison,
        'days' as unit,
        log_days + 1 as window_days,
        clock || if(is_credit_clear, '+clock.credit_until', '+clock.stopped_after') as message,
        json_merge_patch(clock_facts, json_object('last_day', if(is_credit_clear, credit_days, red_days))) as facts,
        case
            when is_building then null
            when tells = 'credit_only' then 'because.credit_raised'
            when tells = 'stopped' then 'because.heavy_work_stopped'
            when is_credit_clear then 'because.no_credit'
        end as because
    from (select *, tells = 'late' and credit_only_code is not null as is_credit_clear from clocks) as clocks
    where coalesce(credit_only_code, stopped_code) is not null and load_date = as_of_date()
),

-- Sets are told as whole ones: the few that were done rounded down, the line that they miss rounded up.
volume_reasons as (
    select
        athlete_id,
        load_date,
        few_sets_code as code,
        'sets_week' as measure,
        side,
        if(is_building or is_volume_lost, null, volume_state <> 'on_track') as is_raised,
        if(volume_state = 'red' and state = 'red', 'C2', 'C1') as level,
        mean_sets_week as value,
        low_volume_share * kept_target as threshold,
        '<' as comparison,
        'sets a week' as unit,
        28 as window_days,
        'volume.' || link || which_leg || if(strength_rows > 0, '+volume.unread', '') as message,
        json_object(
            'unread', strength_rows,
            'sets', floor(sets_28d),
            'target_sets', kept_target,
            'low_sets', if(volume_state = 'on_track', floor(low_sets_28d), ceil(low_sets_28d))
        ) as facts,
        if(is_volume_lost, 'because.weeks_lost', null) as because
    from clocks
    where few_sets_code is not null
),

build_reasons as (
    select
        athlete_id,
        load_date,
        'BUILD_TOPUP' as code,
        'sets_week' as measure,
        side,
        if(is_building or not is_asked or volume_state <> 'on_track', null, is_short_of_build) as is_raised,
        'info' as level,
        if(is_told_by_bent_knee, mean_refreshing_sets_week, mean_sets_week) as value,
        low_volume_share * if(is_told_by_bent_knee, build_sets_week / 2, build_sets_week) as threshold,
        '<' as comparison,
        'sets a week' as unit,
        28 as window_days,
        'topup.' || link || if(is_told_by_bent_knee, '+topup.of_them_bent_knee', '') as message,
        json_object(
            'sets', floor(sets_28d), 'bent_knee_sets', floor(refreshing_sets_28d), 'target_sets', build_sets_week
        ) as facts,
        case
            when is_building then null
            when not is_asked then 'because.load_not_risen'
            when volume_state <> 'on_track' then 'because.few_sets_raised'
        end as because
    from (
        select
            *,
            mode = 'rehab' or (mode = 'build' and is_load_risen) as is_asked,
            is_short_of_bent_knee and mean_sets_week >= low_volume_share * build_sets_week as is_told_by_bent_knee
        from clocks
        where has_weekly_target
    ) as clocks
    qualify row_number() over (
        partition by athlete_id, load_date order by is_short_of_build desc, is_told_by_bent_knee, mean_sets_week, link
    ) = 1
),

side_reasons as (
    select distinct
        athlete_id,
        load_date,
        'SIDE_ONLY' as code,
        'sides' as measure,
        side,
        if(legs_with_sets = 0, null, is_one_leg_only) as is_raised,
        'info' as level,
        if(is_one_leg_only, 1, 2) as value,
        2 as threshold,
        '<' as comparison,
        'legs' as unit,
        28 as window_days,
        case
            when is_one_leg_only then 'sides.' || side
            when legs_with_sets = 1 then 'sides.other_leg_missing'
            else 'sides.both'
        end as message,
        json_object('legs', value) as facts,
        'because.no_calf_set' as because
    from states
    where is_calf_work
),

united as (
    select * from clock_reasons
    union all by name
    select * from volume_reasons
    union all by name
    select * from build_reasons
    union all by name
    select * from side_reasons
)

select *
from united
where is_raised or load_date = as_of_date()
