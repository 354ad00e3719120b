-- Which rows were refused, and why?
-- Grain: one row per refused row and reason, from the readers and from the guard of the raw tables.
with refused as (
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

select distinct
    refused.athlete_id,
    refused.file_id,
    paths.path,
    refused.table_name,
    refused.place,
    refused.expectation,
    refused.reason,
    refused.remedy,
    refused.row_text,
    coalesce(paths.is_acknowledged, false) as is_acknowledged
from refused
left join ops.athlete_paths as paths
    on refused.file_id = paths.file_id and refused.athlete_id is not distinct from paths.athlete_id
order by paths.path, refused.table_name, refused.place, refused.expectation, refused.reason
