-- Which rows were refused, and why?
-- Grain: one row per refused row and reason, from the readers and from the guard of the raw tables.
select
    refused.athlete_id,
    refused.file_id,
    coalesce(paths.path, at_root.path) as path,
    refused.table_name,
    refused.place,
    refused.expectation,
    refused.reason,
    refused.remedy,
    refused.row_text,
    coalesce(paths.is_acknowledged, at_root.is_acknowledged, false) as is_acknowledged,
    refused.is_first_reason
from staging.refused_rows as refused
left join ops.athlete_paths as paths
    on refused.file_id = paths.file_id and refused.athlete_id is not distinct from paths.athlete_id
-- A row for nobody stands in a log of the whole squad.
left join ops.athlete_paths as at_root
    on refused.file_id = at_root.file_id and at_root.athlete_id is null
order by path, refused.table_name, refused.place, refused.expectation, refused.reason
