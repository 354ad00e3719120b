-- Question: On which days would a coach be told something else today than was told then?
-- Reads: ops.published_status, marts.athlete_status.
-- Traps: Several nights may have told of the same day, each has its row. Reasons about data are left out: some are told of the as-of
-- date alone. Reasons are null where the night was of a version that kept none. Other rules change what is said of the past as late
-- data do: is_by_other_rules tells them apart.
-- Grain: one row per published night and athlete whose flag or reasons differ.
with then_and_now as (
    select
        told.athlete_id,
        told.load_date,
        told.night,
        told.flag as flag_as_was,
        status.flag as flag_as_is,
        list_sort([code for code in told.reasons if not starts_with(code, 'DATA_')]) as reasons_as_was,
        list_sort([code for code in status.reasons if not starts_with(code, 'DATA_')]) as reasons_as_is,
        told.ruleset_version <> status.ruleset_version as is_by_other_rules
    from ops.published_status as told
    inner join marts.athlete_status as status
        on told.athlete_id = status.athlete_id and told.load_date = status.load_date
)

select
    athlete_id,
    load_date,
    night,
    flag_as_was,
    flag_as_is,
    [code for code in reasons_as_is if not list_contains(reasons_as_was, code)] as reasons_new,
    [code for code in reasons_as_was if not list_contains(reasons_as_is, code)] as reasons_gone,
    is_by_other_rules
from then_and_now
where flag_as_was <> flag_as_is or reasons_as_was <> reasons_as_is
order by athlete_id, load_date, night
