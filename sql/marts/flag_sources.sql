-- Which files does the value of a raised reason come from?
-- A spike rests on two outings: the one whose ratio is the value, and the largest in the window before it. Other running reasons
-- rest on every run of their window, calf reasons on the sets that fed the link in four weeks, else the last ones; pain on the
-- reports, an open injury on those that are open. Only for the days that pages show: the as-of date, and the day that a flag still
-- held then rests on; `tendonwatch why` asks the same of another day, with that day in place of `shown`, of the published file. So all
-- that is read here is published.
-- Grain: one row per athlete, day, code and measure of a raised reason, role, and run, day and file of sets, or report.
with shown as (
    select athlete_id, load_date
    from marts.athlete_status
    where load_date = as_of_date()
    union
    select athlete_id, reasons_date as load_date
    from marts.athlete_status
    where load_date = as_of_date() and held_days > 0
),

raised as (
    select distinct
        flags.athlete_id,
        flags.code,
        flags.family,
        flags.measure,
        flags.load_date,
        reasons.link,
        coalesce(flags.window_days, 28) as window_days,
        cast(flags.facts ->> '$.outing_date' as date) as outing_date,
        flags.family = 'run' and flags.unit = 'ratio' and flags.code <> 'ACWR_HIGH' as is_quotient
    from marts.flags as flags
    inner join shown on flags.athlete_id = shown.athlete_id and flags.load_date = shown.load_date
    inner join seeds.reasons as reasons on flags.code = reasons.code
    where flags.state = 'raised' and flags.level <> 'info' and flags.family in ('run', 'calf', 'pain')
),

outings as (
    select
        athlete_id,
        outing_id,
        min(started_at) as started_at,
        arg_min(run_date, started_at) as outing_date,
        if(count(distance_m) = count(*), sum(distance_m order by started_at, run_id), null) as distance_m,
        if(count(moving_s) = count(*), sum(moving_s order by started_at, run_id), null) as moving_s,
        if(count(ascent_m) = count(*), sum(ascent_m order by started_at, run_id), null) as ascent_m,
        if(count(fast_steps) = count(*), sum(fast_steps order by started_at, run_id), null) as fast_steps,
        if(count(achilles_load_steps) = count(*), sum(achilles_load_steps order by started_at, run_id), null) as achilles_load_steps
    from marts.runs
    where outing_id is not null and athlete_id in (select shown.athlete_id from shown)
    group by athlete_id, outing_id
),

compared as (
    select
        raised.athlete_id,
        raised.load_date,
        raised.code,
        raised.measure,
        outings.outing_id,
        if(outings.outing_date = raised.outing_date, 'the run', 'the most before it') as role
    from raised
    inner join outings
        on
            raised.athlete_id = outings.athlete_id
            and outings.outing_date between raised.outing_date - raised.window_days and raised.outing_date
    where raised.is_quotient
    qualify row_number() over (
        partition by raised.athlete_id, raised.load_date, raised.code, raised.measure, role
        order by
            case raised.measure
                when 'distance_m' then outings.distance_m
                when 'moving_s' then outings.moving_s
                when 'ascent_m' then outings.ascent_m
                when 'fast_steps' then outings.fast_steps
                when 'achilles_load_steps' then outings.achilles_load_steps
            end desc nulls last,
            outings.started_at desc
    ) = 1
),

runs as (
    select
        compared.athlete_id,
        compared.load_date,
        compared.code,
        compared.measure,
        compared.role,
        parts.run_id
    from compared
    inner join marts.runs as parts
        on compared.athlete_id = parts.athlete_id and compared.outing_id = parts.outing_id
    union all
    select
        raised.athlete_id,
        raised.load_date,
        raised.code,
        raised.measure,
        'counted',
        runs.run_id
    from raised
    inner join marts.runs as runs
        on
            raised.athlete_id = runs.athlete_id
            and runs.run_date between raised.load_date - raised.window_days + 1 and raised.load_date
    where raised.family = 'run' and not raised.is_quotient and runs.sport = 'run' and runs.is_dated
),

credits as (
    select
        exercise_id,
        credit_column,
        credit
    from seeds.exercises
    unpivot (credit for credit_column in (columns('.*_credit')))
),

found as (
    select
        runs.athlete_id,
        runs.load_date,
        runs.code,
        runs.measure,
        counted.run_date as source_date,
        runs.role,
        case runs.measure
            when 'distance_m' then counted.distance_m
            when 'moving_s' then counted.moving_s
            when 'ascent_m' then counted.ascent_m
            when 'fast_steps' then counted.fast_steps
            when 'achilles_load_steps' then counted.achilles_load_steps
        end as amount,
        counted.file_id
    from runs
    inner join marts.runs as counted on runs.athlete_id = counted.athlete_id and runs.run_id = counted.run_id
    union all
    select
        raised.athlete_id,
        raised.load_date,
        raised.code,
        raised.measure,
        sets.set_date,
        'sets',
        count(*),
        sets.file_id
    from raised
    inner join seeds.links on raised.link = links.link
    inner join marts.strength_sets as sets
        on
            raised.athlete_id = sets.athlete_id
            and raised.load_date >= sets.set_date
            and not coalesce(sets.is_warmup, false)
    left join credits
        on sets.exercise_id = credits.exercise_id and links.credit_column = credits.credit_column
    where
        raised.family = 'calf'
        and case links.fed_by
            when 'heavy' then sets.is_heavy_set
            when 'jumps' then sets.plyometric_contacts > 0
            else credits.credit > 0
        end
    group by raised.athlete_id, raised.load_date, raised.code, raised.measure, sets.set_date, sets.file_id
    qualify
        sets.set_date > raised.load_date - 28
        or sets.set_date = max(sets.set_date) over (
            partition by raised.athlete_id, raised.load_date, raised.code, raised.measure
        )
    union all
    select
        raised.athlete_id,
        raised.load_date,
        raised.code,
        raised.measure,
        events.from_date,
        'report',
        null,
        events.file_id
    from raised
    inner join marts.health_events as events
        on
            raised.athlete_id = events.athlete_id
            and raised.load_date >= events.from_date
            and case
                when raised.code = 'OPEN_INJURY'
                    then
                        events.kind = 'injury'
                        and events.site <> 'other'
                        and coalesce(raised.load_date < events.to_date, true)
                when raised.code in ('ACHILLES_HISTORY', 'INSERTIONAL') then events.kind = 'injury'
                else events.kind = 'symptoms'
            end
    where raised.family = 'pain'
)

select
    athlete_id,
    code,
    measure,
    source_date,
    role,
    amount,
    file_id,
    row_number() over (
        partition by athlete_id, load_date, code, measure order by source_date desc, role desc, file_id, amount
    ) as source_number,
    count(*) over (partition by athlete_id, load_date, code, measure) as sources,
    load_date,
    as_of_date() as as_of_date
from found
order by athlete_id, load_date, code, measure, source_number
