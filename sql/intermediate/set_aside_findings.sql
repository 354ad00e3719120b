-- What is said of an athlete whose data could not be judged?
-- What was reported of pain goes on being judged as ever, beside these; nothing that was logged does.
-- Grain: one row per athlete set aside, on the as-of date, and one more for those with an injury that is not resolved.
with open_injuries as (
    select
        athlete_id,
        count(*) as injuries,
        arg_min(site, (onset_date, site)) as site,
        min(onset_date) as onset_date
    from staging.injuries
    where (resolved_date is null or resolved_date > as_of_date()) and site <> 'other'
    group by athlete_id
)

select
    athlete_id,
    as_of_date() as load_date,
    'DATA_SET_ASIDE' as code,
    'checks' as measure,
    true as is_raised,
    'unknown' as level,
    checks as value,
    0 as threshold,
    '>' as comparison,
    'checks' as unit,
    1 as window_days,
    'nothing could be judged today: ' || table_name || ' does not pass its check (' || expectation || ')'
    || if(failed_date is null, '', ' on ' || cast(failed_date as text)) as evidence,
    null as because,
    'both' as side
from staging.set_aside
union all
select
    open_injuries.athlete_id,
    as_of_date(),
    'OPEN_INJURY',
    'injuries',
    true,
    'amber',
    open_injuries.injuries,
    0,
    '>',
    'injuries',
    1,
    if(starts_with(open_injuries.site, 'achilles'), 'Achilles', open_injuries.site) || ' injury open since '
    || cast(open_injuries.onset_date as text),
    null,
    'both'
from open_injuries
inner join staging.set_aside as aside on open_injuries.athlete_id = aside.athlete_id
