-- How hard was each run: fast steps, heart-rate load and session RPE?
-- Fast is at or above the run's fast speed, else at or above a share of maximum heart rate, else at or above a share of the best
-- 20 minutes (low confidence), else unknown: intensity_source says which. A run without a track has three answers, and never a step
-- between them: all of it was fast, none of it was, or unknown.
-- Grain: one row per activity on foot.
with limits as (
    select
        runs.athlete_id,
        runs.run_id,
        speeds.fast_speed_mps,
        speeds.fast_speed_source,
        speeds.fast_speed_by_20_min_mps,
        speeds.usual_speed_mps,
        rules.fast_share_of_max_heart_rate * athletes.max_hr_bpm as fast_heart_rate_bpm,
        rules.measured_share,
        rules.totals_fast_rpe,
        rules.totals_easy_rpe,
        rules.totals_fast_s,
        rules.totals_easy_share,
        rules.totals_easy_heart_rate_share * athletes.max_hr_bpm as easy_heart_rate_bpm,
        -- Steps of a run without any count of them, from its mean speed or the runner's usual one.
        default_cadence_spm(
            coalesce(
                runs.distance_m / nullif(runs.moving_s, 0), speeds.usual_speed_mps, rules.achilles_default_speed_mps
            ), rules
        ) * runs.moving_s / 60 as assumed_steps,
        athletes.resting_hr_bpm,
        athletes.max_hr_bpm,
        if(athletes.sex = 'f', rules.trimp_k_women, rules.trimp_k_men) as trimp_k,
        if(athletes.sex = 'f', rules.trimp_b_women, rules.trimp_b_men) as trimp_b
    from activities.runs
    inner join staging.athletes as athletes on runs.athlete_id = athletes.athlete_id
    inner join seeds.athlete_rules as rules on runs.athlete_id = rules.athlete_id
    left join intermediate.fast_speeds as speeds
        on runs.athlete_id = speeds.athlete_id and runs.run_id = speeds.run_id
),

bin_steps as (
    select
        bins.*,
        limits.fast_speed_mps,
        limits.fast_speed_by_20_min_mps,
        cast(
            coalesce(bins.steps, default_cadence_spm(bins.metres / bins.seconds, rules) * bins.seconds / 60) as decimal(12, 3)
        ) as all_steps
    from activities.run_bins as bins
    inner join limits on bins.athlete_id = limits.athlete_id and bins.run_id = limits.run_id
    inner join seeds.athlete_rules as rules on bins.athlete_id = rules.athlete_id
    where bins.seconds > 0 and not bins.is_whole_run
),

by_speed as (
    select
        athlete_id,
        run_id,
        sum(seconds) as seconds,
        -- A mean speed on the line counts: metres are stored in thousandths, and rounding may have taken off half of one.
        sum(if(metres + 0.001 >= fast_speed_mps * seconds, all_steps, 0)) as fast_steps,
        sum(if(metres + 0.001 >= fast_speed_by_20_min_mps * seconds, all_steps, 0)) as fast_steps_by_20_min
    from bin_steps
    group by athlete_id, run_id
),

heart as (
    select
        bins.*,
        -- On a machine that does not count metres, use the runner's usual speed.
        cast(
            coalesce(
                bins.steps,
                default_cadence_spm(
                    coalesce(bins.metres / bins.seconds, limits.usual_speed_mps, rules.achilles_default_speed_mps), rules
                ) * bins.seconds / 60
            ) as decimal(12, 3)
        ) as all_steps,
        limits.trimp_k,
        limits.trimp_b,
        -- On the line counts as above it: beats are stored in thousandths, and rounding may have taken off half of one.
        60 * (bins.beats + 0.001) >= limits.fast_heart_rate_bpm * bins.seconds as is_fast,
        -- No heart beats at twice its reserve: with a larger share, one of the three numbers is wrong.
        within(
            (60.0 * bins.beats / bins.seconds - limits.resting_hr_bpm)
            / if(limits.max_hr_bpm > limits.resting_hr_bpm, limits.max_hr_bpm - limits.resting_hr_bpm, null),
            -2, 2
        ) as reserve_share,
        60.0 * bins.beats / bins.seconds / limits.max_hr_bpm as max_share
    from activities.run_hr_bins as bins
    inner join limits on bins.athlete_id = limits.athlete_id and bins.run_id = limits.run_id
    inner join seeds.athlete_rules as rules on bins.athlete_id = rules.athlete_id
    where bins.seconds > 0
),

by_heart_rate as (
    select
        athlete_id,
        run_id,
        sum(seconds) as seconds,
        bool_or(is_whole_run) as is_whole_run,
        sum(if(is_fast, all_steps, 0)) as fast_steps,
        -- Banister: minutes x HRr x k e^(b HRr), summed over the bins, each at its own mean heart rate.
        if(
            count(reserve_share) = count(*),
            sum(
                cast(seconds / 60.0 * clamp(reserve_share, 0, 2) * trimp_k * exp(trimp_b * reserve_share) as decimal(18, 6))
            ), null
        ) as trimp_au,
        -- Edwards: minutes x 1 to 5 for the tenths of maximum heart rate from 50 % up.
        sum(
            cast(seconds / 60.0 * clamp(floor(10 * max_share + 1e-9) - 4, 0, 5) as decimal(18, 6))
        ) as edwards_trimp_au
    from heart
    group by athlete_id, run_id
),

joined as (
    select
        runs.*,
        limits.fast_speed_mps,
        limits.fast_speed_source,
        limits.fast_speed_by_20_min_mps,
        limits.fast_heart_rate_bpm,
        limits.totals_fast_rpe,
        limits.totals_easy_rpe,
        limits.totals_fast_s,
        limits.totals_easy_share,
        limits.easy_heart_rate_bpm,
        coalesce(limits.fast_speed_mps, limits.fast_speed_by_20_min_mps) as any_fast_speed_mps,
        coalesce(limits.fast_speed_source, 'best 20 minutes') as any_fast_speed_source,
        coalesce(runs.steps, limits.assumed_steps) as all_steps,
        by_speed.fast_steps as fast_steps_by_speed,
        by_speed.fast_steps_by_20_min,
        by_heart_rate.fast_steps as fast_steps_by_heart_rate,
        by_heart_rate.trimp_au as measured_trimp_au,
        by_heart_rate.edwards_trimp_au as measured_edwards_trimp_au,
        -- If the track or the strap dropped out for a while, that time is assumed to be like the rest of the run.
        greatest(runs.moving_s / by_speed.seconds, 1) as speed_scale,
        greatest(runs.moving_s / by_heart_rate.seconds, 1) as heart_rate_scale,
        coalesce(by_speed.seconds >= limits.measured_share * runs.moving_s, false) as is_speed_known,
        coalesce(by_heart_rate.seconds >= limits.measured_share * runs.moving_s, false) as is_heart_rate_known,
        is_heart_rate_known and not by_heart_rate.is_whole_run as is_heart_rate_tracked
    from activities.runs
    left join limits on runs.athlete_id = limits.athlete_id and runs.run_id = limits.run_id
    left join by_speed on runs.athlete_id = by_speed.athlete_id and runs.run_id = by_speed.run_id
    left join by_heart_rate on runs.athlete_id = by_heart_rate.athlete_id and runs.run_id = by_heart_rate.run_id
),

-- What tells that a run without a track was fast from end to end, or nowhere. A metre's thousandth and a billionth of a beat are
-- rounding.
totalled as (
    select
        *,
        not is_speed_known and not (is_heart_rate_tracked and fast_heart_rate_bpm is not null) as is_without_track,
        case
            when not is_without_track then null
            when rpe >= totals_fast_rpe then 'rating'
            when distance_m + 0.001 >= any_fast_speed_mps * moving_s and moving_s >= totals_fast_s then any_fast_speed_source
            when avg_heart_rate_bpm + 1e-9 >= fast_heart_rate_bpm then 'heart rate'
        end as fast_told_by,
        case
            when not is_without_track or fast_told_by is not null then null
            when rpe <= totals_easy_rpe then 'rating'
            when
                distance_m <= totals_easy_share * any_fast_speed_mps * moving_s + 0.001
                and coalesce(avg_heart_rate_bpm < easy_heart_rate_bpm, true)
                then any_fast_speed_source
        end as easy_told_by
    from joined
)

select
    run_id,
    athlete_id,
    started_at,
    started_local,
    run_date,
    sport,
    sport_source,
    is_dated,
    source_format,
    file_id,
    row_number,
    distance_m,
    moving_s,
    elapsed_s,
    ascent_m,
    descent_m,
    avg_heart_rate_bpm,
    60.0 * steps / nullif(moving_s, 0) as avg_cadence_spm,
    steps,
    case
        when fast_told_by is not null then try_cast(all_steps as decimal(18, 3))
        when easy_told_by is not null then 0
        when fast_speed_mps is not null and is_speed_known then try_cast(fast_steps_by_speed * speed_scale as decimal(18, 3))
        when fast_heart_rate_bpm is not null and is_heart_rate_tracked
            then try_cast(fast_steps_by_heart_rate * heart_rate_scale as decimal(18, 3))
        when fast_speed_by_20_min_mps is not null and is_speed_known
            then try_cast(fast_steps_by_20_min * speed_scale as decimal(18, 3))
    end as fast_steps,
    case
        when is_without_track then coalesce(fast_told_by, easy_told_by)
        when fast_speed_mps is not null and is_speed_known then fast_speed_source
        when fast_heart_rate_bpm is not null and is_heart_rate_tracked then 'heart rate'
        when fast_speed_by_20_min_mps is not null and is_speed_known then 'best 20 minutes'
    end as intensity_source,
    is_without_track and fast_steps is not null as is_fast_by_totals,
    moving_s / nullif(distance_m / 1000, 0) as pace_s_per_km,
    cast(rpe * moving_s / 60 as decimal(18, 6)) as srpe_au,
    if(is_heart_rate_known, try_cast(measured_trimp_au * heart_rate_scale as decimal(18, 6)), null) as trimp_au,
    if(is_heart_rate_known, try_cast(measured_edwards_trimp_au * heart_rate_scale as decimal(18, 6)), null) as edwards_trimp_au,
    rpe,
    carried_kg,
    is_treadmill,
    track_points,
    title,
    gear,
    note,
    notes
from totalled
