-- What did each activity ask of the Achilles tendon?
-- Peak force of a step in body weights, per bin: F = 5.0 (1 + 0.09 (v - 3.0)) x grade x foot strike x carried load; steps per
-- leg; the linear sum (body-weight-steps) and the sum weighted by (F / 5.0)^4 (reference steps), which spikes and ratios use. It
-- is a relative estimate: compare it within one runner only. The band takes the lowest and highest slope found in studies.
-- Grain: one row per activity on foot.
with whole_runs as (
    -- A run without bins is known only by its minutes: use the runner's usual speed.
    select
        runs.athlete_id,
        runs.run_id,
        runs.moving_s as seconds,
        runs.steps,
        runs.moving_s * coalesce(speeds.usual_speed_mps, rules.achilles_default_speed_mps) as metres,
        0.0 as grade,
        true as is_minutes_only
    from activities.runs
    inner join seeds.athlete_rules as rules on runs.athlete_id = rules.athlete_id
    left join intermediate.fast_speeds as speeds on runs.athlete_id = speeds.athlete_id and runs.run_id = speeds.run_id
    where not exists (
        from activities.run_bins as bins
        where bins.athlete_id = runs.athlete_id and bins.run_id = runs.run_id and bins.metres > 0
    )
),

-- A run known only by its totals goes up for half of its way and down for the other half, if it has both totals; else it is flat.
sloped_runs as (
    select
        athlete_id,
        run_id,
        unnest([ascent_m, -descent_m]) / (distance_m / 2) as grade
    from activities.runs
    where track_points = 0 and ascent_m is not null and descent_m is not null and distance_m > 0
),

segments as (
    select
        bins.athlete_id,
        bins.run_id,
        if(sloped_runs.run_id is null, bins.seconds, bins.seconds / 2) as seconds,
        if(sloped_runs.run_id is null, bins.steps, bins.steps / 2) as steps,
        if(sloped_runs.run_id is null, bins.metres, bins.metres / 2) as metres,
        coalesce(sloped_runs.grade, grade_of(bins.grade_bin)) as grade,
        false as is_minutes_only
    from activities.run_bins as bins
    left join sloped_runs on bins.athlete_id = sloped_runs.athlete_id and bins.run_id = sloped_runs.run_id
    where (bins.athlete_id, bins.run_id) not in (select (athlete_id, run_id) from whole_runs)
    union all
    select athlete_id, run_id, seconds, steps, metres, grade, is_minutes_only
    from whole_runs
),

placed as (
    select
        segments.athlete_id,
        segments.run_id,
        segments.seconds,
        segments.is_minutes_only,
        segments.steps is null as is_cadence_assumed,
        runs.sport,
        rules.achilles_peak_bw,
        rules.achilles_exponent,
        rules.achilles_walk_peak_bw,
        rules.achilles_peak_slope,
        rules.achilles_peak_slope_low,
        rules.achilles_peak_slope_high,
        coalesce(
            segments.steps,
            if(
                runs.sport = 'run',
                default_cadence_spm(segments.metres / segments.seconds, rules),
                walking_cadence_spm(segments.metres / segments.seconds, rules)
            ) * segments.seconds / 60
        ) / 2.0 as steps_per_leg,
        clamp(
            segments.metres / segments.seconds, rules.achilles_speed_low_mps, rules.achilles_speed_high_mps
        ) - rules.achilles_reference_speed_mps as speed_above_reference_mps,
        clamp(
            1 + segments.grade * if(segments.grade >= 0, rules.achilles_uphill, rules.achilles_downhill),
            rules.achilles_grade_low,
            rules.achilles_grade_high
        ) * case athletes.foot_strike
            when 'midfoot' then rules.achilles_midfoot
            when 'forefoot' then rules.achilles_forefoot
            else 1.0
        end
        * if(runs.is_treadmill, rules.achilles_treadmill, 1.0) as factor,
        (athletes.body_mass_kg + coalesce(runs.carried_kg, 0)) / athletes.body_mass_kg as carried_factor
    from segments
    inner join activities.runs on segments.athlete_id = runs.athlete_id and segments.run_id = runs.run_id
    inner join staging.athletes as athletes on segments.athlete_id = athletes.athlete_id
    inner join seeds.athlete_rules as rules on segments.athlete_id = rules.athlete_id
    where segments.seconds > 0
),

peaks as (
    select
        *,
        if(
            sport = 'run',
            achilles_peak_bw * (1 + achilles_peak_slope * speed_above_reference_mps) * factor, achilles_walk_peak_bw
        ) * carried_factor as peak_bw,
        if(
            sport = 'run',
            achilles_peak_bw * (1 + achilles_peak_slope_low * speed_above_reference_mps) * factor, achilles_walk_peak_bw
        ) * carried_factor as peak_low_slope_bw,
        if(
            sport = 'run',
            achilles_peak_bw * (1 + achilles_peak_slope_high * speed_above_reference_mps) * factor, achilles_walk_peak_bw
        ) * carried_factor as peak_high_slope_bw
    from placed
),

worths as (
    select
        *,
        try_cast(steps_per_leg * peak_bw as decimal(18, 6)) as body_weight_steps,
        try_cast(steps_per_leg * pow(peak_bw / achilles_peak_bw, achilles_exponent) as decimal(18, 6)) as load_steps,
        try_cast(steps_per_leg * pow(peak_low_slope_bw / achilles_peak_bw, achilles_exponent) as decimal(18, 6)) as low_slope_steps,
        try_cast(steps_per_leg * pow(peak_high_slope_bw / achilles_peak_bw, achilles_exponent) as decimal(18, 6)) as high_slope_steps
    from peaks
),

summed as (
    select
        athlete_id,
        run_id,
        sum(seconds) as seconds,
        bool_or(is_minutes_only) as is_minutes_only,
        bool_or(is_cadence_assumed) as is_cadence_assumed,
        sum(body_weight_steps) as body_weight_steps,
        sum(load_steps) as load_steps,
        sum(low_slope_steps) as low_slope_steps,
        sum(high_slope_steps) as high_slope_steps
    from worths
    group by athlete_id, run_id
    -- If a part of the run cannot be counted, its load is unknown: the sum of the rest would be too small.
    having count(body_weight_steps) = count(*) and count(low_slope_steps) = count(*) and count(high_slope_steps) = count(*)
)

select
    summed.athlete_id,
    summed.run_id,
    try_cast(summed.body_weight_steps * scale as decimal(18, 6)) as achilles_body_weight_steps,
    try_cast(summed.load_steps * scale as decimal(18, 6)) as achilles_load_steps,
    try_cast(least(summed.low_slope_steps, summed.high_slope_steps, summed.load_steps) * scale as decimal(18, 6))
        as achilles_load_low_steps,
    try_cast(greatest(summed.low_slope_steps, summed.high_slope_steps, summed.load_steps) * scale as decimal(18, 6))
        as achilles_load_high_steps,
    -- A: one-second track with cadence; B: without cadence, or with a note that lowers the grade; C: totals only; D: minutes
    -- only.
    case
        when summed.is_minutes_only then 'D'
        when runs.track_points = 0 then 'C'
        when summed.is_cadence_assumed then 'B'
        when list_has_any(runs.notes, (select list(code) from seeds.run_notes where lowers_quality)) then 'B'
        else 'A'
    end as achilles_quality,
    summed.is_cadence_assumed
from summed
inner join activities.runs on summed.athlete_id = runs.athlete_id and summed.run_id = runs.run_id
cross join lateral (select greatest(runs.moving_s / summed.seconds, 1) as scale)
