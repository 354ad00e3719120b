-- How much load was each run?
-- Grain: one row per run, walk or hike, with its duplicates merged.
with spikes as (
    select
        outings.athlete_id,
        outings.run_ids[1] as outing_id,
        unnest(outings.run_ids) as run_id,
        spikes.largest_before,
        spikes.ceiling,
        spikes.spike_ratio,
        spikes.spike_state
    from intermediate.outings as outings
    inner join intermediate.session_spikes as spikes
        on
            outings.athlete_id = spikes.athlete_id
            and outings.outing_number = spikes.outing_number
            and spikes.measure = 'distance_m'
)

select
    load.run_id,
    load.athlete_id,
    load.started_at,
    load.started_local,
    load.run_date,
    load.is_dated,
    load.sport,
    load.sport_source,
    load.is_treadmill,
    load.source_format,
    load.file_id,
    load.row_number,
    cast(load.distance_m as double) as distance_m,
    cast(load.moving_s as double) as moving_s,
    cast(load.elapsed_s as double) as elapsed_s,
    cast(load.pace_s_per_km as double) as pace_s_per_km,
    cast(load.ascent_m as double) as ascent_m,
    cast(load.descent_m as double) as descent_m,
    load.avg_heart_rate_bpm,
    load.avg_cadence_spm,
    cast(load.steps as double) as steps,
    cast(load.fast_steps as double) as fast_steps,
    load.intensity_source,
    load.is_fast_by_totals,
    load.rpe,
    cast(load.srpe_au as double) as srpe_au,
    cast(load.trimp_au as double) as trimp_au,
    cast(load.edwards_trimp_au as double) as edwards_trimp_au,
    cast(achilles.achilles_body_weight_steps as double) as achilles_body_weight_steps,
    cast(achilles.achilles_load_steps as double) as achilles_load_steps,
    cast(achilles.achilles_load_low_steps as double) as achilles_load_low_steps,
    cast(achilles.achilles_load_high_steps as double) as achilles_load_high_steps,
    achilles.achilles_quality,
    cast(spikes.largest_before as double) as longest_30d_m,
    cast(spikes.ceiling as double) as spike_ceiling_m,
    spikes.spike_ratio as distance_spike_ratio,
    spikes.spike_state,
    spikes.outing_id,
    load.carried_kg,
    load.title,
    load.gear,
    load.note,
    load.notes,
    links.link
from intermediate.run_load as load
left join intermediate.run_achilles as achilles on load.athlete_id = achilles.athlete_id and load.run_id = achilles.run_id
left join intermediate.run_links as links on load.athlete_id = links.athlete_id and load.run_id = links.run_id
left join spikes on load.athlete_id = spikes.athlete_id and load.run_id = spikes.run_id
order by load.athlete_id, load.started_at, load.run_id
