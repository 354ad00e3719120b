-- What did each published night say of each athlete on its as-of date?
-- Earlier nights as they were remembered, tonight as the marts say it. Late data and new rules change what marts.athlete_status says
-- of a past day; these rows stay.
-- Grain: one row per published night and athlete.
with tonight as (
    select night
    from raw.nights
    qualify number = max(number) over ()
),

leading_codes as (
    select
        athlete_id,
        list(code order by headline_place) as headline_codes
    from (
        select
            athlete_id,
            code,
            min(headline_place) as headline_place
        from marts.flags
        where headline_place is not null
        group by athlete_id, code
    ) as told
    group by athlete_id
),

said as (
    select
        tonight.night,
        status.athlete_id,
        status.load_date,
        status.flag,
        status.priority,
        status.run_level,
        status.capacity_level,
        status.reasons,
        coalesce(leading_codes.headline_codes, []) as headline_codes,
        status.headline,
        status.person_state,
        status.action_codes,
        status.next_action,
        status.confidence,
        status.ruleset_version,
        night.program_version
    from marts.athlete_status as status
    inner join seeds.night on status.load_date = night.as_of_date
    cross join tonight
    left join leading_codes on status.athlete_id = leading_codes.athlete_id
)

select * from raw.published_status
union all by name
select * from said
order by night, athlete_id
