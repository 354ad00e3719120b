-- Who needs a call today, and why?
-- A held flag keeps the reasons of the last date at its level, `reasons_date`, and adds today's data reasons. Headline and next
-- action, whole and short, are written for the as-of date, after the marts are built.
-- Grain: one row per athlete and local day; on the as-of date every athlete has one.
with flagged as (
    select
        held.*,
        greatest(held.held_level, 0) as priority,
        then_.person_codes as then_codes,
        today.codes as today_codes,
        today.data_codes,
        coalesce(today.is_rupture, false) or coalesce(then_.is_rupture, false) as is_rupture,
        coalesce(today.is_pain, false) or coalesce(then_.is_pain, false) as is_pain
    from intermediate.held_flags as held
    left join intermediate.day_reasons as then_ on held.athlete_id = then_.athlete_id and held.reason_date = then_.load_date
    left join intermediate.day_reasons as today on held.athlete_id = today.athlete_id and held.load_date = today.load_date
),

followed as (
    select
        *,
        coalesce(max(priority) over day_before, 0) as priority_before,
        max(flag) over day_before as flag_before
    from flagged
    window day_before as (
        partition by athlete_id order by load_date range between interval 1 day preceding and interval 1 day preceding
    )
),

spelled as (
    select
        *,
        min(load_date) over (partition by athlete_id, flag, spell) as flag_since
    from (
        select
            *,
            load_date - cast(row_number() over (partition by athlete_id, flag order by load_date) as integer) as spell
        from followed
    ) as followed
),

compared as (
    select
        *,
        flag_change(flag_before, priority_before, flag, priority) as change
    from spelled
)

select
    compared.athlete_id,
    compared.load_date,
    compared.flag,
    compared.priority,
    compared.change,
    compared.flag_since,
    cast(compared.load_date - compared.flag_since + 1 as integer) as flag_day,
    -- Priority; then red, amber, grey, green; then a rupture, then pain; then what is new or worse.
    cast(
        32 * (4 - compared.priority)
        + 8 * case compared.flag when 'red' then 0 when 'amber' then 1 when 'grey' then 2 else 3 end
        + if(compared.is_rupture, 0, 4)
        + if(compared.is_pain and not compared.is_rupture, 0, 2)
        + if(coalesce(compared.change in ('new', 'worse'), false), 0, 1) as integer
    ) as attention_key,
    compared.run_level,
    compared.capacity_level,
    if(
        compared.held_days > 0,
        list_append(compared.steps, struct_pack(step := 'held', flag_level := compared.held_level)),
        compared.steps
    ) as steps,
    if(
        compared.held_days = 0,
        coalesce(compared.today_codes, []),
        list_sort(list_distinct(list_concat(coalesce(compared.then_codes, []), coalesce(compared.data_codes, []))))
    ) as reasons,
    compared.reason_date as reasons_date,
    cast(null as text) as headline,
    cast(null as text) as short_reason,
    compared.held_days,
    cast(null as text) as next_action,
    cast(null as text) as short_action,
    confidence.confidence,
    confidence.confidence_because,
    night.ruleset_version,
    health.raises_place_code,
    states.person_state,
    states.person_states,
    forbidden.forbids,
    states.person_message,
    states.person_facts,
    actions.action_codes,
    coalesce(quiet.broken_because is null and quiet.until_date is not null, false) as is_quiet,
    quiet.until_date as quiet_until_date,
    quiet.broken_because as quiet_broken_because
from compared
inner join intermediate.health_days as health
    on compared.athlete_id = health.athlete_id and compared.load_date = health.load_date
inner join intermediate.person_states as states
    on compared.athlete_id = states.athlete_id and compared.load_date = states.load_date
inner join intermediate.forbidden_days as forbidden
    on compared.athlete_id = forbidden.athlete_id and compared.load_date = forbidden.load_date
inner join intermediate.confidence_days as confidence
    on compared.athlete_id = confidence.athlete_id and compared.load_date = confidence.load_date
left join intermediate.todays_actions as actions
    on compared.athlete_id = actions.athlete_id and compared.load_date = actions.load_date
left join intermediate.quiet_days as quiet
    on compared.athlete_id = quiet.athlete_id and compared.load_date = quiet.load_date
cross join seeds.night
order by compared.athlete_id, compared.load_date
