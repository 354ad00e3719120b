-- Which flag follows from running and calf work on each day, before any flag is held?
-- Matrix of run level x capacity level. Links that are no calf work raise only a green flag; Achilles history raises a flag by one
-- step. What only the day of a race raised goes no higher than amber, nor does what only calf work raises beside an open injury.
-- A running log that fell silent is grey. What the person's state or pain asks for is the least. Numbers: grey -1, green 0,
-- amber-low 1, amber 2, amber-high 3, red 4. `kept_level` is the level that later days hold.
-- Grain: one row per athlete and local day.
with joined as (
    select
        runs.*,
        capacity.capacity_level,
        capacity.lift_level,
        health.has_history_of_trouble,
        -- Unknown calf work is no lag.
        case
            when capacity.capacity_level in ('building', 'unknown') then 'unknown'
            when runs.has_lag then capacity.capacity_level
            else 'C0'
        end as matrix_capacity
    from intermediate.run_levels as runs
    inner join intermediate.capacity_days as capacity
        on runs.athlete_id = capacity.athlete_id and runs.load_date = capacity.load_date
    inner join intermediate.health_days as health
        on runs.athlete_id = health.athlete_id and runs.load_date = health.load_date
),

weighed as (
    select
        joined.*,
        coalesce(cells.flag_level, -1) as matrix_level,
        if(matrix_level = 0, joined.lift_level, matrix_level) as lifted_level,
        if(lifted_level >= 1 and joined.has_history_of_trouble, least(lifted_level + 1, 4), lifted_level) as history_level
    from joined
    left join seeds.flag_matrix as cells
        on joined.run_level = cells.run_level and joined.matrix_capacity = cells.capacity_level
),

of_variants as (
    select
        athlete_id,
        load_date,
        any_value(has_history) as has_history,
        any_value(is_silent) as is_silent,
        any_value(capacity_level) as capacity_level,
        max(run_level) filter (where has_race and has_lag and not is_kept) as run_level,
        max(matrix_level) filter (where has_race and has_lag and not is_kept) as matrix_level,
        max(lifted_level) filter (where has_race and has_lag and not is_kept) as lifted_level,
        max(history_level) filter (where has_race and has_lag and not is_kept) as history_level,
        max(history_level) filter (where not has_race and has_lag and not is_kept) as without_race,
        max(history_level) filter (where has_race and not has_lag and not is_kept) as without_lag,
        max(history_level) filter (where not has_race and not has_lag and not is_kept) as without_both,
        max(history_level) filter (where has_race and has_lag and is_kept) as kept,
        max(history_level) filter (where not has_race and has_lag and is_kept) as kept_without_race,
        max(history_level) filter (where has_race and not has_lag and is_kept) as kept_without_lag,
        max(history_level) filter (where not has_race and not has_lag and is_kept) as kept_without_both
    from weighed
    group by athlete_id, load_date
),

-- A variant that is not told is the day as it is.
levels as (
    select
        * replace (
            coalesce(without_race, history_level) as without_race,
            coalesce(without_lag, history_level) as without_lag,
            coalesce(without_both, history_level) as without_both,
            coalesce(kept, history_level) as kept,
            coalesce(kept_without_race, history_level) as kept_without_race,
            coalesce(kept_without_lag, history_level) as kept_without_lag,
            coalesce(kept_without_both, history_level) as kept_without_both
        )
    from of_variants
),

-- The least that pain, injuries and the person's states ask for.
floors as (
    select
        athlete_id,
        load_date,
        max(if(level = 'red', 4, 2)) as least_level
    from intermediate.found_reasons
    where state = 'raised' and family = 'pain' and level in ('red', 'amber')
    group by athlete_id, load_date
),

capped as (
    select
        levels.*,
        floors.least_level,
        health.open_injuries > 0 as is_injured,
        greatest(levels.without_race, least(levels.history_level, 2)) as race_level,
        greatest(levels.kept_without_race, least(levels.kept, 2)) as kept_race_level,
        if(
            is_injured,
            greatest(greatest(levels.without_both, least(levels.without_lag, 2)), least(race_level, 2)),
            race_level
        ) as injury_level,
        if(
            is_injured,
            greatest(greatest(levels.kept_without_both, least(levels.kept_without_lag, 2)), least(kept_race_level, 2)),
            kept_race_level
        ) as kept_injury_level,
        coalesce(greatest(injury_level, floors.least_level), injury_level) as flag_level,
        coalesce(greatest(kept_injury_level, floors.least_level), kept_injury_level) as kept_level
    from levels
    inner join intermediate.health_days as health
        on levels.athlete_id = health.athlete_id and levels.load_date = health.load_date
    left join floors on levels.athlete_id = floors.athlete_id and levels.load_date = floors.load_date
)

select
    athlete_id,
    load_date,
    has_history,
    run_level,
    capacity_level,
    flag_level,
    kept_level,
    -- How the level came to be, step by step; pain is a floor, named as what it asks for.
    list_filter(
        [
            struct_pack(step := if(is_silent, 'silence', 'matrix'), flag_level := matrix_level),
            if(lifted_level <> matrix_level, struct_pack(step := 'lift', flag_level := lifted_level), null),
            if(history_level <> lifted_level, struct_pack(step := 'history', flag_level := history_level), null),
            if(race_level <> history_level, struct_pack(step := 'race', flag_level := race_level), null),
            if(injury_level <> race_level, struct_pack(step := 'injury', flag_level := injury_level), null),
            if(least_level is not null, struct_pack(step := 'pain', flag_level := least_level), null)
        ],
        lambda taken: taken is not null
    ) as steps
from capped
