-- Does each link meet the day's demand, on the worse leg?
-- Day limits make amber and red. Volume is low below a share of the maintenance target, and red only if it is below half of it
-- and not made up for this week; falling short of the target of building alone is a note (is_short_of_build). A link with a clock
-- credit (the soleus) whose volume is met by sets of less credit is stale in a milder way, but not while load is being built. In
-- the first 28 days of a strength log no link is stale: it was fed within its amber limit, or its state is not known yet.
-- A leg without calf work ever is not judged while the other one has some; an optional link is judged after its first set.
-- Heavy work is left out of the capacity level for who runs little or is too young for it (is_left_out).
-- Grain: one row per athlete, local day and link since the first strength row.
with calf_legs as (
    select
        athlete_id,
        load_date,
        leg,
        sum(sets_28d) > 0 as has_sets,
        bool_or(is_ever_fed) as is_ever_fed
    from intermediate.link_windows
    where is_calf_work
    group by athlete_id, load_date, leg
),

legs_logged as (
    select
        athlete_id,
        load_date,
        count(*) filter (where has_sets) as legs_with_sets,
        -- The leg that stands for both: it alone had sets lately, and the other one never had any.
        if(legs_with_sets = 1 and count(*) filter (where is_ever_fed) = 1, min(leg) filter (where is_ever_fed), null) as only_leg
    from calf_legs
    group by athlete_id, load_date
),

-- Calf work of any kind shows that a leg is logged; of other links only their own does.
legs_judged as (
    select
        windows.*,
        legs_logged.legs_with_sets,
        legs_logged.only_leg is not null as is_one_leg_only,
        bool_or(windows.is_ever_fed) over (partition by windows.athlete_id, windows.load_date, windows.link) as is_logged
    from intermediate.link_windows as windows
    inner join legs_logged
        on windows.athlete_id = legs_logged.athlete_id and windows.load_date = legs_logged.load_date
    qualify
        if(
            windows.is_calf_work, coalesce(legs_logged.only_leg = windows.leg, true), windows.is_ever_fed or not is_logged
        )
),

measured as (
    select
        legs.*,
        modes.* exclude (athlete_id, load_date),
        legs.load_date - legs.first_strength_date < rules.strength_building_days as is_building,
        -- The days of the window in weeks, without days away from training.
        (28 - modes.frozen_28) / 7.0 as weeks_28d,
        legs.sets_28d / weeks_28d as mean_sets_week,
        legs.refreshing_sets_28d / weeks_28d as mean_refreshing_sets_week,
        if(modes.mode = 'taper', modes.target_sets_week, modes.maintain_target) as kept_target,
        rules.volume_red_share,
        rules.low_volume_share,
        rules.build_sets_week,
        limits.is_optional,
        limits.has_weekly_target,
        limits.clock_credit,
        limits.credit_days,
        limits.is_note_for_beginners,
        case
            when modes.has_build_limits then limits.amber_days_build
            when modes.mode = 'taper' then limits.amber_days_taper
            else limits.amber_days
        end as amber_days,
        cast(
            if(modes.has_build_limits, limits.red_days_build, limits.red_days)
            + if(limits.is_red_eased_in_taper, modes.red_days_more, 0) as bigint
        ) as red_days
    from legs_judged as legs
    inner join intermediate.demand_modes as modes on legs.athlete_id = modes.athlete_id and legs.load_date = modes.load_date
    inner join seeds.athlete_rules as rules on legs.athlete_id = rules.athlete_id
    inner join intermediate.link_limits as limits on legs.athlete_id = limits.athlete_id and legs.link = limits.link
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
            -- Of most of the four weeks nobody knows what was done.
            when not has_weekly_target or is_building or is_mostly_lost then 'on_track'
            when
                mean_sets_week < volume_red_share * kept_target
                and mean_sets_week < maintain_target
                and sets_7d < kept_target then 'red'
            when mean_sets_week < low_volume_share * kept_target then 'amber'
            else 'on_track'
        end as volume_state,
        clock_credit is not null and mean_refreshing_sets_week < low_volume_share * build_sets_week / 2 as is_short_of_bent_knee,
        has_weekly_target
        and not is_building
        and (mode = 'rehab' or (mode = 'build' and is_load_risen))
        and mean_sets_week >= low_volume_share * maintain_target
        and (mean_sets_week < low_volume_share * build_sets_week or is_short_of_bent_knee) as is_short_of_build,
        -- Sets of less credit keep the volume up, and at most a small spike asks for more than maintenance.
        clock_credit is not null
        and mean_sets_week >= low_volume_share * kept_target
        and (mode in ('maintain', 'taper') or (mode = 'build' and not is_load_risen and not is_beyond_small_spike))
            as is_met_by_credit
    from measured
),

coloured as (
    select
        *,
        case
            when is_optional and not is_logged then 'not_logged'
            when is_building and day_state = 'on_track' then 'on_track'
            when is_building then 'building'
            when day_state = 'red' and is_met_by_credit then 'amber'
            when is_red_spared and 'red' in (day_state, volume_state) then 'amber'
            when 'red' in (day_state, volume_state) then 'red'
            when 'amber' in (day_state, volume_state) then 'amber'
            else 'on_track'
        end as state
    from judged
),

worse_legs as (
    select
        *,
        min(sets_28d) over legs < max(sets_28d) over legs
        or coalesce(min(days_since) over legs < max(days_since) over legs, false)
        or count(days_since) over legs between 1 and count(*) over legs - 1 as is_leg_worse
    from coloured
    window legs as (partition by athlete_id, load_date, link)
    qualify row_number() over (
        partition by athlete_id, load_date, link
        order by
            case state when 'red' then 1 when 'amber' then 2 when 'building' then 3 else 4 end,
            days_since desc nulls first,
            sets_28d,
            leg
    ) = 1
)

select
    states.athlete_id,
    states.load_date,
    states.link,
    states.is_calf_work,
    states.is_optional,
    states.is_logged,
    states.has_weekly_target,
    states.clock_credit,
    states.leg,
    states.legs_with_sets,
    states.is_one_leg_only,
    states.is_leg_worse,
    states.mode,
    states.sets_7d,
    states.sets_28d,
    states.mean_sets_week,
    states.mean_refreshing_sets_week,
    states.days_since,
    states.last_date,
    states.first_strength_date,
    if(states.has_weekly_target, states.target_sets_week, null) as target_sets_week,
    states.kept_target,
    states.low_volume_share,
    states.low_volume_share * states.kept_target * states.weeks_28d as low_sets_28d,
    states.build_sets_week,
    states.amber_days,
    states.red_days,
    states.day_state,
    states.volume_state,
    states.is_met_by_credit,
    states.is_short_of_build,
    coalesce(states.is_short_of_bent_knee, false) as is_short_of_bent_knee,
    states.is_load_risen,
    states.refreshing_sets_28d,
    states.is_building,
    states.is_mostly_lost as is_volume_lost,
    states.unread_since,
    states.state,
    states.credit_days,
    states.is_note_for_beginners
    and (
        beginners.is_young
        or (
            beginners.is_beginner
            and not bool_or(states.has_weekly_target and states.state = 'red') over (
                partition by states.athlete_id, states.load_date
            )
        )
    ) as is_left_out
from worse_legs as states
inner join intermediate.beginner_days as beginners
    on states.athlete_id = beginners.athlete_id and states.load_date = beginners.load_date
