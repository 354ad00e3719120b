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

-- What in a file does not count, and why. A log at the root of the input folder holds many athletes: its own row sums them up.
undecided as (
    select
        coalesce(athlete_id, '') as owner_id,
        file_id,
        count(*) as recordings,
        count(sport) as decided,
        count(*) filter (where left_out_because in ('unknown word', 'several sports')) as unknown_words,
        string_agg(distinct sport_word, ', ' order by sport_word) filter (where left_out_because = 'called') as called_sports,
        string_agg(distinct sport_word, ', ' order by sport_word) filter (where left_out_because = 'named') as named_sports,
        string_agg(distinct sport_word, ', ' order by sport_word)
        filter (where left_out_because in ('unknown word', 'several sports')) as unknown_sports,
        count(*) filter (where left_out_because = 'undecided') as open_recordings,
        string_agg(distinct sport || ' assumed ' || sport_source, '; ' order by sport || ' assumed ' || sport_source)
        filter (where sport_source <> 'stated') as assumptions
    from activities.recordings
    group by grouping sets ((athlete_id, file_id), (file_id))
),

left_out as (
    select
        undecided.owner_id,
        undecided.file_id,
        -- A file with sets is loaded, whatever its other activities are.
        undecided.decided = 0 and undecided.file_id not in (select file_id from raw.strength_sessions) as is_whole_file,
        undecided.assumptions,
        nullif(concat_ws(
            '; ',
            'the table of its export calls it ' || undecided.called_sports || ', and that is not on foot',
            'its name speaks of ' || undecided.named_sports || ', and that is not on foot',
            'a sport that we do not know, so it is not counted and its day is unknown: ' || undecided.unknown_sports,
            case
                when undecided.open_recordings = 0 then null
                when undecided.recordings = 1
                    then 'nothing says which sport it was, and speed and cadence fit neither running nor walking'
                else
                    undecided.open_recordings || if(undecided.open_recordings = 1, ' recording', ' recordings')
                    || ' without a sport, whose speed and cadence fit neither running nor walking'
            end
        ), '') as reason,
        case
            when undecided.unknown_words > 0
                then 'If it was a run, call it Running in the app and export again, or put it in a folder named run.'
            when undecided.called_sports is not null then 'If it was, correct its sport in the app and export again.'
            when undecided.named_sports is not null then 'If it was, give it another name, or state its sport, and export again.'
            when undecided.open_recordings > 0 then 'Put it in a folder named run or walk, or delete it if it was neither.'
        end as remedy
    from undecided
),

-- Files from which the guard refused every row.
held as (
    select athlete_id, file_id from raw.runs
    union
    select athlete_id, file_id from raw.strength_sessions
    union
    select athlete_id, file_id from raw.strength_sets
    union
    select athlete_id, file_id from raw.symptoms
    union
    select athlete_id, file_id from raw.injuries
    union
    select athlete_id, file_id from raw.calf_tests
    union
    select athlete_id, file_id from raw.marks
    union
    select athlete_id, file_id from raw.notes
    union
    select athlete_id, file_id from raw.plan
),

emptied as (
    select distinct
        contents.athlete_id,
        contents.file_id
    from raw.contents
    inner join staging.refused_rows as guarded
        on
            contents.file_id = guarded.file_id
            and contents.athlete_id in ('', guarded.athlete_id)
            and guarded.table_name <> 'file'
    anti join held
        on contents.file_id = held.file_id and contents.athlete_id in ('', held.athlete_id)
),

-- An interrupted copy leaves a table without its tracks.
absent as (
    select
        named_files.athlete_id,
        named_files.file_id,
        count(*) as tracks
    from raw.named_files
    anti join activities.named_files as present
        on
            named_files.athlete_id = present.athlete_id
            and named_files.file_id = present.file_id
            and named_files.activity_number = present.recording_number
    where named_files.linked_file is not null and named_files.sport_kind in ('run', 'walk', 'hike')
    group by named_files.athlete_id, named_files.file_id
),

told_anew as (
    select
        athlete_id,
        file_id,
        count(*) as activities
    from staging.table_rows
    where is_told_anew
    group by athlete_id, file_id
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
        when emptied.file_id is not null then 'quarantined'
        when paths.outcome = 'loaded' and left_out.is_whole_file then 'ignored'
        else paths.outcome
    end as state,
    case
        when not paths.is_current then 'the path holds newer content'
        when
            not paths.is_present
            and regexp_full_match(paths.path, '(squad|rules|exercise_aliases)\.(csv|xls[xmb]?|ods)')
            then 'the file is gone; what it said still holds'
        when not paths.is_present then 'the file is gone; what it said stays counted'
        when paths.outcome is null then 'it has not been read'
        when paths.outcome in ('quarantined', 'unreadable') then paths.reason
        when paths.path <> paths.first_path then 'same content as ' || paths.first_path
        when emptied.file_id is not null then concat_ws('; ', 'all that it holds was refused', paths.reason)
        when left_out.is_whole_file then left_out.reason
        else
            nullif(concat_ws(
                '; ',
                if(paths.is_held, 'the newer content of this path is refused, so what it said before still counts', null),
                format('tracks that it names and that are not there: {}; their totals count alone', absent.tracks),
                'sport assumed: ' || left_out.assumptions,
                left_out.reason,
                format('{} of its activities are told anew by a newer table', told_anew.activities),
                paths.reason
            ), '')
    end as reason,
    case
        when not paths.is_current then null
        when not paths.is_present then 'tendonwatch forget "' || paths.path || '" stops counting it'
        when paths.outcome is null or paths.outcome in ('quarantined', 'unreadable') then paths.remedy
        when paths.path <> paths.first_path then null
        when emptied.file_id is not null then 'See its refused rows; mend them in the file.'
        else coalesce(paths.remedy, left_out.remedy)
    end as remedy,
    paths.size_bytes,
    paths.is_partial,
    paths.is_acknowledged
from paths
left join left_out
    on paths.file_id = left_out.file_id and paths.owner_id = left_out.owner_id
left join told_anew
    on paths.file_id = told_anew.file_id and paths.owner_id = told_anew.athlete_id
left join emptied
    on paths.file_id = emptied.file_id and paths.owner_id = emptied.athlete_id
left join absent
    on paths.file_id = absent.file_id and paths.owner_id = absent.athlete_id
order by paths.path, paths.file_id
