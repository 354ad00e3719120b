-- Which recordings have a wrong date, judged by the athlete's other recordings?
-- A receiver whose count of GPS weeks rolled over dates a run exactly 1,024 weeks (7,168 days) early: years before all others,
-- but among them once corrected; no FIT file is that old. A few days of running years before all others are queried, not
-- corrected.
-- Grain: one row per recording whose date is corrected or queried.
with starts as (
    select
        runs.athlete_id,
        runs.file_id,
        runs.activity_number as recording_number,
        runs.source_format,
        coalesce(runs.started_at, timezone(athletes.timezone, runs.started_local)) as started_at,
        epoch(coalesce(runs.started_at, timezone(athletes.timezone, runs.started_local))) / 86400 as start_day,
        rules.lone_run_gap_days,
        rules.lone_run_days
    from staging.run_rows as runs
    inner join staging.athletes on runs.athlete_id = athletes.athlete_id
    inner join seeds.athlete_rules as rules on runs.athlete_id = rules.athlete_id
),

stepped as (
    select
        *,
        coalesce(
            start_day - lag(start_day) over (
                partition by athlete_id order by start_day, file_id, recording_number
            ) > lone_run_gap_days, true
        ) as is_first
    from starts
    where started_at < as_of_date() + interval 2 day
),

-- Groups of recordings without years between them.
numbered as (
    select
        *,
        sum(cast(is_first as integer)) over (partition by athlete_id order by start_day, file_id, recording_number) as era
    from stepped
),

eras as (
    select
        athlete_id,
        era,
        count(distinct floor(start_day)) as days,
        min(start_day) as first_day,
        max(start_day) as last_day
    from numbered
    group by athlete_id, era
),

judged as (
    select
        numbered.*,
        numbered.start_day + 7168 <= date_diff('day', date '1970-01-01', as_of_date()) + 1
        and (
            (numbered.source_format = 'fit' and numbered.started_at < timestamptz '2009-01-01 00:00:00+00')
            or exists (
                from eras as later
                where
                    later.athlete_id = numbered.athlete_id
                    and later.era > numbered.era
                    and later.days >= eras.days
                    and eras.first_day + 7168 >= later.first_day - numbered.lone_run_gap_days
                    and eras.last_day + 7168 <= later.last_day + numbered.lone_run_gap_days
            )
        ) as is_rolled_over,
        numbered.era = 1
        and eras.days <= numbered.lone_run_days
        and exists (from eras as later where later.athlete_id = numbered.athlete_id and later.era > numbered.era) as is_lone
    from numbered
    inner join eras on numbered.athlete_id = eras.athlete_id and numbered.era = eras.era
)

select
    athlete_id,
    file_id,
    recording_number,
    if(is_rolled_over, started_at + interval 7168 day, started_at) as started_at,
    if(is_rolled_over, 'week_rollover', 'years_before_others') as clock_note
from judged
where is_rolled_over or is_lone
