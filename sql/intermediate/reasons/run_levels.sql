-- How far has running climbed on each day, and how far had it without the spikes of a race, or without small spikes?
-- `counted` is the level of the day; `without_race` leaves out spikes dated on a race day, and the _kept ones leave out what holds no
-- flag.
-- Grain: one row per athlete and local day.
with pairs as (
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

doubles as (
    select
        days.athlete_id,
        days.load_date,
        pairs.is_race_day
    from intermediate.person_days as days
    inner join pairs
        on days.athlete_id = pairs.athlete_id and days.load_date between pairs.from_date and pairs.to_date
),

spikes as (
    select
        athlete_id,
        load_date,
        max(if(is_counting, degree, 0)) as counted,
        max(if(is_counting and not is_race_day, degree, 0)) as without_race,
        max(if(is_full, degree, 0)) as kept,
        max(if(is_full and not is_race_day, degree, 0)) as kept_without_race
    from (
        select
            athlete_id,
            load_date,
            is_race_day,
            is_counting,
            is_full,
            if(level = 'R2', 2, 1) as degree
        from intermediate.spike_days
        union all
        select
            athlete_id,
            load_date,
            is_race_day,
            true,
            true,
            2
        from doubles
    ) as found
    group by athlete_id, load_date
),

others as (
    select
        athlete_id,
        load_date,
        bool_or(level = 'R2') as has_r2,
        bool_or(level = 'R1') as has_r1,
        bool_or(level = 'RW') as has_rw,
        bool_or(code = 'DATA_GAP_SUSPECTED') as is_gap_suspected,
        bool_or(code = 'DATA_STALE_RUNS' and value >= grey_runs_days) as is_silent
    from (
        select
            found.*,
            rules.grey_runs_days
        from intermediate.found_reasons as found
        inner join seeds.athlete_rules as rules on found.athlete_id = rules.athlete_id
        -- Spikes are counted above.
        anti join intermediate.spike_days as spikes
            on
                found.athlete_id = spikes.athlete_id
                and found.load_date = spikes.load_date
                and found.code = spikes.code
        where found.state = 'raised'
    ) as reasons
    group by athlete_id, load_date
),

degrees as (
    select
        days.athlete_id,
        days.load_date,
        coalesce(runs.has_history, false) as has_history,
        coalesce(others.is_silent, false) as is_silent,
        has_history and not is_silent as is_known,
        case
            when others.has_r2 then 2
            when others.has_r1 then 1
            else 0
        end as other_degree,
        if(others.has_rw and not others.is_gap_suspected, 'RW', 'R0') as least_level,
        greatest(coalesce(spikes.counted, 0), other_degree) as counted,
        greatest(coalesce(spikes.without_race, 0), other_degree) as without_race,
        greatest(coalesce(spikes.kept, 0), other_degree) as kept,
        greatest(coalesce(spikes.kept_without_race, 0), other_degree) as kept_without_race
    from intermediate.person_days as days
    left join intermediate.run_days as runs on days.athlete_id = runs.athlete_id and days.load_date = runs.load_date
    left join others on days.athlete_id = others.athlete_id and days.load_date = others.load_date
    left join spikes on days.athlete_id = spikes.athlete_id and days.load_date = spikes.load_date
)

select
    athlete_id,
    load_date,
    has_history,
    is_silent,
    case when not is_known then 'unknown' when counted = 0 then least_level else 'R' || counted end as run_level,
    case when not is_known then 'unknown' when without_race = 0 then least_level else 'R' || without_race end as without_race_level,
    case when not is_known then 'unknown' when kept = 0 then least_level else 'R' || kept end as kept_level,
    case
        when not is_known then 'unknown' when kept_without_race = 0 then least_level else 'R' || kept_without_race
    end as kept_without_race_level
from degrees
