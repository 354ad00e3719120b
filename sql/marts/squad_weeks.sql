-- How many runners of each squad were flagged, and how many did the three exercises, seven days at a time?
-- Twelve stretches that end on the as-of date. A runner counts once a stretch, by the worst flag of the
-- days on which no quiet time held; who was flagged on quiet days alone is counted apart.
-- Grain: one row per squad and stretch, named by its last day; a row without a squad is about everybody.
with ends as (
    select as_of_date() - 7 * cast(unnest(range(12)) as integer) as load_date
),

flagged as (
    select
        status.athlete_id,
        ends.load_date,
        case
            when bool_or(status.flag = 'red' and not coalesce(status.is_quiet, false)) then 'red'
            when bool_or(status.flag = 'amber' and not coalesce(status.is_quiet, false)) then 'amber'
            when bool_or(status.flag in ('red', 'amber')) then 'quiet'
            when bool_or(status.flag = 'grey') then 'grey'
            when bool_or(status.flag = 'green') then 'green'
        end as flag
    from ends
    inner join marts.athlete_status as status on status.load_date between ends.load_date - 6 and ends.load_date
    group by status.athlete_id, ends.load_date
),

calf as (
    select
        daily.athlete_id,
        ends.load_date,
        count(daily.strength_sets) > 0 as has_strength_log,
        sum(daily.straight_knee_sets) > 0 as has_straight_knee,
        sum(daily.bent_knee_sets) > 0 as has_bent_knee
    from ends
    inner join marts.daily_load as daily on daily.load_date between ends.load_date - 6 and ends.load_date
    group by daily.athlete_id, ends.load_date
),

hip as (
    select distinct
        sets.athlete_id,
        ends.load_date
    from ends
    inner join marts.strength_sets as sets on sets.set_date between ends.load_date - 6 and ends.load_date
    where sets.hip_credit >= 1 and not coalesce(sets.is_warmup, false)
),

runners as (
    select
        athletes.squad,
        flagged.flag,
        calf.has_strength_log,
        calf.has_straight_knee,
        calf.has_bent_knee,
        hip.athlete_id is not null as has_hip,
        ends.load_date
    from marts.athletes as athletes
    cross join ends
    left join flagged on athletes.athlete_id = flagged.athlete_id and ends.load_date = flagged.load_date
    left join calf on athletes.athlete_id = calf.athlete_id and ends.load_date = calf.load_date
    left join hip on athletes.athlete_id = hip.athlete_id and ends.load_date = hip.load_date
)

select
    squad,
    load_date,
    count(*) as runners,
    count(*) filter (where flag = 'red') as red_runners,
    count(*) filter (where flag = 'amber') as amber_runners,
    count(*) filter (where flag = 'quiet') as quiet_runners,
    count(*) filter (where flag = 'grey') as grey_runners,
    count(*) filter (where flag = 'green') as green_runners,
    count(*) filter (where has_strength_log) as logging_runners,
    count(*) filter (where has_straight_knee) as straight_knee_runners,
    count(*) filter (where has_bent_knee) as bent_knee_runners,
    count(*) filter (where has_hip) as hip_runners,
    as_of_date() as as_of_date
from runners
group by grouping sets ((squad, load_date), (load_date))
order by squad nulls first, load_date
