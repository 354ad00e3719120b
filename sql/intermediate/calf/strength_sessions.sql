-- When was each strength session, how long, at which heart rate, and how many sets did it hold?
-- Length and heart rate are the watch's; a log's own length counts only if no watch was worn. Recordings that overlap count once,
-- consecutive parts add up.
-- Grain: one row per strength session.
with stated as (
    select
        events.*,
        coalesce(sources.run_rank, 99) as source_rank,
        sources.set_rank is null or sources.is_watch as is_worn
    from activities.session_events as events
    left join seeds.sources on events.source_format = sources.source_format
    where events.set_row is null
),

recorded as (
    select
        *,
        row_number() over (
            partition by athlete_id, session_id
            order by avg_heart_rate_bpm is null, source_rank, duration_s desc, file_id, starts_at
        ) as recording_rank
    from stated
    qualify is_worn or not bool_or(is_worn) over (partition by athlete_id, session_id)
),

once as (
    select recorded.*
    from recorded
    left join recorded as better
        on
            recorded.athlete_id = better.athlete_id
            and recorded.session_id = better.session_id
            and recorded.recording_rank > better.recording_rank
            and recorded.starts_at < better.ends_at
            and recorded.ends_at > better.starts_at
    where better.file_id is null
),

measured as (
    select
        athlete_id,
        session_id,
        sum(cast(duration_s as decimal(12, 3))) as duration_s,
        sum(cast(avg_heart_rate_bpm * duration_s as decimal(18, 3)))
        / nullif(sum(cast(if(avg_heart_rate_bpm is null, null, duration_s) as decimal(12, 3))), 0) as avg_heart_rate_bpm
    from once
    group by athlete_id, session_id
),

held as (
    select
        events.athlete_id,
        events.session_id,
        min(events.starts_at) as started_at,
        min(events.event_date) as session_date,
        epoch_ms(max(events.ends_at)) - epoch_ms(min(events.starts_at)) as logged_ms,
        count(*) filter (where events.set_row is not null and twins.set_row is null and not events.is_warmup) as strength_sets,
        list_sort(list(distinct events.source_format)) as source_formats
    from activities.session_events as events
    left join activities.set_twins as twins
        on
            events.athlete_id = twins.athlete_id
            and events.file_id = twins.file_id
            and events.set_row = twins.set_row
    group by events.athlete_id, events.session_id
)

select
    held.athlete_id,
    held.session_id,
    held.started_at,
    held.session_date,
    coalesce(measured.duration_s, nullif(held.logged_ms, 0) / 1000) as duration_s,
    measured.avg_heart_rate_bpm,
    held.strength_sets,
    held.source_formats
from held
left join measured on held.athlete_id = measured.athlete_id and held.session_id = measured.session_id
