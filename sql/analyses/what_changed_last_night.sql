-- Question: What did the last published night that changed anything add, change or remove?
-- Reads: ops.changes.
-- Traps: Words, file and row number are not compared. `because` says what may have changed a row, not what did. One row can stand
-- for many (`change` is many). A run with another start has another id: it is removed and added.
-- Grain: one row per table, kind of change, cause and athlete.
with newest as (
    select max(night) as night
    from ops.changes
)

select
    changes.night,
    changes.since_night,
    changes.table_name,
    changes.change,
    changes.because,
    changes.athlete_id,
    sum(changes.row_count) as changed_rows,
    min(changes.row_date) as first_date,
    max(changes.row_date) as last_date,
    list_sort(list_distinct(flatten(list(changes.changed_columns)))) as changed_columns
from ops.changes as changes
inner join newest on changes.night = newest.night
group by changes.night, changes.since_night, changes.table_name, changes.change, changes.because, changes.athlete_id
order by changes.table_name, changes.change, changes.because, changes.athlete_id
