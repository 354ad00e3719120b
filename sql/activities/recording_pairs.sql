-- Which recordings of one athlete cover the same time on foot?
-- Nobody is on two runs at once. Two recordings are one activity if they have about the same start and length, start in the same
-- second, share most of their time, or one lies within the other (a phone left recording, a dead watch, intervals saved one by
-- one).
-- Grain: one row per recording and other recording of the same time, so two per pair; is_part if it lies within the other.
with placed as (
    select
        recording_id,
        athlete_id,
        file_id,
        sport,
        epoch_ms(started_at) as start_ms,
        epoch_ms(ends_at) as end_ms,
        epoch_ms(started_at) // 86400000 as day_number,
        moving_s,
        elapsed_s,
        distance_m
    from activities.recordings
    where sport is not null and started_at is not null
),

-- Compare a recording only with those of its day and the days next to it, not with a log of twelve years.
near as (
    select *, unnest([day_number - 1, day_number, day_number + 1]) as near_day_number
    from placed
),

met as (
    select
        near.athlete_id,
        near.recording_id,
        other.recording_id as other_id,
        abs(near.start_ms - other.start_ms) as gap_ms,
        least(near.end_ms, other.end_ms) - greatest(near.start_ms, other.start_ms) as shared_ms,
        least(near.end_ms - near.start_ms, other.end_ms - other.start_ms) as shorter_ms,
        greatest(near.end_ms - near.start_ms, other.end_ms - other.start_ms) as longer_ms,
        is_alike(near.moving_s, other.moving_s, rules.twin_duration_share)
        or is_alike(near.elapsed_s, other.elapsed_s, rules.twin_duration_share) as last_alike,
        near.file_id <> other.file_id and near.sport = other.sport as may_be_parts,
        near.moving_s < rules.twin_overlap_share * other.moving_s
        and near.distance_m <= (1 + rules.twin_distance_share) * other.distance_m as is_lesser,
        other.moving_s < rules.twin_overlap_share * near.moving_s
        and other.distance_m <= (1 + rules.twin_distance_share) * near.distance_m as is_greater,
        rules.twin_start_s,
        rules.twin_start_share,
        rules.twin_overlap_share
    from near
    inner join placed as other
        on
            near.athlete_id = other.athlete_id
            and near.near_day_number = other.day_number
            and near.recording_id <> other.recording_id
    inner join seeds.athlete_rules as rules on near.athlete_id = rules.athlete_id
),

judged as (
    select
        *,
        coalesce(may_be_parts and is_lesser and shared_ms > twin_overlap_share * shorter_ms, false) as is_part,
        case
            when gap_ms < 1000 then 'both start in the same second'
            when gap_ms <= 1000 * twin_start_s and shared_ms >= twin_start_share * shorter_ms and last_alike
                then format('both start within {} s and last as long', cast(twin_start_s as integer))
            when shared_ms > twin_overlap_share * longer_ms
                then format('more than {} % of their time is the same', cast(100 * twin_overlap_share as integer))
            when may_be_parts and (is_lesser or is_greater) and shared_ms > twin_overlap_share * shorter_ms
                then 'one was recorded within the time of the other'
        end as why
    from met
)

select
    athlete_id,
    recording_id,
    other_id,
    gap_ms,
    is_part,
    why
from judged
where why is not null
