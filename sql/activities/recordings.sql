-- What did each recording on foot measure, on which local day, and was it a run, a walk or a hike?
-- Grain: one row per recording; sport is null if unknown (ops.files then says what to do about it).
with placed as (
    select
        -- A table without units is in the account's units, which squad.csv names.
        runs.* replace (
            coalesce(summary_distance_m, summary_distance_km_or_mi * if(units = 'mi', 1609.344, 1000)) as summary_distance_m,
            coalesce(summary_ascent_m, summary_ascent_m_or_ft * if(units = 'mi', 0.3048, 1)) as summary_ascent_m,
            coalesce(summary_descent_m, summary_descent_m_or_ft * if(units = 'mi', 0.3048, 1)) as summary_descent_m
        ),
        athletes.timezone,
        rules.* exclude (athlete_id),
        activity_number as recording_number,
        coalesce(clocks.started_at, runs.started_at, timezone(athletes.timezone, runs.started_local)) as started_at_utc,
        clocks.clock_note,
        greatest(summary_elapsed_s, track_elapsed_s) as longest_elapsed_s
    from staging.run_rows as runs
    -- A row that a newer table repeats no longer counts.
    anti join (from staging.table_rows where is_told_anew) as told_anew
        on
            runs.athlete_id = told_anew.athlete_id
            and runs.file_id = told_anew.file_id
            and runs.activity_number = told_anew.recording_number
    inner join staging.athletes on runs.athlete_id = athletes.athlete_id
    inner join seeds.athlete_rules as rules on runs.athlete_id = rules.athlete_id
    left join activities.recording_clocks as clocks
        on
            runs.athlete_id = clocks.athlete_id
            and runs.file_id = clocks.file_id
            and runs.activity_number = clocks.recording_number
),

-- A file's own totals are what the runner saw on the watch. They are believed unless the track has clearly more (a lap never
-- closed, another unit), or clearly less although it measured all of the time (laps counted twice or cumulatively), or the totals
-- are impossible (more moving than elapsed time, faster than anybody runs).
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

compared as (
    select
        *,
        cast(timezone(timezone, started_at_utc) as date) as run_date,
        case
            when track_distance_m is null or coalesce(summary_distance_m, 0) <= 0 then null
            when summary_distance_m < (1 - summary_track_share) * track_distance_m then 'total_below_track'
            when summary_distance_m > running_speed_limit_mps * moving_s then 'total_above_track'
            when
                track_distance_m > 0
                and summary_distance_m > (1 + summary_track_share) * track_distance_m
                + running_speed_limit_mps * greatest(coalesce(track_unmeasured_s, 0), moving_s - track_moving_s)
                then 'total_above_track'
        end as total_note
    from timed
),

measured as (
    select
        *,
        if(
            summary_distance_m > 0 and total_note is null, summary_distance_m, coalesce(track_distance_m, summary_distance_m)
        ) as distance_m
    from compared
),

paced as (
    select
        *,
        distance_m / nullif(moving_s, 0) as speed_mps,
        coalesce(track_avg_cadence_spm, 60 * summary_steps / nullif(summary_moving_s, 0)) as measured_cadence_spm
    from measured
),

judged as (
    select
        paced.*,
        if(paced.sport_kind in ('run', 'walk', 'hike'), paced.sport_kind, null) as stated_kind,
        if(named_files.is_word_known, named_files.called_sport, null) as called_sport,
        named_files.sport as called_kind,
        coalesce(
            if(paced.sport_kind is null, paced.sport_stated, null),
            if(not named_files.is_word_known, named_files.called_sport, null)
        ) as unknown_sport,
        case
            when paced.sport_kind = 'multisport' then null
            when speed_mps > run_speed_high_mps then null
            when spike_points > spike_share * track_points then null
            -- A word in no list may be any sport: only a runner's steps make it a run.
            when unknown_sport is not null then if(measured_cadence_spm >= run_cadence_low_spm, 'run', null)
            when track_avg_cadence_spm >= run_cadence_low_spm then 'run'
            when track_avg_cadence_spm >= walk_cadence_low_spm and speed_mps >= walk_speed_low_mps then 'walk'
            when track_avg_cadence_spm is null and speed_mps >= run_speed_low_mps then 'run'
            when track_avg_cadence_spm is null and speed_mps >= walk_speed_low_mps then 'walk'
        end as assumed_kind
    from paced
    left join activities.named_files
        on
            paced.athlete_id = named_files.athlete_id
            and paced.file_id = named_files.named_file_id
            and named_files.is_asked
),

told as (
    select
        *,
        case
            when stated_kind is not null or sport_kind = 'multisport' then stated_kind
            -- A ride at a runner's speed is not a run if the export's own table, or its name, calls it a ride.
            when called_sport is not null then called_kind
            when hint_kind is not null then if(hint_kind in ('run', 'walk', 'hike'), hint_kind, null)
            else assumed_kind
        end as sport
    from judged
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
    -- A local time is in the athlete's time zone in squad.csv; a time with an offset is in the file's own.
    started_at is null as is_start_local,
    if(started_at is null, started_local, timezone(timezone, started_at_utc)) as started_local,
    run_date,
    sport,
    case
        when sport is null then null
        when stated_kind is not null or called_sport is not null then 'stated'
        when hint_kind is not null then 'by name'
        else 'by speed and cadence'
    end as sport_source,
    -- Why the recording does not count, if it does not.
    case
        when sport is not null then null
        when sport_kind = 'multisport' then 'several sports'
        when called_sport is not null then 'called'
        when hint_kind is not null then 'named'
        when unknown_sport is not null then 'unknown word'
        else 'undecided'
    end as left_out_because,
    coalesce(if(sport_kind = 'multisport', sport_stated, null), called_sport, sport_hint, unknown_sport) as sport_word,
    run_date >= earliest_date as is_dated,
    cast(distance_m as decimal(12, 3)) as distance_m,
    cast(moving_s as decimal(12, 3)) as moving_s,
    -- Moving time cannot exceed elapsed time, even if a watch left on for a month counted all of it.
    cast(greatest(coalesce(track_elapsed_s, summary_elapsed_s, moving_s), moving_s) as decimal(12, 3)) as elapsed_s,
    -- A watch left on for a month would overlap all its runs, so the recording ends soon after the moving time.
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
    -- Nothing said is not a no.
    case
        when sub_sport in ('treadmill', 'indoor_running') then true
        when sub_sport in ('street', 'trail', 'track') then false
    end as is_treadmill,
    rpe,
    carried_kg,
    coalesce(track_points, 0) as track_points,
    spike_points,
    title,
    gear,
    called_sport,
    note,
    list_sort(list_distinct(list_concat(coalesce(notes, []), [total_note, clock_note]))) as notes
from told
where run_date <= as_of_date() or run_date is null
