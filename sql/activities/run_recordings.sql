-- Which activity does each recording belong to, and which recording of an activity is the main one?
-- Preferred as the main one: complete before cut off, a track before totals, then the better kind of source (seeds.sources). The
-- others are the same activity by their time, by the name of their file in an export's table, or because one kind of source has
-- its time zone wrong by whole hours. Each overlaps the main one itself, so a chain of neighbours never becomes one long run.
-- Grain: one row per recording of a known sport.
with recursive ranked as (
    select
        recordings.*,
        -- In a table that was cut off, the rows that could be read are complete.
        coalesce(contents.is_partial and recordings.track_points > 0, false) as is_partial,
        parts.recording_id is not null as is_part,
        coalesce(sources.run_rank, 99) as source_rank,
        row_number() over (
            partition by recordings.athlete_id
            order by
                parts.recording_id is not null,
                coalesce(contents.is_partial and recordings.track_points > 0, false),
                recordings.track_points = 0,
                coalesce(sources.run_rank, 99),
                recordings.track_points desc,
                recordings.distance_m desc,
                recordings.file_id,
                recordings.recording_number
        ) as preference
    from activities.recordings
    left join (
        -- A log at the root of the input folder is for all athletes; an athlete may keep a copy of it.
        select told.recording_id, bool_or(read.is_partial) as is_partial
        from activities.recordings as told
        inner join raw.contents as read on told.file_id = read.file_id and read.athlete_id in ('', told.athlete_id)
        group by told.recording_id
    ) as contents
        on recordings.recording_id = contents.recording_id
    left join seeds.sources on recordings.source_format = sources.source_format
    left join (select distinct recording_id from activities.recording_pairs where is_part) as parts
        on recordings.recording_id = parts.recording_id
    where recordings.sport is not null
),

named as (
    select
        totals.recording_id,
        files.recording_id as parent_id,
        'the table of the export names the other as its file' as why
    from ranked as totals
    inner join activities.named_files
        on
            totals.athlete_id = named_files.athlete_id
            and totals.file_id = named_files.file_id
            and totals.recording_number = named_files.recording_number
    inner join ranked as files
        on
            totals.athlete_id = files.athlete_id
            and named_files.named_file_id = files.file_id
            and files.file_id not in (select tables.file_id from activities.named_files as tables)
    qualify row_number() over (
        partition by totals.recording_id
        order by abs(epoch_ms(totals.started_at) - epoch_ms(files.started_at)), files.preference
    ) = 1
),

free as (
    select *
    from ranked
    where recording_id not in (select recording_id from named)
),

-- Recordings that are one activity by their time lie in one stretch of time.
stretches as (
    select
        *,
        coalesce(started_at > max(ends_at) over before, true) as is_first
    from free
    window before as (
        partition by athlete_id order by started_at, recording_id
        rows between unbounded preceding and 1 preceding
    )
),

numbered as (
    select
        *,
        sum(cast(is_first as integer)) over (partition by athlete_id order by started_at, recording_id) as stretch
    from stretches
),

-- Each recording with its own preference first, then those of the better recordings of the same time.
compared as (
    select
        numbered.athlete_id,
        numbered.stretch,
        numbered.preference,
        list_prepend(
            numbered.preference, coalesce(list(better.preference order by better.preference) filter (where better.preference > 0), [])
        ) as preferences
    from numbered
    left join activities.recording_pairs as pairs on numbered.recording_id = pairs.recording_id
    left join free as better on pairs.other_id = better.recording_id and numbered.preference > better.preference
    group by numbered.athlete_id, numbered.stretch, numbered.preference
),

-- From the best one down, a recording leads unless one that already leads covers its time.
led as (
    select
        athlete_id,
        unnest(
            list_reduce(
                list(preferences order by preference),
                (best, recording) -> if(list_has_any(best, recording[2:]), best, list_append(best, recording[1])),
                cast([] as bigint[])
            )
        ) as preference
    from compared
    group by athlete_id, stretch
),

leaders as (
    select free.*
    from free
    inner join led on free.athlete_id = led.athlete_id and free.preference = led.preference
),

timed as (
    select
        free.recording_id,
        better.recording_id as parent_id,
        pairs.why
    from free
    inner join activities.recording_pairs as pairs on free.recording_id = pairs.recording_id
    inner join leaders as better on pairs.other_id = better.recording_id and free.preference > better.preference
    where free.recording_id not in (select recording_id from leaders)
    qualify row_number() over (partition by free.recording_id order by pairs.gap_ms, better.preference) = 1
),

-- A kind of source that has an activity at the right hour cannot also have it at a wrong one.
kinds as (
    select
        coalesce(timed.parent_id, free.recording_id) as recording_id,
        list(distinct free.source_format) as source_formats
    from free
    left join timed on free.recording_id = timed.recording_id
    group by coalesce(timed.parent_id, free.recording_id)
),

days as (
    select
        leaders.*,
        kinds.source_formats,
        epoch_ms(leaders.started_at) as start_ms,
        epoch_ms(leaders.started_at) // 86400000 as day_number
    from leaders
    inner join kinds on leaders.recording_id = kinds.recording_id
    where leaders.distance_m > 0
),

near_days as (
    select *, unnest([day_number - 1, day_number, day_number + 1]) as near_day_number
    from days
),

shifted as (
    select
        near_days.athlete_id,
        near_days.recording_id,
        near_days.source_format,
        better.recording_id as parent_id,
        better.source_format as parent_format,
        better.source_rank as parent_rank,
        cast(round((near_days.start_ms - better.start_ms) / 3600000) as integer) as hours,
        better.preference as parent_preference
    from near_days
    inner join seeds.athlete_rules as rules on near_days.athlete_id = rules.athlete_id
    inner join days as better
        on
            near_days.athlete_id = better.athlete_id
            and near_days.near_day_number = better.day_number
            and near_days.preference > better.preference
            and near_days.sport = better.sport
            and not list_has_any(near_days.source_formats, better.source_formats)
    where
        abs(round((near_days.start_ms - better.start_ms) / 3600000)) between 1 and rules.twin_shift_hours
        and abs(
            near_days.start_ms - better.start_ms - 3600000 * round((near_days.start_ms - better.start_ms) / 3600000)
        ) <= 1000 * rules.twin_shift_start_s
        and is_alike(near_days.distance_m, better.distance_m, rules.twin_distance_share)
        and (
            is_alike(near_days.moving_s, better.moving_s, rules.twin_duration_share)
            or is_alike(near_days.elapsed_s, better.elapsed_s, rules.twin_duration_share)
        )
        and coalesce(
            abs(near_days.avg_heart_rate_bpm - better.avg_heart_rate_bpm) <= rules.twin_heart_rate_bpm, true
        )
),

-- The same loop run twice a day fits more than one activity: a source with a wrong zone is off by the same hours every time.
fitting as (
    select
        *,
        count(*) over (partition by athlete_id, source_format, parent_format, hours) as times
    from shifted
),

chosen as (
    select *
    from fitting
    qualify row_number() over (
        partition by recording_id order by parent_rank, times desc, abs(hours), parent_preference
    ) = 1
),

zoned as (
    select
        recording_id,
        parent_id,
        format('same minutes, length and distance {} h apart: one source has the time zone wrong', abs(hours)) as why
    from chosen
    qualify row_number() over (
        partition by parent_id, source_format order by times desc, abs(hours), recording_id
    ) = 1
),

parents as (
    from named
    union all
    from timed
    union all
    from zoned
),

rooted as (
    select recording_id, recording_id as root_id
    from ranked
    where recording_id not in (select recording_id from parents)
    union all
    select parents.recording_id, rooted.root_id
    from parents
    inner join rooted on parents.parent_id = rooted.recording_id
),

grouped as (
    select
        ranked.*,
        rooted.root_id,
        parents.why,
        row_number() over (partition by rooted.root_id order by ranked.preference) as recording_rank,
        -- A track has its own clock; a local time and a row of an export's table may have the wrong zone.
        row_number() over (
            partition by rooted.root_id
            order by named.recording_id is not null, ranked.is_start_local, ranked.preference
        ) as clock_rank
    from ranked
    inner join rooted on ranked.recording_id = rooted.recording_id
    left join parents on ranked.recording_id = parents.recording_id
    left join named on ranked.recording_id = named.recording_id
),

-- All bins of one kind come from one recording: a track before totals. A run known only by its totals
-- counts as one bin.
telling as (
    select
        grouped.*,
        grouped.track_points = 0 and grouped.moving_s > 0 and bins.file_id is null and grouped.distance_m > 0 as is_one_bin,
        grouped.track_points = 0 and grouped.moving_s > 0 and heart_rate_bins.file_id is null
        and grouped.distance_m > 0 and grouped.avg_heart_rate_bpm > 0 as is_one_heart_rate_bin,
        bins.file_id is not null or coalesce(is_one_bin, false) as has_bins,
        coalesce(bins.metres, if(is_one_bin, grouped.distance_m, 0)) = 0 as stands_still,
        heart_rate_bins.file_id is not null or coalesce(is_one_heart_rate_bin, false) as has_heart_rate_bins,
        efforts.file_id is not null as has_efforts
    from grouped
    left join (
        select athlete_id, file_id, activity_number, sum(metres) as metres
        from raw.run_bins
        group by athlete_id, file_id, activity_number
    ) as bins
        on
            grouped.athlete_id = bins.athlete_id
            and grouped.file_id = bins.file_id
            and grouped.recording_number = bins.activity_number
    left join (select distinct athlete_id, file_id, activity_number from raw.run_hr_bins) as heart_rate_bins
        on
            grouped.athlete_id = heart_rate_bins.athlete_id
            and grouped.file_id = heart_rate_bins.file_id
            and grouped.recording_number = heart_rate_bins.activity_number
    left join (select distinct athlete_id, file_id, activity_number from raw.run_efforts) as efforts
        on
            grouped.athlete_id = efforts.athlete_id
            and grouped.file_id = efforts.file_id
            and grouped.recording_number = efforts.activity_number
)

select
    * exclude (root_id, why, has_bins, stands_still, has_heart_rate_bins, has_efforts),
    has_bins and row_number() over (
        partition by root_id order by not has_bins, stands_still, is_part, track_points = 0, recording_rank
    ) = 1 as gives_bins,
    has_heart_rate_bins and row_number() over (
        partition by root_id order by not has_heart_rate_bins, is_part, track_points = 0, recording_rank
    ) = 1 as gives_heart_rate_bins,
    has_efforts and row_number() over (
        partition by root_id order by not has_efforts, is_part, track_points = 0, recording_rank
    ) = 1 as gives_efforts,
    activity_id(athlete_id, max(started_at) filter (where clock_rank = 1) over (partition by root_id), 'run') as run_id,
    if(
        recording_rank = 1, null, coalesce(why, max(why) filter (where recording_rank = 1) over (partition by root_id))
    ) as why
from telling
