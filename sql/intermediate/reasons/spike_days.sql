-- What does each active spike weigh on each day?
-- A small distance spike counts on its first days; afterwards only if calf work lags, with Achilles history, or as one of too many
-- distance spikes in a row of days. One of fast steps that rests on totals counts only if calf work lags. Only what counts in full
-- holds a flag.
-- Grain: one row per athlete, local day and active spike.
with spikes as (
    select
        session.athlete_id,
        session.outing_date,
        session.outing_number,
        session.measure,
        session.active_until,
        session.is_without_baseline,
        session.is_above_moderate,
        session.spike_state,
        session.is_by_totals,
        session.code,
        session.level,
        session.code = 'RUN_SESSION_SPIKE_SMALL' as is_small,
        rules.small_spike_days,
        session.is_repeated
    from intermediate.session_spikes as session
    inner join seeds.athlete_rules as rules on session.athlete_id = rules.athlete_id
    where session.is_spike or session.is_without_baseline
),

active as (
    select
        days.athlete_id,
        days.load_date,
        spikes.* exclude (athlete_id),
        capacity.capacity_level in ('C1', 'C2') as is_lagging,
        health.has_history_of_trouble,
        coalesce(races.is_race_day, false) as is_race_day
    from intermediate.person_days as days
    inner join spikes
        on
            days.athlete_id = spikes.athlete_id
            and days.load_date between spikes.outing_date and spikes.active_until
    inner join intermediate.capacity_days as capacity
        on days.athlete_id = capacity.athlete_id and days.load_date = capacity.load_date
    inner join intermediate.health_days as health
        on days.athlete_id = health.athlete_id and days.load_date = health.load_date
    left join intermediate.calendar as races
        on spikes.athlete_id = races.athlete_id and spikes.outing_date = races.load_date
)

select
    athlete_id,
    load_date,
    outing_date,
    outing_number,
    measure,
    code,
    active_until,
    is_race_day,
    is_above_moderate as is_part_of_double,
    is_small or is_by_totals as is_light,
    case
        when is_small then has_history_of_trouble or is_repeated
        else not is_by_totals
    end as is_full_without_lag,
    is_full_without_lag or is_lagging as is_full,
    is_small and load_date - outing_date < small_spike_days as is_new_small,
    is_full_without_lag or is_new_small as is_counting_without_lag,
    is_full or is_new_small as is_counting,
    level
from active
