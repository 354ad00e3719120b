-- Where can the activity of a file be looked up, by the file's name?
-- Some services name a file by the number of its activity: seeds.activity_links. The names of a Strava export count uploads, not
-- activities, and are no such names. Of two names of one content the first counts.
-- Grain: one row per athlete and content whose name tells a number.
with named as (
    select
        athlete_id,
        file_id,
        regexp_extract(path, '[^/!]+$') as file_name
    from raw.paths
    where is_current
)

select
    named.athlete_id,
    named.file_id,
    min(links.address || regexp_extract(named.file_name, links.file_name, 1)) as link
from named
cross join seeds.activity_links as links
where regexp_matches(named.file_name, links.file_name)
group by named.athlete_id, named.file_id
