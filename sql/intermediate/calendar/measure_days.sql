-- The load of each day, one row per measure of seeds.measures, ready for the windows.
-- Exact decimals, so that a sum does not depend on the order of its terms.
-- Grain: one row per athlete, local day and measure; load is null where the day is unknown.
with loads as (
    select
        athlete_id,
        load_date,
        try_cast(
            if(is_known, columns(* exclude (athlete_id, load_date, first_date, is_known, runs, outings, activities)), null)
            as decimal(18, 6)
        )
    from intermediate.daily_totals
)

select
    athlete_id,
    load_date,
    measure,
    load
from loads
unpivot include nulls (load for measure in (columns(* exclude (athlete_id, load_date))))
where measure in (select measures.measure from seeds.measures)
