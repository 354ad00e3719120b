-- Which rows were refused, and why?
-- Grain: one row per refused row and reason, from the readers and from the guard of the raw tables.
select
    refused.athlete_id,
    refused.file_id,
    paths.path,
    refused.table_name,
    refused.place,
    refused.expectation,
    refused.reason,
    refused.remedy,
    refused.row_text,
    coalesce(paths.is_acknowledged, false) as is_acknowledged,
    refused.is_first_reason
from staging.refused_rows as refused
left join ops.athlete_paths as paths
    on refused.file_id = paths.file_id and refused.athlete_id is not distinct from paths.athlete_id
order by paths.path, refused.table_name, refused.place, refused.expectation, refused.reason
