-- What was each name of an exercise in the logs understood as, and how?
-- Grain: one row per name and exercise.
select distinct
    names.exercise_name,
    names.exercise_id,
    names.read_by,
    names.side,
    names.is_one_leg,
    names.is_assisted,
    names.is_taken_away,
    words.meanings,
    words.unknown_words
from activities.exercise_names as names
inner join activities.name_words as words on names.exercise_name = words.exercise_name
order by names.exercise_name, names.exercise_id
