-- Which words of the lexicon does each logged name hold, and what do they mean?
-- Every language is looked for in every name: nobody says which one a log is in. A word of three letters or more is unknown if no
-- language has it.
-- Grain: one row per name as logged.
with names as (
    select
        exercise_name,
        plain_words(exercise_name) as words,
        -- Where a name begins and ends, with and without its numbers and what they count.
        concat(
            '^', words, '$',
            regexp_replace(words, '( (\d\S*|only|nur|x|kg|lb|lbs|reps?|wdh|sets?|s|sec|sek|min))+ $', ' '), '$'
        ) as bounded_words
    from (select distinct exercise_name from staging.set_rows where exercise_name is not null)
),

lexicon as (
    select sought(word) as sought, means
    from seeds.exercise_words
    union
    -- Short words of a side ("l", "dx") count at the end of a name, those of two letters at its beginning too.
    select
        unnest(
            case
                when length(word) > 3 or language = 'ja' then [sought(word)]
                when length(word) = 2 then [sought(word) || '$', '^' || sought(word)]
                else [sought(word) || '$']
            end
        ) as sought,
        side as means
    from seeds.side_words
    where side in ('left', 'right') and (length(word) > 1 or word in ('l', 'r'))
),

found as (
    select
        names.exercise_name,
        list_sort(list_distinct(list(lexicon.means))) as meanings,
        list(distinct trim(lexicon.sought, '^$')) as sought
    from names
    inner join lexicon on contains(names.bounded_words, lexicon.sought)
    group by names.exercise_name
),

-- A negation takes away the word that follows it: "no calf raises" is no calf raise, "calf raises, no weight" is one without load.
negated as (
    select
        names.exercise_name,
        list(
            distinct case
                when part.means = 'loaded' then 'unloaded'
                when part.means in ('jump', 'hop', 'pogo', 'skip', 'rope') then 'no_jump'
                else 'no_calf'
            end
        ) as meanings
    from names
    inner join lexicon as negation on negation.means = 'negation' and contains(names.words, negation.sought)
    inner join lexicon as part
        on
            part.means in ('calf', 'soleus', 'heel', 'tiptoe', 'jump', 'hop', 'pogo', 'skip', 'rope', 'loaded')
            -- In Portuguese "no smith" is "at the Smith machine".
            and not (part.means = 'loaded' and negation.sought = ' no ')
            and contains(names.words, rtrim(negation.sought) || ' ' || ltrim(part.sought))
    group by names.exercise_name
)

select
    names.exercise_name,
    names.words,
    list_concat(coalesce(found.meanings, []), coalesce(negated.meanings, [])) as meanings,
    [
        word for word in string_split(trim(names.words), ' ')
        if regexp_matches(word, '\p{L}{3}')
        and not list_bool_or([is_word_of(word, sought) for sought in coalesce(found.sought, [''])])
    ] as unknown_words
from names
left join found on names.exercise_name = found.exercise_name
left join negated on names.exercise_name = negated.exercise_name
