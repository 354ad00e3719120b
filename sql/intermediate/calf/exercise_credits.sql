-- What is one set of each exercise worth to each link of the chain?
-- The columns of seeds.exercises that end in _credit, as rows; seeds.links names the column of each link.
-- Grain: one row per exercise and credit column.
select
    exercise_id,
    credit_column,
    credit
from seeds.exercises
unpivot (credit for credit_column in (columns('.*_credit')))
