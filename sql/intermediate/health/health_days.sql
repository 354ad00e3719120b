-- Which reports of the Achilles hold on each day?
-- A report holds 7 days or until the next; worse next mornings on two dates in a row are two reports; a pop holds longer, also if
-- other reports follow. An unresolved Achilles injury counts as present; a history lasts a year.
-- Grain: one row per athlete and local day since the first activity (or on the as-of date).
with spine as (
    select athlete_id, load_date
    from intermediate.athlete_days
    union
    select athlete_id, as_of_date() as load_date
    from staging.athletes
),

reports as (
    select
        athlete_id,
        report_date,
        max(pain_0_10) as pain_0_10,
        bool_or(is_worse_next_morning) as is_worse_next_morning,
        max(event) as event
    from staging.symptoms
    group by athlete_id, report_date
),

followed as (
    select
        *,
        case
            when is_worse_next_morning is null then null
            when not is_worse_next_morning then 0
            when lag(is_worse_next_morning) over log and report_date - lag(report_date) over log = 1 then 2
            else 1
        end as worse_mornings,
        lead(report_date) over log as next_report_date
    from reports
    window log as (partition by athlete_id order by report_date)
),

current_reports as (
    select
        spine.athlete_id,
        spine.load_date,
        followed.report_date,
        followed.pain_0_10,
        followed.worse_mornings
    from spine
    inner join seeds.athlete_rules as rules on spine.athlete_id = rules.athlete_id
    inner join followed
        on
            spine.athlete_id = followed.athlete_id
            and spine.load_date >= followed.report_date
            and spine.load_date < followed.report_date + rules.pain_holds_days
            and (followed.next_report_date is null or spine.load_date < followed.next_report_date)
),

events as (
    select
        spine.athlete_id,
        spine.load_date,
        max(reports.report_date) as rupture_date,
        arg_max(reports.event, reports.report_date) as rupture_event
    from spine
    inner join seeds.athlete_rules as rules on spine.athlete_id = rules.athlete_id
    inner join reports
        on
            spine.athlete_id = reports.athlete_id
            and reports.event is not null
            and spine.load_date >= reports.report_date
            and spine.load_date < reports.report_date + rules.rupture_holds_days
    group by spine.athlete_id, spine.load_date
),

recent_pain as (
    select spine.athlete_id, spine.load_date, max(reports.pain_0_10) as worst_pain
    from spine
    inner join seeds.athlete_rules as rules on spine.athlete_id = rules.athlete_id
    inner join reports
        on
            spine.athlete_id = reports.athlete_id
            and reports.report_date between spine.load_date - (rules.rehab_days - 1) and spine.load_date
    group by spine.athlete_id, spine.load_date
),

injured as (
    select
        spine.athlete_id,
        spine.load_date,
        bool_or(injuries.resolved_date is null or injuries.resolved_date > spine.load_date) as is_symptomatic,
        bool_or(injuries.site = 'achilles_insertion') as is_insertional,
        bool_or(injuries.site in ('achilles_midportion', 'achilles_insertion')) as is_site_known,
        max(least(coalesce(injuries.resolved_date, spine.load_date), spine.load_date)) as last_injury_date
    from spine
    inner join staging.injuries as injuries
        on
            spine.athlete_id = injuries.athlete_id
            and injuries.site in ('achilles', 'achilles_midportion', 'achilles_insertion')
            and spine.load_date >= injuries.onset_date
    group by spine.athlete_id, spine.load_date
),

histories as (
    select
        spine.athlete_id,
        spine.load_date,
        coalesce(injured.is_symptomatic, false) as is_symptomatic,
        coalesce(injured.is_insertional, false) as is_insertional,
        coalesce(injured.is_site_known, false) as is_site_known,
        greatest(
            injured.last_injury_date,
            if(athletes.achilles_history_until is null, null, least(athletes.achilles_history_until, spine.load_date))
        ) as last_trouble_date,
        rules.history_days
    from spine
    inner join staging.athletes as athletes on spine.athlete_id = athletes.athlete_id
    inner join seeds.athlete_rules as rules on spine.athlete_id = rules.athlete_id
    left join injured on spine.athlete_id = injured.athlete_id and spine.load_date = injured.load_date
)

select
    histories.athlete_id,
    histories.load_date,
    histories.is_symptomatic,
    histories.is_insertional,
    histories.is_site_known,
    histories.last_trouble_date,
    coalesce(histories.load_date - histories.last_trouble_date < histories.history_days, false) as has_history_of_trouble,
    -- How raises are done: from the floor for a runner with pain at the insertion of the tendon.
    if(histories.is_insertional and has_history_of_trouble, 'PLACE_FLOOR', 'PLACE_STEP') as raises_place_code,
    current_reports.report_date,
    current_reports.pain_0_10,
    current_reports.worse_mornings,
    events.rupture_date,
    events.rupture_event,
    recent_pain.worst_pain as worst_pain_14d
from histories
left join current_reports
    on histories.athlete_id = current_reports.athlete_id and histories.load_date = current_reports.load_date
left join events on histories.athlete_id = events.athlete_id and histories.load_date = events.load_date
left join recent_pain on histories.athlete_id = recent_pain.athlete_id and histories.load_date = recent_pain.load_date
