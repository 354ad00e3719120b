-- How did each flag change since what an earlier published night said?
-- Of several nights of one as-of date the last one counts. Nights of tonight's as-of date and later are left out.
-- Grain: one row per earlier as-of date and athlete whose flag changed.
with tonight as (
    select *
    from ops.published_status
    qualify night = max(night) over ()
),

earlier as (
    select *
    from ops.published_status
    where load_date < as_of_date()
    qualify night = max(night) over (partition by load_date)
),

compared as (
    select
        tonight.athlete_id,
        earlier.load_date,
        earlier.night,
        earlier.flag as flag_before,
        tonight.flag,
        flag_change(earlier.flag, earlier.priority, tonight.flag, tonight.priority) as change
    from tonight
    inner join earlier on tonight.athlete_id = earlier.athlete_id
)

select
    load_date,
    athlete_id,
    night,
    flag_before,
    flag,
    change
from compared
where change is not null
order by load_date, athlete_id
