-- Which exercise was each logged set, on which local day and in which session, sets that two files tell of counted once?
-- An exercise is found by the watch's code, by its name, by its name without "(Equipment)", or by the words of its name.
-- Grain: one row per set, warm-ups included and marked.
with placed as (
    select
        sets.*,
        normalise_exercise(sets.exercise_name) as full_name,
        normalise_exercise(without_equipment(sets.exercise_name)) as short_name
    from raw.strength_sets as sets
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
)

select
    matched.athlete_id,
    matched.file_id,
    matched.set_row,
    matched.row_number,
    matched.source_format,
    sessions.starts_at as performed_at,
    sessions.event_date as set_date,
    sessions.session_id,
    row_number() over (
        partition by matched.athlete_id, sessions.session_id
        order by sessions.starts_at, matched.file_id, matched.set_row
    ) as set_number,
    matched.exercise_name,
    coalesce(matched.known_exercise_id, matched.worded_exercise_id) as exercise_id,
    matched.known_exercise_id is null and matched.worded_exercise_id is not null as is_exercise_assumed,
    matched.side,
    matched.reps,
    matched.hold_s,
    matched.weight_kg as load_kg,
    matched.rpe,
    matched.rir,
    matched.is_warmup,
    matched.note
from matched
inner join staging.session_events as sessions
    on
        matched.athlete_id = sessions.athlete_id
        and matched.file_id = sessions.file_id
        and matched.set_row = sessions.set_row
left join staging.set_twins as twins
    on
        matched.athlete_id = twins.athlete_id
        and matched.file_id = twins.file_id
        and matched.set_row = twins.set_row
where twins.set_row is null
