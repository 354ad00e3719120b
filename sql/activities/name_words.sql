-- Which words of the lexicon does each logged name hold, and what do they mean?
-- Every language is looked for in every name: nobody says which one a log is in. A word of three letters or more is unknown if no
-- language has it.
-- Grain: one row per name as logged.
with names as (
    select exercise_name, plain_words(exercise_name) as words
    from (select distinct exercise_name from staging.set_rows where exercise_name is not null)
),

lexicon as (
    select sought(word) as sought, means
    from seeds.exercise_words
    union
    -- Short words of a side ("l", "dx") count at the end of a name only.
    select sought(word) || if(length(word) > 3 or language = 'ja', '', '$') as sought, side as means
    from seeds.side_words
    where side in ('left', 'right') and (length(word) > 1 or word in ('l', 'r'))
),

found as (
    select
        names.exercise_name,
        list_sort(list_distinct(list(lexicon.means))) as meanings,
        list(distinct rtrim(lexicon.sought, '$')) as sought
    from names
    inner join lexicon on contains(names.words || '$', lexicon.sought)
    group by names.exercise_name
)

select
    names.exercise_name,
    names.words,
    coalesce(found.meanings, []) as meanings,
    [
        word for word in string_split(trim(names.words), ' ')
        if regexp_matches(word, '\p{L}{3}')
        and not list_bool_or([is_word_of(word, sought) for sought in coalesce(found.sought, [''])])
    ] as unknown_words
from names
left join found on names.exercise_name = found.exercise_name
