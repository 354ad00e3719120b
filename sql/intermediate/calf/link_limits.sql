-- From how many days without work on is each link amber and red, by the athlete's rules?
-- seeds.links names the rules. Where it names none for building, the same ones hold; a link without a red rule is never red; one
-- that is amber only beyond its limit is so from the day after.
-- Grain: one row per athlete and link.
with numbers as (
    select
        athlete_id,
        rule,
        try_cast(value as double) as number
    from (select athlete_id, columns(* exclude (athlete_id))::text from seeds.athlete_rules) as texts
    unpivot (value for rule in (columns(* exclude (athlete_id))))
),

found as (
    select
        numbers.athlete_id,
        links.link,
        max(numbers.number) filter (where numbers.rule = links.amber_rule) as amber_days,
        max(numbers.number) filter (where numbers.rule = links.amber_rule_build) as amber_days_build,
        max(numbers.number) filter (where numbers.rule = links.red_rule) as red_days,
        max(numbers.number) filter (where numbers.rule = links.red_rule_build) as red_days_build,
        max(numbers.number) filter (where numbers.rule = links.credit_rule) as credit_days
    from seeds.links
    inner join numbers
        on numbers.rule in (
            links.amber_rule, links.amber_rule_build, links.red_rule, links.red_rule_build, links.credit_rule
        )
    group by numbers.athlete_id, links.link
)

select
    found.athlete_id,
    found.link,
    links.is_calf_work,
    links.is_optional,
    links.has_weekly_target,
    links.clock_credit,
    links.is_amber_eased_in_taper,
    links.is_red_eased_in_taper,
    found.amber_days + cast(links.is_amber_beyond as integer) as amber_days,
    coalesce(found.amber_days_build, found.amber_days) + cast(links.is_amber_beyond as integer) as amber_days_build,
    found.red_days,
    coalesce(found.red_days_build, found.red_days) as red_days_build,
    cast(found.credit_days as bigint) as credit_days
from found
inner join seeds.links on found.link = links.link
