-- Which recording does each field of a run come from?
-- Totals are those of the main recording; what it lacks comes from the next one that has it, but never from one that is cut off
-- or covers only a part. The clock is the best one, see run_recordings; what people wrote is taken from any recording.
-- Grain: one row per activity on foot; each field holds the recording_rank of its source, null if there is none.
with filling as (
    select
        *,
        recording_rank = 1 or not (is_part or is_partial) as is_whole,
        recording_rank + if(sport_source = 'stated', 0, 1000) as sport_rank
    from activities.run_recordings
),

-- Skip a recording with a much longer or shorter moving time, or a distance that nobody runs in the time of the run.
timed as (
    select
        filling.*,
        rules.running_speed_limit_mps,
        rules.twin_time_factor,
        first_value(if(is_whole, moving_s, null) ignore nulls) over (
            partition by filling.athlete_id, run_id order by recording_rank
            rows between unbounded preceding and unbounded following
        ) as run_moving_s
    from filling
    inner join seeds.athlete_rules as rules on filling.athlete_id = rules.athlete_id
),

alike as (
    select
        *,
        recording_rank = 1 or (
            is_whole
            and coalesce(moving_s <= twin_time_factor * run_moving_s and run_moving_s <= twin_time_factor * moving_s, true)
            and coalesce(distance_m <= running_speed_limit_mps * run_moving_s, true)
        ) as is_alike
    from timed
)

select
    athlete_id,
    run_id,
    count(*) as recordings,
    arg_min(recording_rank, clock_rank) as started_at,
    arg_min(recording_rank, sport_rank) as sport,
    min(recording_rank) filter (where is_alike and distance_m is not null) as distance_m,
    min(recording_rank) filter (where is_whole and moving_s is not null) as moving_s,
    min(recording_rank) filter (where is_whole and elapsed_s is not null) as elapsed_s,
    min(recording_rank) filter (where is_alike and ascent_m is not null) as ascent_m,
    min(recording_rank) filter (where is_alike and descent_m is not null) as descent_m,
    min(recording_rank) filter (where is_alike and avg_heart_rate_bpm is not null) as avg_heart_rate_bpm,
    min(recording_rank) filter (where is_alike and steps is not null) as steps,
    min(recording_rank) filter (where rpe is not null) as rpe,
    min(recording_rank) filter (where carried_kg is not null) as carried_kg,
    min(recording_rank) filter (where title is not null) as title,
    min(recording_rank) filter (where gear is not null) as gear,
    min(recording_rank) filter (where note is not null) as note,
    min(recording_rank) filter (where spike_points is not null) as spike_points,
    min(recording_rank) filter (where gives_bins) as run_bins,
    min(recording_rank) filter (where gives_heart_rate_bins) as run_hr_bins,
    min(recording_rank) filter (where gives_efforts) as run_efforts
from alike
group by athlete_id, run_id
