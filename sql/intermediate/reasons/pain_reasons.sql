-- Which reasons do reports of pain, open injuries and the history of the Achilles give on each day?
-- Raised rows on every day; on the as-of date also the others, with their numbers.
-- Grain: one row per athlete, local day, code and measure.
with contradicted as (
    select
        athlete_id,
        report_date
    from (
        select
            athlete_id,
            report_date,
            count(distinct pain_0_10) as scores
        from staging.symptoms
        group by athlete_id, report_date, side
    ) as sides
    group by athlete_id, report_date
    having max(scores) > 1
),

spine as (
    select
        health.*,
        states.person_states,
        unread.is_symptom_unread,
        unread.is_injury_unread,
        done.* exclude (athlete_id, load_date),
        contradicted.athlete_id is not null as has_two_scores,
        rules.* exclude (athlete_id)
    from intermediate.health_days as health
    inner join intermediate.person_states as states
        on health.athlete_id = states.athlete_id and health.load_date = states.load_date
    inner join intermediate.unread_rows as unread on health.athlete_id = unread.athlete_id and health.load_date = unread.load_date
    left join intermediate.done_since as done
        on health.athlete_id = done.athlete_id and health.load_date = done.load_date
    inner join seeds.athlete_rules as rules on health.athlete_id = rules.athlete_id
    left join contradicted on health.athlete_id = contradicted.athlete_id and health.score_date = contradicted.report_date
),

pain_reasons as (
    select
        athlete_id,
        load_date,
        'PAIN_GATE' as code,
        'pain_0_10' as measure,
        -- What could not be read may be the very report: it clears nothing.
        if(is_symptom_unread, nullif(pain_0_10 > pain_amber, false), pain_0_10 > pain_amber) as is_raised,
        if(pain_0_10 > pain_gate, 'red', 'amber') as level,
        pain_0_10 as value,
        if(pain_0_10 > pain_gate, pain_gate, pain_amber) as threshold,
        '>' as comparison,
        '0-10' as unit,
        cast(pain_holds_days as integer) as window_days,
        case
            when coalesce(pain_0_10 <= pain_amber, true) then 'pain.low_score'
            when score_side = 'left' then 'pain.score_left'
            when score_side = 'right' then 'pain.score_right'
            else 'pain.score'
        end
        || if(pain_0_10 > pain_amber and high_since_date is not null, '+pain.long', '')
        -- Two of them are a reason of their own.
        || if(pain_0_10 > pain_amber and worse_mornings = 1, '+pain.worse_morning', '')
        || if(has_two_scores, '+pain.two_scores', '') as message,
        case
            when score_date is null and morning_date is null then json_object('holds_days', pain_holds_days)
            when score_date is null then json_object('report_date', morning_date)
            when pain_0_10 > pain_amber and high_since_date is not null
                then
                    -- A merge leaves out the date that is null.
                    json_merge_patch(
                        json_object(
                            'pain', pain_0_10, 'report_date', score_date, 'limit', pain_amber,
                            'long_pain', long_pain, 'since_date', high_since_date
                        ),
                        json_object('morning_date', if(worse_mornings = 1, morning_date, null))
                    )
            when pain_0_10 > pain_amber and worse_mornings = 1
                then
                    json_object(
                        'pain', pain_0_10, 'report_date', score_date, 'morning_date', morning_date, 'limit', pain_amber
                    )
            else json_object('pain', pain_0_10, 'report_date', score_date, 'limit', pain_amber)
        end as facts,
        case
            when is_symptom_unread then 'because.symptoms_unread'
            when morning_date is null then 'because.no_symptoms_line'
            else 'because.no_pain_score'
        end as because,
        case
            when list_contains(person_states, 'pain_gate') then 'PAIN_GATE'
            when is_long_pain then 'PAIN_LONG'
            when worse_mornings > 0 then 'PAIN_WORSE'
            else 'PAIN_ALLOWED'
        end as action_code
    from spine
    union all by name
    select
        athlete_id,
        load_date,
        'PAIN_GATE' as code,
        'worse_mornings' as measure,
        if(is_symptom_unread, nullif(worse_mornings >= 2, false), worse_mornings >= 2) as is_raised,
        'red' as level,
        worse_mornings as value,
        2 as threshold,
        '>=' as comparison,
        'mornings' as unit,
        cast(pain_holds_days as integer) as window_days,
        case
            when worse_mornings >= 2 then 'mornings.two'
            when worse_mornings = 1 then 'mornings.one'
            else 'mornings.none'
        end as message,
        case
            when coalesce(morning_date, score_date) is null then json_object('holds_days', pain_holds_days)
            when worse_mornings >= 2
                then json_object('reports', worse_mornings, 'since_date', worse_since_date, 'report_date', morning_date)
            else json_object('report_date', coalesce(morning_date, score_date))
        end as facts,
        case
            when is_symptom_unread then 'because.symptoms_unread'
            when score_date is null then 'because.no_symptoms'
            else 'because.no_word_of_mornings'
        end as because
    from spine
),

rupture_reasons as (
    select
        athlete_id,
        load_date,
        'RED_FLAG_RUPTURE' as code,
        'event' as measure,
        case
            when rupture_date is not null then true
            when not is_symptom_unread and coalesce(score_date, morning_date) is not null then false
        end as is_raised,
        'red' as level,
        if(rupture_date is null, 0, 1) as value,
        0 as threshold,
        '>' as comparison,
        'events' as unit,
        cast(coalesce(load_date - rupture_date + 1, pain_holds_days) as integer) as window_days,
        case
            when rupture_date is null then 'rupture.none'
            when rupture_event = 'pop' then 'rupture.pop'
            else 'rupture.no_heel_raise'
        end || if(run_after_date is null, '', '+rupture.run_after') as message,
        case
            when rupture_date is null then json_object('holds_days', pain_holds_days)
            when run_after_date is null then json_object('rupture_date', rupture_date)
            else
                json_object('rupture_date', rupture_date, 'run_after_date', run_after_date, 'runs', runs_since)
        end as facts,
        if(is_symptom_unread, 'because.symptoms_unread', 'because.no_events') as because
    from spine
),

injury_reasons as (
    select
        athlete_id,
        load_date,
        'OPEN_INJURY' as code,
        'days_open' as measure,
        if(is_injury_unread, nullif(open_injuries > 0, false), open_injuries > 0) as is_raised,
        'amber' as level,
        if(open_injuries > 0, load_date - open_since_date + 1, 0) as value,
        0 as threshold,
        '>' as comparison,
        'days' as unit,
        1 as window_days,
        case
            when open_injuries = 0 then 'injury.none'
            when open_site = 'achilles_insertion'
                then
                    case open_side
                        when 'left' then 'injury.insertion_left'
                        when 'right' then 'injury.insertion_right'
                        else 'injury.insertion'
                    end
            when starts_with(open_site, 'achilles')
                then
                    case open_side
                        when 'left' then 'injury.achilles_left'
                        when 'right' then 'injury.achilles_right'
                        else 'injury.achilles'
                    end
            when open_side = 'left' then 'injury.other_left'
            when open_side = 'right' then 'injury.other_right'
            else 'injury.other'
        end
        || case
            when open_injuries < 2 then ''
            when starts_with(second_site, 'achilles')
                then
                    case second_side
                        when 'left' then '+injury.second_achilles_left'
                        when 'right' then '+injury.second_achilles_right'
                        else '+injury.second_achilles'
                    end
            when second_side = 'left' then '+injury.second_left'
            when second_side = 'right' then '+injury.second_right'
            else '+injury.second'
        end
        || if(open_injuries > 0 and rupture_date is null and runs_since > 0, '+injury.runs_since', '')
        || if(open_injuries > 0 and rupture_date is null and calf_sets_since > 0, '+injury.calf_sets_since', '') as message,
        if(
            open_injuries > 0,
            -- A merge leaves out the dates that are null.
            json_merge_patch(
                json_object('site', open_site, 'onset_date', open_since_date, 'days', load_date - open_since_date + 1),
                json_object(
                    'second_site', if(starts_with(second_site, 'achilles'), null, second_site), 'second_date', second_since_date,
                    'runs', runs_since, 'run_date', run_since_date, 'sets', calf_sets_since, 'set_date', calf_set_since_date
                )
            ),
            json_object()
        ) as facts,
        if(is_injury_unread, 'because.injuries_unread', null) as because
    from spine
),

-- Silence is not recovery: it is asked about, after a while as a note.
silence_reasons as (
    select
        athlete_id,
        load_date,
        'PAIN_UNANSWERED' as code,
        'days_since' as measure,
        if(last_report_date is null, null, unanswered_date is not null) as is_raised,
        if(unanswered_days > pain_unanswered_days, 'info', 'amber') as level,
        coalesce(unanswered_days, 0) as value,
        pain_holds_days as threshold,
        '>=' as comparison,
        'days' as unit,
        cast(greatest(pain_unanswered_days, unanswered_days) as integer) as window_days,
        case
            when unanswered_date is null then 'unanswered.none'
            when unanswered_pain is not null then 'unanswered.pain'
            else 'unanswered.morning'
        end as message,
        case
            when unanswered_pain is not null
                then json_object('pain', unanswered_pain, 'report_date', unanswered_date, 'days', unanswered_days)
            when unanswered_date is not null then json_object('report_date', unanswered_date, 'days', unanswered_days)
            else json_object('report_date', last_report_date)
        end as facts,
        'because.no_pain_reported' as because
    from spine
),

symptom_reasons as (
    select
        athlete_id,
        load_date,
        'SYMPTOMS_RISING' as code,
        'morning_stiffness_min' as measure,
        is_stiffness_high as is_raised,
        'amber' as level,
        morning_stiffness_min as value,
        stiffness_min as threshold,
        '>=' as comparison,
        'min' as unit,
        symptom_days as window_days,
        'stiffness.now' as message,
        if(
            stiffness_date is null, json_object('symptom_days', symptom_days),
            json_object('stiffness_s', 60 * morning_stiffness_min, 'limit_s', 60 * stiffness_min, 'report_date', stiffness_date)
        ) as facts,
        'because.no_stiffness' as because
    from spine
    union all by name
    select
        athlete_id,
        load_date,
        'SYMPTOMS_RISING' as code,
        'stiffness_rise_min' as measure,
        is_stiffness_rising as is_raised,
        'amber' as level,
        if(stiffness_before is null, null, greatest(morning_stiffness_min - stiffness_before, 0)) as value,
        stiffness_rise_min as threshold,
        '>=' as comparison,
        'min' as unit,
        symptom_rise_days as window_days,
        if(morning_stiffness_min - stiffness_before > 0, 'stiffness.rose', 'stiffness.did_not_rise') as message,
        if(
            stiffness_before is null, json_object('symptom_rise_days', symptom_rise_days),
            json_object(
                'stiffness_s', 60 * morning_stiffness_min, 'before_s', 60 * stiffness_before,
                'rise_s', 60 * (morning_stiffness_min - stiffness_before),
                'limit_s', 60 * stiffness_rise_min, 'report_date', stiffness_date
            )
        ) as facts,
        'because.few_stiffness' as because
    from spine
    union all by name
    select
        athlete_id,
        load_date,
        'SYMPTOMS_RISING' as code,
        'visa_a' as measure,
        is_visa_falling as is_raised,
        'amber' as level,
        if(visa_before is null, null, greatest(visa_before - visa_a, 0)) as value,
        visa_drop as threshold,
        '>=' as comparison,
        'points' as unit,
        symptom_rise_days as window_days,
        if(visa_before - visa_a > 0, 'visa.fell', 'visa.did_not_fall') as message,
        if(
            visa_before is null or visa_a is null, json_object('symptom_rise_days', symptom_rise_days),
            json_object(
                'visa', visa_a, 'before', visa_before, 'fall', visa_before - visa_a, 'limit', visa_drop,
                'report_date', visa_date
            )
        ) as facts,
        'because.few_visa' as because
    from spine
),

history_reasons as (
    select
        athlete_id,
        load_date,
        'ACHILLES_HISTORY' as code,
        'days_since' as measure,
        if(last_trouble_date is null, null, has_history_of_trouble) as is_raised,
        'history' as level,
        load_date - last_trouble_date as value,
        history_days as threshold,
        '<' as comparison,
        'days' as unit,
        cast(history_days as integer) as window_days,
        case
            when is_symptomatic then 'history.open'
            when last_trouble_date = load_date then 'history.today'
            when has_history_of_trouble then 'history.since'
            else 'history.over'
        end as message,
        json_object('trouble_date', last_trouble_date, 'history_days', history_days) as facts,
        'because.no_history' as because
    from spine
    union all by name
    select
        athlete_id,
        load_date,
        'INSERTIONAL' as code,
        'site' as measure,
        if(is_insertional or (has_history_of_trouble and is_site_known), is_insertional, null) as is_raised,
        'info' as level,
        if(is_insertional, 1, 0) as value,
        0 as threshold,
        '>' as comparison,
        'sites' as unit,
        cast(history_days as integer) as window_days,
        if(is_insertional, 'site.insertion', 'site.not_insertion') as message,
        json_object('history_days', history_days) as facts,
        if(has_history_of_trouble, 'because.no_site', 'because.no_recent_history') as because
    from spine
),

united as (
    select * from pain_reasons
    union all by name
    select * from rupture_reasons
    union all by name
    select * from injury_reasons
    union all by name
    select * from silence_reasons
    union all by name
    select * from symptom_reasons
    union all by name
    select * from history_reasons
)

select *
from united
where is_raised or load_date = as_of_date()
