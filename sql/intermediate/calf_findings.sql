-- Which reasons does the calf and tendon work give on each day?
-- Raised rows on every day, and on the as-of date the others with their numbers as well.
-- Grain: one row per athlete, local day, code, measure and side.
with words as (
    select
        unnest(['gastrocnemius', 'soleus', 'achilles_tendon', 'hip', 'foot']) as link,
        unnest(['straight-knee calf work', 'bent-knee calf work', 'heavy calf work', 'hip work', 'foot work']) as work
),

states as (
    select
        states.*,
        words.work,
        if(states.is_one_leg_only, states.leg, 'both') as side,
        states.load_date - states.first_strength_date as log_days,
        rules.strength_building_days,
        rules.sol_only_credit_days,
        coalesce(
            5 * days.unmapped_sets_28d > 5 * rules.unmapped_share * days.strength_sets_28d, false
        ) as is_much_unmapped
    from intermediate.link_states as states
    inner join words on states.link = words.link
    inner join seeds.athlete_rules as rules on states.athlete_id = rules.athlete_id
    inner join intermediate.strength_days as days
        on states.athlete_id = days.athlete_id and states.load_date = days.load_date
),

clocks as (
    select
        *,
        case link
            when 'gastrocnemius' then 'GAST_STALE'
            when 'soleus'
                then if(is_met_by_credit and coalesce(days_since, 9999) > sol_only_credit_days, 'SOL_ONLY_CREDIT', 'SOL_STALE')
            when 'achilles_tendon' then if(day_state = 'red', 'TENDON_DETRAIN_28', 'TENDON_NOT_HEAVY')
            when 'hip' then 'HIP_STALE'
            else 'FOOT_STALE'
        end as code,
        case
            when days_since = 0 then work || ' was done today'
            when days_since < load_date - last_date
                then
                    work || ' was last done ' || days_text(days_since) || ' ago (' || day_month(last_date, load_date)
                    || ', days of illness or holiday left out)'
            when days_since is not null
                then work || ' was last done ' || days_text(days_since) || ' ago (' || day_month(last_date, load_date) || ')'
            else 'no ' || work || ' in ' || days_text(log_days + 1) || ' of strength log'
        end as clock
    from states
),

clock_findings as (
    select
        athlete_id,
        load_date,
        code,
        'days_since' as measure,
        side,
        case
            when is_building then if(day_state = 'on_track', false, null)
            when link = 'foot' then last_date is not null and day_state = 'amber'
            else day_state <> 'on_track'
        end as is_raised,
        case
            when link in ('hip', 'foot') then 'lift'
            when code = 'SOL_ONLY_CREDIT' then 'C1'
            when day_state = 'red' and state = 'red' then 'C2'
            else 'C1'
        end as level,
        days_since as value,
        if(day_state = 'red' and red_days is not null, red_days, amber_days) as threshold,
        'days' as unit,
        cast(null as integer) as window_days,
        case
            when code = 'SOL_ONLY_CREDIT'
                then clock || '; straight-knee sets alone keep the soleus volume (' || format('{:.1f}', mean_sets_week) || ' a week)'
            else clock
        end as evidence
    from clocks
),

volume_findings as (
    select
        athlete_id,
        load_date,
        if(link = 'gastrocnemius', 'GAST_LOW_VOLUME', 'SOL_LOW_VOLUME') as code,
        'sets_week' as measure,
        side,
        if(is_building, null, volume_state <> 'on_track') as is_raised,
        if(volume_state = 'red' and state = 'red', 'C2', 'C1') as level,
        mean_sets_week as value,
        target_sets_week as threshold,
        'sets a week' as unit,
        28 as window_days,
        if(link = 'gastrocnemius', 'straight-knee', 'soleus') || ' sets were ' || format('{:.1f}', coalesce(mean_sets_week, 0))
        || ' a week over four weeks, the target is ' || format('{:.1f}', target_sets_week)
        || if(
            link = 'soleus' and mean_sets_week >= target_sets_week,
            '; fewer than half of them with the knee bent', ''
        ) as evidence
    from clocks
    where link in ('gastrocnemius', 'soleus')
),

side_findings as (
    select distinct
        athlete_id,
        load_date,
        'SIDE_ONLY' as code,
        'sides' as measure,
        side,
        true as is_raised,
        'info' as level,
        1 as value,
        2 as threshold,
        'legs' as unit,
        28 as window_days,
        'only the ' || side || ' leg has logged sets in four weeks' as evidence
    from states
    where is_one_leg_only
),

-- ------------------------------------------------------------ jumps
jump_days as (
    select athlete_id, set_date, sum(plyometric_contacts) as contacts
    from intermediate.set_efforts
    where plyometric_contacts > 0
    group by athlete_id, set_date
),

jumps as (
    select
        jump_days.*,
        logs.first_strength_date,
        rules.plyo_ramp_percent,
        rules.plyo_intro_contacts,
        rules.plyo_active_days,
        rules.strength_building_days,
        max(jump_days.contacts) over (
            partition by jump_days.athlete_id order by jump_days.set_date
            range between interval 30 days preceding and interval 1 day preceding
        ) as most_before,
        count(*) over (
            partition by jump_days.athlete_id order by jump_days.set_date
            range between to_days(cast(rules.plyo_intro_days - 1 as integer)) preceding and interval 1 day preceding -- noqa: PRS
        ) as sessions_before
    from jump_days
    inner join seeds.athlete_rules as rules on jump_days.athlete_id = rules.athlete_id
    inner join (
        select athlete_id, min(set_date) as first_strength_date from staging.strength_sets group by athlete_id
    ) as logs on jump_days.athlete_id = logs.athlete_id
),

jump_findings as (
    select
        days.athlete_id,
        days.load_date,
        'PLYO_RAMP' as code,
        'contacts' as measure,
        'both' as side,
        true as is_raised,
        'lift' as level,
        max(jumps.contacts) as value,
        max(jumps.plyo_ramp_percent / 100 * jumps.most_before) as threshold,
        'contacts' as unit,
        30 as window_days,
        arg_max(jumps.contacts, jumps.set_date) || ' jump contacts on ' || day_month(max(jumps.set_date), days.load_date)
        || ' against at most ' || arg_max(jumps.most_before, jumps.set_date) || ' in the 30 days before' as evidence
    from intermediate.run_days as days
    inner join jumps
        on
            days.athlete_id = jumps.athlete_id
            and days.load_date between jumps.set_date and jumps.set_date + cast(jumps.plyo_active_days - 1 as integer)
            and days.load_date - jumps.first_strength_date >= jumps.strength_building_days
            and 100 * jumps.contacts > jumps.plyo_ramp_percent * jumps.most_before
    group by days.athlete_id, days.load_date
    union all
    select
        days.athlete_id,
        days.load_date,
        'PLYO_INTRO_RAPID',
        'contacts',
        'both',
        true,
        'lift2',
        max(jumps.contacts),
        any_value(jumps.plyo_intro_contacts),
        'contacts',
        28,
        arg_max(jumps.contacts, jumps.set_date) || ' jump contacts on ' || day_month(max(jumps.set_date), days.load_date)
        || ', the first in four weeks'
    from intermediate.run_days as days
    inner join jumps
        on
            days.athlete_id = jumps.athlete_id
            and days.load_date between jumps.set_date and jumps.set_date + cast(jumps.plyo_active_days - 1 as integer)
            and days.load_date - jumps.first_strength_date >= jumps.strength_building_days
            and jumps.sessions_before = 0
            and jumps.contacts > jumps.plyo_intro_contacts
    group by days.athlete_id, days.load_date
),

fast_days as (
    select
        days.athlete_id,
        days.load_date,
        days.has_history,
        strength.first_strength_date,
        max(days.fast_steps) over (
            partition by days.athlete_id order by days.load_date
            range between interval 27 days preceding and current row
        ) as most_fast_steps,
        sum(days.contacts) over (
            partition by days.athlete_id order by days.load_date
            range between to_days(cast(rules.plyo_absent_days - 1 as integer)) preceding and current row -- noqa: PRS
        ) as contacts,
        rules.fast_floor_steps_per_leg,
        rules.plyo_absent_days
    from intermediate.run_days as days
    inner join seeds.athlete_rules as rules on days.athlete_id = rules.athlete_id
    inner join intermediate.strength_days as strength
        on days.athlete_id = strength.athlete_id and days.load_date = strength.load_date
),

absent_findings as (
    select
        athlete_id,
        load_date,
        'PLYO_ABSENT' as code,
        'contacts' as measure,
        'both' as side,
        has_history
        and first_strength_date is not null
        and coalesce(most_fast_steps >= 2 * fast_floor_steps_per_leg, false)
        and contacts = 0 as is_raised,
        'info' as level,
        contacts as value,
        1 as threshold,
        'contacts' as unit,
        cast(plyo_absent_days as integer) as window_days,
        'there was fast running, but no springy work in ' || cast(plyo_absent_days as integer) || ' days' as evidence
    from fast_days
),

-- ------------------------------------------------------------ left and right
sided as (
    select
        days.athlete_id,
        days.load_date,
        efforts.exercise_id,
        round(coalesce(efforts.load_kg, 0), 1) as load_kg,
        if(max(efforts.gastrocnemius_credit) >= 1, 'GAST_ASYM', 'SOL_ASYM') as code,
        avg(coalesce(efforts.reps, efforts.hold_s)) filter (where efforts.side = 'left') as left_mean,
        avg(coalesce(efforts.reps, efforts.hold_s)) filter (where efforts.side = 'right') as right_mean,
        count(*) filter (where efforts.side = 'left') as left_sets,
        count(*) filter (where efforts.side = 'right') as right_sets,
        any_value(rules.asymmetry_share) as asymmetry_share,
        any_value(rules.asymmetry_sets) as asymmetry_sets
    from intermediate.strength_days as days
    inner join seeds.athlete_rules as rules on days.athlete_id = rules.athlete_id
    inner join intermediate.set_efforts as efforts
        on
            days.athlete_id = efforts.athlete_id
            and efforts.set_date between days.load_date - 27 and days.load_date
            and efforts.side in ('left', 'right')
            and efforts.is_hard_set
            and greatest(efforts.gastrocnemius_credit, efforts.soleus_credit) >= 1
    group by days.athlete_id, days.load_date, efforts.exercise_id, round(coalesce(efforts.load_kg, 0), 1)
),

asymmetry_findings as (
    select
        athlete_id,
        load_date,
        code,
        'share' as measure,
        if(left_mean < right_mean, 'left', 'right') as side,
        least(left_mean, right_mean) < asymmetry_share * greatest(left_mean, right_mean) as is_raised,
        'C1' as level,
        least(left_mean, right_mean) / greatest(left_mean, right_mean) as value,
        asymmetry_share as threshold,
        'share' as unit,
        28 as window_days,
        'the ' || if(left_mean < right_mean, 'left', 'right') || ' leg managed '
        || format('{:.0f}', least(left_mean, right_mean)) || ' where the other did '
        || format('{:.0f}', greatest(left_mean, right_mean)) || ' at the same load' as evidence
    from sided
    where left_sets >= asymmetry_sets and right_sets >= asymmetry_sets
    qualify row_number() over (
        partition by athlete_id, load_date, code order by left_sets + right_sets desc, exercise_id, load_kg
    ) = 1
),

-- ------------------------------------------------------------ tests against the norm
tests as (
    select
        tests.athlete_id,
        tests.test_date,
        tests.side,
        max(tests.repetitions) as repetitions,
        any_value(try_cast(norms.repetitions as double)) as norm
    from staging.calf_tests as tests
    inner join staging.athletes as athletes on tests.athlete_id = athletes.athlete_id
    left join seeds.heel_rise_norms as norms
        on
            athletes.sex = norms.sex
            and greatest(20, least(80, (year(tests.test_date) - athletes.birth_year) // 10 * 10))
            = try_cast(norms.age_from as integer)
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

test_findings as (
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
        'repetitions' as unit,
        cast(rules.test_days as integer) as window_days,
        followed.side || ': ' || cast(followed.repetitions as integer) || ' single-leg heel raises, the norm for age and sex is '
        || cast(followed.norm as integer)
        || if(
            followed.previous_repetitions - followed.repetitions >= rules.norm_drop_reps,
            '; ' || cast(followed.previous_repetitions - followed.repetitions as integer) || ' fewer than the test before', ''
        ) as evidence
    from intermediate.strength_days as days
    inner join seeds.athlete_rules as rules on days.athlete_id = rules.athlete_id
    inner join followed
        on
            days.athlete_id = followed.athlete_id
            and days.load_date >= followed.test_date
            and days.load_date < followed.test_date + cast(rules.test_days as integer)
            and (followed.next_test_date is null or days.load_date < followed.next_test_date)
    qualify row_number() over (
        partition by days.athlete_id, days.load_date order by followed.repetitions / followed.norm, followed.side
    ) = 1
),

-- ------------------------------------------------------------ progress
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
        -- Estimated maxima where every day has one, else repetitions x force.
        if(
            count(bests.e1rm_kg) = count(*),
            avg(bests.e1rm_kg) filter (where bests.set_date > modes.load_date - 28),
            avg(bests.work_value) filter (where bests.set_date > modes.load_date - 28)
        ) as now_mean,
        if(
            count(bests.e1rm_kg) = count(*),
            avg(bests.e1rm_kg) filter (where bests.set_date <= modes.load_date - 28),
            avg(bests.work_value) filter (where bests.set_date <= modes.load_date - 28)
        ) as before_mean
    from (
        select
            athlete_id,
            load_date,
            count(*) filter (where mode = 'build' and is_load_risen) over (
                partition by athlete_id order by load_date range between interval 55 days preceding and current row
            ) as build_days
        from intermediate.demand_modes
    ) as modes
    inner join bests
        on modes.athlete_id = bests.athlete_id and bests.set_date between modes.load_date - 55 and modes.load_date
    where modes.build_days >= 56
    group by modes.athlete_id, modes.load_date, bests.link
),

progress_findings as (
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
        'share' as unit,
        56 as window_days,
        'the best ' || if(progress.link = 'soleus', 'bent-knee', 'straight-knee') || ' sets of four weeks are '
        || format('{:.0f}', 100 * progress.now_mean / progress.before_mean) || ' % of those before, while load is being built'
            as evidence
    from progress
    inner join seeds.athlete_rules as rules on progress.athlete_id = rules.athlete_id
    where progress.before_mean > 0 and progress.now_mean is not null
),

united as (
    select * from clock_findings
    union all
    select * from volume_findings
    union all
    select * from side_findings
    union all
    select * from jump_findings
    union all
    select * from absent_findings
    union all
    select * from asymmetry_findings
    union all
    select * from test_findings
    union all
    select * from progress_findings
)

select *
from united
where is_raised or load_date = as_of_date()
