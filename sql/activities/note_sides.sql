-- Which notes on a set say nothing but its side ("left leg", "R", "rechte Seite")?
-- Grain: one row per such note.
with words as (
    select note, unnest(string_split(trim(plain_words(note)), ' ')) as word
    from (select distinct note from staging.set_rows where length(note) between 1 and 40)
),

said as (
    select words.note, words.word, list(distinct sides.side) as sides
    from words
    left join seeds.side_words as sides
        on words.word = trim(plain_words(sides.word)) and (length(words.word) > 1 or words.word in ('l', 'r'))
    group by words.note, words.word
)

select note, if(bool_or(list_contains(sides, 'left')), 'left', 'right') as side
from said
group by note
having
    bool_and(list_has_any(sides, ['left', 'right', 'limb']))
    and bool_or(list_contains(sides, 'left')) != bool_or(list_contains(sides, 'right'))
