-- Which exercise of the catalogue does each logged name mean?
-- The squad's own aliases win. An exercise from a watch is matched by its code only, because the category "calf raise" also holds
-- a push-up. A name from a log is matched by our aliases, with or without its "(Equipment)", else by the words in it.
-- Grain: one row per name, code and number of guesses as logged (exercise_key); exercise_id is null if unknown.
with named as (
    select distinct
        exercise_key(exercise_name, fit_category, fit_subtype, fit_guesses) as exercise_key,
        exercise_name,
        fit_category,
        fit_subtype,
        fit_guesses,
        normalise_exercise(exercise_name) as full_name,
        normalise_exercise(without_equipment(exercise_name)) as short_name
    from staging.set_rows
),

own as (
    select normalise_exercise(alias) as alias, min_by(exercise_id, row_number) as exercise_id
    from raw.exercise_aliases
    group by all
),

house as (
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
    from named
),

matched as (
    select
        worded.*,
        coalesce(own_full.exercise_id, own_short.exercise_id) as own_id,
        by_code.exercise_id as code_id,
        coalesce(house_full.exercise_id, house_short.exercise_id) as house_id,
        case
            when not is_calf or regexp_matches(full_name, 'stretch|foam|toe raise') then null
            when full_name like '%seated%' then if(is_single, 'seated_1', 'seated_2')
            when regexp_matches(full_name, 'drop|eccentric') and regexp_matches(full_name, 'bent|soleus') then 'heel_drop_bent'
            when regexp_matches(full_name, 'drop|eccentric') then 'heel_drop_straight'
            when regexp_matches(full_name, 'iso|hold') and regexp_matches(full_name, 'bent|soleus') then 'soleus_iso'
            when regexp_matches(full_name, 'iso|hold') then 'calf_iso_straight'
            when regexp_matches(full_name, 'bent|soleus') then if(is_single, 'calf_bent_1', 'calf_bent_2')
            else if(is_single, 'calf_straight_1', 'calf_straight_2')
        end as worded_id
    from worded
    left join seeds.exercise_fit_codes as by_code
        on
            worded.fit_category = by_code.fit_category
            and worded.fit_subtype = by_code.fit_subtype
    left join own as own_full on worded.full_name = own_full.alias
    left join own as own_short on worded.short_name = own_short.alias
    left join house as house_full on worded.full_name = house_full.alias
    left join house as house_short on worded.short_name = house_short.alias
)

select
    exercise_key,
    coalesce(own_id, if(fit_category is null, coalesce(house_id, worded_id), code_id)) as exercise_id,
    -- Of several guesses of a watch, take the first.
    own_id is null and if(fit_category is null, house_id is null and worded_id is not null, code_id is not null and fit_guesses > 1)
        as is_exercise_assumed
from matched
