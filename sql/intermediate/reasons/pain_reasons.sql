-- Which reasons do reports of pain and the history of the Achilles give on each day?
-- Raised rows on every day; on the as-of date also the others, with their numbers.
-- Grain: one row per athlete, local day, code and measure.
with spine as (
    select
        health.*,
        rules.pain_gate,
        rules.pain_amber,
        rules.pain_holds_days,
        rules.rupture_holds_days,
        rules.history_days
    from intermediate.health_days as health
    inner join seeds.athlete_rules as rules on health.athlete_id = rules.athlete_id
),

pain_reasons as (
    select
        athlete_id,
        load_date,
        'PAIN_GATE' as code,
        'pain_0_10' as measure,
        pain_0_10 > pain_amber as is_raised,
        if(pain_0_10 > pain_gate, 'red', 'amber') as level,
        pain_0_10 as value,
        if(pain_0_10 > pain_gate, pain_gate, pain_amber) as threshold,
        '>' as comparison,
        '0-10' as unit,
        cast(pain_holds_days as integer) as window_days,
        if(pain_0_10 > pain_amber, 'pain.score', 'pain.low_score') as message,
        if(
            report_date is null, json_object('holds_days', pain_holds_days),
            json_object('pain', pain_0_10, 'report_date', report_date, 'limit', pain_amber)
        ) as facts,
        if(report_date is null, 'because.no_symptoms_line', 'because.no_pain_score') as because
    from spine
    union all by name
    select
        athlete_id,
        load_date,
        'PAIN_GATE' as code,
        'worse_mornings' as measure,
        worse_mornings >= 2 as is_raised,
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
        if(
            report_date is null, json_object('holds_days', pain_holds_days), json_object('report_date', report_date)
        ) as facts,
        if(report_date is null, 'because.no_symptoms', 'because.no_word_of_mornings') as because
    from spine
),

rupture_reasons as (
    select
        athlete_id,
        load_date,
        'RED_FLAG_RUPTURE' as code,
        'event' as measure,
        case
            when rupture_event is not null then true
            when report_date is not null then false
        end as is_raised,
        'red' as level,
        if(rupture_event is null, 0, 1) as value,
        0 as threshold,
        '>' as comparison,
        'events' as unit,
        cast(rupture_holds_days as integer) as window_days,
        case
            when rupture_event is null then 'rupture.none'
            when rupture_event = 'pop' then 'rupture.pop'
            else 'rupture.no_heel_raise'
        end as message,
        case
            when rupture_event is not null then json_object('rupture_date', rupture_date)
            when report_date is not null then json_object('holds_days', rupture_holds_days)
            else json_object('holds_days', pain_holds_days)
        end as facts,
        'because.no_events' as because
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
        json_object('days', load_date - last_trouble_date, 'history_days', history_days) as facts,
        'because.no_history' as because
    from spine
    union all by name
    select
        athlete_id,
        load_date,
        'INSERTIONAL' as code,
        'site' as measure,
        if(has_history_of_trouble and is_site_known, is_insertional, null) as is_raised,
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
    select * from history_reasons
)

select *
from united
where is_raised or load_date = as_of_date()
