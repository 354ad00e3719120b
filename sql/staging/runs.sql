-- Every run, walk and hike once.
-- Grain: one row per activity on foot.
select recordings.*
from staging.recordings
left join staging.twins
    on
        recordings.athlete_id = twins.athlete_id
        and recordings.file_id = twins.file_id
        and recordings.recording_number = twins.recording_number
where
    recordings.sport is not null
    and twins.file_id is null
