-- Question: On which days would a coach be told something else today than was told then?
-- Reads: ops.published_status, marts.athlete_status.
-- Traps: Several nights may have told of the same day, each has its row. Reasons are null where the night was of a version that kept
-- none. Other rules change what is said of the past as late data do: is_by_other_rules tells them apart.
-- Grain: one row per published night and athlete whose flag or reasons differ.
select
    told.athlete_id,
    told.load_date,
    told.night,
    told.flag as flag_as_was,
    status.flag as flag_as_is,
    list_sort([code for code in status.reasons if not list_contains(told.reasons, code)]) as reasons_new,
    list_sort([code for code in told.reasons if not list_contains(status.reasons, code)]) as reasons_gone,
    told.ruleset_version <> status.ruleset_version as is_by_other_rules
from ops.published_status as told
inner join marts.athlete_status as status
    on told.athlete_id = status.athlete_id and told.load_date = status.load_date
where told.flag <> status.flag or list_sort(told.reasons) <> list_sort(status.reasons)
order by told.athlete_id, told.load_date, told.night
