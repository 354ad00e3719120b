-- Of two files with the same strength session, which is the better one?
-- The sets of a log win over the guesses of a watch; of two watches the one with sets wins, of two logs the better kind
-- (seeds.sources), and then only for the exercises that both name: rehab in one log and lifting in the other are both kept.
-- Grain: one row per session of a file and better file for it.
with told as (
    select
        events.athlete_id,
        events.session_id,
        events.file_id,
        events.file_session,
        any_value(events.source_format) as source_format,
        count(events.set_row) as sets,
        count(events.set_row) = 0 or coalesce(bool_or(sources.is_watch = 'true'), false) as is_recording,
        coalesce(min(sources.set_rank), 99) as set_rank,
        min(epoch_ms(events.starts_at)) as start_ms,
        max(epoch_ms(events.ends_at)) as end_ms
    from activities.session_events as events
    left join seeds.sources on events.source_format = sources.source_format
    group by events.athlete_id, events.session_id, events.file_id, events.file_session
),

met as (
    select
        told.*,
        better.file_id as kept_file_id,
        better.source_format as kept_format,
        better.is_recording as is_kept_recording,
        least(told.end_ms, better.end_ms) - greatest(told.start_ms, better.start_ms) as shared_ms,
        least(told.end_ms - told.start_ms, better.end_ms - better.start_ms) as shorter_ms,
        -- A log kept during one watch session does not cover the session just before or after it.
        coalesce(
            bool_or(told.is_recording and least(told.end_ms, better.end_ms) >= greatest(told.start_ms, better.start_ms)) over (
                partition by better.athlete_id, better.file_id, better.file_session
            ), false
        ) as has_recording,
        row_number() over (
            partition by told.athlete_id, told.file_id, told.file_session
            order by better.is_recording, better.set_rank, better.sets desc, better.file_id
        ) as choice
    from told
    inner join told as better
        on
            told.athlete_id = better.athlete_id
            and told.session_id = better.session_id
            and told.file_id <> better.file_id
            and (better.sets = 0, better.is_recording, better.set_rank, -better.sets, better.file_id)
            < (told.sets = 0, told.is_recording, told.set_rank, -told.sets, told.file_id)
)

select
    met.athlete_id,
    met.session_id,
    met.file_id,
    met.file_session,
    met.kept_file_id,
    met.choice,
    met.is_recording as is_whole,
    case
        when not met.is_recording then 'both logs name the exercise in the same session'
        when met.is_kept_recording then 'both recorded the same session'
        else 'the same session: sets from the log, heart rate from the watch'
    end as why
from met
inner join seeds.athlete_rules as rules on met.athlete_id = rules.athlete_id
where
    case
        when met.is_recording and met.is_kept_recording then met.shared_ms >= rules.twin_overlap_share * met.shorter_ms
        when met.is_recording and met.has_recording then met.shared_ms >= 0
        when met.source_format = met.kept_format then met.shared_ms >= 0
        else met.shared_ms >= -1000 * rules.twin_session_s
    end
