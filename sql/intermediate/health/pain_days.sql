-- Which reports of pain, mornings, stiffness and VISA-A stand on each day, and does silence follow a bad one?
-- An empty cell is no answer: scores follow scores, mornings follow mornings. Each holds for a while or until the next of its kind.
-- Grain: one row per athlete and local day since the first activity (or on the as-of date).
with reports as (
    select
        athlete_id,
        report_date,
        max(pain_0_10) as pain_0_10,
        bool_or(is_worse_next_morning) as is_worse_next_morning,
        max(morning_stiffness_min) as morning_stiffness_min,
        min(visa_a) as visa_a
    from staging.symptoms
    group by athlete_id, report_date
),

-- Scores that are all high, with no long gap between them, make one stretch.
scores as (
    select
        athlete_id,
        report_date,
        pain_0_10,
        max(if(is_high and not is_after_high, report_date, null)) over (
            partition by athlete_id order by report_date
        ) as high_since_date,
        is_high
    from (
        select
            reports.athlete_id,
            reports.report_date,
            reports.pain_0_10,
            reports.pain_0_10 >= rules.long_pain as is_high,
            coalesce(
                lag(reports.pain_0_10) over log >= rules.long_pain
                and reports.report_date - lag(reports.report_date) over log <= rules.long_pain_days, false
            ) as is_after_high
        from reports
        inner join seeds.athlete_rules as rules on reports.athlete_id = rules.athlete_id
        where reports.pain_0_10 is not null
        window log as (partition by reports.athlete_id order by reports.report_date)
    ) as followed
),

-- Worse mornings of reports one after the other, close enough together, make one stretch.
mornings as (
    select
        *,
        if(
            is_worse_next_morning,
            count(*) over (partition by athlete_id, worse_since_date order by report_date), 0
        ) as worse_mornings
    from (
        select
            *,
            max(if(is_worse_next_morning and not is_after_worse, report_date, null)) over (
                partition by athlete_id order by report_date
            ) as worse_since_date
        from (
            select
                reports.athlete_id,
                reports.report_date,
                reports.is_worse_next_morning,
                coalesce(
                    lag(reports.is_worse_next_morning) over log
                    and reports.report_date - lag(reports.report_date) over log <= rules.pain_pair_days, false
                ) as is_after_worse
            from reports
            inner join seeds.athlete_rules as rules on reports.athlete_id = rules.athlete_id
            where reports.is_worse_next_morning is not null
            window log as (partition by reports.athlete_id order by reports.report_date)
        ) as followed
    ) as stretched
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
        max(scores.pain_0_10) as worst_pain
    from intermediate.person_days as days
    inner join seeds.athlete_rules as rules on days.athlete_id = rules.athlete_id
    inner join scores
        on
            days.athlete_id = scores.athlete_id
            and scores.report_date between days.load_date - (rules.rehab_days - 1) and days.load_date
    group by days.athlete_id, days.load_date
),

newest as (
    select
        days.athlete_id,
        days.load_date,
        rules.pain_holds_days,
        rules.pain_amber,
        rules.pain_unanswered_days,
        rules.long_pain_days,
        rules.stiffness_min,
        rules.stiffness_rise_min,
        rules.visa_drop,
        rules.symptom_days,
        rules.symptom_rise_days,
        scores.report_date as score_date,
        scores.pain_0_10 as score,
        if(scores.is_high, scores.high_since_date, null) as high_since_date,
        mornings.report_date as morning_date,
        mornings.is_worse_next_morning,
        mornings.worse_mornings as mornings_worse,
        mornings.worse_since_date,
        stiffness.report_date as stiffness_date,
        stiffness.morning_stiffness_min,
        stiffness.stiffness_before,
        stiffness.stiffness_before_date,
        visa.report_date as visa_date,
        visa.visa_a,
        visa.visa_before
    from intermediate.person_days as days
    inner join seeds.athlete_rules as rules on days.athlete_id = rules.athlete_id
    asof left join scores on days.athlete_id = scores.athlete_id and days.load_date >= scores.report_date
    asof left join mornings on days.athlete_id = mornings.athlete_id and days.load_date >= mornings.report_date
    asof left join stiffness on days.athlete_id = stiffness.athlete_id and days.load_date >= stiffness.report_date
    asof left join visa on days.athlete_id = visa.athlete_id and days.load_date >= visa.report_date
),

judged as (
    select
        *,
        load_date - score_date < pain_holds_days as is_score_held,
        load_date - morning_date < pain_holds_days as is_morning_held,
        score > pain_amber and not is_score_held as is_score_unanswered,
        is_worse_next_morning and not is_morning_held and coalesce(score_date <= morning_date, true) as is_morning_unanswered,
        case
            when is_score_unanswered and is_morning_unanswered then greatest(score_date, morning_date)
            when is_score_unanswered then score_date
            when is_morning_unanswered then morning_date
        end as unanswered_date,
        load_date - stiffness_date <= symptom_days as is_stiffness_new,
        load_date - visa_date <= symptom_days as is_visa_new
    from newest
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
    from judged
)

select
    known.athlete_id,
    known.load_date,
    if(known.is_score_held, known.score_date, null) as score_date,
    if(known.is_score_held, known.score, null) as pain_0_10,
    coalesce(
        known.is_score_held and known.load_date - known.high_since_date >= known.long_pain_days, false
    ) as is_long_pain,
    known.high_since_date,
    if(known.is_morning_held, known.morning_date, null) as morning_date,
    if(known.is_morning_held, known.mornings_worse, null) as worse_mornings,
    known.worse_since_date,
    greatest(known.score_date, known.morning_date) as last_report_date,
    known.unanswered_date,
    cast(known.load_date - known.unanswered_date as integer) as unanswered_days,
    -- The score of that date, if it is the score that was never followed up; else it was the morning.
    if(known.is_score_unanswered and known.unanswered_date = known.score_date, known.score, null) as unanswered_pain,
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
left join recent_pain on known.athlete_id = recent_pain.athlete_id and known.load_date = recent_pain.load_date
