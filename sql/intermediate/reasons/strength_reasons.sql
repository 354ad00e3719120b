-- Which reasons does strength itself give on each day: one leg weaker, a test below the norm, no progress?
-- Raised rows on every day; on the as-of date also the others, with their numbers.
-- Grain: one row per athlete, local day, code, measure and side.
with sided as (
    select
        days.athlete_id,
        days.load_date,
        efforts.exercise_id,
        round(coalesce(efforts.load_kg, 0), 1) as load_kg,
        if(max(efforts.gastrocnemius_credit) >= 1, 'GAST_ASYM', 'SOL_ASYM') as code,
        avg(coalesce(efforts.reps, efforts.hold_s) order by efforts.set_date, efforts.file_id, efforts.set_row) filter (
            where efforts.side = 'left'
        ) as left_mean,
        avg(coalesce(efforts.reps, efforts.hold_s) order by efforts.set_date, efforts.file_id, efforts.set_row) filter (
            where efforts.side = 'right'
        ) as right_mean,
        count(*) filter (where efforts.side = 'left') as left_sets,
        count(*) filter (where efforts.side = 'right') as right_sets,
        any_value(rules.asymmetry_days) as asymmetry_days,
        any_value(rules.asymmetry_share) as asymmetry_share,
        any_value(rules.asymmetry_sets) as asymmetry_sets
    from intermediate.strength_days as days
    inner join seeds.athlete_rules as rules on days.athlete_id = rules.athlete_id
    inner join intermediate.set_efforts as efforts
        on
            days.athlete_id = efforts.athlete_id
            and efforts.set_date between days.load_date - (rules.asymmetry_days - 1) and days.load_date
            and efforts.side in ('left', 'right')
            and efforts.is_hard_set
            and greatest(efforts.gastrocnemius_credit, efforts.soleus_credit) >= 1
    group by days.athlete_id, days.load_date, efforts.exercise_id, round(coalesce(efforts.load_kg, 0), 1)
),

asymmetry_reasons as (
    select
        athlete_id,
        load_date,
        code,
        'share' as measure,
        if(left_mean < right_mean, 'left', 'right') as side,
        least(left_mean, right_mean) < asymmetry_share * greatest(left_mean, right_mean) as is_raised,
        'C1' as level,
        least(left_mean, right_mean) / nullif(greatest(left_mean, right_mean), 0) as value,
        asymmetry_share as threshold,
        '<' as comparison,
        'share' as unit,
        cast(asymmetry_days as integer) as window_days,
        if(left_mean = right_mean, 'sides.equal', 'sides.' || side || '_weaker') as message,
        json_object(
            'weaker', least(left_mean, right_mean), 'stronger', greatest(left_mean, right_mean),
            'share', least(left_mean, right_mean) / nullif(greatest(left_mean, right_mean), 0)
        ) as facts,
        cast(null as text) as because
    from sided
    where
        left_sets >= asymmetry_sets
        and right_sets >= asymmetry_sets
        and left_mean is not null
        and right_mean is not null
    qualify row_number() over (
        partition by athlete_id, load_date, code order by left_sets + right_sets desc, exercise_id, load_kg
    ) = 1
),

tests as (
    select
        tests.athlete_id,
        tests.test_date,
        tests.side,
        max(tests.repetitions) as repetitions,
        any_value(norms.repetitions) as norm
    from staging.calf_tests as tests
    inner join staging.athletes as athletes on tests.athlete_id = athletes.athlete_id
    left join seeds.heel_rise_norms as norms
        on
            athletes.sex = norms.sex
            and clamp((year(tests.test_date) - athletes.birth_year) // 10 * 10, 20, 80)
            = norms.age_from
    where coalesce(tests.knee, 'straight') = 'straight'
    group by tests.athlete_id, tests.test_date, tests.side
),

followed as (
    select
        *,
        lag(repetitions) over sides as previous_repetitions,
        lead(test_date) over sides as next_test_date
    from tests
    window sides as (partition by athlete_id, side order by test_date)
),

test_reasons as (
    select
        days.athlete_id,
        days.load_date,
        'CAPACITY_BELOW_NORM' as code,
        'repetitions' as measure,
        followed.side,
        if(followed.norm is null, null, followed.repetitions < rules.norm_share * followed.norm) as is_raised,
        if(followed.previous_repetitions - followed.repetitions >= rules.norm_drop_reps, 'C2', 'C1') as level,
        followed.repetitions as value,
        rules.norm_share * followed.norm as threshold,
        '<' as comparison,
        'repetitions' as unit,
        rules.test_days as window_days,
        'test.' || followed.side || if(
            followed.previous_repetitions - followed.repetitions >= rules.norm_drop_reps, '+test.dropped', ''
        ) as message,
        if(
            followed.previous_repetitions - followed.repetitions >= rules.norm_drop_reps,
            json_object(
                'heel_raises', followed.repetitions, 'norm', followed.norm, 'low_norm', rules.norm_share * followed.norm,
                'fewer', followed.previous_repetitions - followed.repetitions
            ),
            json_object('heel_raises', followed.repetitions, 'norm', followed.norm, 'low_norm', rules.norm_share * followed.norm)
        ) as facts,
        if(followed.norm is null, 'because.no_norm', null) as because
    from intermediate.strength_days as days
    inner join seeds.athlete_rules as rules on days.athlete_id = rules.athlete_id
    inner join followed
        on
            days.athlete_id = followed.athlete_id
            and days.load_date >= followed.test_date
            and days.load_date < followed.test_date + rules.test_days
            and (followed.next_test_date is null or days.load_date < followed.next_test_date)
    qualify row_number() over (
        partition by days.athlete_id, days.load_date order by followed.repetitions / followed.norm, followed.side
    ) = 1
),

bests as (
    select
        athlete_id,
        set_date,
        if(gastrocnemius_credit >= 1, 'gastrocnemius', 'soleus') as link,
        max(set_e1rm_kg) as e1rm_kg,
        max(work_value) as work_value
    from intermediate.set_efforts
    where is_hard_set and greatest(gastrocnemius_credit, soleus_credit) >= 1
    group by athlete_id, set_date, link
),

progress as (
    select
        modes.athlete_id,
        modes.load_date,
        bests.link,
        -- Estimated maxima if every day has one, else repetitions x force.
        if(
            count(bests.e1rm_kg) = count(*),
            avg(bests.e1rm_kg order by bests.set_date) filter (where bests.set_date > modes.middle_date),
            avg(bests.work_value order by bests.set_date) filter (where bests.set_date > modes.middle_date)
        ) as now_mean,
        if(
            count(bests.e1rm_kg) = count(*),
            avg(bests.e1rm_kg order by bests.set_date) filter (where bests.set_date <= modes.middle_date),
            avg(bests.work_value order by bests.set_date) filter (where bests.set_date <= modes.middle_date)
        ) as before_mean
    from (
        select
            modes.athlete_id,
            modes.load_date,
            rules.no_progress_days as half_days,
            modes.load_date - half_days as middle_date,
            count(*) filter (where modes.mode = 'build' and modes.is_load_risen) over (
                partition by modes.athlete_id order by modes.load_date
                range between interval (2 * rules.no_progress_days - 1) days preceding and current row
            ) as days_of_building
        from intermediate.demand_modes as modes
        inner join seeds.athlete_rules as rules on modes.athlete_id = rules.athlete_id
    ) as modes
    inner join bests
        on
            modes.athlete_id = bests.athlete_id
            and bests.set_date between modes.middle_date - modes.half_days + 1 and modes.load_date
    where modes.days_of_building >= 2 * modes.half_days
    group by modes.athlete_id, modes.load_date, bests.link
),

progress_reasons as (
    select
        progress.athlete_id,
        progress.load_date,
        'NO_PROGRESS' as code,
        progress.link as measure,
        'both' as side,
        progress.now_mean < rules.no_progress_share * progress.before_mean as is_raised,
        'info' as level,
        progress.now_mean / progress.before_mean as value,
        rules.no_progress_share as threshold,
        '<' as comparison,
        'share' as unit,
        cast(2 * rules.no_progress_days as integer) as window_days,
        'progress.' || progress.link as message,
        json_object(
            'half_days', rules.no_progress_days, 'share', progress.now_mean / progress.before_mean
        ) as facts,
        cast(null as text) as because
    from progress
    inner join seeds.athlete_rules as rules on progress.athlete_id = rules.athlete_id
    where progress.before_mean > 0 and progress.now_mean is not null
),

united as (
    select * from asymmetry_reasons
    union all by name
    select * from test_reasons
    union all by name
    select * from progress_reasons
)

select *
from united
where is_raised or load_date = as_of_date()
