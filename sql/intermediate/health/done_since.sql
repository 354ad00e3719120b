-- How much was run, and how many hard calf sets were done, since the newest open injury or the possible rupture?
-- The day itself does not count: its run may be how it happened.
-- Grain: one row per athlete and local day on which an injury of Achilles, calf or foot is open or a rupture is suspected.
with hurt as (
    select
        athlete_id,
        load_date,
        coalesce(rupture_date, open_since_date) as hurt_date
    from intermediate.injury_days
    where rupture_date is not null or open_injuries > 0
),

runs as (
    select
        athlete_id,
        run_date,
        sum(count(*)) over (partition by athlete_id order by run_date) as runs_so_far
    from activities.runs
    where sport = 'run' and is_dated
    group by athlete_id, run_date
),

calf_sets as (
    select
        athlete_id,
        set_date,
        sum(count(*)) over (partition by athlete_id order by set_date) as sets_so_far
    from intermediate.set_efforts
    where is_hard_set and greatest(gastrocnemius_credit, soleus_credit) > 0
    group by athlete_id, set_date
)

select
    hurt.athlete_id,
    hurt.load_date,
    cast(coalesce(runs.runs_so_far, 0) - coalesce(runs_before.runs_so_far, 0) as integer) as runs_since,
    if(runs.run_date > hurt.hurt_date, runs.run_date, null) as run_since_date,
    cast(coalesce(calf_sets.sets_so_far, 0) - coalesce(sets_before.sets_so_far, 0) as integer) as calf_sets_since,
    if(calf_sets.set_date > hurt.hurt_date, calf_sets.set_date, null) as calf_set_since_date
from hurt
asof left join runs on hurt.athlete_id = runs.athlete_id and hurt.load_date >= runs.run_date
asof left join runs as runs_before on hurt.athlete_id = runs_before.athlete_id and hurt.hurt_date >= runs_before.run_date
asof left join calf_sets on hurt.athlete_id = calf_sets.athlete_id and hurt.load_date >= calf_sets.set_date
asof left join calf_sets as sets_before
    on hurt.athlete_id = sets_before.athlete_id and hurt.hurt_date >= sets_before.set_date
