-- In which strength session was each set logged and each watch session recorded?
-- A new session begins after a gap, longer than the rule allows, in all logs and watches of the athlete; a file's own session
-- begins after such a gap in that file.
-- Grain: one row per logged set, and one per recorded session (set_row is null).
with events as (
    select
        sets.athlete_id,
        sets.file_id,
        sets.set_row,
        null as recording_number,
        sets.source_format,
        normalise_exercise(sets.exercise_name) as exercise,
        sets.is_warmup,
        coalesce(sets.performed_at, timezone(athletes.timezone, sets.performed_local)) as starts_at,
        starts_at as ends_at,
        cast(coalesce(timezone(athletes.timezone, sets.performed_at), sets.performed_local) as date) as event_date,
        null as duration_s,
        null as avg_heart_rate_bpm
    from staging.set_rows as sets
    inner join staging.athletes on sets.athlete_id = athletes.athlete_id
    union all
    select
        sessions.athlete_id,
        sessions.file_id,
        null as set_row,
        sessions.activity_number as recording_number,
        replace(contents.format, 'strength_', '') as source_format,
        null as exercise,
        null as is_warmup,
        coalesce(sessions.started_at, timezone(athletes.timezone, sessions.started_local)) as starts_at,
        starts_at + to_milliseconds(
            cast(1000 * clamp(coalesce(sessions.duration_s, 0), 0, rules.session_longest_s) as bigint)
        ) as ends_at,
        cast(coalesce(timezone(athletes.timezone, sessions.started_at), sessions.started_local) as date) as event_date,
        clamp(sessions.duration_s, 0, rules.session_longest_s) as duration_s,
        sessions.avg_heart_rate_bpm
    from staging.session_rows as sessions
    inner join staging.athletes on sessions.athlete_id = athletes.athlete_id
    inner join seeds.athlete_rules as rules on sessions.athlete_id = rules.athlete_id
    left join raw.contents
        on sessions.file_id = contents.file_id and contents.athlete_id in ('', sessions.athlete_id)
),

silences as (
    select
        events.*,
        coalesce(epoch_ms(starts_at) - max(epoch_ms(ends_at)) over log > 1000 * rules.session_gap_s, true) as is_first,
        coalesce(epoch_ms(starts_at) - max(epoch_ms(ends_at)) over file_log > 1000 * rules.session_gap_s, true) as is_first_of_file
    from events
    inner join seeds.athlete_rules as rules on events.athlete_id = rules.athlete_id
    where event_date <= as_of_date() or event_date is null
    window
        log as (
            partition by events.athlete_id order by starts_at, file_id, set_row nulls first
            rows between unbounded preceding and 1 preceding
        ),
        file_log as (
            partition by events.athlete_id, file_id order by starts_at, set_row nulls first
            rows between unbounded preceding and 1 preceding
        )
),

numbered as (
    select
        *,
        sum(cast(is_first as integer)) over (
            partition by athlete_id order by starts_at, file_id, set_row nulls first
        ) as session_number,
        sum(cast(is_first_of_file as integer)) over (
            partition by athlete_id, file_id order by starts_at, set_row nulls first
        ) as file_session
    from silences
)

select
    * exclude (is_first, is_first_of_file, session_number),
    activity_id(athlete_id, min(starts_at) over (partition by athlete_id, session_number), 'strength') as session_id
from numbered
