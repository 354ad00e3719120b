-- Which file does each row of an export's table name as its track, and which sport was it?
-- Of several tables that name it the longest is asked: a later export holds the rows of the earlier ones, as corrected since.
-- Grain: one row per row of a table and content that it names; sport is null where it was not on foot, called_sport where
-- nothing is said.
with spoken as (
    select
        named_files.athlete_id,
        named_files.file_id,
        named_files.activity_number as recording_number,
        named_files.linked_file,
        if(sports.kind in ('run', 'walk', 'hike'), sports.kind, null) as sport,
        if(sports.kind = 'unstated', null, named_files.sport_stated) as called_sport,
        count(*) over (partition by named_files.athlete_id, named_files.file_id) as table_rows
    from raw.named_files
    left join seeds.sports on lower(named_files.sport_stated) = sports.sport
),

-- activities/123.fit.gz is the end of strava/activities/123.fit.gz and of export.zip!activities/123.fit.gz.
found as (
    select distinct
        spoken.*,
        paths.file_id as named_file_id
    from spoken
    inner join raw.paths
        on
            spoken.athlete_id = paths.athlete_id
            and regexp_extract(spoken.linked_file, '[^/]+$') = regexp_extract(paths.path, '[^/!]+$')
            and ends_with('/' || replace(paths.path, '!', '/'), '/' || spoken.linked_file)
)

select
    athlete_id,
    file_id,
    recording_number,
    named_file_id,
    first_value(sport) over asked as sport,
    first_value(called_sport) over asked as called_sport,
    row_number() over asked = 1 as is_asked
from found
window asked as (
    partition by athlete_id, named_file_id order by called_sport is null, table_rows desc, file_id, recording_number
)
