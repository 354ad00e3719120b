-- How much is refused and not acknowledged?
-- Grain: one row.
with refused_rows as (
    -- Count a row refused for two causes once.
    select distinct
        file_id,
        table_name,
        place
    from ops.quarantined_rows
    where not is_acknowledged
)

select
    cast(coalesce(sum(times) filter (where kind = 'file'), 0) as bigint) as refused_files,
    cast(coalesce(sum(times) filter (where kind = 'partly read'), 0) as bigint) as partly_read_files,
    (select count(*) from refused_rows) as refused_rows,
    count(*) filter (where kind = 'row') as refused_row_causes
from ops.refusals
where not is_acknowledged
