-- How much work did each link of each leg get on each day?
-- Unsided sets count for both legs. Hard sets feed gastrocnemius and soleus by their credit, heavy sets the tendon; hip, foot and
-- jumps need no effort data. `refreshing` is work that resets the days since the link was last fed: for the soleus only a true
-- bent-knee set.
-- Grain: one row per athlete, day, link and leg with any work.
with legs as (
    select
        efforts.*,
        unnest(case efforts.side when 'left' then ['left'] when 'right' then ['right'] else ['left', 'right'] end) as leg
    from intermediate.set_efforts as efforts
    where efforts.exercise_id is not null
),

long as (
    select
        athlete_id,
        set_date,
        leg,
        unnest(['gastrocnemius', 'soleus', 'achilles_tendon', 'plyometric', 'hip', 'foot']) as link,
        unnest([
            if(is_hard_set, gastrocnemius_credit, 0),
            if(is_hard_set, soleus_credit, 0),
            if(is_heavy_set, 1, 0),
            if(plyometric_contacts > 0, 1, 0),
            hip_credit,
            foot_credit
        ]) as sets,
        unnest([
            is_hard_set and gastrocnemius_credit > 0,
            is_hard_set and soleus_credit >= 1,
            is_heavy_set,
            plyometric_contacts > 0,
            hip_credit > 0,
            foot_credit > 0
        ]) as is_refreshing,
        plyometric_contacts,
        if(is_effort_assumed or is_exercise_assumed, 1, 0) as assumed,
        side in ('left', 'right') as is_sided
    from legs
)

select
    athlete_id,
    set_date,
    link,
    leg,
    cast(sum(sets) as decimal(9, 2)) as sets,
    cast(sum(if(is_refreshing, sets, 0)) as decimal(9, 2)) as refreshing_sets,
    bool_or(is_refreshing) as is_refreshed,
    sum(if(link = 'plyometric', plyometric_contacts, 0)) as contacts,
    sum(if(sets > 0, assumed, 0)) as assumed_sets,
    bool_or(is_sided) as is_sided
from long
where sets > 0
group by athlete_id, set_date, link, leg
