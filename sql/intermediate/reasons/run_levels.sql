-- How far has running climbed on each day, and how far had it without some of its spikes?
-- The variants: without the spikes dated on a race day; with what later days hold alone; as if calf work did not lag, which some light
-- spikes count for.
-- Grain: one row per athlete, local day and variant; days without a spike and without an open injury have only the one that leaves
-- nothing out.
with variants as (
    select
        unnest([true, true, true, true, false, false, false, false]) as has_race,
        unnest([true, true, false, false, true, true, false, false]) as has_lag,
        unnest([false, true, false, true, false, true, false, true]) as is_kept
),

pairs as (
    select distinct
        volume.athlete_id,
        greatest(volume.outing_date, intensity.outing_date) as from_date,
        greatest(volume.active_until, intensity.active_until) as to_date,
        volume.is_race_day or intensity.is_race_day as is_race_day
    from intermediate.spike_days as volume
    inner join seeds.athlete_rules as rules on volume.athlete_id = rules.athlete_id
    inner join intermediate.spike_days as intensity
        on
            volume.athlete_id = intensity.athlete_id
            and abs(volume.outing_date - intensity.outing_date) <= rules.double_spike_days
    where
        volume.load_date = volume.outing_date
        and intensity.load_date = intensity.outing_date
        and volume.measure in ('distance_m', 'moving_s', 'achilles_load_steps')
        and intensity.measure in ('fast_steps', 'ascent_m')
        and volume.is_part_of_double
        and intensity.is_part_of_double
),

weights as (
    select
        athlete_id,
        load_date,
        is_race_day,
        is_counting,
        is_full,
        is_counting_without_lag,
        is_full_without_lag,
        if(level = 'R2', 2, 1) as degree
    from intermediate.spike_days
    union all
    select
        days.athlete_id,
        days.load_date,
        pairs.is_race_day,
        true,
        true,
        true,
        true,
        2
    from intermediate.person_days as days
    inner join pairs
        on days.athlete_id = pairs.athlete_id and days.load_date between pairs.from_date and pairs.to_date
),

spikes as (
    select
        weights.athlete_id,
        weights.load_date,
        variants.has_race,
        variants.has_lag,
        variants.is_kept,
        max(weights.degree) as degree
    from weights
    cross join variants
    where
        (variants.has_race or not weights.is_race_day)
        and case
            when variants.has_lag and variants.is_kept then weights.is_full
            when variants.has_lag then weights.is_counting
            when variants.is_kept then weights.is_full_without_lag
            else weights.is_counting_without_lag
        end
    group by weights.athlete_id, weights.load_date, variants.has_race, variants.has_lag, variants.is_kept
),

others as (
    select
        found.athlete_id,
        found.load_date,
        bool_or(found.level = 'R2') as has_r2,
        bool_or(found.level = 'R1') as has_r1,
        bool_or(found.level = 'RW') as has_rw,
        bool_or(found.code = 'DATA_GAP_SUSPECTED') as is_gap_suspected,
        bool_or(found.code = 'DATA_STALE_RUNS' and found.value >= rules.grey_runs_days) as is_silent
    from intermediate.found_reasons as found
    inner join seeds.athlete_rules as rules on found.athlete_id = rules.athlete_id
    -- Spikes are weighed above.
    anti join intermediate.spike_days as spiked
        on
            found.athlete_id = spiked.athlete_id
            and found.load_date = spiked.load_date
            and found.code = spiked.code
    where found.state = 'raised'
    group by found.athlete_id, found.load_date
),

spiked as (
    select distinct
        athlete_id,
        load_date
    from weights
),

degrees as (
    select
        days.athlete_id,
        days.load_date,
        variants.*,
        coalesce(runs.has_history, false) as has_history,
        -- Days of refused runs tell as little of running as days without any.
        coalesce(others.is_silent, false)
        or coalesce(silences.silent_run_days + silences.unread_run_days >= rules.grey_runs_days, false) as is_silent,
        case
            when others.has_r2 then 2
            when others.has_r1 then 1
            else 0
        end as other_degree,
        coalesce(greatest(spikes.degree, other_degree), other_degree) as degree,
        if(others.has_rw and not others.is_gap_suspected, 'RW', 'R0') as least_level
    from intermediate.person_days as days
    cross join variants
    inner join seeds.athlete_rules as rules on days.athlete_id = rules.athlete_id
    left join intermediate.silences as silences
        on days.athlete_id = silences.athlete_id and days.load_date = silences.load_date
    left join intermediate.run_days as runs on days.athlete_id = runs.athlete_id and days.load_date = runs.load_date
    left join others on days.athlete_id = others.athlete_id and days.load_date = others.load_date
    left join spikes
        on
            days.athlete_id = spikes.athlete_id
            and days.load_date = spikes.load_date
            and variants.has_race = spikes.has_race
            and variants.has_lag = spikes.has_lag
            and variants.is_kept = spikes.is_kept
    left join spiked on days.athlete_id = spiked.athlete_id and days.load_date = spiked.load_date
    inner join intermediate.health_days as health
        on days.athlete_id = health.athlete_id and days.load_date = health.load_date
    where
        (variants.has_race and variants.has_lag and not variants.is_kept)
        or spiked.athlete_id is not null
        or health.open_injuries > 0
)

select
    athlete_id,
    load_date,
    has_race,
    has_lag,
    is_kept,
    has_history,
    is_silent,
    case
        when not has_history or is_silent then 'unknown'
        when degree = 0 then least_level
        else 'R' || degree
    end as run_level
from degrees
