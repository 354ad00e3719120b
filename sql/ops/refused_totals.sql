-- How much is refused and nobody has acknowledged it?
-- Grain: one row.
select
    cast(coalesce(sum(times) filter (where kind = 'file'), 0) as bigint) as refused_files,
    cast(coalesce(sum(times) filter (where kind = 'partly read'), 0) as bigint) as partly_read_files,
    cast(coalesce(sum(times) filter (where kind = 'row'), 0) as bigint) as refused_rows,
    count(*) filter (where kind = 'row') as refused_row_causes
from ops.refusals
where not is_acknowledged
