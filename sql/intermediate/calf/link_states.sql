-- Does each link meet the day's demand, on the worse leg?
-- Day limits make amber and red; low volume is red only if it is below half the target, below the maintenance floor and not made
-- up for this week. A link with a clock credit (the soleus) whose volume is met by sets of less credit is stale in a milder way,
-- but not while load is being built. In the first 28 days of a strength log no link is stale: it was fed within its amber limit,
-- or its state is not known yet.
-- Grain: one row per athlete, local day and link since the first strength row.
with legs_logged as (
    select
        legs.athlete_id,
        legs.load_date,
        count(*) filter (where legs.sets_28d > 0) as legs_with_sets,
        min(legs.leg) filter (where legs.sets_28d > 0) as only_leg
    from (
        select athlete_id, load_date, leg, sum(sets_28d) as sets_28d
        from intermediate.link_windows
        where is_calf_work
        group by athlete_id, load_date, leg
    ) as legs
    group by legs.athlete_id, legs.load_date
),

measured as (
    select
        windows.*,
        modes.* exclude (athlete_id, load_date),
        legs_logged.legs_with_sets,
        legs_logged.legs_with_sets = 1 as is_one_leg_only,
        windows.load_date - windows.first_strength_date < rules.strength_building_days as is_building,
        -- The days of the window in weeks, without days away from training.
        windows.sets_28d / nullif((28 - modes.frozen_28) / 7.0, 0) as mean_sets_week,
        windows.refreshing_sets_28d / nullif((28 - modes.frozen_28) / 7.0, 0) as mean_refreshing_sets_week,
        rules.volume_red_share,
        limits.is_optional,
        limits.has_weekly_target,
        limits.clock_credit,
        limits.credit_days,
        if(modes.has_build_limits, limits.amber_days_build, limits.amber_days)
        * if(limits.is_amber_eased_in_taper, modes.amber_factor, 1) as amber_days,
        cast(
            if(modes.has_build_limits, limits.red_days_build, limits.red_days)
            + if(limits.is_red_eased_in_taper, modes.red_days_more, 0) as bigint
        ) as red_days
    from intermediate.link_windows as windows
    inner join intermediate.demand_modes as modes
        on windows.athlete_id = modes.athlete_id and windows.load_date = modes.load_date
    inner join seeds.athlete_rules as rules on windows.athlete_id = rules.athlete_id
    inner join intermediate.link_limits as limits
        on windows.athlete_id = limits.athlete_id and windows.link = limits.link
    inner join legs_logged
        on windows.athlete_id = legs_logged.athlete_id and windows.load_date = legs_logged.load_date
    where legs_logged.legs_with_sets <> 1 or legs_logged.only_leg = windows.leg
),

judged as (
    select
        *,
        case
            when days_since is null and red_days is not null then 'red'
            when days_since > red_days then 'red'
            when days_since is null or days_since >= amber_days then 'amber'
            else 'on_track'
        end as day_state,
        case
            when not has_weekly_target or is_building then 'on_track'
            when
                coalesce(mean_sets_week, 0) < volume_red_share * target_sets_week
                and coalesce(mean_sets_week, 0) < maintain_target
                and sets_7d < target_sets_week then 'red'
            when mean_sets_week < target_sets_week then 'amber'
            when
                clock_credit is not null and mode in ('build', 'rehab') and is_full_build
                and mean_refreshing_sets_week < target_sets_week / 2 then 'amber'
            else 'on_track'
        end as volume_state,
        -- Sets of less credit meet the volume, and at most a small spike asks for more than maintenance.
        clock_credit is not null
        and mean_sets_week >= target_sets_week
        and (mode in ('maintain', 'taper') or (mode = 'build' and not is_load_risen and not is_beyond_small_spike))
            as is_met_by_credit
    from (select *, target_sets_week > maintain_target as is_full_build from measured) as measured
),

coloured as (
    select
        *,
        case
            when is_building and day_state = 'on_track' then 'on_track'
            when is_building then 'building'
            when day_state = 'red' and is_met_by_credit then 'amber'
            when is_red_spared and 'red' in (day_state, volume_state) then 'amber'
            when 'red' in (day_state, volume_state) then 'red'
            when 'amber' in (day_state, volume_state) then 'amber'
            else 'on_track'
        end as state
    from judged
)

select
    athlete_id,
    load_date,
    link,
    is_calf_work,
    is_optional,
    has_weekly_target,
    clock_credit,
    leg,
    legs_with_sets,
    is_one_leg_only,
    mode,
    sets_7d,
    sets_28d,
    mean_sets_week,
    mean_refreshing_sets_week,
    days_since,
    last_date,
    first_strength_date,
    if(has_weekly_target, target_sets_week, null) as target_sets_week,
    maintain_target,
    amber_days,
    red_days,
    day_state,
    volume_state,
    is_met_by_credit,
    is_building,
    assumed_sets_28d,
    state,
    credit_days
from coloured
qualify row_number() over (
    partition by athlete_id, load_date, link
    order by
        case state when 'red' then 1 when 'amber' then 2 when 'building' then 3 else 4 end,
        days_since desc nulls first,
        sets_28d,
        leg
) = 1
