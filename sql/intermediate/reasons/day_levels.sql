-- How far has running climbed and does calf work keep pace, on each day; and which flag follows before any flag is held?
-- Matrix of run level x capacity level. Links that are no calf work raise only a green flag; Achilles history raises a flag by one
-- step; pain overrides. Numbers: grey -1, green 0, amber-low 1, amber 2, amber-high 3, red 4.
-- Grain: one row per athlete and local day.
with spine as (
    select athlete_id, load_date
    from intermediate.health_days
),

volume_and_intensity as (
    select
        volume.athlete_id,
        greatest(volume.outing_date, intensity.outing_date) as outing_date,
        greatest(volume.outing_date, intensity.outing_date) + rules.spike_active_days - 1 as active_until
    from intermediate.session_spikes as volume
    inner join seeds.athlete_rules as rules on volume.athlete_id = rules.athlete_id
    inner join intermediate.session_spikes as intensity
        on
            volume.athlete_id = intensity.athlete_id
            and abs(volume.outing_date - intensity.outing_date) <= rules.double_spike_days
    where
        volume.measure in ('distance_m', 'moving_s', 'achilles_load_steps')
        and intensity.measure in ('fast_steps', 'ascent_m')
        and volume.is_above_moderate
        and intensity.is_above_moderate
),

doubled as (
    select distinct spine.athlete_id, spine.load_date
    from spine
    inner join volume_and_intensity as spikes
        on spine.athlete_id = spikes.athlete_id and spine.load_date between spikes.outing_date and spikes.active_until
),

reasons as (
    select
        athlete_id,
        load_date,
        bool_or(level = 'R2') as has_r2,
        bool_or(level = 'R1') as has_r1,
        bool_or(level = 'RW') as has_rw,
        bool_or(code = 'DATA_GAP_SUSPECTED') as is_gap_suspected,
        bool_or(level = 'C2') as has_c2,
        bool_or(level = 'C1') as has_c1,
        bool_or(code = 'DATA_ROWS_REFUSED' and measure = 'strength_rows') as has_refused_sets,
        bool_or(level = 'lift') as has_lift,
        bool_or(level = 'lift2') as has_lift2,
        bool_or(code in ('PAIN_GATE', 'OPEN_INJURY') and level = 'amber') as is_pain_amber,
        bool_or(level = 'red') as is_pain_red
    from intermediate.reasons
    where state = 'raised'
    group by athlete_id, load_date
),

links as (
    select
        athlete_id,
        load_date,
        bool_or(is_building) as is_building,
        bool_and(state = 'on_track' or is_left_out) as is_all_fed
    from intermediate.link_states
    where is_calf_work
    group by athlete_id, load_date
),

levels as (
    select
        spine.athlete_id,
        spine.load_date,
        coalesce(days.has_history, false) as has_history,
        case
            when not coalesce(days.has_history, false) then 'unknown'
            when reasons.has_r2 or doubled.athlete_id is not null then 'R2'
            when reasons.has_r1 then 'R1'
            when reasons.has_rw and not coalesce(reasons.is_gap_suspected, false) then 'RW'
            else 'R0'
        end as run_level,
        case
            when links.athlete_id is null then 'unknown'
            when links.is_building and links.is_all_fed then 'C0'
            when links.is_building then 'building'
            -- Sets that nobody knows, or that were refused, may be calf work: judge one step milder.
            when
                reasons.has_c2
                and (
                    reasons.has_refused_sets
                    or 1.0 * strength.unmapped_sets_28d > rules.unmapped_share * strength.strength_sets_28d
                ) then 'C1'
            when reasons.has_c2 then 'C2'
            when reasons.has_c1 then 'C1'
            else 'C0'
        end as capacity_level,
        coalesce(links.is_building, false) as is_building,
        coalesce(reasons.has_lift, false) as has_lift,
        coalesce(reasons.has_lift2, false) as has_lift2,
        coalesce(reasons.is_pain_amber, false) as is_pain_amber,
        coalesce(reasons.is_pain_red, false) as is_pain_red,
        health.has_history_of_trouble
    from spine
    inner join seeds.athlete_rules as rules on spine.athlete_id = rules.athlete_id
    inner join intermediate.health_days as health
        on spine.athlete_id = health.athlete_id and spine.load_date = health.load_date
    left join intermediate.run_days as days on spine.athlete_id = days.athlete_id and spine.load_date = days.load_date
    left join intermediate.strength_days as strength
        on spine.athlete_id = strength.athlete_id and spine.load_date = strength.load_date
    left join reasons on spine.athlete_id = reasons.athlete_id and spine.load_date = reasons.load_date
    left join links on spine.athlete_id = links.athlete_id and spine.load_date = links.load_date
    left join doubled on spine.athlete_id = doubled.athlete_id and spine.load_date = doubled.load_date
),

matrix as (
    select
        levels.*,
        if(not levels.has_history, -1, cells.flag_level) as matrix_level
    from levels
    left join seeds.flag_matrix as cells
        on
            levels.run_level = cells.run_level
            and if(levels.capacity_level = 'building', 'unknown', levels.capacity_level) = cells.capacity_level
),

lifted as (
    select
        *,
        case
            when matrix_level <> 0 or is_building then matrix_level
            when has_lift2 then 2
            when has_lift then 1
            else 0
        end as lifted_level
    from matrix
),

raised as (
    select
        *,
        lifted_level >= 1 and has_history_of_trouble as is_history_applied,
        if(is_history_applied, least(lifted_level + 1, 4), lifted_level) as history_level,
        case
            when is_pain_red then 4
            when is_pain_amber then greatest(history_level, 2)
            else history_level
        end as flag_level
    from lifted
)

select
    athlete_id,
    load_date,
    has_history,
    run_level,
    capacity_level,
    flag_level,
    -- How the level came to be, step by step.
    list_filter(
        [
            struct_pack(step := 'matrix', flag_level := matrix_level),
            if(lifted_level <> matrix_level, struct_pack(step := 'lift', flag_level := lifted_level), null),
            if(is_history_applied, struct_pack(step := 'history', flag_level := history_level), null),
            if(is_pain_red or is_pain_amber, struct_pack(step := 'pain', flag_level := flag_level), null)
        ],
        lambda taken: taken is not null
    ) as steps
from raised
