-- Which rows were refused, and why?
-- Grain: one row per refused row and reason, from the readers and from the guard of the raw tables.
with current_paths as (
    select file_id, min(path) as path, bool_and(is_acknowledged) as is_acknowledged
    from raw.paths
    where is_current
    group by file_id
),

refused as (
    select
        nullif(athlete_id, '') as athlete_id,
        file_id,
        'file' as table_name,
        place,
        'can be read' as expectation,
        reason,
        remedy,
        row_text
    from raw.refused_rows
    union all
    select
        athlete_id,
        file_id,
        table_name,
        place,
        expectation,
        reason,
        remedy,
        row_text
    from raw.guarded_rows
)

select
    refused.athlete_id,
    refused.file_id,
    current_paths.path,
    refused.table_name,
    refused.place,
    refused.expectation,
    refused.reason,
    refused.remedy,
    refused.row_text,
    coalesce(current_paths.is_acknowledged, false) as is_acknowledged
from refused
left join current_paths on refused.file_id = current_paths.file_id
order by current_paths.path, refused.table_name, refused.place, refused.expectation
