-- What was refused, and for which causes? Terminal, status, pages and exit codes all take their counts of refusals from here.
-- Two refusals have the same cause if their reasons differ only in quoted values and numbers.
-- Grain: one row per file (of refused and partly read files in an archive, per archive) and cause.
with refused as (
    select
        if(state = 'quarantined', 'file', 'partly read') as kind,
        split_part(path, '!', 1) as path,
        athlete_id,
        file_id,
        null as table_name,
        null as expectation,
        path as place,
        reason,
        remedy,
        is_acknowledged
    from ops.files
    where state = 'quarantined' or (state = 'loaded' and is_partial)
    union all
    select
        'row' as kind,
        path,
        athlete_id,
        file_id,
        table_name,
        expectation,
        place,
        reason,
        remedy,
        is_acknowledged
    from ops.quarantined_rows
),

caused as (
    select
        *,
        regexp_replace(reason, '"[^"]*"|''[^'']*''|\d[\d.,:]*', '…', 'g') as cause,
        try_cast(regexp_extract(place, '\d+') as bigint) as place_number
    from refused
),

numbered as (
    select
        *,
        row_number() over cause_in_order as number_of_cause,
        first_value(reason) over cause_in_order as first_reason
    from caused
    window cause_in_order as (
        partition by kind, path, table_name, expectation, cause, is_acknowledged
        order by place_number nulls last, place, reason
    )
)

select
    kind,
    path,
    if(count(distinct athlete_id) = 1, min(athlete_id), null) as athlete_id,
    if(count(distinct file_id) = 1, min(file_id), null) as file_id,
    table_name,
    expectation,
    any_value(first_reason) as reason,
    arg_min(remedy, number_of_cause) as remedy,
    count(*) as times,
    list(place || if(reason <> first_reason, ': ' || reason, '') order by number_of_cause)[1:3] as examples,
    is_acknowledged
from numbered
group by kind, path, table_name, expectation, cause, is_acknowledged
order by is_acknowledged, kind, path, table_name, expectation, cause
