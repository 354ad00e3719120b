-- How much work did each link of each leg get in 7 and 28 days, and how long ago was it fed?
-- Illness, holiday and the days after a race stop the clock. For a link that counts days away they count once they are over: a
-- tendon detrains in bed as well. Lost days count for no link. Entries of strength work that could not be read may be what fed it.
-- Grain: one row per athlete, local day, link and leg since the first strength row.
with logs as (
    select athlete_id, min(set_date) as first_strength_date
    from activities.strength_sets
    group by athlete_id
),

unread as (
    select
        athlete_id,
        row_date,
        count(*) as unread_rows
    from activities.refused_log_rows
    where kind = 'strength' and row_date is not null
    group by athlete_id, row_date
),

days as (
    select
        calendar.athlete_id,
        calendar.load_date,
        calendar.is_frozen,
        calendar.frozen_so_far,
        calendar.lost_so_far,
        logs.first_strength_date,
        coalesce(unread_rows.undated_strength_rows, 0) as undated_rows,
        coalesce(
            sum(unread.unread_rows) over (partition by calendar.athlete_id order by calendar.load_date), 0
        ) as unread_so_far
    from intermediate.calendar
    inner join logs on calendar.athlete_id = logs.athlete_id and calendar.load_date >= logs.first_strength_date
    left join unread on calendar.athlete_id = unread.athlete_id and calendar.load_date = unread.row_date
    left join intermediate.unread_rows as unread_rows
        on calendar.athlete_id = unread_rows.athlete_id and calendar.load_date = unread_rows.load_date
),

legs as (select unnest(['left', 'right']) as leg),

filled as (
    select
        days.*,
        links.link,
        links.is_calf_work,
        links.counts_days_away,
        legs.leg,
        coalesce(work.sets, 0) as sets,
        coalesce(work.refreshing_sets, 0) as refreshing_sets,
        coalesce(work.is_sided, false) as is_sided,
        if(work.is_refreshed, days.load_date, null) as fed_date
    from days
    cross join seeds.links
    cross join legs
    left join intermediate.link_days as work
        on
            days.athlete_id = work.athlete_id
            and days.load_date = work.set_date
            and links.link = work.link
            and legs.leg = work.leg
),

-- The calendar has a row for every day: 27 rows before are 27 days before.
windowed as (
    select
        *,
        sum(sets) over week as sets_7d,
        sum(sets) over four_weeks as sets_28d,
        sum(refreshing_sets) over four_weeks as refreshing_sets_28d,
        max(fed_date) over so_far as last_date,
        coalesce(max(sets) over so_far > 0, false) as is_ever_fed
    from filled
    window
        week as (partition by athlete_id, link, leg order by load_date rows between 6 preceding and current row),
        four_weeks as (partition by athlete_id, link, leg order by load_date rows between 27 preceding and current row),
        so_far as (partition by athlete_id, link, leg order by load_date rows between unbounded preceding and current row)
),

spells as (
    select
        athlete_id,
        load_date,
        max(if(is_frozen, null, load_date)) over so_far as thawed_date,
        arg_max(lost_so_far, if(is_frozen, null, load_date)) over so_far as lost_at_thaw
    from intermediate.calendar
    window so_far as (partition by athlete_id order by load_date)
)

select
    windowed.athlete_id,
    windowed.load_date,
    windowed.link,
    windowed.leg,
    windowed.is_calf_work,
    windowed.first_strength_date,
    windowed.sets_7d,
    windowed.sets_28d,
    windowed.refreshing_sets_28d,
    windowed.is_sided,
    windowed.is_ever_fed,
    windowed.last_date,
    cast(windowed.unread_so_far - coalesce(fed.unread_so_far, 0) + windowed.undated_rows as integer) as unread_since,
    case
        when windowed.last_date is null then null
        when windowed.counts_days_away and windowed.is_frozen
            then
                greatest(
                    coalesce(spells.thawed_date, windowed.last_date) - windowed.last_date
                    - cast(greatest(coalesce(spells.lost_at_thaw, 0) - fed.lost_so_far, 0) as integer), 0
                )
        when windowed.counts_days_away
            then windowed.load_date - windowed.last_date - cast(windowed.lost_so_far - fed.lost_so_far as integer)
        else windowed.load_date - windowed.last_date - cast(windowed.frozen_so_far - fed.frozen_so_far as integer)
    end as days_since
from windowed
inner join spells on windowed.athlete_id = spells.athlete_id and windowed.load_date = spells.load_date
left join days as fed on windowed.athlete_id = fed.athlete_id and windowed.last_date = fed.load_date
