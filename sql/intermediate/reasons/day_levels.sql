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
        health.open_injuries > 0 as is_injured,
        if(capacity.capacity_level = 'building', 'unknown', capacity.capacity_level) as matrix_capacity,
        -- Unknown calf work is no lag.
        if(matrix_capacity = 'unknown', 'unknown', 'C0') as spared_capacity
    from intermediate.run_levels as runs
    inner join intermediate.capacity_days as capacity
        on runs.athlete_id = capacity.athlete_id and runs.load_date = capacity.load_date
    inner join intermediate.health_days as health
        on runs.athlete_id = health.athlete_id and runs.load_date = health.load_date
),

-- Each day as it is and as it would be without race, without lag, and without what is not kept.
variants as (
    select
        athlete_id,
        load_date,
        lift_level,
        has_history_of_trouble,
        unnest([
            struct_pack(variant := 'counted', run_level := run_level, capacity_level := matrix_capacity),
            struct_pack(variant := 'without_race', run_level := without_race_level, capacity_level := matrix_capacity),
            struct_pack(variant := 'without_lag', run_level := run_level, capacity_level := spared_capacity),
            struct_pack(variant := 'without_both', run_level := without_race_level, capacity_level := spared_capacity),
            struct_pack(variant := 'kept', run_level := kept_level, capacity_level := matrix_capacity),
            struct_pack(variant := 'kept_without_race', run_level := kept_without_race_level, capacity_level := matrix_capacity),
            struct_pack(variant := 'kept_without_lag', run_level := kept_level, capacity_level := spared_capacity),
            struct_pack(variant := 'kept_without_both', run_level := kept_without_race_level, capacity_level := spared_capacity)
        ]) as of_day
    from joined
),

weighed as (
    select
        variants.athlete_id,
        variants.load_date,
        variants.of_day['variant'] as variant,
        coalesce(cells.flag_level, -1) as matrix_level,
        if(matrix_level = 0, variants.lift_level, matrix_level) as lifted_level,
        if(lifted_level >= 1 and variants.has_history_of_trouble, least(lifted_level + 1, 4), lifted_level) as history_level
    from variants
    left join seeds.flag_matrix as cells
        on
            variants.of_day['run_level'] = cells.run_level
            and variants.of_day['capacity_level'] = cells.capacity_level
),

levels as (
    select
        athlete_id,
        load_date,
        max(matrix_level) filter (where variant = 'counted') as matrix_level,
        max(lifted_level) filter (where variant = 'counted') as lifted_level,
        max(history_level) filter (where variant = 'counted') as history_level,
        max(history_level) filter (where variant = 'without_race') as without_race,
        max(history_level) filter (where variant = 'without_lag') as without_lag,
        max(history_level) filter (where variant = 'without_both') as without_both,
        max(history_level) filter (where variant = 'kept') as kept,
        max(history_level) filter (where variant = 'kept_without_race') as kept_without_race,
        max(history_level) filter (where variant = 'kept_without_lag') as kept_without_lag,
        max(history_level) filter (where variant = 'kept_without_both') as kept_without_both
    from weighed
    group by athlete_id, load_date
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
        joined.athlete_id,
        joined.load_date,
        joined.has_history,
        joined.run_level,
        joined.capacity_level,
        joined.is_silent,
        joined.is_injured,
        levels.matrix_level,
        levels.lifted_level,
        levels.history_level,
        floors.least_level,
        greatest(levels.without_race, least(levels.history_level, 2)) as race_level,
        greatest(levels.kept_without_race, least(levels.kept, 2)) as kept_race_level,
        if(
            joined.is_injured,
            greatest(greatest(levels.without_both, least(levels.without_lag, 2)), least(race_level, 2)),
            race_level
        ) as injury_level,
        if(
            joined.is_injured,
            greatest(greatest(levels.kept_without_both, least(levels.kept_without_lag, 2)), least(kept_race_level, 2)),
            kept_race_level
        ) as kept_injury_level,
        coalesce(greatest(injury_level, floors.least_level), injury_level) as flag_level,
        coalesce(greatest(kept_injury_level, floors.least_level), kept_injury_level) as kept_level
    from joined
    inner join levels on joined.athlete_id = levels.athlete_id and joined.load_date = levels.load_date
    left join floors on joined.athlete_id = floors.athlete_id and joined.load_date = floors.load_date
)

select
    athlete_id,
    load_date,
    has_history,
    run_level,
    capacity_level,
    flag_level,
    kept_level,
    -- How the level came to be, step by step.
    list_filter(
        [
            struct_pack(step := if(is_silent, 'silence', 'matrix'), flag_level := matrix_level),
            if(lifted_level <> matrix_level, struct_pack(step := 'lift', flag_level := lifted_level), null),
            if(history_level <> lifted_level, struct_pack(step := 'history', flag_level := history_level), null),
            if(race_level <> history_level, struct_pack(step := 'race', flag_level := race_level), null),
            if(injury_level <> race_level, struct_pack(step := 'injury', flag_level := injury_level), null),
            if(least_level is not null, struct_pack(step := 'pain', flag_level := flag_level), null)
        ],
        lambda taken: taken is not null
    ) as steps
from capped
