-- Exponentially weighted averages of 7 and 28 days and their ratio, without any gate. E_d = λ x_d + (1 − λ) E_{d−1}, λ = 2 / (N +
-- 1) (Williams 2017). An unknown day leaves both averages unchanged, so only known days are counted. In the set-based form E = (1
-- − λ)^n E_0 + λ Σ (1 − λ)^(n − i) x_i the powers grow without limit. So the known days are cut into blocks in which the powers
-- stay below ten million, each starting from the last average of the block before. Within a block the sums are exact, so that no
-- last digit depends on the other athletes.
-- Grain: one row per athlete, local day and measure.
with rates as (
    select
        2 / (7 + 1) as rate_7,
        2 / (28 + 1) as rate_28,
        cast(floor(-7 * ln(10) / ln(1 - rate_7)) as integer) as block_days
),

numbered as (
    select
        athlete_id,
        load_date,
        measure,
        cast(load as double) as load,
        count(load) over (
            partition by athlete_id, measure order by load_date
            range between unbounded preceding and current row
        ) as known_days,
        min(load_date) over (partition by athlete_id, measure) as first_date
    from intermediate.measure_days
),

seeds_of_both as (
    select
        numbered.athlete_id,
        measure,
        case any_value(rules.ewma_seed)
            when 'first_day' then arg_min(load, load_date)
            -- A measure first known after those days starts from its own first day.
            when 'mean_28d'
                then coalesce(
                    sum(load order by load_date) filter (where load_date < first_date + 28)
                    / count(load) filter (where load_date < first_date + 28),
                    arg_min(load, load_date)
                )
            when 'zero' then 0.0
        end as seed
    from numbered
    inner join seeds.athlete_rules as rules on numbered.athlete_id = rules.athlete_id
    group by numbered.athlete_id, measure
),

placed as (
    select
        numbered.*,
        rates.*,
        greatest(known_days - 1, 0) // block_days as block,
        known_days - greatest(known_days - 1, 0) // block_days * block_days as day_in_block
    from numbered
    cross join rates
),

summed as materialized (
    select
        *,
        pow(1 - rate_7, day_in_block) as left_7,
        pow(1 - rate_28, day_in_block) as left_28,
        sum(try_cast(coalesce(load, 0) * pow(1 - rate_7, -day_in_block) as decimal(38, 15))) over so_far as scaled_7,
        sum(try_cast(coalesce(load, 0) * pow(1 - rate_28, -day_in_block) as decimal(38, 15))) over so_far as scaled_28
    from placed
    window so_far as (
        partition by athlete_id, measure, block order by load_date
        rows between unbounded preceding and current row
    )
),

-- What the loads of each block leave of both averages at its end, were they 0 before it.
block_ends as materialized (
    select
        athlete_id,
        measure,
        block,
        arg_max(rate_7 * left_7 * scaled_7, load_date) as gained_7,
        arg_max(rate_28 * left_28 * scaled_28, load_date) as gained_28
    from summed
    group by athlete_id, measure, block
),

-- Each block starts from what is left of the seed and of what every block before it gained; those were whole ones.
block_starts as (
    select
        blocks.athlete_id,
        blocks.measure,
        blocks.block,
        coalesce(
            sum(before.gained_7 * pow(1 - rate_7, block_days * (blocks.block - 1 - before.block)) order by before.block), 0
        ) + pow(1 - any_value(rate_7), any_value(block_days) * blocks.block) * any_value(seeds_of_both.seed) as start_7,
        coalesce(
            sum(before.gained_28 * pow(1 - rate_28, block_days * (blocks.block - 1 - before.block)) order by before.block), 0
        ) + pow(1 - any_value(rate_28), any_value(block_days) * blocks.block) * any_value(seeds_of_both.seed) as start_28
    from block_ends as blocks
    cross join rates
    inner join seeds_of_both on blocks.athlete_id = seeds_of_both.athlete_id and blocks.measure = seeds_of_both.measure
    left join block_ends as before
        on blocks.athlete_id = before.athlete_id and blocks.measure = before.measure and blocks.block > before.block
    group by blocks.athlete_id, blocks.measure, blocks.block
)

select
    summed.athlete_id,
    summed.load_date,
    summed.measure,
    summed.left_7 * (block_starts.start_7 + summed.rate_7 * summed.scaled_7) as ewma_acute,
    summed.left_28 * (block_starts.start_28 + summed.rate_28 * summed.scaled_28) as ewma_chronic,
    summed.left_7 * (block_starts.start_7 + summed.rate_7 * summed.scaled_7)
    / nullif(summed.left_28 * (block_starts.start_28 + summed.rate_28 * summed.scaled_28), 0) as acwr_ewma
from summed
inner join block_starts
    on
        summed.athlete_id = block_starts.athlete_id
        and summed.measure = block_starts.measure
        and summed.block = block_starts.block
