-- What became of each file?
-- Grain: one row per path and content; the second path of a content is a duplicate and names the first.
with paths as (
    select
        paths.*,
        contents.format,
        contents.parser,
        contents.outcome,
        contents.reason,
        contents.remedy,
        coalesce(contents.is_partial, false) as is_partial,
        contents.athlete_id as owner_id,
        first_value(paths.path) over (
            partition by contents.athlete_id, contents.file_id, paths.is_current
            order by paths.is_present desc, paths.path
        ) as first_path
    from raw.paths
    left join raw.contents
        on paths.file_id = contents.file_id and paths.athlete_id = contents.athlete_id
),

-- A log at the root of the input folder tells of many athletes: its own row sums them up.
undecided as (
    select
        coalesce(athlete_id, '') as owner_id,
        file_id,
        count(*) as recordings,
        count(sport) as decided,
        string_agg(distinct called_sport, ', ' order by called_sport) as called_sports,
        string_agg(distinct sport || ' assumed ' || sport_source, '; ' order by sport || ' assumed ' || sport_source)
        filter (where sport_source <> 'stated') as assumptions
    from staging.recordings
    group by grouping sets ((athlete_id, file_id), (file_id))
),

-- A copy that broke off leaves a table without its tracks.
absent as (
    select
        named_files.athlete_id,
        named_files.file_id,
        count(*) as tracks
    from raw.named_files
    inner join seeds.sports on lower(named_files.sport_stated) = sports.sport and sports.kind in ('run', 'walk', 'hike')
    anti join staging.named_files as present
        on
            named_files.athlete_id = present.athlete_id
            and named_files.file_id = present.file_id
            and named_files.activity_number = present.recording_number
    group by named_files.athlete_id, named_files.file_id
)

select
    nullif(if(starts_with(paths.file_id, 'unreadable '), '', paths.file_id), '') as file_id,
    nullif(paths.athlete_id, '') as athlete_id,
    paths.path,
    paths.format,
    paths.parser,
    case
        when not paths.is_current then 'superseded'
        when not paths.is_present then 'missing'
        when paths.outcome is null or paths.outcome in ('quarantined', 'unreadable') then 'quarantined'
        when paths.path <> paths.first_path then 'duplicate'
        when paths.outcome = 'loaded' and undecided.decided = 0 and undecided.recordings > 0 then 'ignored'
        else paths.outcome
    end as state,
    case
        when not paths.is_current then 'the path holds newer content'
        when
            not paths.is_present and paths.path in ('squad.csv', 'rules.csv', 'exercise_aliases.csv')
            then 'the file is gone, and what it said with it'
        when not paths.is_present then 'the file is gone; what it said stays counted'
        when paths.outcome is null then 'it has not been read'
        when paths.outcome in ('quarantined', 'unreadable') then paths.reason
        when paths.path <> paths.first_path then 'same content as ' || paths.first_path
        when
            undecided.decided = 0 and undecided.called_sports is not null
            then 'the table of its export calls it ' || undecided.called_sports || ', and that is not on foot'
        when
            undecided.decided = 0 and undecided.recordings > 0
            then 'nothing says which sport it was, and speed and cadence fit neither running nor walking'
        when
            absent.tracks is not null
            then concat_ws(
                '; ', format('tracks that it names and that are not there: {}; their totals count alone', absent.tracks), paths.reason
            )
        when undecided.assumptions is not null then concat_ws('; ', 'sport assumed: ' || undecided.assumptions, paths.reason)
        else paths.reason
    end as reason,
    case
        when not paths.is_current then null
        when not paths.is_present then 'tendonwatch forget "' || paths.path || '" stops counting it'
        when paths.outcome is null or paths.outcome in ('quarantined', 'unreadable') then paths.remedy
        when paths.path <> paths.first_path then null
        when
            undecided.decided = 0 and undecided.called_sports is not null
            then 'If it was, correct its sport in the app and export again.'
        when
            undecided.decided = 0 and undecided.recordings > 0
            then 'Put it in a folder named run or walk, or delete it if it was neither.'
        else paths.remedy
    end as remedy,
    paths.size_bytes,
    paths.is_partial,
    paths.is_acknowledged
from paths
left join undecided
    on paths.file_id = undecided.file_id and paths.owner_id = undecided.owner_id
left join absent
    on paths.file_id = absent.file_id and paths.owner_id = absent.athlete_id
order by paths.path, paths.file_id
