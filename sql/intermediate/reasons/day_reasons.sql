-- Which codes were raised on each day?
-- Grain: one row per athlete and local day on which a reason was raised.
select
    athlete_id,
    load_date,
    list_sort(list(distinct code)) as codes,
    list_sort(list(distinct code) filter (where family <> 'data')) as person_codes,
    list_sort(list(distinct code) filter (where family = 'data')) as data_codes,
    bool_or(code = 'RED_FLAG_RUPTURE') as is_rupture,
    bool_or(code = 'PAIN_GATE') as is_pain
from intermediate.reasons
where state = 'raised'
group by athlete_id, load_date
