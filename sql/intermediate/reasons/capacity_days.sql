-- Does calf and tendon work keep pace on each day?
-- The worst of the reasons of calf work. While the log is young only links that were fed in time say anything; rows that nobody
-- could read, names that may be calf work, or sets of a load that cannot be, make a lag one step milder.
-- Grain: one row per athlete and local day.
with reasons as (
    select
        athlete_id,
        load_date,
        bool_or(level = 'C2') as has_c2,
        bool_or(level = 'C1') as has_c1,
        bool_or(level = 'lift') as has_lift,
        bool_or(level = 'lift2') as has_lift2,
        bool_or(code = 'DATA_ROWS_REFUSED' and measure = 'strength_rows') as are_sets_refused
    from intermediate.found_reasons
    where state = 'raised'
    group by athlete_id, load_date
),

links as (
    select
        athlete_id,
        load_date,
        bool_or(is_building) as is_building,
        bool_and(state = 'on_track' or is_left_out) as is_all_fed
    from intermediate.link_states
    where is_calf_work
    group by athlete_id, load_date
)

select
    days.athlete_id,
    days.load_date,
    coalesce(1.0 * strength.unmapped_sets_28d > rules.unmapped_share * strength.strength_sets_28d, false) as is_much_unmapped,
    coalesce(strength.over_assisted_sets_28d > 0, false) as is_load_untold,
    case
        when links.athlete_id is null then 'unknown'
        when links.is_building and links.is_all_fed then 'C0'
        when links.is_building then 'building'
        when reasons.has_c2 and (is_much_unmapped or is_load_untold or reasons.are_sets_refused) then 'C1'
        when reasons.has_c2 then 'C2'
        when reasons.has_c1 then 'C1'
        else 'C0'
    end as capacity_level,
    -- Links that are no calf work raise a green flag only, and not while the log is young.
    case
        when links.is_building then 0
        when reasons.has_lift2 then 2
        when reasons.has_lift then 1
        else 0
    end as lift_level
from intermediate.person_days as days
inner join seeds.athlete_rules as rules on days.athlete_id = rules.athlete_id
left join reasons on days.athlete_id = reasons.athlete_id and days.load_date = reasons.load_date
left join links on days.athlete_id = links.athlete_id and days.load_date = links.load_date
left join intermediate.strength_days as strength
    on days.athlete_id = strength.athlete_id and days.load_date = strength.load_date
