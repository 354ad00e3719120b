-- What was the flag of each athlete on each day of the last twelve weeks, and why did it change?
-- As the night that was published with that as-of date said it (the last one of that date); a day without such a night is told as
-- tonight's data and rules see it. Both are never mixed on one day. Reasons stand on the first day and where the flag is another one
-- than on the day before: of a published night the codes of its headline, else the codes that raised the flag, worst first.
-- Grain: one row per athlete and local day of the last twelve weeks on which anything is known.
with published as (
    select athlete_id, load_date, flag, headline_codes, headline
    from ops.published_status
    where load_date > as_of_date() - 84 and load_date <= as_of_date()
    qualify row_number() over (partition by athlete_id, load_date order by night desc) = 1
),

raised as (
    select
        athlete_id,
        load_date,
        list(code order by rank, code) as codes
    from (
        select athlete_id, load_date, code, min(rank) as rank
        from marts.flags
        where state = 'raised' and family <> 'data' and level <> 'info' and load_date > as_of_date() - 84
        group by athlete_id, load_date, code
    ) as found
    group by athlete_id, load_date
),

days as (
    select
        status.athlete_id,
        status.load_date,
        coalesce(published.flag, status.flag) as flag,
        published.athlete_id is not null as is_published,
        published.headline_codes,
        published.headline,
        raised.codes as raised_codes,
        lag(coalesce(published.flag, status.flag)) over (
            partition by status.athlete_id order by status.load_date
        ) as flag_before,
        coalesce(coalesce(published.flag, status.flag) <> flag_before, true) as is_change
    from marts.athlete_status as status
    left join published on status.athlete_id = published.athlete_id and status.load_date = published.load_date
    left join raised on status.athlete_id = raised.athlete_id and status.load_date = raised.load_date
    where status.load_date > as_of_date() - 84
)

select
    athlete_id,
    load_date,
    flag,
    is_published,
    is_change,
    flag_before,
    if(is_change, coalesce(if(is_published, headline_codes, null), raised_codes, []), []) as codes,
    if(is_change and is_published, headline, null) as headline,
    as_of_date() as as_of_date
from days
order by athlete_id, load_date
