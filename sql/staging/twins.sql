-- Which recordings are one and the same activity, and which of each pair is kept?
-- Two recordings of one athlete are twins when they start and last alike, or start in the same second: nobody starts two runs
-- at once. Kept is the whole one before the partly read one, then the better kind of source, then the one with more points.
-- Grain: one row per recording that is not kept.
with contents as (
    select
        file_id,
        bool_or(is_partial) as is_partial
    from raw.contents
    group by file_id
),

ranked as (
    select
        recordings.*,
        row_number() over (
            partition by recordings.athlete_id
            order by
                contents.is_partial,
                case recordings.source_format when 'fit' then 1 when 'tcx' then 2 when 'gpx' then 3 else 4 end,
                recordings.track_points desc,
                recordings.distance_m desc,
                recordings.file_id,
                recordings.recording_number
        ) as preference
    from staging.recordings
    left join contents on recordings.file_id = contents.file_id
    where recordings.sport is not null
)

select
    dropped.athlete_id,
    dropped.file_id,
    dropped.recording_number,
    kept.file_id as kept_file_id,
    kept.recording_number as kept_recording_number,
    kept.run_id,
    dropped.distance_m,
    dropped.moving_s,
    if(
        abs(dropped.moving_s - kept.moving_s) <= rules.twin_duration_share * greatest(dropped.moving_s, kept.moving_s),
        'both start within ' || cast(rules.twin_start_s as integer) || ' s and last as long',
        'both start in the same second'
    ) as why
from ranked as dropped
inner join seeds.athlete_rules as rules on dropped.athlete_id = rules.athlete_id
inner join ranked as kept
    on
        dropped.athlete_id = kept.athlete_id
        and dropped.preference > kept.preference
        and abs(epoch_ms(dropped.started_at) - epoch_ms(kept.started_at)) <= 1000 * rules.twin_start_s
        and (
            abs(epoch_ms(dropped.started_at) - epoch_ms(kept.started_at)) < 1000
            or abs(dropped.moving_s - kept.moving_s) <= rules.twin_duration_share * greatest(dropped.moving_s, kept.moving_s)
        )
qualify row_number() over (
    partition by dropped.athlete_id, dropped.file_id, dropped.recording_number
    order by kept.preference
) = 1
