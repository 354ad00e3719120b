-- Which recordings were left out because another one is of the same activity?
-- Grain: one row per recording that is not the main one of its activity.
select
    twins.athlete_id,
    twins.file_id,
    twins.recording_number,
    main.file_id as kept_file_id,
    main.recording_number as kept_recording_number,
    twins.run_id,
    twins.distance_m,
    twins.moving_s,
    twins.why
from activities.run_recordings as twins
inner join activities.run_recordings as main
    on
        twins.athlete_id = main.athlete_id
        and twins.run_id = main.run_id
        and main.recording_rank = 1
where twins.recording_rank > 1
