-- Which runs were parts of one outing, and what did the outing add up to?
-- Parts of one outing lie closer together than the rule's gap; its day is that of its first part. Running only.
-- Grain: one row per outing.
with ends as (
    select
        load.*,
        achilles.achilles_load_steps,
        rules.outing_gap_s,
        max(epoch_ms(load.started_at) + 1000 * load.elapsed_s) over (
            partition by load.athlete_id order by load.started_at, load.run_id
            rows between unbounded preceding and 1 preceding
        ) as earlier_end_ms
    from intermediate.run_load as load
    inner join seeds.athlete_rules as rules on load.athlete_id = rules.athlete_id
    left join intermediate.run_achilles as achilles
        on load.athlete_id = achilles.athlete_id and load.run_id = achilles.run_id
    where load.sport = 'run' and load.is_dated
),

numbered as (
    select
        *,
        sum(
            if(earlier_end_ms is null or epoch_ms(started_at) - earlier_end_ms >= 1000 * outing_gap_s, 1, 0)
        ) over (partition by athlete_id order by started_at, run_id) as outing_number
    from ends
)

select
    athlete_id,
    outing_number,
    list(run_id order by started_at, run_id) as run_ids,
    min(started_at) as started_at,
    arg_min(run_date, started_at) as outing_date,
    if(count(distance_m) = count(*), sum(distance_m), null) as distance_m,
    if(count(moving_s) = count(*), sum(moving_s), null) as moving_s,
    if(count(ascent_m) = count(*), sum(ascent_m), null) as ascent_m,
    if(count(fast_steps) = count(*), sum(fast_steps), null) as fast_steps,
    bool_or(is_fast_by_totals) as is_fast_by_totals,
    if(count(achilles_load_steps) = count(*), sum(achilles_load_steps), null) as achilles_load_steps
from numbered
group by athlete_id, outing_number
