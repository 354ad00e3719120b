-- How much work did each link of each leg get in 7 and 28 days, and how long ago was it fed?
-- Illness, holiday and the days after a race stop the clock. For a link that counts days away they count once they are over: a
-- tendon detrains in bed as well.
-- Grain: one row per athlete, local day, link and leg since the first strength row.
with logs as (
    select athlete_id, min(set_date) as first_strength_date
    from activities.strength_sets
    group by athlete_id
),

legs as (select unnest(['left', 'right']) as leg),

spine as (
    select
        days.athlete_id,
        days.load_date,
        days.is_frozen,
        days.frozen_so_far,
        logs.first_strength_date,
        links.link,
        links.is_calf_work,
        links.counts_days_away,
        legs.leg
    from intermediate.calendar as days
    inner join logs on days.athlete_id = logs.athlete_id and days.load_date >= logs.first_strength_date
    cross join seeds.links
    cross join legs
),

filled as (
    select
        spine.*,
        coalesce(work.sets, 0) as sets,
        coalesce(work.refreshing_sets, 0) as refreshing_sets,
        coalesce(work.is_sided, false) as is_sided,
        if(work.is_refreshed, spine.load_date, null) as fed_date
    from spine
    left join intermediate.link_days as work
        on
            spine.athlete_id = work.athlete_id
            and spine.load_date = work.set_date
            and spine.link = work.link
            and spine.leg = work.leg
),

windowed as (
    select
        *,
        sum(sets) over week as sets_7d,
        sum(sets) over four_weeks as sets_28d,
        sum(refreshing_sets) over four_weeks as refreshing_sets_28d,
        max(fed_date) over so_far as last_date,
        bool_or(sets > 0) over so_far as is_ever_fed,
        arg_max(frozen_so_far, fed_date) over so_far as frozen_at_last
    from filled
    window
        week as (
            partition by athlete_id, link, leg order by load_date range between interval 6 days preceding and current row
        ),
        four_weeks as (
            partition by athlete_id, link, leg order by load_date
            range between interval 27 days preceding and current row
        ),
        so_far as (partition by athlete_id, link, leg order by load_date)
),

spells as (
    select
        athlete_id,
        load_date,
        max(if(is_frozen, null, load_date)) over (partition by athlete_id order by load_date) as thawed_date
    from intermediate.calendar
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
    case
        when windowed.last_date is null then null
        when windowed.counts_days_away and windowed.is_frozen
            then greatest(coalesce(spells.thawed_date, windowed.last_date) - windowed.last_date, 0)
        when windowed.counts_days_away then windowed.load_date - windowed.last_date
        else windowed.load_date - windowed.last_date - cast(windowed.frozen_so_far - windowed.frozen_at_last as integer)
    end as days_since
from windowed
inner join spells on windowed.athlete_id = spells.athlete_id and windowed.load_date = spells.load_date
