-- What contradicts itself in what is known of each day?
-- Of several contradictions of one kind the newest is told, with their number. Raised rows on every day; on the as-of date one more
-- where nothing is raised.
-- Grain: one row per athlete, local day and kind of contradiction.
with raised as (
    select
        days.athlete_id,
        days.load_date,
        found.kind as measure,
        true as is_raised,
        count(*) as value,
        'contradiction.' || found.kind || '+contradiction.cases' as message,
        json_merge_patch(
            arg_max(found.facts, (found.said_date, cast(found.facts as text))), json_object('cases', count(*))
        ) as facts
    from intermediate.person_days as days
    inner join intermediate.contradictions as found
        on days.athlete_id = found.athlete_id and days.load_date between found.said_date and found.told_until
    group by days.athlete_id, days.load_date, found.kind
),

clear as (
    select
        days.athlete_id,
        days.load_date,
        'contradictions' as measure,
        false as is_raised,
        0 as value,
        'contradiction.none' as message,
        json_object() as facts
    from intermediate.person_days as days
    anti join raised on days.athlete_id = raised.athlete_id and days.load_date = raised.load_date
    where days.load_date = as_of_date()
),

united as (
    select * from raised
    union all by name
    select * from clear
)

select
    united.*,
    'DATA_CONTRADICTION' as code,
    'info' as level,
    0 as threshold,
    '>' as comparison,
    'contradictions' as unit,
    cast(rules.notes_days as integer) as window_days,
    cast(null as text) as because
from united
inner join seeds.athlete_rules as rules on united.athlete_id = rules.athlete_id
