-- At which path does each athlete have a content that their rows come from?
-- Two athletes may have the same content; neither is shown the other's folder.
-- Grain: one row per athlete (null: no athlete named) and content in the athlete's own folder or at the root of the input folder.
with owners as (
    select '' as athlete_id
    union
    select athlete_id from raw.athletes
)

select
    nullif(owners.athlete_id, '') as athlete_id,
    paths.file_id,
    arg_min(paths.path, (not paths.is_present, paths.athlete_id = '', paths.path)) as path,
    bool_and(paths.is_acknowledged) as is_acknowledged
from owners
inner join raw.paths on paths.athlete_id in ('', owners.athlete_id)
where paths.is_current
group by owners.athlete_id, paths.file_id
order by owners.athlete_id, paths.file_id
