-- What kind of day was it (away, marked as missing, in a taper, after a race), and did the clock of calf work stand still?
-- Illness and holiday stop it on a limited number of days in any window of the rule's length, the earliest first; the days after a
-- race stop it beside that limit. At least half of four weeks stays. A day marked as missing of which nothing was read is lost: what
-- was done on it nobody knows, so no clock counts it.
-- Grain: one row per athlete and local day since the first activity.
with marked as (
    select
        days.athlete_id,
        days.load_date,
        days.first_date,
        days.is_known,
        coalesce(bool_or(marks.kind in ('illness', 'holiday')), false) as is_away,
        coalesce(bool_or(marks.kind = 'missing'), false) as is_marked_missing
    from intermediate.athlete_days as days
    left join staging.marks as marks
        on days.athlete_id = marks.athlete_id and days.load_date between marks.from_date and marks.to_date
    group by days.athlete_id, days.load_date, days.first_date, days.is_known
),

set_dates as (
    select distinct
        athlete_id,
        set_date
    from activities.strength_sets
),

-- Each day bears its athlete's rules: list_reduce of DuckDB 1.5 takes columns beside its list from the wrong row.
away as (
    select
        marked.athlete_id,
        list(
            [struct_pack(day := marked.load_date, most_days := rules.freeze_days, window_days := rules.freeze_window_days)]
            order by marked.load_date
        ) as away_days
    from marked
    inner join seeds.athlete_rules as rules on marked.athlete_id = rules.athlete_id
    where marked.is_away
    group by marked.athlete_id
),

frozen as (
    select
        athlete_id,
        unnest(
            list_reduce(
                away_days,
                (taken, away) -> if(
                    len(list_filter(taken, earlier -> away[1].day - earlier.day < away[1].window_days)) < away[1].most_days,
                    list_append(taken, away[1]),
                    taken
                ),
                cast([] as struct(day date, most_days integer, window_days integer)[])
            )
        )['day'] as load_date
    from away
),

-- Every date of a mark is a race day.
races as (
    select athlete_id, race_date as from_date, race_date as to_date
    from staging.athletes
    where race_date is not null
    union
    select athlete_id, from_date, to_date
    from staging.marks
    where kind = 'race'
),

raced as (
    select
        marked.athlete_id,
        marked.load_date,
        bool_or(marked.load_date between races.from_date and races.to_date) as is_race_day,
        bool_or(marked.load_date between races.from_date and races.to_date + rules.race_days) as is_after_race,
        bool_or(marked.load_date between races.from_date + 1 and races.to_date + rules.race_days) as is_race_rest,
        max(
            if(
                marked.load_date between races.from_date - rules.taper_days_before and races.to_date + rules.taper_days_after,
                -- Of the race days within reach, the earliest has spent the most days of its taper.
                least(
                    marked.load_date
                    - greatest(races.from_date, cast(marked.load_date - rules.taper_days_after as date))
                    + rules.taper_days_before + 1,
                    rules.taper_days_before
                ),
                null
            )
        ) as taper_days_spent
    from marked
    inner join seeds.athlete_rules as rules on marked.athlete_id = rules.athlete_id
    inner join races
        on
            marked.athlete_id = races.athlete_id
            and marked.load_date between races.from_date - rules.taper_days_before
            and races.to_date + greatest(rules.race_days, rules.taper_days_after)
    group by marked.athlete_id, marked.load_date
),

joined as (
    select
        marked.*,
        frozen.load_date is not null or coalesce(raced.is_race_rest, false) as is_frozen,
        marked.is_marked_missing and not marked.is_known and set_dates.athlete_id is null as is_lost,
        coalesce(raced.is_race_day, false) as is_race_day,
        coalesce(raced.is_after_race, false) as is_after_race,
        coalesce(raced.is_race_rest, false) as is_race_rest,
        raced.taper_days_spent is not null as is_taper,
        coalesce(raced.taper_days_spent, 0) as taper_days_spent
    from marked
    left join frozen on marked.athlete_id = frozen.athlete_id and marked.load_date = frozen.load_date
    left join raced on marked.athlete_id = raced.athlete_id and marked.load_date = raced.load_date
    left join set_dates on marked.athlete_id = set_dates.athlete_id and marked.load_date = set_dates.set_date
)

select
    joined.*,
    sum(cast(joined.is_frozen or joined.is_lost as integer)) over so_far as frozen_so_far,
    sum(cast(joined.is_lost as integer)) over so_far as lost_so_far,
    least(sum(cast(joined.is_frozen or joined.is_lost as integer)) over four_weeks, 14) as frozen_28,
    2 * sum(cast(joined.is_lost as integer)) over four_weeks > count(*) over four_weeks as is_mostly_lost
from joined
window
    so_far as (partition by joined.athlete_id order by joined.load_date),
    four_weeks as (
        partition by joined.athlete_id order by joined.load_date
        range between interval 27 days preceding and current row
    )
