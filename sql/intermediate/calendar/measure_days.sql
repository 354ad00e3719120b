-- The load of each day, one row per measure, ready for the windows.
-- Exact decimals, so that a sum does not depend on the order of its terms.
-- Grain: one row per athlete, local day and measure; load is null where the day is unknown.
select
    athlete_id,
    load_date,
    unnest(['distance_m', 'moving_s', 'ascent_m', 'fast_steps', 'srpe_au', 'trimp_au', 'achilles_load_steps']) as measure,
    unnest([
        try_cast(if(is_known, distance_m, null) as decimal(18, 6)),
        try_cast(if(is_known, moving_s, null) as decimal(18, 6)),
        try_cast(if(is_known, ascent_m, null) as decimal(18, 6)),
        try_cast(if(is_known, fast_steps, null) as decimal(18, 6)),
        try_cast(if(is_known, srpe_au, null) as decimal(18, 6)),
        try_cast(if(is_known, trimp_au, null) as decimal(18, 6)),
        try_cast(if(is_known, achilles_load_steps, null) as decimal(18, 6))
    ]) as load
from intermediate.daily_totals
