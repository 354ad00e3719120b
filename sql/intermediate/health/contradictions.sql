-- What do the files say of an athlete that cannot all be true, or that is counted otherwise than it was written?
-- Told for four weeks from its day on; what bears no day, of today. Two lengths of one run contradict each other where the longer
-- one would be a spike beside the shorter one; a part that was recorded from another moment on, or a file that is cut off, does not.
-- Grain: one row per contradiction; `kind` names the sentence that says it.
with whole as (
    select recordings.*
    from activities.run_recordings as recordings
    inner join seeds.athlete_rules as rules on recordings.athlete_id = rules.athlete_id
    inner join activities.runs as runs on recordings.athlete_id = runs.athlete_id and recordings.run_id = runs.run_id
    where
        recordings.sport = 'run'
        and not recordings.is_partial
        and (
            not recordings.is_part
            or abs(epoch(recordings.started_at) - epoch(runs.started_at)) <= rules.twin_start_s
        )
),

lengths as (
    select
        runs.athlete_id,
        'two_lengths' as kind,
        runs.run_date as said_date,
        arg_max(
            json_object('run_date', runs.run_date, 'taken_m', runs.distance_m, 'left_m', others.distance_m),
            (abs(others.distance_m - runs.distance_m), others.distance_m)
        ) as facts
    from activities.runs
    inner join whole as others on runs.athlete_id = others.athlete_id and runs.run_id = others.run_id
    inner join seeds.athlete_rules as rules on runs.athlete_id = rules.athlete_id
    where
        runs.is_dated
        and others.distance_m > 0
        and 100 * greatest(runs.distance_m, others.distance_m)
        > rules.spike_small_percent * least(runs.distance_m, others.distance_m)
    group by runs.athlete_id, runs.run_id, runs.run_date
),

marked_runs as (
    select distinct
        runs.athlete_id,
        if(marks.kind = 'missing', 'run_on_missing', 'run_while_ill') as kind,
        runs.run_date as said_date,
        json_object('run_date', runs.run_date) as facts
    from activities.runs
    inner join staging.marks
        on
            runs.athlete_id = marks.athlete_id
            and marks.kind in ('missing', 'illness')
            and runs.run_date between marks.from_date and marks.to_date
    where runs.sport = 'run' and runs.is_dated
),

scores as (
    select
        athlete_id,
        'two_scores' as kind,
        report_date as said_date,
        json_object('report_date', report_date, 'low', min(pain_0_10), 'pain', max(pain_0_10)) as facts
    from staging.symptoms
    group by athlete_id, report_date, side
    having min(pain_0_10) < max(pain_0_10)
),

mornings as (
    select
        athlete_id,
        'two_mornings' as kind,
        report_date as said_date,
        json_object('report_date', report_date) as facts
    from staging.symptoms
    group by athlete_id, report_date, side
    having bool_or(is_worse_next_morning) and bool_or(not is_worse_next_morning)
),

-- A run after a possible rupture is told by the reason of its own; one on the day of it may be how it happened.
assistance as (
    select
        efforts.athlete_id,
        'over_assisted' as kind,
        efforts.set_date as said_date,
        json_object(
            'set_date', efforts.set_date, 'assistance_kg', max(efforts.assistance_kg),
            'row', min(coalesce(sets.row_number, sets.set_row))
        ) as facts
    from intermediate.set_efforts as efforts
    inner join activities.strength_sets as sets
        on efforts.athlete_id = sets.athlete_id and efforts.file_id = sets.file_id and efforts.set_row = sets.set_row
    where efforts.is_over_assisted
    group by efforts.athlete_id, efforts.set_date
),

-- On some machines the two would be one folder; whoever is meant, nobody's files are put together.
like_names as (
    select distinct
        ours.athlete_id,
        'like_name' as kind,
        as_of_date() as said_date,
        json_object() as facts
    from staging.athletes as ours
    inner join staging.athletes as others
        on lower(ours.athlete_id) = lower(others.athlete_id) and ours.athlete_id <> others.athlete_id
),

histories as (
    select
        athlete_id,
        'history_to_come' as kind,
        as_of_date() as said_date,
        json_object() as facts
    from activities.left_out_cells
    where cell = 'achilles_history_until'
),

cells as (
    select
        athlete_id,
        'cells_left_out' as kind,
        as_of_date() as said_date,
        json_object('names', string_agg(distinct cell, ', ' order by cell)) as facts
    from activities.left_out_cells
    where cell <> 'achilles_history_until'
    group by athlete_id
),

united as (
    select * from lengths
    union all
    select * from marked_runs
    union all
    select * from scores
    union all
    select * from mornings
    union all
    select * from assistance
    union all
    select * from like_names
    union all
    select * from histories
    union all
    select * from cells
)

select
    united.athlete_id,
    united.kind,
    united.said_date,
    united.said_date + cast(rules.notes_days - 1 as integer) as told_until,
    united.facts
from united
inner join seeds.athlete_rules as rules on united.athlete_id = rules.athlete_id
where united.said_date <= as_of_date()
