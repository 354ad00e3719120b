-- What does each row of a run hold, without numbers and times that cannot be computed with?
-- The bounds are those of arithmetic, not of plausibility (those are the guard's): a value beyond them is null, so that no later
-- model overflows, divides by 0 s or gets a negative distance. A row without a time is left out.
-- Grain: one row per row of raw.runs that has a time.
select
    runs.* replace (
        if(is_a_day(runs.started_at), runs.started_at, null) as started_at,
        if(is_a_day(runs.started_local), runs.started_local, null) as started_local,
        amount(runs.summary_distance_m) as summary_distance_m,
        within(runs.summary_distance_km_or_mi, 0, 10000) as summary_distance_km_or_mi,
        nullif(amount(runs.summary_moving_s), 0) as summary_moving_s,
        nullif(amount(runs.track_moving_s), 0) as track_moving_s,
        amount(runs.summary_elapsed_s) as summary_elapsed_s,
        amount(runs.summary_ascent_m) as summary_ascent_m,
        amount(runs.summary_descent_m) as summary_descent_m,
        amount(runs.summary_ascent_m_or_ft) as summary_ascent_m_or_ft,
        amount(runs.summary_descent_m_or_ft) as summary_descent_m_or_ft,
        amount(runs.summary_steps) as summary_steps,
        amount(runs.track_distance_m) as track_distance_m,
        amount(runs.track_elapsed_s) as track_elapsed_s,
        amount(runs.track_pause_s) as track_pause_s,
        amount(runs.track_gap_s) as track_gap_s,
        amount(runs.track_unmeasured_s) as track_unmeasured_s,
        amount(runs.track_ascent_m) as track_ascent_m,
        amount(runs.track_descent_m) as track_descent_m,
        amount(runs.track_steps) as track_steps,
        within(runs.summary_avg_heart_rate_bpm, 1, 1000) as summary_avg_heart_rate_bpm,
        within(runs.track_avg_heart_rate_bpm, 1, 1000) as track_avg_heart_rate_bpm,
        within(runs.track_avg_cadence_spm, 0, 10000) as track_avg_cadence_spm,
        within(runs.track_points, 0, 100000000) as track_points,
        within(runs.spike_points, 0, 100000000) as spike_points,
        within(runs.rpe, 0, 10) as rpe,
        within(runs.carried_kg, 0, 1000) as carried_kg
    )
from raw.runs
where is_a_day(runs.started_at) or is_a_day(runs.started_local)
