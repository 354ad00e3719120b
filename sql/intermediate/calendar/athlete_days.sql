-- Which days does each athlete's history have, and which of them are known?
-- From the first activity to the as-of date without a gap; an empty day is rest, unless marks.csv marks it as missing. A run that
-- was read makes such a day known; a run that was refused makes any day unknown.
-- Grain: one row per athlete and local day; none for an athlete without any activity.
with firsts as (
    select athlete_id, min(first_date) as first_date
    from (
        select athlete_id, min(run_date) as first_date
        from activities.runs
        where is_dated
        group by athlete_id
        union all
        select sets.athlete_id, min(sets.set_date) as first_date
        from activities.strength_sets as sets
        inner join seeds.athlete_rules as rules on sets.athlete_id = rules.athlete_id
        where sets.set_date >= rules.earliest_date
        group by sets.athlete_id
    )
    group by athlete_id
),

days as (
    select athlete_id, first_date, cast(unnest(generate_series(first_date, as_of_date(), interval 1 day)) as date) as load_date
    from firsts
)

select
    days.athlete_id,
    days.load_date,
    days.first_date,
    (
        exists (
            from activities.runs
            where
                runs.athlete_id = days.athlete_id
                and runs.run_date = days.load_date
                and runs.sport = 'run'
                and runs.is_dated
        )
        or not exists (
            from staging.marks
            where
                marks.athlete_id = days.athlete_id
                and marks.kind = 'missing'
                and days.load_date between marks.from_date and marks.to_date
        )
    )
    and not exists (
        from activities.unknown_days as unknown
        where unknown.athlete_id = days.athlete_id and unknown.load_date = days.load_date
    ) as is_known
from days
