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
        states.* exclude (sol_only_credit_days),
        words.work,
        if(states.is_one_leg_only, states.leg, 'both') as side,
        states.load_date - states.first_strength_date as log_days,
        rules.strength_building_days,
        rules.sol_only_credit_days,
        rules.calf_mean_days
    from intermediate.link_states as states
    inner join words on states.link = words.link
    inner join seeds.athlete_rules as rules on states.athlete_id = rules.athlete_id
),

clocks as (
    select
        *,
        case link
            when 'gastrocnemius' then 'GAST_STALE'
            when 'soleus'
                then if(is_met_by_credit and (days_since is null or days_since > sol_only_credit_days), 'SOL_ONLY_CREDIT', 'SOL_STALE')
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

-- A kind of work that was never logged is as old as the log, and late once the log is no longer new.
clock_findings as (
    select
        athlete_id,
        load_date,
        code,
        'days_since' as measure,
        side,
        case
            when is_building then if(day_state = 'on_track', false, null)
            when link = 'foot' then if(last_date is null, null, day_state = 'amber')
            else day_state <> 'on_track'
        end as is_raised,
        case
            when link in ('hip', 'foot') then 'lift'
            when code = 'SOL_ONLY_CREDIT' then 'C1'
            when day_state = 'red' and state = 'red' then 'C2'
            else 'C1'
        end as level,
        coalesce(days_since, log_days + 1) as value,
        case
            when days_since is null then strength_building_days
            when code = 'SOL_ONLY_CREDIT' then sol_only_credit_days
            when day_state = 'red' then coalesce(red_days, amber_days)
            else amber_days
        end as threshold,
        if(
            days_since is null or code = 'SOL_ONLY_CREDIT' or (day_state = 'red' and red_days is not null), '>', '>='
        ) as comparison,
        'days' as unit,
        log_days + 1 as window_days,
        clock || case
            when code = 'SOL_ONLY_CREDIT'
                then '; straight-knee sets alone keep the soleus volume (' || plain(mean_sets_week) || ' a week)'
            when day_state = 'on_track' and days_since = 0 then ' (0 days ago); it is due again from day ' || plain(amber_days) || ' on'
            when day_state = 'on_track' then '; it is due from day ' || plain(amber_days) || ' on'
            else ''
        end as evidence,
        if(link = 'foot' and last_date is null, 'no foot work was ever logged: it is judged once it is', null) as because
    from clocks
    union all
    -- The other code of the same clock.
    select
        athlete_id,
        load_date,
        case code
            when 'SOL_STALE' then 'SOL_ONLY_CREDIT'
            when 'SOL_ONLY_CREDIT' then 'SOL_STALE'
            when 'TENDON_NOT_HEAVY' then 'TENDON_DETRAIN_28'
            else 'TENDON_NOT_HEAVY'
        end,
        'days_since',
        side,
        case
            when code in ('SOL_ONLY_CREDIT', 'TENDON_DETRAIN_28') or days_since is null then null
            when is_building and day_state <> 'on_track' then null
            when code = 'SOL_STALE' then if(days_since <= sol_only_credit_days, false, null)
            else false
        end,
        'C1',
        days_since,
        if(code = 'SOL_STALE', sol_only_credit_days, red_days),
        '>',
        'days',
        log_days + 1,
        clock || if(days_since = 0, ' (0 days ago)', '')
        || if(
            code = 'SOL_STALE',
            '; straight-knee credit stands in for it up to day ' || plain(sol_only_credit_days),
            '; it counts as stopped after day ' || plain(red_days)
        ),
        case
            when is_building then null
            when code = 'SOL_ONLY_CREDIT' then 'the straight-knee sets that stand in for it are raised in its place'
            when code = 'TENDON_DETRAIN_28' then 'heavy calf work stopped altogether, which is raised in its place'
            when code = 'SOL_STALE' then 'bent-knee work is late, and straight-knee sets do not stand in for it'
        end
    from clocks
    where link in ('soleus', 'achilles_tendon') and load_date = as_of_date()
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
        if(is_told_by_bent_knee, mean_refreshing_sets_week, coalesce(mean_sets_week, 0)) as value,
        if(is_told_by_bent_knee, target_sets_week / 2, target_sets_week) as threshold,
        '<' as comparison,
        'sets a week' as unit,
        cast(calf_mean_days as integer) as window_days,
        if(link = 'gastrocnemius', 'straight-knee', 'soleus') || ' sets were ' || plain(coalesce(mean_sets_week, 0))
        || ' a week over ' || span_text(calf_mean_days) || ', the target is ' || plain(target_sets_week)
        || if(
            is_told_by_bent_knee,
            '; ' || plain(mean_refreshing_sets_week) || ' of them with the knee bent, fewer than half of the target', ''
        ) as evidence,
        cast(null as text) as because
    from (
        select
            *,
            link = 'soleus' and volume_state = 'amber' and mean_sets_week >= target_sets_week as is_told_by_bent_knee
        from clocks
    ) as clocks
    where link in ('gastrocnemius', 'soleus')
),

side_findings as (
    select distinct
        athlete_id,
        load_date,
        'SIDE_ONLY' as code,
        'sides' as measure,
        side,
        if(legs_with_sets = 0, null, legs_with_sets = 1) as is_raised,
        'info' as level,
        legs_with_sets as value,
        2 as threshold,
        '<' as comparison,
        'legs' as unit,
        cast(calf_mean_days as integer) as window_days,
        if(legs_with_sets = 1, 'only the ' || side || ' leg has', 'both legs have') || ' logged calf sets in ' || span_text(calf_mean_days) || ' ('
        || legs_with_sets || ' of 2)' as evidence,
        'no calf set in ' || span_text(calf_mean_days) as because
    from states
    where link in ('gastrocnemius', 'soleus', 'achilles_tendon')
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
        rules.plyo_active_days,
        rules.plyo_ramp_percent * max(jump_days.contacts) over (
            partition by jump_days.athlete_id order by jump_days.set_date
            range between to_days(cast(rules.plyo_ramp_days as integer)) preceding and interval 1 day preceding -- noqa: PRS
        ) / 100 as ramp_contacts,
        max(jump_days.contacts) over (
            partition by jump_days.athlete_id order by jump_days.set_date
            range between to_days(cast(rules.plyo_ramp_days as integer)) preceding and interval 1 day preceding -- noqa: PRS
        ) as most_before,
        count(*) over (
            partition by jump_days.athlete_id order by jump_days.set_date
            range between to_days(cast(rules.plyo_intro_days - 1 as integer)) preceding and interval 1 day preceding -- noqa: PRS
        ) as sessions_before
    from jump_days
    inner join seeds.athlete_rules as rules on jump_days.athlete_id = rules.athlete_id
),

-- The sessions that still count on each day: the steepest ramp, and the largest first session after a break.
counting as (
    select
        days.athlete_id,
        days.load_date,
        strength.first_strength_date is not null as has_log,
        coalesce(days.load_date - strength.first_strength_date >= rules.strength_building_days, false) as is_judged,
        any_value(rules.plyo_intro_contacts) as plyo_intro_contacts,
        any_value(rules.plyo_active_days) as plyo_active_days,
        any_value(rules.plyo_ramp_days) as plyo_ramp_days,
        any_value(rules.plyo_intro_days) as plyo_intro_days,
        count(jumps.contacts) as sessions,
        first(
            struct_pack(contacts := jumps.contacts, ramp_contacts := jumps.ramp_contacts, most_before := jumps.most_before,
                set_date := jumps.set_date)
            order by jumps.contacts / jumps.ramp_contacts desc, jumps.set_date desc
        ) filter (where jumps.most_before > 0) as ramp,
        first(
            struct_pack(contacts := jumps.contacts, set_date := jumps.set_date)
            order by jumps.contacts desc, jumps.set_date desc
        ) filter (where jumps.sessions_before = 0) as intro
    from intermediate.run_days as days
    inner join seeds.athlete_rules as rules on days.athlete_id = rules.athlete_id
    inner join intermediate.strength_days as strength
        on days.athlete_id = strength.athlete_id and days.load_date = strength.load_date
    left join jumps
        on
            days.athlete_id = jumps.athlete_id
            and days.load_date between jumps.set_date and jumps.set_date + cast(jumps.plyo_active_days - 1 as integer)
    where jumps.set_date is not null or days.load_date = as_of_date()
    group by days.athlete_id, days.load_date, has_log, is_judged
),

jump_findings as (
    select
        athlete_id,
        load_date,
        'PLYO_RAMP' as code,
        'contacts' as measure,
        'both' as side,
        case
            when not is_judged then null
            when sessions = 0 then false
            when ramp is not null then ramp.contacts > ramp.ramp_contacts
        end as is_raised,
        'lift' as level,
        coalesce(ramp.contacts, 0) as value,
        coalesce(ramp.ramp_contacts, 0) as threshold,
        '>' as comparison,
        'contacts' as unit,
        cast(plyo_ramp_days as integer) as window_days,
        if(
            ramp is null,
            'no jump contacts in the last ' || days_text(cast(plyo_active_days as integer)),
            ramp.contacts || ' jump contacts on ' || day_month(ramp.set_date, load_date)
            || ' against at most ' || ramp.most_before || ' in the ' || days_text(cast(plyo_ramp_days as integer)) || ' before; up to '
            || cast(floor(ramp.ramp_contacts) as integer) || ' is no ramp'
        ) as evidence,
        if(is_judged, 'no session of jumps in the ' || days_text(cast(plyo_ramp_days as integer)) || ' before to compare with', null)
            as because
    from counting
    where has_log
    union all
    select
        athlete_id,
        load_date,
        'PLYO_INTRO_RAPID',
        'contacts',
        'both',
        if(is_judged, coalesce(intro.contacts, 0) > plyo_intro_contacts, null),
        'lift2',
        coalesce(intro.contacts, 0),
        plyo_intro_contacts,
        '>',
        'contacts',
        cast(plyo_intro_days as integer),
        if(
            intro is null,
            'no session of jumps in the last ' || days_text(cast(plyo_active_days as integer)) || ' came after a break of '
            || days_text(cast(plyo_intro_days as integer)),
            intro.contacts || ' jump contacts on ' || day_month(intro.set_date, load_date) || ', the first in ' || span_text(plyo_intro_days) || '; up to '
            || plain(plyo_intro_contacts) || ' is a gentle start'
        ),
        null
    from counting
    where has_log
),

fast_days as (
    select
        days.athlete_id,
        days.load_date,
        days.has_history,
        strength.first_strength_date,
        max(days.fast_steps) over (
            partition by days.athlete_id order by days.load_date
            range between to_days(cast(rules.plyo_fast_days - 1 as integer)) preceding and current row -- noqa: PRS
        ) as most_fast_steps,
        sum(days.contacts) over (
            partition by days.athlete_id order by days.load_date
            range between to_days(cast(rules.plyo_absent_days - 1 as integer)) preceding and current row -- noqa: PRS
        ) as contacts,
        2 * rules.fast_floor_steps_per_leg as fast_floor_steps,
        rules.plyo_fast_days,
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
        case
            when first_strength_date is null or not has_history then null
            when contacts > 0 then false
            else most_fast_steps >= fast_floor_steps
        end as is_raised,
        'info' as level,
        if(most_fast_steps < fast_floor_steps and contacts = 0, most_fast_steps, contacts) as value,
        if(most_fast_steps < fast_floor_steps and contacts = 0, fast_floor_steps, 1) as threshold,
        if(most_fast_steps < fast_floor_steps and contacts = 0, '>=', '<') as comparison,
        if(most_fast_steps < fast_floor_steps and contacts = 0, 'steps', 'contacts') as unit,
        cast(if(most_fast_steps < fast_floor_steps and contacts = 0, plyo_fast_days, plyo_absent_days) as integer) as window_days,
        case
            when contacts > 0 then counted(contacts, 'jump contact') || ' in ' || days_text(cast(plyo_absent_days as integer))
            when most_fast_steps < fast_floor_steps
                then
                    'the most fast running on a day of the last ' || cast(plyo_fast_days as integer) || ' was '
                    || amount_text('fast_steps', most_fast_steps, 'km') || ' steps: from '
                    || amount_text('fast_steps', fast_floor_steps, 'km') || ' on springy work is asked for'
            else 'there was fast running, but no springy work in ' || days_text(cast(plyo_absent_days as integer))
        end as evidence,
        case
            when first_strength_date is not null and has_history
                then 'fast running could not be told from easy: threshold_pace_s_per_km or max_hr_bpm in squad.csv would tell'
        end as because
    from fast_days
    where first_strength_date is not null
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
        any_value(rules.asymmetry_days) as asymmetry_days,
        any_value(rules.asymmetry_share) as asymmetry_share,
        any_value(rules.asymmetry_sets) as asymmetry_sets
    from intermediate.strength_days as days
    inner join seeds.athlete_rules as rules on days.athlete_id = rules.athlete_id
    inner join intermediate.set_efforts as efforts
        on
            days.athlete_id = efforts.athlete_id
            and efforts.set_date between days.load_date - cast(rules.asymmetry_days - 1 as integer) and days.load_date
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
        '<' as comparison,
        'share' as unit,
        cast(asymmetry_days as integer) as window_days,
        if(
            left_mean = right_mean, 'both legs managed ' || plain(left_mean),
            'the ' || if(left_mean < right_mean, 'left', 'right') || ' leg managed ' || plain(least(left_mean, right_mean))
            || ' where the other did ' || plain(greatest(left_mean, right_mean))
        )
        || ' at the same load (' || format('{:.0f}', 100 * least(left_mean, right_mean) / greatest(left_mean, right_mean))
        || ' %)' as evidence,
        cast(null as text) as because
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
        '<' as comparison,
        'repetitions' as unit,
        cast(rules.test_days as integer) as window_days,
        followed.side || ': ' || counted(followed.repetitions, 'single-leg heel raise') || ', the norm for age and sex is '
        || cast(followed.norm as integer) || ' (low below ' || plain(rules.norm_share * followed.norm) || ')'
        || if(
            followed.previous_repetitions - followed.repetitions >= rules.norm_drop_reps,
            '; ' || cast(followed.previous_repetitions - followed.repetitions as integer) || ' fewer than the test before', ''
        ) as evidence,
        if(
            followed.norm is null, 'a heel-raise test has no norm to be held against: sex or birth_year is missing in squad.csv', null
        ) as because
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
            avg(bests.e1rm_kg) filter (where bests.set_date > modes.middle_date),
            avg(bests.work_value) filter (where bests.set_date > modes.middle_date)
        ) as now_mean,
        if(
            count(bests.e1rm_kg) = count(*),
            avg(bests.e1rm_kg) filter (where bests.set_date <= modes.middle_date),
            avg(bests.work_value) filter (where bests.set_date <= modes.middle_date)
        ) as before_mean
    from (
        select
            modes.athlete_id,
            modes.load_date,
            cast(rules.no_progress_days as integer) as half_days,
            modes.load_date - half_days as middle_date,
            count(*) filter (where modes.mode = 'build' and modes.is_load_risen) over (
                partition by modes.athlete_id order by modes.load_date
                range between to_days(cast(2 * rules.no_progress_days - 1 as integer)) preceding and current row -- noqa: PRS
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
        '<' as comparison,
        'share' as unit,
        cast(2 * rules.no_progress_days as integer) as window_days,
        'the best ' || if(progress.link = 'soleus', 'bent-knee', 'straight-knee') || ' sets of ' || span_text(rules.no_progress_days) || ' are '
        || format('{:.0f}', 100 * progress.now_mean / progress.before_mean) || ' % of those before, while load is being built'
            as evidence,
        cast(null as text) as because
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
