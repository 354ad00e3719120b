-- Which reason does an athlete get whose data could not be judged?
-- Reports of pain and open injuries are judged as usual in addition to it; logs are not.
-- Grain: one row per athlete, on the as-of date.
select
    athletes.athlete_id,
    as_of_date() as load_date,
    'DATA_SET_ASIDE' as code,
    'checks' as measure,
    aside.athlete_id is not null as is_raised,
    'unknown' as level,
    coalesce(aside.checks, 0) as value,
    0 as threshold,
    '>' as comparison,
    'checks' as unit,
    1 as window_days,
    case
        when aside.athlete_id is null then 'set_aside.not'
        when aside.failed_date is null then 'set_aside.table'
        else 'set_aside.day'
    end as message,
    case
        when aside.athlete_id is null then json_object()
        when aside.failed_date is null then json_object('table', aside.table_name, 'check', aside.expectation)
        else json_object('table', aside.table_name, 'check', aside.expectation, 'failed_date', aside.failed_date)
    end as facts,
    cast(null as text) as because
from staging.athletes
left join staging.set_aside as aside on athletes.athlete_id = aside.athlete_id
