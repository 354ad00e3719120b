-- What became of each content, over all its paths?
-- Grain: one row per content (file_id). Its state is the best one of its paths.
with ranked as (
    select
        *,
        case state
            when 'loaded' then 1
            when 'quarantined' then 2
            when 'ignored' then 3
            when 'missing' then 4
            else 5
        end as state_rank
    from ops.files
    where file_id is not null
)

select
    file_id,
    arg_min(format, (state_rank, path)) as format,
    arg_min(state, (state_rank, path)) as state,
    count(distinct path) filter (where state <> 'superseded') as paths,
    arg_min(path, (state_rank, path)) as first_path
from ranked
group by file_id
order by file_id
