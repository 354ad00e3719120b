-- Question: What was refused, whose is it, and what mends it?
-- Reads: ops.refusals, marts.athletes.
-- Traps: A refused run is no rest: its day is unknown. One row can stand for many files or rows of one cause (times). No athlete is
-- named where the file lies at the root of the input folder. Acknowledged ones stay and are no longer counted by the night.
-- Grain: one row per file and cause.
select
    athletes.squad,
    refusals.athlete_id,
    refusals.kind,
    refusals.path,
    refusals.times,
    refusals.reason,
    refusals.remedy,
    refusals.is_acknowledged
from ops.refusals as refusals
left join marts.athletes as athletes on refusals.athlete_id = athletes.athlete_id
order by refusals.is_acknowledged, athletes.squad, refusals.athlete_id, refusals.path, refusals.kind, refusals.reason
