-- Where can each run be looked up?
-- By the name of a file that holds this run alone. Where several files tell of the run, the one that ranks first among those.
-- Grain: one row per run with such a file.
with alone as (
    select
        athlete_id,
        run_id,
        file_id,
        recording_rank
    from activities.run_recordings
    qualify count(*) over (partition by athlete_id, file_id) = 1
)

select
    alone.athlete_id,
    alone.run_id,
    arg_min(links.link, (alone.recording_rank, links.link)) as link
from alone
inner join staging.file_links as links on alone.athlete_id = links.athlete_id and alone.file_id = links.file_id
group by alone.athlete_id, alone.run_id
