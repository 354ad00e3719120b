-- Which recordings were left out because another one tells of the same activity?
-- Grain: one row per recording left out.
select
    twins.athlete_id,
    twins.kept_file_id,
    twins.file_id as dropped_file_id,
    twins.run_id,
    twins.why,
    cast(twins.distance_m as double) as distance_m,
    cast(twins.moving_s as double) as moving_s
from staging.twins
order by twins.athlete_id, twins.run_id, twins.file_id, twins.recording_number
