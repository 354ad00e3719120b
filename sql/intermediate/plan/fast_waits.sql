-- Until when does fast running wait?
-- After a distance spike for two days (48 h): easy running only. While a jump in minutes, fast steps or Achilles load counts, the next
-- fast run is swapped. While load is held, without an end.
-- Grain: one row per athlete for whom it waits on the as-of date.
with jumps as (
    select
        spikes.athlete_id,
        if(spikes.measure = 'distance_m', spikes.outing_date + 2, null) as easy_until_date,
        if(spikes.measure = 'distance_m', null, spikes.active_until) as swap_until_date
    from intermediate.session_spikes as spikes
    inner join intermediate.reasons as reasons
        on
            spikes.athlete_id = reasons.athlete_id
            and spikes.code = reasons.code
            and reasons.load_date = as_of_date()
            and reasons.state = 'raised'
    where
        spikes.is_spike
        and spikes.measure in ('distance_m', 'moving_s', 'fast_steps', 'achilles_load_steps')
        and spikes.outing_date <= as_of_date()
        and spikes.active_until >= as_of_date()
)

select
    forbidden.athlete_id,
    list_contains(forbidden.forbids, 'more_load') as is_held,
    max(jumps.easy_until_date) as easy_until_date,
    max(jumps.swap_until_date) as swap_until_date
from intermediate.forbidden_days as forbidden
left join jumps on forbidden.athlete_id = jumps.athlete_id
where forbidden.load_date = as_of_date()
group by forbidden.athlete_id, forbidden.forbids
having list_contains(forbidden.forbids, 'more_load') or count(jumps.athlete_id) > 0
