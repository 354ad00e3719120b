-- Was it a high-load day, how many of the last seven were, and when did data last arrive?
-- Jump contacts are those of the leg with more of them.
-- Grain: one row per athlete and local day since the first activity.
with legs as (
    select
        athlete_id,
        set_date,
        unnest(case side when 'left' then ['left'] when 'right' then ['right'] else ['left', 'right'] end) as leg,
        plyometric_contacts
    from intermediate.set_efforts
),

contacts as (
    select athlete_id, set_date, max(contacts) as contacts
    from (
        select athlete_id, set_date, leg, sum(plyometric_contacts) as contacts
        from legs
        group by athlete_id, set_date, leg
    )
    group by athlete_id, set_date
),

unclear as (
    select distinct athlete_id, run_date
    from intermediate.run_load
    where sport = 'run' and is_dated and fast_steps is null
),

data_days as (
    select athlete_id, run_date as load_date from intermediate.run_load where is_dated
    union
    select athlete_id, set_date from activities.strength_sets
    union
    select athlete_id, report_date from staging.symptoms
    union
    select athlete_id, test_date from staging.calf_tests
),

joined as (
    select
        totals.*,
        coalesce(contacts.contacts, 0) as contacts,
        data_days.athlete_id is not null as has_data,
        exists (
            from staging.marks
            where
                marks.athlete_id = totals.athlete_id
                and totals.load_date between marks.from_date and marks.to_date
        ) as is_marked,
        calendar.is_after_race,
        rules.* exclude (athlete_id),
        history.runs_so_far,
        history.history_date as first_run_date,
        history.has_history,
        sum((totals.runs > 0)::integer) over noted as run_days,
        sum((unclear.athlete_id is not null)::integer) over noted as days_without_intensity,
        sum((totals.runs > 0 and totals.fast_steps is null)::integer) over noted as days_without_fast_track,
        avg(if(totals.runs > 0, totals.achilles_load_steps, null)) over (
            partition by totals.athlete_id order by totals.load_date
            range between interval 27 days preceding and current row
        ) as mean_run_day_load
    from intermediate.daily_totals as totals
    inner join seeds.athlete_rules as rules on totals.athlete_id = rules.athlete_id
    inner join intermediate.history_days as history
        on totals.athlete_id = history.athlete_id and totals.load_date = history.load_date
    inner join intermediate.calendar as calendar
        on totals.athlete_id = calendar.athlete_id and totals.load_date = calendar.load_date
    left join contacts on totals.athlete_id = contacts.athlete_id and totals.load_date = contacts.set_date
    left join unclear on totals.athlete_id = unclear.athlete_id and totals.load_date = unclear.run_date
    left join data_days on totals.athlete_id = data_days.athlete_id and totals.load_date = data_days.load_date
    window
        noted as (
            partition by totals.athlete_id order by totals.load_date
            range between interval (rules.notes_days - 1) days preceding and current row
        )
),

high as (
    select
        *,
        coalesce(runs > 0 and achilles_load_steps > high_load_share * mean_run_day_load, false)
        or coalesce(fast_steps >= 2 * high_fast_steps_per_leg, false)
        or coalesce(ascent_m >= high_ascent_m, false)
        or contacts >= high_contacts as is_high_load,
        has_data or is_marked or is_after_race or not is_known as is_accounted
    from joined
),

silence as (
    select
        *,
        max(if(has_data, load_date, null)) over so_far as last_data_date,
        load_date - coalesce(max(if(is_accounted, load_date, null)) over so_far, first_date) as unaccounted_days
    from high
    window so_far as (partition by athlete_id order by load_date)
),

weekly as (
    select
        *,
        sum(has_data::integer) over (
            partition by athlete_id order by load_date
            range between interval 6 days preceding and current row
        ) as data_days_7
    from silence
),

-- The usual week before a gap in the data: the median of the eight weeks that end at its start.
usual as (
    select
        weekly.athlete_id,
        weekly.load_date,
        median(earlier.data_days_7) as usual_data_days
    from weekly
    cross join lateral (select unnest(range(cast(weekly.gap_usual_weeks as bigint))) as number) as weeks
    inner join weekly as earlier
        on
            weekly.athlete_id = earlier.athlete_id
            and earlier.load_date = weekly.load_date - cast(weekly.unaccounted_days + 7 * weeks.number as integer)
            and earlier.load_date - earlier.first_date >= 6
    where weekly.unaccounted_days >= weekly.gap_days
    group by weekly.athlete_id, weekly.load_date
)

select
    weekly.athlete_id,
    weekly.load_date,
    first_date,
    first_run_date,
    is_known,
    runs,
    runs_so_far,
    run_days,
    days_without_intensity,
    days_without_fast_track,
    fast_steps,
    contacts,
    is_high_load,
    has_data,
    unaccounted_days,
    weekly.load_date - last_data_date as silent_days,
    last_data_date,
    usual.usual_data_days,
    sum(is_high_load::integer) over (
        partition by weekly.athlete_id order by weekly.load_date
        range between interval 6 days preceding and current row
    ) as high_load_days_7,
    sum(is_high_load::integer) over (
        partition by weekly.athlete_id order by weekly.load_date range between interval 1 day preceding and current row
    ) as high_load_days_2,
    is_high_load
    and coalesce(lag(is_high_load) over (partition by weekly.athlete_id order by weekly.load_date), false) as is_back_to_back,
    has_history
from weekly
left join usual on weekly.athlete_id = usual.athlete_id and weekly.load_date = usual.load_date
