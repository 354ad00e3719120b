-- How much calf work does each day call for: rehab, taper, build or maintain?
-- The first that applies. An active spike, or coming back from a break, brings the day limits of build at once; its volume applies
-- only once mean load has risen. Fast steps known by totals alone build nothing, and nothing is built after a race. A small spike
-- builds with Achilles history or as one of too many; else what it counts for follows from calf work, and not the other way round.
-- Grain: one row per athlete and local day since the first activity.
with load as (
    select
        days.athlete_id,
        days.load_date,
        sum(load) over last_28 as load_28,
        count(load) over last_28 as days_28,
        sum(load) over before_28 as load_before,
        count(load) over before_28 as days_before
    from intermediate.measure_days as days
    inner join seeds.athlete_rules as rules on days.athlete_id = rules.athlete_id
    where days.measure = 'achilles_load_steps'
    window
        last_28 as (
            partition by days.athlete_id order by days.load_date
            range between interval 27 days preceding and current row
        ),
        before_28 as (
            partition by days.athlete_id order by days.load_date
            range between interval 55 days preceding
            and interval 28 days preceding
        )
),

spikes as (
    select
        calendar.athlete_id,
        calendar.load_date,
        bool_or(not spikes.is_small) as is_beyond_small,
        bool_or(not spikes.is_small or spikes.is_repeated or health.has_history_of_trouble) as is_building_load
    from intermediate.calendar as calendar
    inner join intermediate.health_days as health
        on calendar.athlete_id = health.athlete_id and calendar.load_date = health.load_date
    inner join (
        select *, measure = 'distance_m' and coalesce(spike_state = 'small', false) as is_small
        from intermediate.session_spikes
    ) as spikes
        on
            calendar.athlete_id = spikes.athlete_id
            and calendar.load_date between spikes.outing_date and spikes.active_until
            and (spikes.is_spike or spikes.is_without_baseline)
            and not spikes.is_by_totals
    group by calendar.athlete_id, calendar.load_date
),

joined as (
    select
        calendar.*,
        health.is_symptomatic,
        health.has_history_of_trouble,
        health.worst_pain_14d,
        health.pain_0_10,
        coalesce(spikes.is_building_load, false) as is_spike_active,
        back.athlete_id is not null as is_coming_back,
        coalesce(spikes.is_beyond_small, false) as is_beyond_small_spike,
        coalesce(
            load.days_28 >= rules.known_days_coupled
            and load.days_before >= rules.known_days_coupled
            and load.load_28 > 0
            and calendar.load_date - history.first_activity_date >= 55
            and 100 * load.load_28 * load.days_before > rules.build_rise_percent * load.load_before * load.days_28, false
        ) as is_load_risen,
        year(calendar.load_date) - athletes.birth_year >= rules.older_age as is_older,
        rules.* exclude (athlete_id)
    from intermediate.calendar as calendar
    inner join staging.athletes as athletes on calendar.athlete_id = athletes.athlete_id
    inner join seeds.athlete_rules as rules on calendar.athlete_id = rules.athlete_id
    inner join load on calendar.athlete_id = load.athlete_id and calendar.load_date = load.load_date
    inner join intermediate.health_days as health
        on calendar.athlete_id = health.athlete_id and calendar.load_date = health.load_date
    left join (
        select athlete_id, min(history_date) as first_activity_date
        from intermediate.history_days
        group by athlete_id
    ) as history
        on calendar.athlete_id = history.athlete_id
    left join (
        select distinct
            days.athlete_id,
            days.load_date
        from intermediate.athlete_days as days
        inner join intermediate.comebacks
            on days.athlete_id = comebacks.athlete_id and days.load_date between comebacks.back_date and comebacks.active_until
    ) as back
        on calendar.athlete_id = back.athlete_id and calendar.load_date = back.load_date
    left join spikes on calendar.athlete_id = spikes.athlete_id and calendar.load_date = spikes.load_date
),

moded as (
    select
        *,
        case
            when is_symptomatic or (has_history_of_trouble and worst_pain_14d >= rehab_pain) then 'rehab'
            when is_taper then 'taper'
            when (is_load_risen or is_spike_active or is_coming_back) and not is_after_race then 'build'
            else 'maintain'
        end as mode,
        if(coalesce(is_older, false), maintain_sets_week_older, maintain_sets_week) as maintain_target
    from joined
)

select
    athlete_id,
    load_date,
    mode,
    is_load_risen,
    is_beyond_small_spike,
    is_frozen,
    frozen_so_far,
    frozen_28,
    is_mostly_lost,
    maintain_target,
    case
        when mode = 'rehab' or (mode = 'build' and is_load_risen) then greatest(build_sets_week, maintain_target)
        when mode = 'taper' then taper_target_factor * maintain_target
        else maintain_target
    end as target_sets_week,
    mode in ('rehab', 'build') as has_build_limits,
    if(mode = 'taper', taper_days_spent, 0) as red_days_more,
    mode = 'rehab' and coalesce(pain_0_10 > pain_lenient, false) as is_red_spared
from moded
