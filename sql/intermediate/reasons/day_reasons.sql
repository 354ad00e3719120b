-- What was raised on each day, in the order in which a coach should hear of it?
-- Only so many sentences are kept as a headline can hold: lists of sentences cannot be put aside on disk while they are made, so
-- each is numbered first, and nothing else is made beside them.
-- Grain: one row per athlete and local day on which a reason was raised.
with raised as (
    select
        athlete_id,
        load_date,
        code,
        family,
        level,
        evidence_words,
        action,
        row_number() over (partition by athlete_id, load_date order by rank, code, measure, side) as place,
        family <> 'data' and level <> 'info' as is_finding,
        (family = 'data' and level in ('unknown', 'building')) or code = 'DATA_STALE_SOURCE' as is_gap
    from intermediate.findings
    where state = 'raised'
),

placed as (
    select
        *,
        row_number() over (partition by athlete_id, load_date, action order by place) = 1 as is_first_of_action,
        -- The worst of pain, running and calf work each come first: a coach needs to hear of both sides.
        100 * row_number() over (partition by athlete_id, load_date, family, level = 'info' order by place) + place as place_of_family
    from raised
),

numbered as (
    select
        * exclude (is_first_of_action),
        is_finding and level <> 'history' and is_first_of_action as is_asked,
        row_number() over (partition by athlete_id, load_date, is_finding order by place_of_family) as finding_number,
        row_number() over (partition by athlete_id, load_date, family <> 'data' and not is_finding order by place) as note_number,
        row_number() over (partition by athlete_id, load_date, is_gap order by place) as gap_number
    from placed
)

select
    athlete_id,
    load_date,
    list_sort(list(distinct code)) as codes,
    list_sort(list(distinct code) filter (where family = 'data')) as data_codes,
    bool_or(code = 'RED_FLAG_RUPTURE') as is_rupture,
    bool_or(
        code in (
            'DATA_SET_ASIDE', 'DATA_STALE_SOURCE', 'DATA_GAP_SUSPECTED', 'DATA_NO_STRENGTH_SOURCE', 'DATA_UNMAPPED_EXERCISE',
            'DATA_REFUSED_UNDATED'
        )
    ) as is_data_doubtful,
    bool_or(code in ('DATA_EFFORT_ASSUMED', 'DATA_SPORT_ASSUMED')) as is_something_assumed,
    count(distinct family) filter (where is_finding) as families,
    list(evidence_words order by finding_number) filter (where is_finding and finding_number <= 4) as findings,
    list(evidence_words order by note_number) filter (where family <> 'data' and not is_finding and note_number <= 2) as notes,
    list(evidence_words order by gap_number) filter (where is_gap and gap_number <= 2) as gaps,
    arg_min(action, place_of_family, 2) filter (where is_asked) as finding_actions,
    arg_min(action, place) filter (where is_gap) as gap_action
from numbered
group by athlete_id, load_date
