-- Which reasons does an athlete get whose data could not be judged?
-- Reports of pain are judged as usual in addition to these; logs are not. An unresolved injury is a reason of its own only here:
-- otherwise it counts as Achilles history.
-- Grain: two rows per athlete, on the as-of date.
with open_injuries as (
    select
        athlete_id,
        count(*) as injuries,
        arg_min(site, (onset_date, site)) as site,
        min(onset_date) as onset_date
    from staging.injuries
    where (resolved_date is null or resolved_date > as_of_date()) and site <> 'other'
    group by athlete_id
),

athletes as (
    select
        athletes.athlete_id,
        aside.athlete_id is not null as is_set_aside,
        coalesce(aside.checks, 0) as checks,
        aside.table_name,
        aside.expectation,
        aside.failed_date,
        coalesce(open_injuries.injuries, 0) as injuries,
        open_injuries.site,
        open_injuries.onset_date
    from staging.athletes
    left join staging.set_aside as aside on athletes.athlete_id = aside.athlete_id
    left join open_injuries on athletes.athlete_id = open_injuries.athlete_id
)

select
    athlete_id,
    as_of_date() as load_date,
    'DATA_SET_ASIDE' as code,
    'checks' as measure,
    is_set_aside as is_raised,
    'unknown' as level,
    checks as value,
    0 as threshold,
    '>' as comparison,
    'checks' as unit,
    1 as window_days,
    case
        when not is_set_aside then 'set_aside.not'
        when failed_date is null then 'set_aside.table'
        else 'set_aside.day'
    end as message,
    case
        when not is_set_aside then json_object()
        when failed_date is null then json_object('table', table_name, 'check', expectation)
        else json_object('table', table_name, 'check', expectation, 'failed_date', failed_date)
    end as facts,
    null as because
from athletes
union all by name
select
    athlete_id,
    as_of_date() as load_date,
    'OPEN_INJURY' as code,
    'injuries' as measure,
    case when is_set_aside then injuries > 0 when injuries = 0 then false end as is_raised,
    'amber' as level,
    injuries as value,
    0 as threshold,
    '>' as comparison,
    'injuries' as unit,
    1 as window_days,
    case
        when injuries = 0 then 'injury.none'
        when starts_with(site, 'achilles') then 'injury.achilles'
        else 'injury.other'
    end as message,
    if(injuries > 0, json_object('site', site, 'onset_date', onset_date), json_object()) as facts,
    if(injuries > 0 and not is_set_aside, 'because.injury_judged_elsewhere', null) as because
from athletes
