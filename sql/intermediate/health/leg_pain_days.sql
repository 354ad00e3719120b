-- Which score and which answer about the morning stand for each leg on each day, and does silence follow a bad one?
-- One leg does not speak for the other; a report without a side, or of both, speaks of each. An empty cell is no answer: scores follow
-- scores, mornings follow mornings. Each holds for a while or until the next of its kind and leg.
-- Grain: one row per athlete, local day since the first activity (or the as-of date) and leg.
with legs as (
    select unnest(['left', 'right']) as leg
),

reports as (
    select
        symptoms.athlete_id,
        legs.leg,
        symptoms.report_date,
        max(symptoms.pain_0_10) as pain_0_10,
        bool_or(symptoms.is_worse_next_morning) as is_worse_next_morning,
        -- Was the highest score told of this leg alone?
        max_by(
            coalesce(symptoms.side = legs.leg, false), (symptoms.pain_0_10, coalesce(symptoms.side, 'both') = 'both')
        ) filter (where symptoms.pain_0_10 is not null) as is_side_told
    from staging.symptoms as symptoms
    inner join legs on coalesce(nullif(symptoms.side, 'both'), legs.leg) = legs.leg
    group by symptoms.athlete_id, legs.leg, symptoms.report_date
),

-- Scores that are all high, with no long gap between them, make one stretch.
scores as (
    select
        athlete_id,
        leg,
        report_date,
        pain_0_10,
        is_side_told,
        max(if(is_high and not is_after_high, report_date, null)) over (
            partition by athlete_id, leg order by report_date
        ) as high_since_date,
        is_high
    from (
        select
            reports.*,
            reports.pain_0_10 >= rules.long_pain as is_high,
            coalesce(
                lag(reports.pain_0_10) over log >= rules.long_pain
                and reports.report_date - lag(reports.report_date) over log <= rules.long_pain_days, false
            ) as is_after_high
        from reports
        inner join seeds.athlete_rules as rules on reports.athlete_id = rules.athlete_id
        where reports.pain_0_10 is not null
        window log as (partition by reports.athlete_id, reports.leg order by reports.report_date)
    ) as followed
),

-- Worse mornings of reports one after the other, close enough together, make one stretch.
mornings as (
    select
        *,
        if(
            is_worse_next_morning,
            count(*) over (partition by athlete_id, leg, worse_since_date order by report_date), 0
        ) as worse_mornings
    from (
        select
            *,
            max(if(is_worse_next_morning and not is_after_worse, report_date, null)) over (
                partition by athlete_id, leg order by report_date
            ) as worse_since_date
        from (
            select
                reports.athlete_id,
                reports.leg,
                reports.report_date,
                reports.is_worse_next_morning,
                coalesce(
                    lag(reports.is_worse_next_morning) over log
                    and reports.report_date - lag(reports.report_date) over log <= rules.pain_pair_days, false
                ) as is_after_worse
            from reports
            inner join seeds.athlete_rules as rules on reports.athlete_id = rules.athlete_id
            where reports.is_worse_next_morning is not null
            window log as (partition by reports.athlete_id, reports.leg order by reports.report_date)
        ) as followed
    ) as stretched
),

leg_days as (
    select
        days.athlete_id,
        days.load_date,
        legs.leg
    from intermediate.person_days as days
    cross join legs
),

newest as (
    select
        days.athlete_id,
        days.load_date,
        days.leg,
        rules.pain_amber,
        rules.long_pain_days,
        scores.report_date as score_date,
        scores.pain_0_10 as score,
        scores.is_side_told,
        if(scores.is_high, scores.high_since_date, null) as high_since_date,
        mornings.report_date as morning_date,
        mornings.is_worse_next_morning,
        mornings.worse_mornings,
        mornings.worse_since_date,
        coalesce(days.load_date - scores.report_date < rules.pain_holds_days, false) as is_score_held,
        coalesce(days.load_date - mornings.report_date < rules.pain_holds_days, false) as is_morning_held
    from leg_days as days
    inner join seeds.athlete_rules as rules on days.athlete_id = rules.athlete_id
    asof left join scores
        on days.athlete_id = scores.athlete_id and days.leg = scores.leg and days.load_date >= scores.report_date
    asof left join mornings
        on days.athlete_id = mornings.athlete_id and days.leg = mornings.leg and days.load_date >= mornings.report_date
)

select
    athlete_id,
    load_date,
    leg,
    score_date,
    score,
    is_side_told,
    is_score_held,
    if(is_score_held and load_date - high_since_date >= long_pain_days, high_since_date, null) as long_pain_since_date,
    morning_date,
    worse_mornings,
    worse_since_date,
    is_morning_held,
    score > pain_amber and not is_score_held as is_score_unanswered,
    is_worse_next_morning and not is_morning_held and coalesce(score_date <= morning_date, true) as is_morning_unanswered,
    case
        when is_score_unanswered and is_morning_unanswered then greatest(score_date, morning_date)
        when is_score_unanswered then score_date
        when is_morning_unanswered then morning_date
    end as unanswered_date,
    -- The score of that date, if it is the score that was never followed up; else it was the morning.
    if(is_score_unanswered and unanswered_date = score_date, score, null) as unanswered_pain
from newest
