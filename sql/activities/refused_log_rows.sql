-- Which rows of strength logs, and of reports of pain and injuries, were refused, of which day, and since when?
-- The day is that of the row; where nobody can tell it, or it has not come yet, the arrival of the file counts.
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
    logs.kind,
    coalesce(cast(timezone(athletes.timezone, refused.started_at) as date), refused.activity_date) as stated_date,
    if(stated_date <= as_of_date(), stated_date, null) as row_date,
    arrivals.arrived_date
from staging.refused_rows as refused
inner join staging.athletes on refused.athlete_id = athletes.athlete_id
inner join raw.contents
    on refused.file_id = contents.file_id and contents.athlete_id in ('', refused.athlete_id)
inner join (
    values
    ('strength', 'strength_sets', ['strength_csv', 'strong_csv', 'hevy_csv']),
    ('reports', 'symptoms', ['symptoms_csv']),
    ('reports', 'injuries', ['injuries_csv'])
) as logs (kind, table_name, formats)
    on
        refused.table_name = logs.table_name
        or (refused.table_name = 'file' and list_contains(logs.formats, contents.format))
left join arrivals on contents.athlete_id = arrivals.athlete_id and contents.file_id = arrivals.file_id
where refused.is_first_reason
qualify row_number() over (
    partition by refused.athlete_id, refused.file_id, refused.table_name, refused.place order by contents.athlete_id desc
) = 1
