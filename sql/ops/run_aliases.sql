-- Which id has replaced one that was published before?
-- An id changes when a better recording moves the start, or files are removed. The new id is that of the same recording in the
-- same file, else of a recording that starts within the rule's seconds of it, because a table with new rows is another file.
-- Grain: one row per id that was published before and no longer exists.
with gone as (
    select remembered.*
    from raw.published_ids as remembered
    anti join activities.published_ids as tonight on remembered.kind = tonight.kind and remembered.id = tonight.id
    -- A night with an earlier as-of date does not know later runs.
    where cast(remembered.started_at as date) <= as_of_date()
),

candidates as (
    select
        gone.kind,
        gone.id as old_id,
        tonight.id,
        gone.file_id <> tonight.file_id or gone.place <> tonight.place as is_other_recording,
        abs(epoch_ms(gone.started_at) - epoch_ms(tonight.started_at)) as gap_ms,
        gone.recording_rank,
        tonight.recording_rank as rank_tonight
    from gone
    inner join activities.published_ids as tonight on gone.kind = tonight.kind and gone.athlete_id = tonight.athlete_id
    inner join seeds.athlete_rules as rules on gone.athlete_id = rules.athlete_id
    where (gone.file_id = tonight.file_id and gone.place = tonight.place) or gap_ms <= 1000 * rules.twin_start_s
),

chosen as (
    select kind, old_id, id
    from candidates
    qualify row_number() over (
        partition by kind, old_id order by is_other_recording, recording_rank, gap_ms, rank_tonight, id
    ) = 1
)

select
    gone.kind,
    gone.athlete_id,
    gone.id as old_id,
    any_value(chosen.id) as id,
    min(coalesce(gone.gone_date, as_of_date())) as since
from gone
left join chosen on gone.kind = chosen.kind and gone.id = chosen.old_id
group by gone.kind, gone.athlete_id, gone.id
order by gone.athlete_id, gone.kind, gone.id
