-- Which codes were raised on each day, and do they make its flag doubtful?
-- Grain: one row per athlete and local day on which a reason was raised.
select
    athlete_id,
    load_date,
    list_sort(list(distinct code)) as codes,
    list_sort(list(distinct code) filter (where family = 'data')) as data_codes,
    bool_or(code = 'RED_FLAG_RUPTURE') as is_rupture,
    bool_or(code = 'PAIN_GATE') as is_pain,
    bool_or(
        code in (
            'DATA_SET_ASIDE', 'DATA_STALE_SOURCE', 'DATA_GAP_SUSPECTED', 'DATA_NO_STRENGTH_SOURCE', 'DATA_UNMAPPED_EXERCISE',
            'DATA_REFUSED_UNDATED'
        )
    ) as is_data_doubtful,
    bool_or(code in ('DATA_EFFORT_ASSUMED', 'DATA_SPORT_ASSUMED')) as is_something_assumed
from intermediate.reasons
where state = 'raised'
group by athlete_id, load_date
