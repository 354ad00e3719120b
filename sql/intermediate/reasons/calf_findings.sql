-- Which reasons does the calf and tendon work give on each day?
-- Raised rows on every day, and on the as-of date the others with their numbers as well.
-- Grain: one row per athlete, local day, code, measure and side.
with words as (
    select
        unnest(['gastrocnemius', 'soleus', 'achilles_tendon', 'hip', 'foot']) as link,
        unnest(['straight-knee calf work', 'bent-knee calf work', 'heavy calf work', 'hip work', 'foot work']) as work
),

states as (
    select
        states.* exclude (sol_only_credit_days),
        words.work,
        if(states.is_one_leg_only, states.leg, 'both') as side,
        states.load_date - states.first_strength_date as log_days,
        rules.strength_building_days,
        rules.sol_only_credit_days
    from intermediate.link_states as states
    inner join words on states.link = words.link
    inner join seeds.athlete_rules as rules on states.athlete_id = rules.athlete_id
),

clocks as (
    select
        *,
        case link
            when 'gastrocnemius' then 'GAST_STALE'
            when 'soleus'
                then if(is_met_by_credit and (days_since is null or days_since > sol_only_credit_days), 'SOL_ONLY_CREDIT', 'SOL_STALE')
            when 'achilles_tendon' then if(day_state = 'red', 'TENDON_DETRAIN_28', 'TENDON_NOT_HEAVY')
            when 'hip' then 'HIP_STALE'
            else 'FOOT_STALE'
        end as code,
        case
            when days_since = 0 then work || ' was done today'
            when days_since < load_date - last_date
                then
                    work || ' was last done ' || days_text(days_since) || ' ago (' || day_month(last_date, load_date)
                    || ', days of illness or holiday left out)'
            when days_since is not null
                then work || ' was last done ' || days_text(days_since) || ' ago (' || day_month(last_date, load_date) || ')'
            else 'no ' || work || ' in ' || days_text(log_days + 1) || ' of strength log'
        end as clock
    from states
),

-- A kind of work that was never logged is as old as the log, and late once the log is no longer new.
clock_findings as (
    select
        athlete_id,
        load_date,
        code,
        'days_since' as measure,
        side,
        case
            when is_building then if(day_state = 'on_track', false, null)
            when link = 'foot' then if(last_date is null, null, day_state = 'amber')
            else day_state <> 'on_track'
        end as is_raised,
        case
            when link in ('hip', 'foot') then 'lift'
            when code = 'SOL_ONLY_CREDIT' then 'C1'
            when day_state = 'red' and state = 'red' then 'C2'
            else 'C1'
        end as level,
        coalesce(days_since, log_days + 1) as value,
        case
            when days_since is null then strength_building_days
            when code = 'SOL_ONLY_CREDIT' then sol_only_credit_days
            when day_state = 'red' then coalesce(red_days, amber_days)
            else amber_days
        end as threshold,
        if(
            days_since is null or code = 'SOL_ONLY_CREDIT' or (day_state = 'red' and red_days is not null), '>', '>='
        ) as comparison,
        'days' as unit,
        log_days + 1 as window_days,
        clock || case
            when code = 'SOL_ONLY_CREDIT'
                then '; straight-knee sets alone keep the soleus volume (' || plain(mean_sets_week) || ' a week)'
            when day_state = 'on_track' and days_since = 0 then ' (0 days ago); it is due again from day ' || plain(amber_days) || ' on'
            when day_state = 'on_track' then '; it is due from day ' || plain(amber_days) || ' on'
            else ''
        end as evidence,
        if(link = 'foot' and last_date is null, 'no foot work was ever logged: it is judged once it is', null) as because
    from clocks
    union all
    -- The other code of the same clock.
    select
        athlete_id,
        load_date,
        case code
            when 'SOL_STALE' then 'SOL_ONLY_CREDIT'
            when 'SOL_ONLY_CREDIT' then 'SOL_STALE'
            when 'TENDON_NOT_HEAVY' then 'TENDON_DETRAIN_28'
            else 'TENDON_NOT_HEAVY'
        end,
        'days_since',
        side,
        case
            when code in ('SOL_ONLY_CREDIT', 'TENDON_DETRAIN_28') or days_since is null then null
            when is_building and day_state <> 'on_track' then null
            when code = 'SOL_STALE' then if(days_since <= sol_only_credit_days, false, null)
            else false
        end,
        'C1',
        days_since,
        if(code = 'SOL_STALE', sol_only_credit_days, red_days),
        '>',
        'days',
        log_days + 1,
        clock || if(days_since = 0, ' (0 days ago)', '')
        || if(
            code = 'SOL_STALE',
            '; straight-knee credit stands in for it up to day ' || plain(sol_only_credit_days),
            '; it counts as stopped after day ' || plain(red_days)
        ),
        case
            when is_building then null
            when code = 'SOL_ONLY_CREDIT' then 'the straight-knee sets that stand in for it are raised in its place'
            when code = 'TENDON_DETRAIN_28' then 'heavy calf work stopped altogether, which is raised in its place'
            when code = 'SOL_STALE' then 'bent-knee work is late, and straight-knee sets do not stand in for it'
        end
    from clocks
    where link in ('soleus', 'achilles_tendon') and load_date = as_of_date()
),

volume_findings as (
    select
        athlete_id,
        load_date,
        if(link = 'gastrocnemius', 'GAST_LOW_VOLUME', 'SOL_LOW_VOLUME') as code,
        'sets_week' as measure,
        side,
        if(is_building, null, volume_state <> 'on_track') as is_raised,
        if(volume_state = 'red' and state = 'red', 'C2', 'C1') as level,
        if(is_told_by_bent_knee, mean_refreshing_sets_week, coalesce(mean_sets_week, 0)) as value,
        if(is_told_by_bent_knee, target_sets_week / 2, target_sets_week) as threshold,
        '<' as comparison,
        'sets a week' as unit,
        28 as window_days,
        if(link = 'gastrocnemius', 'straight-knee', 'soleus') || ' sets were ' || plain(coalesce(mean_sets_week, 0))
        || ' a week over ' || span_text(28) || ', the target is ' || plain(target_sets_week)
        || if(
            is_told_by_bent_knee,
            '; ' || plain(mean_refreshing_sets_week) || ' of them with the knee bent, fewer than half of the target', ''
        ) as evidence,
        cast(null as text) as because
    from (
        select
            *,
            link = 'soleus' and volume_state = 'amber' and mean_sets_week >= target_sets_week as is_told_by_bent_knee
        from clocks
    ) as clocks
    where link in ('gastrocnemius', 'soleus')
),

side_findings as (
    select distinct
        athlete_id,
        load_date,
        'SIDE_ONLY' as code,
        'sides' as measure,
        side,
        if(legs_with_sets = 0, null, legs_with_sets = 1) as is_raised,
        'info' as level,
        legs_with_sets as value,
        2 as threshold,
        '<' as comparison,
        'legs' as unit,
        28 as window_days,
        if(legs_with_sets = 1, 'only the ' || side || ' leg has', 'both legs have') || ' calf sets in ' || span_text(28)
        || ' (' || legs_with_sets || ' of 2)' as evidence,
        'no calf set in ' || span_text(28) as because
    from states
    where link in ('gastrocnemius', 'soleus', 'achilles_tendon')
),

united as (
    select * from clock_findings
    union all
    select * from volume_findings
    union all
    select * from side_findings
)

select *
from united
where is_raised or load_date = as_of_date()
