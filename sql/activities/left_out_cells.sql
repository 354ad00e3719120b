-- Which cells of squad.csv are not understood, and count for nothing?
-- A day on which trouble ended that is yet to come is one of them: nobody knows that.
-- Grain: one row per athlete and column of squad.csv.
select
    refused.athlete_id,
    regexp_extract(refused.reason, '^(\w+): ', 1) as cell
from staging.refused_rows as refused
inner join raw.contents as contents
    on refused.file_id = contents.file_id and contents.athlete_id = '' and contents.format = 'squad_csv'
where refused.table_name = 'file' and refused.athlete_id is not null and regexp_matches(refused.reason, '^\w+: ')
union
select
    athlete_id,
    'achilles_history_until' as cell
from raw.athletes
where is_a_day(achilles_history_until) and achilles_history_until > as_of_date()
