-- Since when does each day's running history count, and is there enough of it to judge by?
-- History must be dense, not merely old: an activity after more than a year without one restarts it, so that one run of long ago
-- and nine days of running are not a long history. Walks and hikes begin a history, but only runs count in it, the parts of one
-- outing once.
-- Grain: one row per athlete and local day since the first activity.
with starts as (
    select
        totals.athlete_id,
        totals.load_date,
        totals.outings,
        rules.history_known_days,
        rules.history_runs,
        totals.activities > 0 and coalesce(
            totals.load_date - max(if(totals.activities > 0, totals.load_date, null)) over (
                partition by totals.athlete_id order by totals.load_date rows between unbounded preceding and 1 preceding
            ) > rules.history_gap_days, true
        ) as is_start
    from intermediate.daily_totals as totals
    inner join seeds.athlete_rules as rules on totals.athlete_id = rules.athlete_id
),

stretches as (
    select *, max(if(is_start, load_date, null)) over (partition by athlete_id order by load_date) as history_date
    from starts
)

select
    athlete_id,
    load_date,
    history_date,
    sum(outings) over (partition by athlete_id, history_date order by load_date) as runs_so_far,
    coalesce(load_date - history_date >= history_known_days and runs_so_far >= history_runs, false) as has_history
from stretches
