-- How many sets of the straight-knee raise, the bent-knee raise and the single-leg march did each week hold, against the goal of each?
-- Twelve stretches of seven days that end on the as-of date. Sets are real ones, of the leg that had fewer: those that count (hard
-- ones; of the march, with all other hip work, every one) and beside them those logged as too easy to count. No set stands for
-- another exercise. Half of the sets that building asks of the soleus may be straight-knee ones: the goal of the bent-knee raise is
-- the other half, and never less than what keeps what is there. What was never logged has no goal where it is optional.
-- Best set of each leg: the most work (repetitions x force), else the heaviest, else the longest.
-- Grain: one row per athlete, exercise and stretch since the first strength row, named by its last day.
with ends as (
    select as_of_date() - 7 * cast(unnest(range(12)) as integer) as load_date
),

exercises as (
    select
        unnest(['straight_knee_raise', 'bent_knee_raise', 'single_leg_march']) as exercise,
        unnest(['gastrocnemius', 'soleus', 'hip']) as link
),

done as (
    select * exclude (legs), unnest(legs) as leg
    from (
        select
            athlete_id,
            set_date,
            case
                when soleus_credit >= 1 then 'bent_knee_raise'
                when gastrocnemius_credit >= 1 then 'straight_knee_raise'
                when hip_credit > 0 then 'single_leg_march'
            end as exercise,
            case side when 'left' then ['left'] when 'right' then ['right'] else ['left', 'right'] end as legs,
            side in ('left', 'right') as is_sided,
            is_hard_set or (soleus_credit < 1 and gastrocnemius_credit < 1) as is_counted,
            reps,
            hold_s,
            coalesce(load_kg, -assistance_kg) as load_kg,
            work_value
        from intermediate.set_efforts
        where exercise_id is not null
    ) as working
    where exercise is not null
),

weeks as (
    select
        done.athlete_id,
        done.exercise,
        ends.load_date,
        done.leg,
        count(*) filter (where done.is_counted) as sets,
        count(*) filter (where not done.is_counted) as easy_sets,
        arg_max(
            struct_pack(reps := done.reps, hold_s := done.hold_s, load_kg := done.load_kg),
            row(coalesce(done.work_value, -1), coalesce(done.load_kg, 0), coalesce(done.reps, done.hold_s, 0))
        ) as best
    from done
    inner join ends on done.set_date between ends.load_date - 6 and ends.load_date
    group by done.athlete_id, done.exercise, ends.load_date, done.leg
),

-- Legs are told apart once a side was logged within the twelve weeks.
sided as (
    select athlete_id, exercise, bool_or(is_sided) as is_sided
    from done
    where set_date > as_of_date() - 84
    group by athlete_id, exercise
),

known as (
    select
        days.athlete_id,
        ends.load_date,
        min(days.first_strength_date) as first_strength_date,
        count(*) filter (where not calendar.is_marked_missing) as known_days
    from intermediate.strength_days as days
    inner join intermediate.calendar as calendar
        on days.athlete_id = calendar.athlete_id and days.load_date = calendar.load_date
    inner join ends on days.load_date between ends.load_date - 6 and ends.load_date
    where days.first_strength_date is not null
    group by days.athlete_id, ends.load_date
),

goals as (
    select
        modes.athlete_id,
        modes.load_date,
        exercises.exercise,
        modes.is_load_risen,
        modes.mode,
        modes.maintain_target > rules.maintain_sets_week as is_by_age,
        case exercises.exercise
            when 'straight_knee_raise' then modes.target_sets_week
            when 'bent_knee_raise'
                then greatest(least(modes.target_sets_week, modes.maintain_target), modes.target_sets_week / 2)
            when 'single_leg_march'
                then
                    case
                        when modes.mode = 'taper' then rules.taper_target_factor * rules.hip_sets_week
                        when modes.mode = 'rehab' or (modes.mode = 'build' and modes.is_load_risen)
                            then greatest(rules.hip_sets_week_build, rules.hip_sets_week)
                        else rules.hip_sets_week
                    end
        end as target_sets
    from intermediate.demand_modes as modes
    inner join seeds.athlete_rules as rules on modes.athlete_id = rules.athlete_id
    cross join exercises
)

select
    goals.athlete_id,
    goals.exercise,
    exercises.link,
    goals.load_date,
    known.known_days,
    coalesce(sided.is_sided, false) as is_sided,
    if(known.known_days = 0, null, least(coalesce(left_leg.sets, 0), coalesce(right_leg.sets, 0))) as sets,
    if(known.known_days = 0, null, least(coalesce(left_leg.easy_sets, 0), coalesce(right_leg.easy_sets, 0))) as easy_sets,
    if(sided.is_sided and known.known_days > 0, coalesce(left_leg.sets, 0), null) as left_sets,
    if(sided.is_sided and known.known_days > 0, coalesce(right_leg.sets, 0), null) as right_sets,
    if(states.is_optional and not states.is_logged, null, cast(ceil(goals.target_sets) as bigint)) as target_sets,
    case
        when states.is_optional and not states.is_logged then null
        when goals.mode = 'rehab' then 'after_trouble'
        when goals.mode = 'taper' then 'before_race'
        when goals.mode = 'build' and goals.is_load_risen then 'building_up'
        when goals.is_by_age and goals.exercise <> 'single_leg_march' then 'by_age'
        else 'usual'
    end as target_cause,
    left_leg.best['reps'] as left_best_reps,
    left_leg.best['hold_s'] as left_best_hold_s,
    left_leg.best['load_kg'] as left_best_load_kg,
    right_leg.best['reps'] as right_best_reps,
    right_leg.best['hold_s'] as right_best_hold_s,
    right_leg.best['load_kg'] as right_best_load_kg,
    as_of_date() as as_of_date
from goals
inner join exercises on goals.exercise = exercises.exercise
inner join known on goals.athlete_id = known.athlete_id and goals.load_date = known.load_date
inner join intermediate.link_states as states
    on goals.athlete_id = states.athlete_id and goals.load_date = states.load_date and exercises.link = states.link
left join sided on goals.athlete_id = sided.athlete_id and goals.exercise = sided.exercise
left join weeks as left_leg
    on
        goals.athlete_id = left_leg.athlete_id and goals.load_date = left_leg.load_date
        and goals.exercise = left_leg.exercise and left_leg.leg = 'left'
left join weeks as right_leg
    on
        goals.athlete_id = right_leg.athlete_id and goals.load_date = right_leg.load_date
        and goals.exercise = right_leg.exercise and right_leg.leg = 'right'
order by goals.athlete_id, goals.exercise, goals.load_date
