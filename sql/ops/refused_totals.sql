-- How much is refused and not acknowledged?
-- Grain: one row.
select
    cast(coalesce(sum(times) filter (where kind = 'file'), 0) as bigint) as refused_files,
    cast(coalesce(sum(times) filter (where kind = 'partly read'), 0) as bigint) as partly_read_files,
    (select count(*) from ops.quarantined_rows where is_first_reason and not is_acknowledged) as refused_rows,
    count(*) filter (where kind = 'row') as refused_row_causes
from ops.refusals
where not is_acknowledged
