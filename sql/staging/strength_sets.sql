-- Which exercise was each logged set, on which local day and in which session?
-- An exercise is found by the watch's code, by its name, by its name without "(Equipment)", or by the words of its name.
-- Grain: one row per logged set, warm-ups included and marked.
with placed as (
    select
        sets.*,
        coalesce(sets.performed_at, timezone(athletes.timezone, sets.performed_local)) as performed_at_utc,
        cast(coalesce(timezone(athletes.timezone, sets.performed_at), sets.performed_local) as date) as set_date,
        normalise_exercise(sets.exercise_name) as full_name,
        normalise_exercise(without_equipment(sets.exercise_name)) as short_name
    from raw.strength_sets as sets
    inner join staging.athletes on sets.athlete_id = athletes.athlete_id
),

aliases as (
    select normalise_exercise(alias) as alias, min(exercise_id) as exercise_id
    from seeds.exercise_aliases
    group by all
),

worded as (
    select
        *,
        coalesce(
            regexp_matches(full_name, 'calf|heel|soleus|gastroc') and regexp_matches(full_name, 'raise|drop|press|iso|hold'),
            false
        ) as is_calf,
        coalesce(full_name like '%single leg%', false) as is_single
    from placed
),

matched as (
    select
        worded.*,
        coalesce(by_code.exercise_id, by_name.exercise_id, by_short_name.exercise_id) as known_exercise_id,
        case
            when not is_calf or regexp_matches(full_name, 'stretch|foam|toe raise') then null
            when full_name like '%seated%' then if(is_single, 'seated_1', 'seated_2')
            when regexp_matches(full_name, 'drop|eccentric') and regexp_matches(full_name, 'bent|soleus') then 'heel_drop_bent'
            when regexp_matches(full_name, 'drop|eccentric') then 'heel_drop_straight'
            when regexp_matches(full_name, 'iso|hold') and regexp_matches(full_name, 'bent|soleus') then 'soleus_iso'
            when regexp_matches(full_name, 'iso|hold') then 'calf_iso_straight'
            when regexp_matches(full_name, 'bent|soleus') then if(is_single, 'calf_bent_1', 'calf_bent_2')
            else if(is_single, 'calf_straight_1', 'calf_straight_2')
        end as worded_exercise_id
    from worded
    left join seeds.exercise_fit_codes as by_code
        on
            worded.fit_category = try_cast(by_code.fit_category as integer)
            and worded.fit_subtype = try_cast(by_code.fit_subtype as integer)
    left join aliases as by_name on worded.full_name = by_name.alias
    left join aliases as by_short_name on worded.short_name = by_short_name.alias
),

-- A new session begins where the log was silent for longer than the rule says.
gaps as (
    select
        matched.*,
        coalesce(
            epoch_ms(performed_at_utc) - lag(epoch_ms(performed_at_utc)) over log > 1000 * rules.session_gap_s, true
        ) as is_first_of_session
    from matched
    inner join seeds.athlete_rules as rules on matched.athlete_id = rules.athlete_id
    where set_date <= as_of_date() or set_date is null
    window log as (partition by matched.athlete_id order by performed_at_utc, file_id, set_row)
),

numbered as (
    select
        *,
        sum(cast(is_first_of_session as integer)) over (
            partition by athlete_id order by performed_at_utc, file_id, set_row
        ) as session_number
    from gaps
)

select
    athlete_id,
    file_id,
    set_row,
    row_number,
    source_format,
    performed_at_utc as performed_at,
    set_date,
    activity_id(
        athlete_id, min(performed_at_utc) over (partition by athlete_id, session_number), 'strength'
    ) as session_id,
    row_number() over (
        partition by athlete_id, session_number order by performed_at_utc, file_id, set_row
    ) as set_number,
    exercise_name,
    coalesce(known_exercise_id, worded_exercise_id) as exercise_id,
    known_exercise_id is null and worded_exercise_id is not null as is_exercise_assumed,
    side,
    reps,
    hold_s,
    weight_kg as load_kg,
    rpe,
    rir,
    is_warmup,
    note
from numbered
