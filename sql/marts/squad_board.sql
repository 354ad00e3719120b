-- What does one line of the squad page say of each runner, as of the as-of date?
-- The last 7 days end on the as-of date; usual is the week of marts.next_week_room. What is known of the days is summed: how many of
-- them are unknown stands beside it. Exercises are counted as they were logged, warm-ups left out.
-- A target stands here only where a dose of ours may be told.
-- Grain: one row per athlete.
with today as (
    select
        athlete_id,
        as_of_date() as as_of_date
    from marts.athletes
),

flags as (
    select
        days.athlete_id,
        list(status.flag order by days.load_date) as flags_14d
    from (
        select
            athlete_id,
            as_of_date - cast(unnest(range(14)) as integer) as load_date
        from today
    ) as days
    left join marts.athlete_status as status on days.athlete_id = status.athlete_id and days.load_date = status.load_date
    group by days.athlete_id
),

running as (
    select
        today.athlete_id,
        sum(cast(daily.distance_m as decimal(18, 6))) as distance_7d_m,
        sum(cast(daily.moving_s as decimal(18, 6))) as moving_7d_s,
        7 - count(daily.distance_m) as unknown_distance_days_7d,
        7 - count(daily.moving_s) as unknown_moving_days_7d
    from today
    left join marts.daily_load as daily
        on today.athlete_id = daily.athlete_id and daily.load_date between today.as_of_date - 6 and today.as_of_date
    group by today.athlete_id
),

calf as (
    select
        athlete_id,
        as_of_date() - max(load_date) filter (where straight_knee_sets > 0) as straight_knee_days,
        as_of_date() - max(load_date) filter (where bent_knee_sets > 0) as bent_knee_days,
        count(strength_sets) > 0 as has_strength_log
    from marts.daily_load
    group by athlete_id
),

hip as (
    select
        athlete_id,
        as_of_date() - max(set_date) as hip_days
    from marts.strength_sets
    where hip_credit >= 1 and not coalesce(is_warmup, false)
    group by athlete_id
),

told as (
    select
        athlete_id,
        not list_has_any(forbids, ['exercise', 'own_dose', 'dose', 'heavy_dose']) as is_target_told
    from marts.athlete_status
    where load_date = as_of_date()
),

-- The same sets and goals as on the athlete's own page: of the leg that had fewer.
exercises as (
    select
        weeks.athlete_id,
        max(weeks.sets) filter (where weeks.exercise = 'straight_knee_raise') as straight_knee_sets_7d,
        max(weeks.sets) filter (where weeks.exercise = 'bent_knee_raise') as bent_knee_sets_7d,
        max(weeks.sets) filter (where weeks.exercise = 'single_leg_march') as hip_sets_7d,
        max(weeks.target_sets) filter (
            where weeks.exercise = 'straight_knee_raise' and coalesce(told.is_target_told, true)
        ) as straight_knee_target_sets,
        max(weeks.target_sets) filter (
            where weeks.exercise = 'bent_knee_raise' and coalesce(told.is_target_told, true)
        ) as bent_knee_target_sets
    from marts.exercise_weeks as weeks
    left join told on weeks.athlete_id = told.athlete_id
    where weeks.load_date = as_of_date()
    group by weeks.athlete_id
),

injury as (
    select
        athlete_id,
        arg_min(site, (site = 'other', onset_date, row_number)) as injury_site,
        arg_min(side, (site = 'other', onset_date, row_number)) as injury_side,
        arg_min(onset_date, (site = 'other', onset_date, row_number)) as injury_since_date
    from marts.injuries
    where is_open
    group by athlete_id
),

away as (
    select
        athlete_id,
        -- Illness is named before holiday, and of several the one that lasts longest.
        arg_max(kind, (kind = 'illness', to_date, from_date)) as away_kind,
        arg_max(to_date, (kind = 'illness', to_date, from_date)) as away_until_date
    from marts.health_events
    where kind in ('illness', 'holiday') and as_of_date() between from_date and to_date
    group by athlete_id
),

pain as (
    select
        athlete_id,
        as_of_date() - report_date as pain_days,
        max(pain_0_10) as pain_0_10
    from marts.symptoms
    where report_date <= as_of_date() and pain_0_10 is not null
    group by athlete_id, report_date
    qualify row_number() over (partition by athlete_id order by report_date desc) = 1
)

select
    today.athlete_id,
    flags.flags_14d,
    -- Nothing known beside what is unknown is no 0.
    if(
        running.distance_7d_m = 0 and running.unknown_distance_days_7d > 0, null, cast(running.distance_7d_m as double)
    ) as distance_7d_m,
    if(
        running.moving_7d_s = 0 and running.unknown_moving_days_7d > 0, null, cast(running.moving_7d_s as double)
    ) as moving_7d_s,
    running.unknown_distance_days_7d,
    running.unknown_moving_days_7d,
    room.week_distance_usual_m as usual_distance_m,
    room.week_moving_usual_s as usual_moving_s,
    if(
        running.unknown_distance_days_7d = 0,
        cast(round(100 * (cast(running.distance_7d_m as double) / nullif(room.week_distance_usual_m, 0) - 1)) as integer), null
    ) as above_usual_percent,
    coalesce(calf.has_strength_log, false) as has_strength_log,
    calf.straight_knee_days,
    calf.bent_knee_days,
    hip.hip_days,
    exercises.straight_knee_sets_7d,
    exercises.bent_knee_sets_7d,
    exercises.hip_sets_7d,
    cast(exercises.straight_knee_target_sets as double) as straight_knee_target_sets,
    cast(exercises.bent_knee_target_sets as double) as bent_knee_target_sets,
    injury.injury_site,
    injury.injury_side,
    injury.injury_since_date,
    away.away_kind,
    away.away_until_date,
    if(athletes.race_date >= today.as_of_date, athletes.race_date - today.as_of_date, null) as days_to_race,
    coalesce(days_to_race <= rules.race_near_days, false) as is_race_near,
    pain.pain_0_10,
    pain.pain_days,
    today.as_of_date
from today
inner join marts.athletes as athletes on today.athlete_id = athletes.athlete_id
inner join seeds.athlete_rules as rules on today.athlete_id = rules.athlete_id
inner join flags on today.athlete_id = flags.athlete_id
inner join running on today.athlete_id = running.athlete_id
left join marts.next_week_room as room on today.athlete_id = room.athlete_id and today.as_of_date = room.load_date
left join calf on today.athlete_id = calf.athlete_id
left join hip on today.athlete_id = hip.athlete_id
left join exercises on today.athlete_id = exercises.athlete_id
left join injury on today.athlete_id = injury.athlete_id
left join away on today.athlete_id = away.athlete_id
left join pain on today.athlete_id = pain.athlete_id
order by today.athlete_id
