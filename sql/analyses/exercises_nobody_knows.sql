-- Question: Which names of exercises may be calf work and are understood by nobody?
-- Reads: ops.unmapped_exercises.
-- Traps: Their sets feed no link, so calf work may look less than it was. A suggestion is a likeness of letters, not of movements:
-- read it before the line goes into exercise_aliases.csv. Names that are surely other work are not here.
-- Grain: one row per athlete and name.
select
    athlete_id,
    exercise_name,
    sets,
    first_date,
    last_date,
    suggested_exercise,
    alias_line
from ops.unmapped_exercises
order by athlete_id, sets desc, exercise_name
