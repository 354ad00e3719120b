-- Which codes were raised on each day, and may be told?
-- Grain: one row per athlete and local day on which a reason was raised.
select
    reasons.athlete_id,
    reasons.load_date,
    list_sort(list(distinct reasons.code)) as codes,
    list_sort(list(distinct reasons.code) filter (where reasons.family <> 'data')) as person_codes,
    list_sort(list(distinct reasons.code) filter (where reasons.family = 'data')) as data_codes,
    bool_or(reasons.code = 'RED_FLAG_RUPTURE') as is_rupture,
    bool_or(reasons.code = 'PAIN_GATE') as is_pain
from intermediate.reasons
anti join (
    select
        athlete_id,
        load_date,
        code
    from intermediate.untold_reasons
    where is_of_day
) as untold
    on
        reasons.athlete_id = untold.athlete_id
        and reasons.load_date = untold.load_date
        and reasons.code = untold.code
where reasons.state = 'raised'
group by reasons.athlete_id, reasons.load_date
