-- What kind of day was it: frozen by illness or holiday, in a taper, in rehab, building?
-- Grain: one row per athlete and local day since the first activity.
with marked as (
    select
        days.athlete_id,
        days.load_date,
        days.first_date,
        days.is_known,
        coalesce(bool_or(marks.kind in ('illness', 'holiday')), false) as is_away,
        coalesce(bool_or(marks.kind = 'race'), false) as is_race_marked
    from intermediate.athlete_days as days
    left join staging.marks as marks
        on days.athlete_id = marks.athlete_id and days.load_date between marks.from_date and marks.to_date
    group by days.athlete_id, days.load_date, days.first_date, days.is_known
),

-- The clock is frozen for a limited number of days in any window of the rule's length.
frozen as (
    select
        marked.*,
        marked.is_away and count(*) filter (where marked.is_away) over (
            partition by marked.athlete_id order by marked.load_date
            range between interval (rules.freeze_window_days - 1) days preceding and current row
        ) <= rules.freeze_days as is_frozen
    from marked
    inner join seeds.athlete_rules as rules on marked.athlete_id = rules.athlete_id
),

races as (
    select athlete_id, race_date
    from staging.athletes
    where race_date is not null
    union
    select athlete_id, to_date
    from staging.marks
    where kind = 'race'
),

tapers as (
    select
        frozen.athlete_id,
        frozen.load_date,
        max(
            least(
                frozen.load_date - races.race_date + rules.taper_days_before + 1,
                rules.taper_days_before
            )
        ) as taper_days_spent
    from frozen
    inner join seeds.athlete_rules as rules on frozen.athlete_id = rules.athlete_id
    inner join races
        on
            frozen.athlete_id = races.athlete_id
            and frozen.load_date between races.race_date - rules.taper_days_before
            and races.race_date + rules.taper_days_after
    group by frozen.athlete_id, frozen.load_date
)

select
    frozen.*,
    sum(cast(frozen.is_frozen as integer)) over so_far as frozen_so_far,
    sum(cast(frozen.is_frozen as integer)) over four_weeks as frozen_28,
    tapers.athlete_id is not null as is_taper,
    coalesce(tapers.taper_days_spent, 0) as taper_days_spent
from frozen
left join tapers on frozen.athlete_id = tapers.athlete_id and frozen.load_date = tapers.load_date
window
    so_far as (partition by frozen.athlete_id order by frozen.load_date),
    four_weeks as (
        partition by frozen.athlete_id order by frozen.load_date
        range between interval 27 days preceding and current row
    )
