-- Which rows were refused, by a reader or by the guard of the raw tables, and why?
-- Every count of refused rows counts is_first_reason: a row refused for several reasons is one row.
-- Grain: one row per refused row and reason.
with refused as (
    select
        nullif(athlete_id, '') as athlete_id,
        file_id,
        'file' as table_name,
        place,
        'can be read' as expectation,
        reason,
        remedy,
        row_text,
        activity_date,
        started_at,
        may_be_run,
        may_be_strength
    from raw.refused_rows
    union all by name
    select
        athlete_id,
        file_id,
        table_name,
        place,
        expectation,
        reason,
        remedy,
        row_text,
        activity_date,
        started_at,
        table_name = 'runs'
        and coalesce(nullif(row_text ->> '$.sport_kind', 'unstated'), row_text ->> '$.hint_kind', 'run') = 'run' as may_be_run,
        table_name = 'strength_sets' as may_be_strength
    from raw.guarded_rows
),

told_once as (
    select distinct * from refused
)

select
    *,
    row_number() over (
        partition by athlete_id, file_id, table_name, place
        order by expectation, reason, row_text
    ) = 1 as is_first_reason
from told_once
order by file_id, athlete_id, table_name, place, expectation, reason
