-- At which path does each athlete have a content that their rows come from?
-- Two athletes may have the same content; neither is shown the other's folder.
-- Grain: one row per athlete (null: no athlete named) and content in the athlete's own folder or at the root of the input folder.
with owners as (
    select '' as athlete_id
    union
    select athlete_id from raw.athletes
),

seen as (
    select
        owners.athlete_id as owner_id,
        paths.*
    from raw.paths
    inner join owners on paths.athlete_id = owners.athlete_id
    union all
    select
        owners.athlete_id as owner_id,
        paths.*
    from owners
    cross join raw.paths
    where paths.athlete_id = '' and owners.athlete_id <> ''
)

select
    nullif(owner_id, '') as athlete_id,
    file_id,
    arg_min(path, (not is_present, athlete_id = '', path)) as path,
    bool_and(is_acknowledged) as is_acknowledged
from seen
where is_current
group by owner_id, file_id
order by owner_id, file_id
