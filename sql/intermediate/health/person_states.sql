-- Who is this person on each day, before anything is asked of them?
-- All states that apply, the first of them in the order of seeds.person_states, and the conditions beside them that forbid
-- something too. What the data say of a log that fell silent comes later, in forbidden_days.
-- Grain: one row per athlete and local day since the first activity (or on the as-of date).
with calf_dates as (
    select distinct
        athlete_id,
        set_date
    from intermediate.set_efforts
    where is_hard_set and greatest(gastrocnemius_credit, soleus_credit) > 0
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

-- Illness is named before holiday, and of several the one that lasts longest.
away_days as (
    select
        days.athlete_id,
        days.load_date,
        max_by(
            struct_pack(kind := away.kind, from_date := away.from_date, to_date := away.to_date),
            (away.kind = 'illness', away.to_date, away.from_date)
        ) as away
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

looked_at as (
    select
        health.*,
        rules.pain_gate,
        rules.pain_amber,
        rules.pain_unanswered_days,
        away_days.away['kind'] as away_kind,
        away_days.away['to_date'] as away_until_date,
        if(
            away_days.away['kind'] = 'illness'
            and ill_runs.ill_run_date >= away_days.away['from_date'],
            ill_runs.ill_run_date, null
        ) as ill_run_date,
        unread.is_symptom_unread or unread.is_injury_unread as is_report_unread,
        calendar.is_after_race,
        if(calendar.is_after_race, race_dates.race_date, null) as race_date,
        if(calendar.is_after_race, race_dates.race_date + rules.race_days, null) as easy_until_date,
        if(health.load_date <= comebacks.active_until, comebacks.back_date, null) as back_date,
        if(health.load_date <= comebacks.active_until, comebacks.rest_days, null) as rest_days,
        days.is_young,
        coalesce(health.load_date - calf_dates.set_date >= rules.new_calf_days, true) as is_new_to_calf_work
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
    asof left join intermediate.comebacks as comebacks
        on health.athlete_id = comebacks.athlete_id and health.load_date >= comebacks.back_date
    asof left join calf_dates on health.athlete_id = calf_dates.athlete_id and health.load_date >= calf_dates.set_date
),

told as (
    select
        athlete_id,
        load_date,
        other_open_since_date,
        away_kind,
        away_until_date,
        ill_run_date,
        race_date,
        easy_until_date,
        back_date,
        rest_days,
        list_filter(
            [
                if(rupture_date is not null, 'rupture_suspected', null),
                if(pain_0_10 > pain_gate or worse_mornings >= 2, 'pain_gate', null),
                if(open_injuries > 0, 'open_injury', null),
                if(unanswered_days <= pain_unanswered_days, 'silent_after_pain', null),
                if(is_young, 'under_16', null),
                if(away_kind is not null, 'ill_or_away', null),
                if(is_after_race, 'after_race', null),
                if(back_date is not null, 'coming_back', null),
                if(is_new_to_calf_work, 'new_to_calf_work', null)
            ],
            lambda state: state is not null
        ) as states,
        list_filter(
            [
                if(other_open_since_date is not null, 'other_injury', null),
                if(pain_0_10 > pain_amber, if(worse_mornings > 0, 'pain_worse', 'pain_allowed'), null),
                if(is_stiffness_high or is_stiffness_rising or is_visa_falling, 'symptoms_rising', null),
                if(is_report_unread, 'unread_reports', null)
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
            case away_kind when 'illness' then 'person.ill' when 'holiday' then 'person.holiday' end,
            if(ill_run_date is not null, 'person.ran_while_ill', null),
            if(race_date is not null, 'person.raced', null),
            if(back_date is not null, 'person.back', null)
        ), ''
    ) as person_message,
    json_object(
        'onset_date', other_open_since_date, 'until_date', away_until_date, 'ill_run_date', ill_run_date, 'race_date', race_date,
        'easy_until_date', easy_until_date, 'back_date', back_date, 'rest_days', rest_days
    ) as person_facts
from told
