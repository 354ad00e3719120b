-- Which rows of strength logs were refused, of which day, and since when?
-- The day is that of the row; where nobody can tell it, the arrival of the file counts.
-- Grain: one row per refused row.
with arrivals as (
    select athlete_id, file_id, min(first_seen) as arrived_date
    from raw.paths
    where is_current
    group by athlete_id, file_id
)

select
    refused.athlete_id,
    refused.file_id,
    refused.place,
    coalesce(cast(timezone(athletes.timezone, refused.started_at) as date), refused.activity_date) as set_date,
    arrivals.arrived_date
from staging.refused_rows as refused
inner join staging.athletes on refused.athlete_id = athletes.athlete_id
inner join raw.contents
    on refused.file_id = contents.file_id and contents.athlete_id in ('', refused.athlete_id)
left join arrivals on contents.athlete_id = arrivals.athlete_id and contents.file_id = arrivals.file_id
where
    refused.is_first_reason
    and (
        refused.table_name = 'strength_sets'
        or (refused.table_name = 'file' and contents.format in ('strength_csv', 'strong_csv', 'hevy_csv'))
    )
qualify row_number() over (
    partition by refused.athlete_id, refused.file_id, refused.table_name, refused.place order by contents.athlete_id desc
) = 1
