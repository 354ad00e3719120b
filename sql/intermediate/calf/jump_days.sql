-- How many jump contacts did each leg have on each day?
-- Without a side both legs have them all. Jumps whose contacts nobody can tell add none.
-- Grain: one row per athlete, day and leg with any contact.
with legs as (
    select
        athlete_id,
        set_date,
        plyometric_contacts,
        unnest(case side when 'left' then ['left'] when 'right' then ['right'] else ['left', 'right'] end) as leg
    from intermediate.set_efforts
    where plyometric_contacts > 0
)

select
    athlete_id,
    set_date,
    leg,
    cast(sum(plyometric_contacts) as bigint) as contacts
from legs
group by athlete_id, set_date, leg
