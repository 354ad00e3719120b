-- Which rows were refused, and why?
-- Grain: one row per refused row and reason, from the readers and from the guard of the raw tables.
with current_paths as (
    select athlete_id, file_id, min(path) as path, bool_and(is_acknowledged) as is_acknowledged
    from raw.paths
    where is_current
    group by athlete_id, file_id
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
    coalesce(own_paths.path, squad_paths.path) as path,
    refused.table_name,
    refused.place,
    refused.expectation,
    refused.reason,
    refused.remedy,
    refused.row_text,
    coalesce(own_paths.is_acknowledged, squad_paths.is_acknowledged, false) as is_acknowledged
from refused
-- Two athletes may hold the same content; a log at the root of the input folder is nobody's own.
left join current_paths as own_paths on refused.file_id = own_paths.file_id and refused.athlete_id = own_paths.athlete_id
left join current_paths as squad_paths on refused.file_id = squad_paths.file_id and squad_paths.athlete_id = ''
order by path, refused.table_name, refused.place, refused.expectation
