-- Which injuries are open on each day, is a rupture suspected, and how long ago was the last Achilles trouble?
-- A rupture is suspected from its event on until each leg that it may be was examined, or got an injury of Achilles, calf or foot;
-- time ends it never. An unresolved Achilles injury counts as present.
-- Grain: one row per athlete and local day since the first activity (or on the as-of date).
with injured as (
    select
        days.athlete_id,
        days.load_date,
        bool_or(injuries.is_achilles and injuries.is_open) as is_symptomatic,
        bool_or(injuries.site = 'achilles_insertion' and (injuries.is_open or injuries.is_recent)) as is_insertional,
        bool_or(injuries.site in ('achilles_midportion', 'achilles_insertion')) as is_site_known,
        max(injuries.last_date) filter (where injuries.is_achilles) as last_injury_date,
        count(*) filter (where injuries.is_ours and injuries.is_open) as open_injuries,
        -- The newest onset is named first, then the one before it.
        list(
            struct_pack(site := injuries.site, side := injuries.side, onset_date := injuries.onset_date)
            order by injuries.onset_date desc, injuries.site desc, injuries.side
        ) filter (where injuries.is_ours and injuries.is_open) as open_ones,
        max_by(
            struct_pack(side := injuries.side, onset_date := injuries.onset_date), injuries.onset_date
        ) filter (where not injuries.is_ours and injuries.is_open) as other_injury
    from intermediate.person_days as days
    inner join seeds.athlete_rules as rules on days.athlete_id = rules.athlete_id
    inner join lateral (
        select
            told.site,
            told.onset_date,
            coalesce(told.side, 'both') as side,
            starts_with(told.site, 'achilles') as is_achilles,
            told.site <> 'other' as is_ours,
            is_injury_open(told.resolved_date, days.load_date) as is_open,
            days.load_date - told.resolved_date < rules.history_days as is_recent,
            least(coalesce(told.resolved_date, days.load_date), days.load_date) as last_date
        from staging.injuries as told
        where told.athlete_id = days.athlete_id and told.onset_date <= days.load_date
    ) as injuries on true
    group by days.athlete_id, days.load_date
),

events as (
    select distinct
        athlete_id,
        report_date,
        event,
        side
    from staging.symptoms
    where event in ('pop', 'cannot_raise')
),

-- What was found is found of the leg that somebody reported without a side.
answers as (
    select
        athlete_id,
        side,
        report_date as answer_date,
        false as is_any_leg
    from staging.symptoms
    where event = 'examined'
    union
    select
        athlete_id,
        side,
        onset_date,
        true
    from staging.injuries
    where site <> 'other'
),

answered_legs as (
    select
        events.athlete_id,
        events.report_date,
        events.event,
        events.side,
        legs.leg,
        min(answers.answer_date) as answer_date
    from events
    inner join (values ('left'), ('right')) as legs (leg)
        on coalesce(nullif(events.side, 'both'), legs.leg) = legs.leg
    left join answers
        on
            events.athlete_id = answers.athlete_id
            and events.report_date <= answers.answer_date
            and (
                coalesce(nullif(answers.side, 'both'), legs.leg) = legs.leg
                or (answers.is_any_leg and events.side is null)
            )
    group by events.athlete_id, events.report_date, events.event, events.side, legs.leg
),

suspicions as (
    select
        athlete_id,
        report_date,
        event,
        if(bool_and(answer_date is not null), max(answer_date), null) as answer_date
    from answered_legs
    group by athlete_id, report_date, event, side
),

run_dates as (
    select distinct
        athlete_id,
        run_date
    from activities.runs
    where sport = 'run' and is_dated
),

suspected as (
    select
        days.athlete_id,
        days.load_date,
        max(suspicions.report_date) as rupture_date,
        max_by(suspicions.event, (suspicions.report_date, suspicions.event)) as rupture_event
    from intermediate.person_days as days
    inner join suspicions
        on
            days.athlete_id = suspicions.athlete_id
            and days.load_date >= suspicions.report_date
            and coalesce(days.load_date < suspicions.answer_date, true)
    group by days.athlete_id, days.load_date
),

ruptures as (
    select
        suspected.*,
        if(run_dates.run_date > suspected.rupture_date, run_dates.run_date, null) as run_after_date
    from suspected
    asof left join run_dates on suspected.athlete_id = run_dates.athlete_id and suspected.load_date >= run_dates.run_date
)

select
    days.athlete_id,
    days.load_date,
    coalesce(injured.is_symptomatic, false) as is_symptomatic,
    coalesce(injured.is_insertional, false) as is_insertional,
    coalesce(injured.is_site_known, false) as is_site_known,
    greatest(
        injured.last_injury_date,
        if(athletes.achilles_history_until is null, null, least(athletes.achilles_history_until, days.load_date))
    ) as last_trouble_date,
    coalesce(days.load_date - last_trouble_date < rules.history_days, false) as has_history_of_trouble,
    coalesce(injured.open_injuries, 0) as open_injuries,
    injured.open_ones[1]['site'] as open_site,
    injured.open_ones[1]['side'] as open_side,
    injured.open_ones[1]['onset_date'] as open_since_date,
    injured.open_ones[2]['site'] as second_site,
    injured.open_ones[2]['side'] as second_side,
    injured.open_ones[2]['onset_date'] as second_since_date,
    injured.other_injury['onset_date'] as other_open_since_date,
    ruptures.rupture_date,
    ruptures.rupture_event,
    ruptures.run_after_date
from intermediate.person_days as days
inner join staging.athletes as athletes on days.athlete_id = athletes.athlete_id
inner join seeds.athlete_rules as rules on days.athlete_id = rules.athlete_id
left join injured on days.athlete_id = injured.athlete_id and days.load_date = injured.load_date
left join ruptures on days.athlete_id = ruptures.athlete_id and days.load_date = ruptures.load_date
