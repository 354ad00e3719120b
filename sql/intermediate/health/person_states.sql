-- Who is this person on each day, before anything is asked of them?
-- All states that apply, the first of them in the order of seeds.person_states, and the conditions beside them that forbid
-- something too. What the data say of a log that fell silent, and what pain of the days before still forbids, comes later, in
-- forbidden_days. Of somebody without a strength log nobody knows whether calf work is new to them.
-- Grain: one row per athlete and local day since the first activity (or on the as-of date).
with calf_dates as (
    select
        athlete_id,
        set_date,
        lag(set_date) over (partition by athlete_id order by set_date) as date_before,
        row_number() over (partition by athlete_id order by set_date) as number
    from intermediate.set_efforts
    where is_hard_set and greatest(gastrocnemius_credit, soleus_credit) > 0
    group by athlete_id, set_date
),

strength_logs as (
    select athlete_id, min(set_date) as first_set_date
    from activities.strength_sets
    group by athlete_id
),

-- The first calf session of somebody to whom calf work was new the day before.
entries as (
    select
        calf_dates.athlete_id,
        calf_dates.set_date as entry_date,
        calf_dates.number
    from calf_dates
    inner join seeds.athlete_rules as rules on calf_dates.athlete_id = rules.athlete_id
    inner join strength_logs on calf_dates.athlete_id = strength_logs.athlete_id
    where
        strength_logs.first_set_date < calf_dates.set_date
        and coalesce(calf_dates.set_date - calf_dates.date_before > rules.new_calf_days, true)
),

away as (
    select
        athlete_id,
        kind,
        from_date,
        to_date
    from staging.marks
    where kind in ('illness', 'holiday')
),

run_dates as (
    select distinct
        athlete_id,
        run_date
    from activities.runs
    where sport = 'run' and is_dated
),

runs_while_ill as (
    select distinct
        run_dates.athlete_id,
        run_dates.run_date as ill_run_date
    from run_dates
    inner join away
        on
            run_dates.athlete_id = away.athlete_id
            and away.kind = 'illness'
            and run_dates.run_date between away.from_date and away.to_date
),

-- Illness is named before holiday, and of several of a kind the one that lasts longest.
away_days as (
    select
        days.athlete_id,
        days.load_date,
        max_by(
            struct_pack(kind := away.kind, from_date := away.from_date, to_date := away.to_date),
            (away.kind = 'illness', away.to_date, away.from_date)
        ) as away,
        max(away.to_date) filter (where away.kind = 'holiday') as holiday_until_date,
        bool_or(days.load_date <= away.to_date) as is_today
    from intermediate.person_days as days
    inner join seeds.athlete_rules as rules on days.athlete_id = rules.athlete_id
    inner join away
        on
            days.athlete_id = away.athlete_id
            and days.load_date between away.from_date and away.to_date + rules.back_from_mark_days
    group by days.athlete_id, days.load_date
),

race_dates as (
    select
        athlete_id,
        load_date as race_date
    from intermediate.calendar
    where is_race_day
    union
    -- A race before the first activity stands in no calendar.
    select
        athlete_id,
        race_date
    from staging.athletes
    where race_date is not null
    union
    select
        athlete_id,
        to_date
    from staging.marks
    where kind = 'race'
),

-- A race that lies inside an illness, whether it was run or not; it may be still to come.
races_while_ill as (
    select
        away.athlete_id,
        away.from_date,
        away.to_date,
        max(least(races.to_date, away.to_date)) as ill_race_date
    from away
    inner join (
        select
            athlete_id,
            race_date as from_date,
            race_date as to_date
        from staging.athletes
        union
        select
            athlete_id,
            from_date,
            to_date
        from staging.marks
        where kind = 'race'
    ) as races
        on away.athlete_id = races.athlete_id and away.to_date >= races.from_date and away.from_date <= races.to_date
    where away.kind = 'illness'
    group by away.athlete_id, away.from_date, away.to_date
),

looked_at as (
    select
        health.*,
        rules.pain_gate,
        rules.pain_amber,
        rules.pain_unanswered_days,
        away_days.away['kind'] as away_kind,
        away_days.away['to_date'] as away_until_date,
        away_days.holiday_until_date,
        if(
            away_days.away['kind'] = 'illness'
            and ill_runs.ill_run_date >= away_days.away['from_date'],
            ill_runs.ill_run_date, null
        ) as ill_run_date,
        if(away_days.away['kind'] = 'illness', ill_races.ill_race_date, null) as ill_race_date,
        coalesce(away_days.is_today, false) as is_away_today,
        unread.is_symptom_unread or unread.is_injury_unread as is_report_unread,
        calendar.is_after_race,
        if(calendar.is_after_race, race_dates.race_date, null) as race_date,
        if(calendar.is_after_race, race_dates.race_date + rules.race_days, null) as easy_until_date,
        if(health.load_date <= comebacks.active_until, comebacks.back_date, null) as back_date,
        if(health.load_date <= comebacks.active_until, comebacks.rest_days, null) as rest_days,
        if(health.load_date <= healed.active_until, healed.back_date, null) as healed_date,
        days.is_young,
        strength_logs.athlete_id is not null
        and coalesce(health.load_date - calf_dates.set_date >= rules.new_calf_days, true) as has_no_calf_work,
        if(
            health.load_date - entries.entry_date < rules.entry_days + rules.held_dates,
            entries.entry_date + (rules.entry_days - 1), null
        ) as entry_until_date,
        not has_no_calf_work and coalesce(health.load_date <= entry_until_date, false) as is_entry_begun,
        not has_no_calf_work and not is_entry_begun
        and coalesce(calf_dates.number - entries.number + 1 < rules.entry_sessions, false) as is_entry_unfinished
    from intermediate.health_days as health
    inner join seeds.athlete_rules as rules on health.athlete_id = rules.athlete_id
    inner join intermediate.person_days as days on health.athlete_id = days.athlete_id and health.load_date = days.load_date
    inner join intermediate.unread_rows as unread on health.athlete_id = unread.athlete_id and health.load_date = unread.load_date
    left join intermediate.calendar as calendar
        on health.athlete_id = calendar.athlete_id and health.load_date = calendar.load_date
    left join away_days on health.athlete_id = away_days.athlete_id and health.load_date = away_days.load_date
    asof left join runs_while_ill as ill_runs
        on health.athlete_id = ill_runs.athlete_id and health.load_date >= ill_runs.ill_run_date
    asof left join race_dates on health.athlete_id = race_dates.athlete_id and health.load_date >= race_dates.race_date
    asof left join (from intermediate.comebacks where rest_days is null) as healed
        on health.athlete_id = healed.athlete_id and health.load_date >= healed.back_date
    asof left join (from intermediate.comebacks where rest_days is not null) as comebacks
        on health.athlete_id = comebacks.athlete_id and health.load_date >= comebacks.back_date
    left join races_while_ill as ill_races
        on
            health.athlete_id = ill_races.athlete_id
            and away_days.away['from_date'] = ill_races.from_date
            and away_days.away['to_date'] = ill_races.to_date
    left join strength_logs
        on health.athlete_id = strength_logs.athlete_id and health.load_date >= strength_logs.first_set_date
    asof left join calf_dates on health.athlete_id = calf_dates.athlete_id and health.load_date >= calf_dates.set_date
    asof left join entries on health.athlete_id = entries.athlete_id and health.load_date >= entries.entry_date
),

told as (
    select
        athlete_id,
        load_date,
        other_open_since_date,
        away_kind,
        away_until_date,
        holiday_until_date,
        ill_run_date,
        ill_race_date,
        race_date,
        easy_until_date,
        entry_until_date,
        back_date,
        rest_days,
        healed_date,
        open_injuries,
        if(worse_mornings > 0, morning_date, null) as worse_morning_date,
        list_filter(
            [
                if(rupture_date is not null, 'rupture_suspected', null),
                if(pain_0_10 > pain_gate or worse_mornings >= 2, 'pain_gate', null),
                if(open_injuries > 0, 'open_injury', null),
                if(unanswered_days <= pain_unanswered_days, 'silent_after_pain', null),
                if(is_young, 'under_16', null),
                if(away_kind is not null, 'ill_or_away', null),
                if(is_after_race, 'after_race', null),
                if(coalesce(back_date, healed_date) is not null, 'coming_back', null),
                if(has_no_calf_work or is_entry_begun or is_entry_unfinished, 'new_to_calf_work', null)
            ],
            lambda state: state is not null
        ) as states,
        list_filter(
            [
                if(other_open_since_date is not null, 'other_injury', null),
                if(pain_0_10 > pain_amber, if(worse_mornings > 0, 'pain_worse', 'pain_allowed'), null),
                if(worse_mornings > 0 and coalesce(pain_0_10 <= pain_amber, true), 'morning_worse', null),
                if(is_stiffness_high or is_stiffness_rising or is_visa_falling, 'symptoms_rising', null),
                if(is_report_unread, 'unread_reports', null),
                if(is_away_today, 'away_today', null),
                if(has_no_calf_work, 'entry_due', null),
                if(is_entry_begun, 'entry_begun', null),
                if(is_entry_unfinished, 'entry_unfinished', null)
            ],
            lambda condition: condition is not null
        ) as conditions
    from looked_at
)

select
    athlete_id,
    load_date,
    if(len(states) = 0, ['usual'], states) as person_states,
    coalesce(states[1], 'usual') as person_state,
    conditions,
    -- The clauses of the headline that tell of the state; what pain and injuries are is told by their reasons.
    nullif(
        concat_ws(
            '+',
            if(other_open_since_date is not null, 'person.other_injury', null),
            if(list_contains(conditions, 'morning_worse') and not list_contains(states, 'pain_gate'), 'person.morning_worse', null),
            case
                when away_kind = 'illness' and holiday_until_date is not null then 'person.ill_and_holiday'
                when away_kind = 'illness' then 'person.ill'
                when away_kind = 'holiday' then 'person.holiday'
            end,
            if(ill_run_date is not null, 'person.ran_while_ill', null),
            if(ill_race_date is not null, 'person.race_while_ill', null),
            if(race_date is not null, 'person.raced', null),
            if(back_date is not null, 'person.back', null),
            if(healed_date is not null and open_injuries = 0, 'person.healed', null)
        ), ''
    ) as person_message,
    json_object(
        'onset_date', other_open_since_date, 'until_date', away_until_date, 'ill_run_date', ill_run_date,
        'ill_race_date', ill_race_date, 'race_date', race_date, 'easy_until_date', easy_until_date,
        'entry_until_date', entry_until_date, 'back_date', back_date, 'rest_days', rest_days, 'healed_date', healed_date,
        'holiday_until_date', holiday_until_date, 'morning_date', worse_morning_date
    ) as person_facts
from told
