-- Which runs still count as a spike on each day, and how close did the others come to one?
-- Of several spikes of one kind the largest is shown, then the latest; but before them a small one that still colours by itself,
-- and one of fast steps that was measured. Whether a small spike, or one by totals, colours beyond that depends on calf work.
-- Grain: one row per athlete, local day, code and measure.
with active as (
    select
        days.athlete_id,
        days.load_date,
        spikes.* exclude (athlete_id),
        days.load_date < spikes.outing_date + rules.small_spike_days as is_new
    from intermediate.run_days as days
    inner join seeds.athlete_rules as rules on days.athlete_id = rules.athlete_id
    inner join intermediate.session_spikes as spikes
        on
            days.athlete_id = spikes.athlete_id
            and days.load_date between spikes.outing_date and spikes.active_until
    where spikes.is_spike or spikes.is_without_baseline
),

worst_spikes as (
    select *
    from active
    qualify row_number() over (
        partition by athlete_id, load_date, code
        order by
            is_by_totals,
            code = 'RUN_SESSION_SPIKE_SMALL' and (is_repeated or is_new) desc,
            spike_ratio desc nulls last,
            outing_date desc,
            outing_number desc
    ) = 1
),

lined as (
    select
        worst_spikes.*,
        case worst_spikes.code
            when 'RUN_SESSION_SPIKE_LARGE' then rules.spike_large_percent
            when 'RUN_SESSION_SPIKE_MODERATE' then rules.spike_moderate_percent
            when 'RUN_SESSION_SPIKE_SMALL' then rules.spike_small_percent
            else rules.other_spike_percent
        end / 100 as line,
        worst_spikes.code = 'RUN_NO_BASELINE_30D' as is_about_pause,
        rules.usual_days
    from worst_spikes
    inner join seeds.athlete_rules as rules on worst_spikes.athlete_id = rules.athlete_id
),

raised as (
    select
        athlete_id,
        load_date,
        code,
        measure,
        true as is_raised,
        level,
        if(is_about_pause or spike_ratio is null, amount, spike_ratio) as value,
        case
            when is_about_pause then restart_m
            when spike_ratio is null then floor_amount
            else line
        end as threshold,
        if(not is_about_pause and spike_ratio is null, '>=', '>') as comparison,
        case
            when is_about_pause then 'm'
            when spike_ratio is not null then 'ratio'
            when measure = 'ascent_m' then 'm of ascent'
            else 'steps'
        end as unit,
        30 as window_days,
        case
            when is_about_pause then if(usual_largest is null, 'spike.after_pause', 'spike.after_pause_beside_usual')
            when spike_ratio is null then 'spike.first_' || measure || if(is_by_totals, '_by_totals', '')
            else 'spike.' || measure || if(is_by_totals, '_by_totals', '')
        end
        || if(not is_about_pause and unknown_days_before > 0, '+spike.unknown_days', '') as message,
        case
            when is_about_pause and usual_largest is null
                then json_object('outing_date', outing_date, 'distance_m', amount, 'restart_m', restart_m)
            when is_about_pause
                then
                    json_object(
                        'outing_date', outing_date, 'distance_m', amount, 'usual_m', usual_largest, 'usual_days', usual_days
                    )
            when spike_ratio is null then json_object('outing_date', outing_date, measure, amount)
            when measure = 'achilles_load_steps'
                then json_object('outing_date', outing_date, 'ratio', spike_ratio, 'line', line)
            else
                json_object(
                    'outing_date', outing_date, measure, amount, 'before_' || measure, largest_before, 'ratio', spike_ratio,
                    'line', line
                )
        end as told_facts,
        if(
            is_about_pause or unknown_days_before = 0, told_facts,
            json_merge_patch(told_facts, json_object('unknown_days', unknown_days_before))
        ) as facts,
        cast(null as text) as because
    from lined
)

select * exclude (told_facts)
from raised
union all by name
select clear.*
from intermediate.clear_spikes as clear
anti join worst_spikes
    on
        clear.athlete_id = worst_spikes.athlete_id
        and clear.load_date = worst_spikes.load_date
        and clear.code = worst_spikes.code
