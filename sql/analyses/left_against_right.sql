-- Question: How do left and right compare in calf work of the last 60 days?
-- Reads: marts.strength_sets, marts.athletes.
-- Traps: A set without a side or of both legs tells nothing of either and is left out, so a runner who never notes a side has no
-- row. Estimated maxima compare legs only within one exercise. Warm-ups and easy sets do not count.
-- Grain: one row per athlete and exercise with a hard set of one leg.
with legs as (
    select
        sets.athlete_id,
        sets.exercise_id,
        sets.knee,
        count(*) filter (where sets.side = 'left') as left_sets,
        count(*) filter (where sets.side = 'right') as right_sets,
        max(sets.e1rm_kg) filter (where sets.side = 'left') as left_e1rm_kg,
        max(sets.e1rm_kg) filter (where sets.side = 'right') as right_e1rm_kg
    from marts.strength_sets as sets
    inner join marts.athletes as athletes on sets.athlete_id = athletes.athlete_id
    where
        sets.side in ('left', 'right')
        and sets.is_hard_set
        and sets.gastrocnemius_credit + sets.soleus_credit > 0
        and sets.set_date between athletes.as_of_date - 59 and athletes.as_of_date
    group by sets.athlete_id, sets.exercise_id, sets.knee
)

select
    athlete_id,
    exercise_id,
    knee,
    left_sets,
    right_sets,
    round(100 * if(left_sets < right_sets, left_sets / right_sets, right_sets / left_sets)) as sets_percent,
    round(left_e1rm_kg, 1) as left_e1rm_kg,
    round(right_e1rm_kg, 1) as right_e1rm_kg,
    round(
        100 * if(left_e1rm_kg < right_e1rm_kg, left_e1rm_kg / right_e1rm_kg, right_e1rm_kg / left_e1rm_kg), 1
    ) as e1rm_percent
from legs
order by athlete_id, exercise_id, knee
