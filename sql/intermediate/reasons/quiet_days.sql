-- On which days has the coach asked for quiet about a runner, and what broke it?
-- The newest note of the kind quiet_until counts, from its day to its last day. It is broken for good once the flag stands higher
-- than on the note's day, once pain comes that was not there the day before or more of it is reported, and by a suspected rupture at
-- any time. The flag itself never changes.
-- Grain: one row per athlete and local day within a quiet time.
with pains as (
    select
        athlete_id,
        load_date,
        bool_or(level in ('red', 'amber') and not is_there_before) as is_new,
        bool_or(code = 'RED_FLAG_RUPTURE') as is_rupture
    from (
        select
            athlete_id,
            load_date,
            code,
            level,
            coalesce(load_date - lag(load_date) over (partition by athlete_id, code, side order by load_date) = 1, false)
                as is_there_before
        from intermediate.found_reasons
        where state = 'raised' and family = 'pain'
    ) as raised
    group by athlete_id, load_date
),

days as (
    select
        held.athlete_id,
        held.load_date,
        greatest(held.held_level, 0) as priority,
        coalesce(pains.is_new, false) as is_new_pain,
        coalesce(pains.is_rupture, false) as is_rupture,
        health.score_date,
        health.pain_0_10,
        rules.pain_amber
    from intermediate.held_flags as held
    inner join seeds.athlete_rules as rules on held.athlete_id = rules.athlete_id
    inner join intermediate.health_days as health
        on held.athlete_id = health.athlete_id and held.load_date = health.load_date
    left join pains on held.athlete_id = pains.athlete_id and held.load_date = pains.load_date
),

within_notes as (
    select
        days.*,
        notes.note_date,
        notes.until_date,
        notes.file_id,
        notes.row_number
    from days
    inner join intermediate.coach_notes as notes
        on
            days.athlete_id = notes.athlete_id
            and notes.kind = 'quiet_until'
            and days.load_date between notes.note_date and notes.until_date
),

broken as (
    select
        *,
        bool_or(is_rupture) over since as has_rupture,
        bool_or(
            load_date > note_date and (
                is_new_pain
                or coalesce(score_date > note_date and pain_0_10 > pain_amber and pain_0_10 > coalesce(first_pain, -1), false)
            )
        ) over since as has_pain,
        bool_or(priority > coalesce(first_priority, 0)) over since as is_worse
    from (
        select
            *,
            max(if(load_date = note_date, pain_0_10, null)) over note as first_pain,
            max(if(load_date = note_date, priority, null)) over note as first_priority
        from within_notes
        window note as (partition by athlete_id, file_id, row_number)
    ) as compared
    window since as (
        partition by athlete_id, file_id, row_number order by load_date
        rows between unbounded preceding and current row
    )
)

select
    broken.athlete_id,
    broken.load_date,
    broken.until_date,
    case when broken.has_rupture then 'rupture' when broken.has_pain then 'pain' when broken.is_worse then 'worse' end as broken_because
from broken
-- A newer note of the kind takes the place of an older one, also where it ends sooner.
where not exists (
    from intermediate.coach_notes as newer
    where
        newer.athlete_id = broken.athlete_id
        and newer.kind = 'quiet_until'
        and newer.note_date <= broken.load_date
        and (newer.note_date, newer.file_id, newer.row_number) > (broken.note_date, broken.file_id, broken.row_number)
)
