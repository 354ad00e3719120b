-- From how many days without work on is each link amber and red, by the athlete's rules?
-- seeds.links names the rules. Where it names none for building, the same ones hold; where it names none for a taper, the limit
-- may grow in it; a link without a red rule is never red; one that is amber only beyond its limit is so from the day after.
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
        max(numbers.number) filter (where numbers.rule = links.amber_rule_taper) as amber_days_taper,
        max(numbers.number) filter (where numbers.rule = links.red_rule) as red_days,
        max(numbers.number) filter (where numbers.rule = links.red_rule_build) as red_days_build,
        max(numbers.number) filter (where numbers.rule = links.credit_rule) as credit_days
    from seeds.links
    inner join numbers
        on numbers.rule in (
            links.amber_rule, links.amber_rule_build, links.amber_rule_taper, links.red_rule, links.red_rule_build, links.credit_rule
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
    links.is_red_eased_in_taper,
    links.is_note_for_beginners,
    if(links.is_amber_beyond, floor(found.amber_days) + 1, ceil(found.amber_days)) as amber_days,
    if(
        links.is_amber_beyond,
        floor(coalesce(found.amber_days_build, found.amber_days)) + 1,
        ceil(coalesce(found.amber_days_build, found.amber_days))
    ) as amber_days_build,
    if(links.is_amber_beyond, floor(eased.amber_days) + 1, ceil(eased.amber_days)) as amber_days_taper,
    found.red_days,
    coalesce(found.red_days_build, found.red_days) as red_days_build,
    cast(found.credit_days as bigint) as credit_days
from found
inner join seeds.links on found.link = links.link
inner join seeds.athlete_rules as rules on found.athlete_id = rules.athlete_id
cross join lateral (
    select
        coalesce(
            found.amber_days_taper, if(links.is_amber_eased_in_taper, rules.taper_amber_factor, 1) * found.amber_days
        ) as amber_days
) as eased
