-- What does each account's table hold, which of its tables is the newest, and which rows does a newer one replace?
-- The newest is the one with the newest activity; of equals the one that arrived later, then the longer one.
-- A row is replaced by a row with the same start in a newer table of the same program, even if that one names another sport.
-- Grain: one row per row of a table.
with named as (
    select
        named_files.*,
        contents.format,
        coalesce(named_files.started_at, timezone('UTC', named_files.started_local)) as told_start
    from raw.named_files
    inner join raw.contents
        on named_files.file_id = contents.file_id and contents.athlete_id in ('', named_files.athlete_id)
    qualify row_number() over (
        partition by named_files.athlete_id, named_files.file_id, named_files.activity_number order by contents.athlete_id desc
    ) = 1
),

arrivals as (
    select
        file_id,
        min(arrival) as arrival
    from raw.paths
    group by file_id
),

tables as (
    select
        named.athlete_id,
        named.file_id,
        named.format,
        row_number() over (
            partition by named.athlete_id, named.format
            order by
                -- A watch whose clock ran ahead must not make its table the newest for ever.
                max(named.told_start) filter (where cast(named.told_start as date) <= as_of_date() + 1) desc nulls last,
                any_value(arrivals.arrival) desc nulls last,
                count(*) desc,
                named.file_id
        ) as snapshot_rank
    from named
    left join arrivals on named.file_id = arrivals.file_id
    group by named.athlete_id, named.file_id, named.format
),

newest as (
    select
        named.athlete_id,
        named.format,
        named.told_start,
        min(tables.snapshot_rank) as snapshot_rank
    from named
    inner join tables on named.athlete_id = tables.athlete_id and named.file_id = tables.file_id
    group by named.athlete_id, named.format, named.told_start
)

select
    named.athlete_id,
    named.file_id,
    named.activity_number as recording_number,
    named.linked_file,
    named.sport_stated,
    named.sport_kind,
    tables.snapshot_rank,
    coalesce(newest.snapshot_rank < tables.snapshot_rank, false) as is_told_anew
from named
inner join tables on named.athlete_id = tables.athlete_id and named.file_id = tables.file_id
left join newest
    on
        named.athlete_id = newest.athlete_id
        and named.format = newest.format
        and named.told_start = newest.told_start
