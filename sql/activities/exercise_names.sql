-- Which exercise of the catalogue does each logged name mean, on which side, and was it assisted?
-- The squad's own aliases win. An exercise from a watch is matched by its code only, because the category "calf raise" also holds
-- a push-up. A name from a log is matched by our aliases, with or without its "(Equipment)", else read by its words. A name that no
-- rule fits is other work, unless one of its words may mean calf, jump or hip: then nobody knows it, and it is asked about.
-- Grain: one row per name, code and number of guesses as logged (exercise_key); exercise_id is null if unknown.
with named as (
    select distinct
        exercise_key(exercise_name, fit_category, fit_subtype, fit_guesses) as exercise_key,
        exercise_name,
        fit_category,
        fit_subtype,
        fit_guesses,
        without_plural(normalise_exercise(exercise_name)) as full_name,
        -- Brackets count unless they hold nothing but equipment.
        if(
            list_has_all(equipment.words, string_split(bracketed_words(exercise_name), ' ')),
            without_plural(normalise_exercise(without_equipment(exercise_name))),
            null
        ) as short_name
    from staging.set_rows
    cross join (select list(word) as words from seeds.exercise_words where means = 'equipment') as equipment
),

own as (
    select without_plural(normalise_exercise(alias)) as alias, min_by(exercise_id, row_number) as exercise_id
    from raw.exercise_aliases
    group by all
),

house as (
    select without_plural(normalise_exercise(alias)) as alias, min(exercise_id) as exercise_id
    from seeds.exercise_aliases
    group by all
),

said as (
    select
        *,
        -- "Left and right" is one leg after the other; of jumps it may be from side to side.
        list_contains(meanings, 'each') or list_has_all(meanings, ['left', 'right']) as is_each_side,
        not is_each_side and list_has_any(meanings, ['left', 'right']) as has_side,
        list_has_any(meanings, ['calf', 'soleus', 'heel', 'toe', 'tiptoe', 'ankle', 'tibialis']) as is_of_lower_leg,
        list_has_any(meanings, ['jump', 'hop', 'pogo', 'rope', 'skip', 'skip_drill']) as is_jump,
        has_side
        or (is_each_side and is_of_lower_leg and not is_jump and not list_contains(meanings, 'both'))
        or (list_contains(meanings, 'single') and not list_has_any(meanings, ['single_arm', 'both'])) as is_single,
        list_contains(meanings, 'both') as is_double,
        list_contains(meanings, 'seated') and not list_contains(meanings, 'wall_sit') as is_seated,
        list_contains(meanings, 'standing') as is_standing,
        list_has_any(meanings, ['bent', 'soleus']) and not list_contains(meanings, 'bent_over') as is_bent,
        list_has_any(meanings, ['loaded', 'hack']) and not list_contains(meanings, 'unloaded') as is_loaded,
        list_contains(meanings, 'raise') as is_raise,
        list_has_any(meanings, ['lower', 'two_up_one_down']) and not list_contains(meanings, 'drop_set') as is_lowering,
        list_contains(meanings, 'hold') and not list_contains(meanings, 'iso_lateral') as is_hold,
        list_has_any(meanings, ['press', 'calf_press', 'leg_press', 'calf_machine']) as is_press,
        list_has_any(meanings, ['leg_press', 'calf_press']) as is_press_of_legs,
        list_contains(meanings, 'squat') and not list_has_any(meanings, ['hack', 'wall_sit', 'squat_rack']) as is_squat,
        list_contains(meanings, 'mobility') as is_mobility,
        -- A heel that is tapped or pushed is not raised; a push that is held ("isometric push") is a hold.
        list_contains(meanings, 'not_heel') or (list_contains(meanings, 'push') and not is_hold) as is_no_heel_raise,
        -- Both legs go up, one comes down.
        list_contains(meanings, 'two_up_one_down') or (is_lowering and list_has_all(meanings, ['both', 'single'])) as is_up_on_both,
        list_has_any(meanings, ['not_done', 'no_calf', 'no_jump']) as is_denied,
        list_has_any(meanings, ['other_lift', 'deadlift', 'lunge', 'thrust', 'abduction', 'hip_adduction']) as is_other_lift,
        -- The machine for calf raises also bears squats and shrugs.
        list_contains(meanings, 'machine_of_calf') and (is_other_lift or is_squat) as is_lift_on_calf_machine,
        len(unknown_words) > 0 as has_unknown_word
    from activities.name_words
),

judged as (
    select
        *,
        not list_has_any(meanings, ['not_done', 'no_calf'])
        and (
            list_has_any(meanings, ['calf', 'soleus', 'tiptoe'])
            or (
                (is_raise or is_lowering)
                and list_contains(meanings, 'heel')
                and not is_squat
                and not is_no_heel_raise
                and not list_contains(meanings, 'elevated')
            )
            or (list_contains(meanings, 'toe') and is_press and not list_contains(meanings, 'push_up'))
            or (list_contains(meanings, 'donkey') and (is_raise or is_loaded) and not is_other_lift)
            or (list_contains(meanings, 'plantarflexion') and list_has_any(meanings, ['band', 'seated', 'standing', 'loaded']))
        ) as is_calf,
        -- A part of the body alone is no exercise if other words beside it are unknown.
        is_raise or is_lowering or is_hold or is_press
        or not (has_unknown_word or list_contains(meanings, 'vague'))
        or list_has_any(meanings, ['tiptoe', 'walk', 'donkey', 'push_up']) as has_movement,
        list_contains(meanings, 'tibialis')
        or (
            list_has_any(meanings, ['reverse', 'anterior'])
            and list_has_any(meanings, ['calf', 'heel', 'toe', 'tiptoe'])
            and not is_other_lift
        )
        or (
            list_contains(meanings, 'toe')
            and is_raise
            and not is_press
            and not list_has_any(meanings, ['calf', 'soleus', 'heel', 'tiptoe', 'other_lift'])
        )
        or (
            list_contains(meanings, 'heel')
            and list_contains(meanings, 'walk')
            and not is_raise
            and not (is_no_heel_raise or list_has_any(meanings, ['toe', 'tiptoe']))
        ) as is_tibialis
    from said
),

calf_work as (
    select
        exercise_name,
        case
            when not is_calf or not has_movement then null
            when is_tibialis or is_mobility or is_other_lift then null
            when is_no_heel_raise or is_lift_on_calf_machine or list_has_any(meanings, ['step_up', 'jack', 'combined']) then null
            -- "Calf walk" is on the toes; a walk that speaks of the calf among other words may be any.
            when
                list_contains(meanings, 'walk') and has_unknown_word
                and not (is_raise or is_lowering or list_has_any(meanings, ['tiptoe', 'toe', 'heel']))
                then null
            when list_has_any(meanings, ['rope', 'skip']) and not list_contains(meanings, 'no_jump') then null
            when list_contains(meanings, 'soleus') and list_contains(meanings, 'push_up') then 'soleus_pushup'
            when list_has_any(meanings, ['pogo', 'jump', 'hop']) and not list_contains(meanings, 'no_jump')
                then if(is_single, 'pogo_1', 'pogo_2')
            when list_contains(meanings, 'towel') then 'towel_raise'
            -- A step to stand on is no walk ("marche" is both in French).
            when list_contains(meanings, 'walk') and not (list_contains(meanings, 'step') and (is_raise or is_lowering))
                then 'tiptoe_walk'
            when list_contains(meanings, 'three_way') then if(is_single, 'calf_3way_1', 'calf_3way')
            when list_contains(meanings, 'donkey') or list_contains(meanings, 'bent_over') then if(is_single, 'donkey_1', 'donkey_2')
            -- A seated press has the knee straight; a machine for seated raises, or a press with the knee bent, does not.
            when is_press and is_bent then if(is_single, 'seated_1', 'seated_2')
            when is_seated and list_contains(meanings, 'calf_machine') then if(is_single, 'seated_1', 'seated_2')
            when is_seated and is_raise and not is_press_of_legs then if(is_single, 'seated_1', 'seated_2')
            when list_contains(meanings, 'leg_press') then if(is_single, 'calf_press_1', 'calf_press')
            when is_press and not is_standing then if(is_single, 'calf_press_1', 'calf_press')
            when is_seated then if(is_single, 'seated_1', 'seated_2')
            when list_contains(meanings, 'wall_sit') then 'soleus_iso'
            when is_hold then if(is_bent or is_squat, 'soleus_iso', 'calf_iso_straight')
            when is_up_on_both or (is_lowering and not is_double)
                then if(is_bent, 'heel_drop_bent', 'heel_drop_straight')
            when list_contains(meanings, 'band') and not is_loaded and not list_contains(meanings, 'assisted') then 'banded_calf'
            when (is_bent or is_squat) and is_single then if(is_loaded, 'calf_bent_1_w', 'calf_bent_1')
            when is_bent or is_squat then 'calf_bent_2'
            when is_single then if(is_loaded, 'calf_straight_1_w', 'calf_straight_1')
            when is_loaded or is_press then 'calf_straight_2_w'
            when list_contains(meanings, 'step') then 'calf_step_2'
            else 'calf_straight_2'
        end as exercise_id
    from judged
),

jumps as (
    select
        exercise_name,
        case
            when list_has_any(meanings, ['not_done', 'no_jump']) then null
            when list_contains(meanings, 'skip_drill') then 'skip'
            when list_contains(meanings, 'rope') then 'rope'
            when list_contains(meanings, 'jack') and not list_contains(meanings, 'other_lift') then 'jacks'
            when list_contains(meanings, 'pogo') then if(is_single, 'pogo_1', 'pogo_2')
            when list_contains(meanings, 'skip') and not list_contains(meanings, 'other_lift') then 'skip'
            when list_contains(meanings, 'depth') then 'drop_jump'
            when list_contains(meanings, 'box') and list_has_any(meanings, ['jump', 'hop']) then 'box_jump'
            when list_contains(meanings, 'squat_jump') then 'squat_jump'
            when not list_has_any(meanings, ['jump', 'hop']) or list_contains(meanings, 'other_lift') then null
            when list_has_any(meanings, ['lunge', 'split']) then 'jump_lunge'
            when is_squat then 'squat_jump'
            when list_has_any(meanings, ['step_up', 'march', 'high_knees', 'deadlift']) then 'march_jump'
            when list_contains(meanings, 'ankle') then if(is_single, 'pogo_1', 'pogo_2')
            when list_contains(meanings, 'hop') and list_contains(meanings, 'lateral') then 'hop_lat_1'
            when list_contains(meanings, 'hop') and list_contains(meanings, 'forward') then 'hop_fwd_1'
            when is_single and list_contains(meanings, 'lateral') then 'hop_lat_1'
            when is_single and list_contains(meanings, 'forward') then 'hop_fwd_1'
            when is_single then 'pogo_1'
            when is_double and list_contains(meanings, 'hop') then 'pogo_2'
        end as exercise_id
    from judged
),

hip_work as (
    select
        exercise_name,
        case
            when list_contains(meanings, 'not_done') then null
            when list_contains(meanings, 'copenhagen') then 'copenhagen'
            when list_contains(meanings, 'short_foot') then 'short_foot'
            when list_contains(meanings, 'toe_yoga') or list_has_all(meanings, ['toe', 'spread']) then 'toe_yoga'
            when list_contains(meanings, 'towel_curl') then 'towel'
            when list_contains(meanings, 'towel') and list_has_any(meanings, ['toe', 'scrunch']) and not is_raise then 'towel'
            when list_contains(meanings, 'inversion') then 'inv_ev'
            when
                list_has_any(meanings, ['jump', 'hop', 'other_lift'])
                and not list_has_any(meanings, ['thrust', 'lunge', 'deadlift', 'abduction', 'step_up', 'high_knees'])
                then null
            when list_contains(meanings, 'thrust') and list_contains(meanings, 'march') then 'march_bridge'
            when list_contains(meanings, 'thrust') then if(is_single, 'hip_thrust_1', 'hip_thrust')
            when list_contains(meanings, 'bridge') and is_single and not list_has_any(meanings, ['lateral', 'other_lift'])
                then 'hip_thrust_1'
            when list_contains(meanings, 'march') then 'march_sl'
            when list_contains(meanings, 'high_knees') then 'high_knees'
            when list_contains(meanings, 'abduction') and not list_contains(meanings, 'hip_adduction') then 'abduction'
            -- Steps to the side count against a band; without one they are a drill of running.
            when
                list_contains(meanings, 'band')
                and (list_contains(meanings, 'side_step') or list_has_all(meanings, ['lateral', 'walk']))
                then 'abduction'
            when list_has_any(meanings, ['deadlift', 'good_morning']) and is_single then 'sl_rdl'
            when list_has_any(meanings, ['deadlift', 'good_morning']) and list_contains(meanings, 'romanian') then 'rdl'
            when list_contains(meanings, 'step_up') then 'step_up'
            when list_contains(meanings, 'lunge') then 'split_squat'
            when list_contains(meanings, 'pistol') or (is_squat and is_single and not is_press) then 'sl_squat'
        end as exercise_id
    from judged
),

mistyped as (
    select distinct judged.exercise_name
    from judged, unnest(string_split(trim(judged.words), ' ')) as written (word)
    inner join seeds.exercise_words as lexicon
        on
            -- A word for a heel alone is like too many others; one for its raise ("Fersenheben") is not.
            (
                lexicon.means in ('calf', 'soleus', 'tiptoe') and length(lexicon.word) > 6
                or lexicon.means = 'heel' and length(lexicon.word) > 8
            )
            and abs(length(written.word) - length(replace(lexicon.word, '*', ''))) <= 1
            and damerau_levenshtein(written.word, replace(lexicon.word, '*', '')) = 1
),

known as (
    select
        judged.*,
        calf_work.exercise_id is not null and not is_mobility as is_calf_work,
        case
            when is_mobility and (is_raise or is_press) and is_calf then null
            when is_mobility and is_of_lower_leg then 'mobility'
            when is_mobility then 'other'
            when is_tibialis then 'tib_raise'
            else coalesce(calf_work.exercise_id, if(is_calf, null, coalesce(jumps.exercise_id, hip_work.exercise_id)))
        end as worded_id,
        -- Words that may mean such work; another lift beside them says that a heel, a jump or a hip is not the point of it.
        not is_denied
        and (
            (list_has_any(meanings, ['calf', 'soleus', 'plantarflexion']) and not is_lift_on_calf_machine)
            or (list_contains(meanings, 'tiptoe') and not list_contains(meanings, 'push_up'))
            -- A bridge is one of the hip, but for the plank on the side.
            or (list_contains(meanings, 'bridge') and not list_has_any(meanings, ['lateral', 'other_lift']))
            -- What somebody does for a tendon may be calf work; with the part of the body named it is what it says.
            or (
                list_contains(meanings, 'physio')
                and worded_id is null
                and not is_no_heel_raise
                and not list_has_any(meanings, ['other_lift', 'mobility', 'single_arm'])
            )
            or (
                list_has_any(meanings, ['heel', 'toe', 'ankle', 'jump', 'hop', 'pogo', 'skip', 'jack', 'hip', 'releve', 'eccentrics'])
                and not is_no_heel_raise
                and not list_has_any(meanings, ['other_lift', 'elevated', 'deadlift'])
            )
            or (
                list_contains(meanings, 'heel')
                and is_raise
                and not is_no_heel_raise
                and not list_has_any(meanings, ['other_lift', 'elevated'])
            )
            or regexp_matches(words, '[^\p{Latin}\p{Hiragana}\p{Katakana}\p{Han}\p{N}ー\s]{3}')
            or trim(words) in ('', 'unknown')
            or mistyped.exercise_name is not null
        ) as may_count
    from judged
    inner join calf_work on judged.exercise_name = calf_work.exercise_name
    inner join jumps on judged.exercise_name = jumps.exercise_name
    inner join hip_work on judged.exercise_name = hip_work.exercise_name
    left join mistyped on judged.exercise_name = mistyped.exercise_name
),

matched as (
    select
        named.*,
        known.meanings,
        known.has_side,
        coalesce(known.is_calf_work, false) as is_calf_work,
        coalesce(known.is_single, false) as is_one_leg,
        coalesce(list_contains(known.meanings, 'assisted'), false) as is_assisted,
        known.has_unknown_word
        or not list_has_any(
            known.meanings,
            [
                'seated', 'standing', 'bent', 'straight', 'soleus', 'press', 'leg_press', 'calf_press', 'calf_machine', 'hack',
                'single', 'both', 'left', 'right', 'lower', 'hold', 'step', 'loaded', 'donkey', 'towel', 'walk', 'band'
            ]
        ) as is_bare,
        coalesce(own_full.exercise_id, own_short.exercise_id) as own_id,
        by_code.exercise_id as code_id,
        coalesce(house_full.exercise_id, house_short.exercise_id) as house_id,
        known.worded_id,
        if(coalesce(known.may_count, true), null, 'other') as other_id,
        coalesce(known.may_count or known.worded_id not in ('other', 'mobility', 'tib_raise'), false) as is_like_calf_work
    from named
    left join known on named.exercise_name = known.exercise_name
    left join seeds.exercise_fit_codes as by_code
        on
            named.fit_category = by_code.fit_category
            and named.fit_subtype = by_code.fit_subtype
    left join own as own_full on named.full_name = own_full.alias
    left join own as own_short on named.short_name = own_short.alias
    left join house as house_full on named.full_name = house_full.alias
    left join house as house_short on named.short_name = house_short.alias
)

select
    exercise_key,
    exercise_name,
    coalesce(own_id, if(fit_category is null, coalesce(house_id, worded_id), code_id), other_id) as exercise_id,
    case
        when own_id is not null then 'squad alias'
        when fit_category is not null and code_id is not null then 'watch code'
        when fit_category is null and house_id is not null then 'name'
        when fit_category is null and worded_id is not null or other_id is not null then 'words'
        else 'nothing'
    end as read_by,
    -- Of several guesses of a watch, take the first.
    (read_by = 'words' and is_bare and is_calf_work)
    or (read_by = 'watch code' and coalesce(fit_guesses > 1, false)) as is_exercise_assumed,
    case when not has_side then null when list_contains(meanings, 'left') then 'left' else 'right' end as side,
    is_one_leg,
    is_assisted,
    -- Obeyed, and told: by its words nobody would have taken it for other work.
    coalesce(own_id = 'other' and is_like_calf_work, false) as is_taken_away
from matched
