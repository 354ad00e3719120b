-- Which files hold a strength session that a better file also holds, and how many of their sets were left out?
-- Grain: one row per strength session, file and better file.
with files as (
    select distinct athlete_id, session_id, file_id, kept_file_id, why
    from activities.set_twins
    union
    -- A recording without sets has none to leave out, but is still one session with the log.
    select athlete_id, session_id, file_id, kept_file_id, why
    from activities.session_pairs
    where is_whole
    qualify row_number() over (partition by athlete_id, file_id, file_session order by choice) = 1
)

select
    files.athlete_id,
    files.session_id,
    files.file_id,
    files.kept_file_id,
    files.why,
    count(sets.set_row) filter (where not sets.is_warmup) as strength_sets
from files
left join activities.set_twins as sets
    on
        files.athlete_id = sets.athlete_id
        and files.session_id = sets.session_id
        and files.file_id = sets.file_id
        and files.kept_file_id = sets.kept_file_id
group by files.athlete_id, files.session_id, files.file_id, files.kept_file_id, files.why
