-- What was dropped or decided while a run was read, in plain words?
-- Grain: one row per run and note.
with noted as (
    select athlete_id, run_id, run_date, started_at, file_id, unnest(notes) as note_code
    from marts.runs
)

select
    noted.athlete_id,
    noted.run_id,
    noted.run_date,
    noted.file_id,
    noted.note_code,
    coalesce(told.meaning, noted.note_code) as note_meaning
from noted
left join seeds.run_notes as told on noted.note_code = told.code
order by noted.athlete_id, noted.started_at, noted.run_id, noted.note_code
