-- How much work did each link of each leg get on each day?
-- Unsided sets count for both legs. seeds.links says which sets feed a link and by which credit; a set without a credit column
-- counts once. `refreshing` is work that resets the days since the link was last fed: for a link with a clock credit only sets
-- worth as much, so for the soleus only a true bent-knee set.
-- Grain: one row per athlete, day, link and leg with any work.
with legs as (
    select
        efforts.*,
        unnest(case efforts.side when 'left' then ['left'] when 'right' then ['right'] else ['left', 'right'] end) as leg
    from intermediate.set_efforts as efforts
    where efforts.exercise_id is not null
),

fed as (
    select
        legs.athlete_id,
        legs.set_date,
        links.link,
        legs.leg,
        if(links.credit_column is null, 1, credits.credit) as sets,
        links.clock_credit is null or credits.credit >= links.clock_credit as is_refreshing,
        legs.side in ('left', 'right') as is_sided
    from legs
    inner join seeds.links
        on case links.fed_by
            when 'hard' then legs.is_hard_set
            when 'heavy' then legs.is_heavy_set
            when 'jumps' then legs.plyometric_contacts > 0
            when 'any' then true
        end
    left join intermediate.exercise_credits as credits
        on legs.exercise_id = credits.exercise_id and links.credit_column = credits.credit_column
)

select
    athlete_id,
    set_date,
    link,
    leg,
    cast(sum(sets) as decimal(9, 2)) as sets,
    cast(sum(if(is_refreshing, sets, 0)) as decimal(9, 2)) as refreshing_sets,
    bool_or(is_refreshing) as is_refreshed,
    bool_or(is_sided) as is_sided
from fed
where sets > 0
group by athlete_id, set_date, link, leg
