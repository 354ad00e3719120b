-- Which reasons does strength itself give on each day: one leg weaker, a test below the norm, no progress?
-- Raised rows on every day; on the as-of date also the others, with their numbers.
-- Grain: one row per athlete, local day, code, measure and side.
-- Hard sets of one leg and of full credit to a link; the force of a set may be unknown, and a test is no set to compare with.
with sided as (
    select
        days.athlete_id,
        days.load_date,
        links.code,
        efforts.side,
        efforts.work_value,
        rules.asymmetry_days,
        rules.asymmetry_share,
        rules.asymmetry_sets
    from intermediate.strength_days as days
    inner join seeds.athlete_rules as rules on days.athlete_id = rules.athlete_id
    inner join intermediate.set_efforts as efforts
        on
            days.athlete_id = efforts.athlete_id
            and efforts.set_date between days.load_date - (rules.asymmetry_days - 1) and days.load_date
            and efforts.side in ('left', 'right')
            and efforts.is_hard_set
            and efforts.work_value is not null
    inner join (values ('GAST_ASYM', 'gastrocnemius'), ('SOL_ASYM', 'soleus')) as links (code, link)
        on if(links.link = 'gastrocnemius', efforts.gastrocnemius_credit, efforts.soleus_credit) >= 1
    qualify row_number() over (
        partition by days.athlete_id, days.load_date, links.code, efforts.side
        order by efforts.work_value desc, efforts.set_date, efforts.file_id, efforts.set_row
    ) <= rules.asymmetry_sets
),

compared as (
    select
        athlete_id,
        load_date,
        code,
        any_value(asymmetry_days) as asymmetry_days,
        any_value(asymmetry_share) as asymmetry_share,
        any_value(asymmetry_sets) as asymmetry_sets,
        avg(work_value order by work_value) filter (where side = 'left') as left_mean,
        avg(work_value order by work_value) filter (where side = 'right') as right_mean,
        least(left_mean, right_mean) / nullif(greatest(left_mean, right_mean), 0) as share
    from sided
    group by athlete_id, load_date, code
    having
        count(*) filter (where side = 'left') >= any_value(asymmetry_sets)
        and count(*) filter (where side = 'right') >= any_value(asymmetry_sets)
),

asymmetry_reasons as (
    select
        athlete_id,
        load_date,
        code,
        'share' as measure,
        if(left_mean < right_mean, 'left', 'right') as side,
        share < asymmetry_share - 1e-9 as is_raised,
        'C1' as level,
        share as value,
        asymmetry_share as threshold,
        '<' as comparison,
        'share' as unit,
        cast(asymmetry_days as integer) as window_days,
        if(left_mean = right_mean, 'sides.equal', 'sides.' || side || '_weaker') as message,
        json_object('best_sets', asymmetry_sets, 'asymmetry_days', asymmetry_days, 'share', share) as facts,
        cast(null as text) as because
    from compared
    where share is not null
),

tests as (
    select
        athlete_id,
        test_date,
        side,
        max(repetitions) as repetitions,
        any_value(norm_repetitions) as norm,
        any_value(because) as because,
        any_value(norm_age) as norm_age
    from intermediate.calf_tests
    where coalesce(knee, 'straight') = 'straight'
    group by athlete_id, test_date, side
),

followed as (
    select
        *,
        lag(repetitions) over sides as previous_repetitions,
        lead(test_date) over sides as next_test_date
    from tests
    window sides as (partition by athlete_id, side order by test_date)
),

current_tests as (
    select
        days.athlete_id,
        days.load_date,
        followed.side,
        followed.repetitions,
        followed.previous_repetitions,
        followed.norm,
        followed.because,
        followed.norm_age,
        rules.norm_share * followed.norm as low_norm,
        coalesce(followed.previous_repetitions - followed.repetitions >= rules.norm_drop_reps, false) as is_dropped,
        rules.test_days,
        days.first_strength_date is not null as has_log,
        coalesce(days.load_date - days.first_strength_date >= rules.strength_building_days, false) as is_judged
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

test_reasons as (
    select
        athlete_id,
        load_date,
        'CAPACITY_BELOW_NORM' as code,
        'repetitions' as measure,
        side,
        if(norm is null or not is_judged, null, repetitions < low_norm) as is_raised,
        if(is_dropped, 'C2', 'C1') as level,
        repetitions as value,
        low_norm as threshold,
        '<' as comparison,
        'repetitions' as unit,
        test_days as window_days,
        'test.' || side || if(is_dropped, '+test.dropped', '') as message,
        -- A raise is a whole one: fewer than 18.75 are fewer than 19.
        case
            when norm is null then json_object('norm_age', norm_age)
            when is_dropped
                then
                    json_object(
                        'heel_raises', repetitions, 'norm', norm, 'low_norm', ceil(low_norm),
                        'fewer', previous_repetitions - repetitions
                    )
            else json_object('heel_raises', repetitions, 'norm', norm, 'low_norm', ceil(low_norm))
        end as facts,
        case when norm is null then because when not has_log then 'because.no_strength_log' end as because
    from current_tests
),

bests as (
    select
        athlete_id,
        set_date,
        if(gastrocnemius_credit >= 1, 'gastrocnemius', 'soleus') as link,
        max(work_value) as work_value
    from intermediate.set_efforts
    where is_hard_set and greatest(gastrocnemius_credit, soleus_credit) >= 1 and work_value is not null
    group by athlete_id, set_date, link
),

progress as (
    select
        modes.athlete_id,
        modes.load_date,
        bests.link,
        avg(bests.work_value order by bests.set_date) filter (where bests.set_date > modes.middle_date) as now_mean,
        avg(bests.work_value order by bests.set_date) filter (where bests.set_date <= modes.middle_date) as before_mean
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
