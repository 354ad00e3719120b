-- Which file does each row of an export's table name as its track, and which sport was it?
-- If several tables name a file, the newest counts: it holds the rows of the earlier ones, with later corrections.
-- Grain: one row per row of a table and content that it names; sport is null if it was not on foot, called_sport is null if no
-- sport is stated, is_word_known is false if the word is not in the list of sports.
with spoken as (
    select
        athlete_id,
        file_id,
        recording_number,
        linked_file,
        snapshot_rank,
        if(sport_kind in ('run', 'walk', 'hike'), sport_kind, null) as sport,
        if(sport_kind = 'unstated', null, sport_stated) as called_sport,
        sport_kind is not null as is_word_known
    from staging.table_rows
    where linked_file is not null
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
    first_value(is_word_known) over asked as is_word_known,
    row_number() over asked = 1 as is_asked
from found
window asked as (
    partition by athlete_id, named_file_id
    order by called_sport is null, not is_word_known, snapshot_rank, file_id, recording_number
)
