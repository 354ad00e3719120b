-- Which reports of pain, mornings, stiffness and VISA-A stand on each day, and does silence follow a bad one?
-- Of two legs the worse one counts.
-- Grain: one row per athlete and local day since the first activity (or on the as-of date).
with scores as (
    select
        athlete_id,
        load_date,
        any_value(score_date) as score_date,
        any_value(score) as pain_0_10,
        -- Null where it is of both legs, or no side was said.
        if(count(*) = 1 and bool_and(is_side_told), any_value(leg), null) as score_side,
        min(long_pain_since_date) as high_since_date
    from (
        select *
        from intermediate.leg_pain_days
        where is_score_held
        qualify rank() over (partition by athlete_id, load_date order by score desc, score_date desc) = 1
    ) as highest
    group by athlete_id, load_date
),

mornings as (
    select
        athlete_id,
        load_date,
        morning_date,
        worse_mornings,
        worse_since_date
    from intermediate.leg_pain_days
    where is_morning_held
    qualify
        row_number() over (partition by athlete_id, load_date order by worse_mornings desc, morning_date desc, worse_since_date) = 1
),

legs as (
    select
        athlete_id,
        load_date,
        max(greatest(score_date, morning_date)) as last_report_date,
        count(long_pain_since_date) > 0 as is_long_pain,
        max(unanswered_date) as unanswered_date
    from intermediate.leg_pain_days
    group by athlete_id, load_date
),

unanswered as (
    select
        legs.athlete_id,
        legs.load_date,
        max(leg_days.unanswered_pain) as unanswered_pain
    from legs
    inner join intermediate.leg_pain_days as leg_days
        on
            legs.athlete_id = leg_days.athlete_id
            and legs.load_date = leg_days.load_date
            and legs.unanswered_date = leg_days.unanswered_date
    group by legs.athlete_id, legs.load_date
),

reports as (
    select
        athlete_id,
        report_date,
        max(pain_0_10) as pain_0_10,
        max(morning_stiffness_min) as morning_stiffness_min,
        min(visa_a) as visa_a
    from staging.symptoms
    group by athlete_id, report_date
),

stiffness as (
    select
        athlete_id,
        report_date,
        morning_stiffness_min,
        lag(morning_stiffness_min, 2) over log as stiffness_before,
        lag(report_date, 2) over log as stiffness_before_date
    from reports
    where morning_stiffness_min is not null
    window log as (partition by athlete_id order by report_date)
),

visa as (
    select
        reports.athlete_id,
        reports.report_date,
        reports.visa_a,
        max(reports.visa_a) over (
            partition by reports.athlete_id order by reports.report_date
            range between interval (rules.symptom_rise_days) days preceding and interval 1 day preceding
        ) as visa_before
    from reports
    inner join seeds.athlete_rules as rules on reports.athlete_id = rules.athlete_id
    where reports.visa_a is not null
),

recent_pain as (
    select
        days.athlete_id,
        days.load_date,
        max(reports.pain_0_10) as worst_pain
    from intermediate.person_days as days
    inner join seeds.athlete_rules as rules on days.athlete_id = rules.athlete_id
    inner join reports
        on
            days.athlete_id = reports.athlete_id
            and reports.report_date between days.load_date - (rules.rehab_days - 1) and days.load_date
    group by days.athlete_id, days.load_date
),

newest as (
    select
        days.athlete_id,
        days.load_date,
        rules.stiffness_min,
        rules.stiffness_rise_min,
        rules.visa_drop,
        rules.symptom_rise_days,
        stiffness.report_date as stiffness_date,
        stiffness.morning_stiffness_min,
        stiffness.stiffness_before,
        stiffness.stiffness_before_date,
        visa.report_date as visa_date,
        visa.visa_a,
        visa.visa_before,
        days.load_date - stiffness.report_date <= rules.symptom_days as is_stiffness_new,
        days.load_date - visa.report_date <= rules.symptom_days as is_visa_new
    from intermediate.person_days as days
    inner join seeds.athlete_rules as rules on days.athlete_id = rules.athlete_id
    asof left join stiffness on days.athlete_id = stiffness.athlete_id and days.load_date >= stiffness.report_date
    asof left join visa on days.athlete_id = visa.athlete_id and days.load_date >= visa.report_date
),

-- What is older than it may be, is not known any more.
known as (
    select
        *
        replace (
            if(is_stiffness_new, stiffness_date, null) as stiffness_date,
            if(is_stiffness_new, morning_stiffness_min, null) as morning_stiffness_min,
            if(
                is_stiffness_new and stiffness_date - stiffness_before_date < symptom_rise_days, stiffness_before, null
            ) as stiffness_before,
            if(is_visa_new, visa_date, null) as visa_date,
            if(is_visa_new, visa_a, null) as visa_a,
            if(is_visa_new, visa_before, null) as visa_before
        )
    from newest
)

select
    known.athlete_id,
    known.load_date,
    scores.score_date,
    scores.pain_0_10,
    scores.score_side,
    legs.is_long_pain,
    -- Of the leg whose score is told.
    scores.high_since_date,
    mornings.morning_date,
    mornings.worse_mornings,
    mornings.worse_since_date,
    legs.last_report_date,
    legs.unanswered_date,
    cast(known.load_date - legs.unanswered_date as integer) as unanswered_days,
    unanswered.unanswered_pain,
    known.stiffness_date,
    known.morning_stiffness_min,
    known.stiffness_before,
    known.visa_date,
    known.visa_a,
    known.visa_before,
    -- Each alone makes symptoms rise; null where nothing new was reported of it.
    known.morning_stiffness_min >= known.stiffness_min as is_stiffness_high,
    known.morning_stiffness_min - known.stiffness_before >= known.stiffness_rise_min as is_stiffness_rising,
    known.visa_before - known.visa_a >= known.visa_drop as is_visa_falling,
    recent_pain.worst_pain as worst_pain_14d
from known
inner join legs on known.athlete_id = legs.athlete_id and known.load_date = legs.load_date
left join scores on known.athlete_id = scores.athlete_id and known.load_date = scores.load_date
left join mornings on known.athlete_id = mornings.athlete_id and known.load_date = mornings.load_date
left join unanswered on known.athlete_id = unanswered.athlete_id and known.load_date = unanswered.load_date
left join recent_pain on known.athlete_id = recent_pain.athlete_id and known.load_date = recent_pain.load_date
