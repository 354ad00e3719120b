-- What did each recording on foot measure, on which local day, and was it a run, a walk or a hike?
-- Grain: one row per recording; sport is null where nothing tells (ops.files then says what to do about it).
with placed as (
    select
        -- An app's table without units is in the account's, which squad.csv names.
        runs.* replace (
            coalesce(summary_distance_m, summary_distance_km_or_mi * if(units = 'mi', 1609.344, 1000)) as summary_distance_m,
            coalesce(summary_ascent_m, summary_ascent_m_or_ft * if(units = 'mi', 0.3048, 1)) as summary_ascent_m,
            coalesce(summary_descent_m, summary_descent_m_or_ft * if(units = 'mi', 0.3048, 1)) as summary_descent_m
        ),
        athletes.timezone,
        rules.* exclude (athlete_id),
        activity_number as recording_number,
        coalesce(runs.started_at, timezone(athletes.timezone, runs.started_local)) as started_at_utc,
        greatest(summary_elapsed_s, track_elapsed_s) as longest_elapsed_s
    from raw.runs
    inner join staging.athletes on runs.athlete_id = athletes.athlete_id
    inner join seeds.athlete_rules as rules on runs.athlete_id = rules.athlete_id
),

-- A file's own totals are what the runner saw on the watch. They are believed unless the track holds clearly more (a lap that
-- was never closed) or they are impossible (more moving than elapsed time, faster than anybody runs).
timed as (
    select
        *,
        if(
            summary_moving_s > 0
            and summary_moving_s >= (1 - summary_track_share) * coalesce(track_moving_s, 0)
            and summary_moving_s <= (1 + summary_track_share) * coalesce(longest_elapsed_s, summary_moving_s),
            summary_moving_s, coalesce(track_moving_s, summary_moving_s)
        ) as moving_s
    from placed
),

measured as (
    select
        *,
        cast(timezone(timezone, started_at_utc) as date) as run_date,
        if(
            summary_distance_m > 0
            and summary_distance_m >= (1 - summary_track_share) * coalesce(track_distance_m, 0)
            and (track_distance_m is null or summary_distance_m <= running_speed_limit_mps * moving_s),
            summary_distance_m, coalesce(track_distance_m, summary_distance_m)
        ) as distance_m
    from timed
),

paced as (
    select *, distance_m / nullif(moving_s, 0) as speed_mps
    from measured
),

listed as (
    select
        athlete_id,
        file_id,
        recording_number,
        min(called_sport) as called_sport,
        min(sport) as sport
    from staging.named_files
    group by athlete_id, file_id, recording_number
),

judged as (
    select
        paced.*,
        -- What a table said before it was corrected no longer holds.
        if(listed.called_sport is null, stated.kind, listed.sport) as stated_kind,
        coalesce(named_files.called_sport, listed.called_sport) as called_sport,
        named_files.sport as called_kind,
        hinted.kind as hinted_kind,
        case
            when speed_mps > run_speed_high_mps then null
            when spike_points > spike_share * track_points then null
            when track_avg_cadence_spm >= run_cadence_low_spm then 'run'
            when track_avg_cadence_spm >= walk_cadence_low_spm and speed_mps >= walk_speed_low_mps then 'walk'
            when track_avg_cadence_spm is null and speed_mps >= run_speed_low_mps then 'run'
            when track_avg_cadence_spm is null and speed_mps >= walk_speed_low_mps then 'walk'
        end as assumed_kind
    from paced
    left join seeds.sports as stated on lower(paced.sport_stated) = stated.sport
    left join staging.named_files
        on
            paced.athlete_id = named_files.athlete_id
            and paced.file_id = named_files.named_file_id
            and named_files.is_asked
    left join listed
        on
            paced.athlete_id = listed.athlete_id
            and paced.file_id = listed.file_id
            and paced.recording_number = listed.recording_number
    left join seeds.sports as hinted on paced.sport_hint = hinted.sport
)

select
    athlete_id,
    file_id,
    recording_number,
    left(md5(athlete_id || '|' || file_id || '|' || recording_number), 16) as recording_id,
    row_number,
    source_format,
    parser,
    started_at_utc as started_at,
    -- A local time stands on the athlete's time zone in squad.csv, a stated one on the file's own.
    started_at is null as is_start_local,
    if(started_at is null, started_local, timezone(timezone, started_at_utc)) as started_local,
    run_date,
    -- A ride at a runner's speed is no run where the export's own table calls it a ride.
    coalesce(stated_kind, if(called_sport is null, coalesce(hinted_kind, assumed_kind), called_kind)) as sport,
    case
        when stated_kind is not null or called_kind is not null then 'stated'
        when called_sport is not null then null
        when hinted_kind is not null then 'by name'
        when assumed_kind is not null then 'by speed and cadence'
    end as sport_source,
    run_date >= earliest_date as is_dated,
    cast(distance_m as decimal(12, 3)) as distance_m,
    cast(moving_s as decimal(12, 3)) as moving_s,
    -- A watch left on for a month counts the month; nobody moves longer than they were out.
    cast(greatest(coalesce(track_elapsed_s, summary_elapsed_s, moving_s), moving_s) as decimal(12, 3)) as elapsed_s,
    -- A watch left on for a month overlaps the runs of a month, unless it is taken to end soon after the moving did.
    started_at_utc + to_milliseconds(
        cast(
            1000 * greatest(
                1, least(coalesce(track_elapsed_s, summary_elapsed_s, moving_s), twin_pause_factor * moving_s), moving_s
            ) as bigint
        )
    ) as ends_at,
    cast(coalesce(summary_ascent_m, track_ascent_m) as decimal(12, 3)) as ascent_m,
    cast(coalesce(summary_descent_m, track_descent_m) as decimal(12, 3)) as descent_m,
    coalesce(track_avg_heart_rate_bpm, summary_avg_heart_rate_bpm) as avg_heart_rate_bpm,
    cast(coalesce(track_steps, summary_steps) as decimal(12, 3)) as steps,
    coalesce(sub_sport in ('treadmill', 'indoor_running'), false) as is_treadmill,
    rpe,
    carried_kg,
    coalesce(track_points, 0) as track_points,
    spike_points,
    title,
    gear,
    called_sport,
    note,
    coalesce(notes, []) as notes
from judged
where run_date <= as_of_date() or run_date is null
