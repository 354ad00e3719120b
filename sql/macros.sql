-- Macros that several models use.

-- The number if it lies within its bounds; null if it does not, is NaN or is unknown.
create or replace macro within(value, lowest, highest) as case when value between lowest and highest then value end;

-- Metres, seconds, steps or beats of one activity within the range that the models can hold: they store them in thousandths.
create or replace macro amount(value) as within(value, 0, 10000000);

-- Whether a day or a time is possible within a person's life.
create or replace macro is_a_day(day) as coalesce(day between '1900-01-01' and '2199-12-31', false);

-- A number limited to its bounds; null stays null, whereas least and greatest would return a bound.
create or replace macro clamp(value, lowest, highest) as
case when value < lowest then lowest when value > highest then highest else value end;

-- Exercise names as people log them, in one spelling (domain: "Name (Equipment)", sl, 1-leg, one-legged, unilateral).
create or replace macro normalise_exercise(name) as
trim(regexp_replace(
    regexp_replace(
        regexp_replace(lower(strip_accents(name)), '[-_/().,+]', ' ', 'g'),
        '\b(sl|1 leg|one leg|1 legged|one legged|single legged|unilateral)\b', 'single leg', 'g'
    ),
    '\s+', ' ', 'g'
));

-- The same name without its "(Equipment)".
create or replace macro without_equipment(name) as regexp_replace(name, '\s*\([^)]*\)', '', 'g');

-- The words of a name in plain letters with one blank before, between and after them; brackets and marks only part words.
create or replace macro plain_words(name) as
' ' || trim(regexp_replace(
    translate(
        replace(replace(replace(lower(strip_accents(left(name, 200))), 'æ', 'ae'), 'œ', 'oe'), 'ß', 'ss'), 'øłđð', 'oldd'
    ),
    '[^\p{L}\p{N}]+', ' ', 'g'
)) || ' ';

-- The plain words within brackets, one blank between them.
create or replace macro bracketed_words(name) as
trim(plain_words(array_to_string(regexp_extract_all(name, '\(([^)]*)\)', 1), ' ')));

-- What to look for in plain words: "calf" is a word of its own, "waden*" begins one, "*heben" ends one, "*waden*" is anywhere.
create or replace macro sought(word) as
if(word like '*%', '', ' ') || trim(plain_words(word)) || if(word like '%*', '', ' ');

-- Whether a word of a name is, or is one of, the words that were looked for and found.
create or replace macro is_word_of(word, sought) as
sought <> '' and (
    contains(' ' || word || ' ', sought)
    or list_contains(string_split(trim(sought), ' '), word)
    or (contains(trim(sought), ' ') and sought not like '% ' and starts_with(word, string_split(sought, ' ')[-1]))
);

-- The same words without the s of a plural.
create or replace macro without_plural(words) as
regexp_replace(regexp_replace(words, '(ss|sh|ch|x)es\b', '\1', 'g'), '(\w[^s\s])s\b', '\1', 'g');

-- Key of a set's exercise: its name, and the code and number of guesses of a watch. Different exercises never share a key,
-- whatever is in a file: a duplicate key would double the sets of every athlete.
create or replace macro exercise_key(name, category, subtype, guesses) as
md5(cast(to_json([name, cast(category as text), cast(subtype as text), cast(guesses as text)]) as text));

-- Cadence of a run without one, in steps a minute, from its speed and the athlete's rules.
create or replace macro default_cadence_spm(speed_mps, rules) as clamp(
    rules.cadence_spm + rules.cadence_per_mps * (speed_mps - rules.cadence_at_mps), rules.cadence_low_spm, rules.cadence_high_spm
);

-- The same for walking.
create or replace macro walking_cadence_spm(speed_mps, rules) as clamp(
    rules.walking_cadence_spm + rules.walking_cadence_per_mps * (speed_mps - rules.walking_cadence_at_mps),
    rules.walking_cadence_low_spm,
    rules.walking_cadence_high_spm
);

-- Achilles load is stored in millionths; their rounding must not put a ratio above its line.
create or replace macro is_ratio_above(ratio, line) as ratio > line + 1e-9;

-- The line of an uncoupled ratio as a coupled one, whose mean of four weeks holds the acute week: 1.5 and 1.333 are the same line.
create or replace macro coupled_line(line) as 4 * line / (3 + line);

-- How far two yes-or-no answers of the same days agree beyond chance (Cohen): 1 always, 0 as chance would; null where both always
-- answer alike, because then chance agrees as well.
create or replace macro cohens_kappa(days, one_yes, other_yes, both_yes) as (
    days * (days - one_yes - other_yes + 2 * both_yes) - (one_yes * other_yes + (days - one_yes) * (days - other_yes))
) / nullif(days * days - (one_yes * other_yes + (days - one_yes) * (days - other_yes)), 0);

-- A stable name for a run or a session: athlete, start and kind, never the file.
create or replace macro activity_id(athlete_id, started_at, kind) as
left(md5(athlete_id || '|' || epoch_ms(started_at)::varchar || '|' || kind), 16);

-- The as-of date of the models.
create or replace macro as_of_date() as (select max(seeds.night.as_of_date) from seeds.night);

-- Whether an injury is open on a day: from the day it is resolved on it is not.
create or replace macro is_injury_open(resolved_date, day) as coalesce(day < resolved_date, true);

-- How much of a calendar week there is, by its Monday and its days of history up to the as-of date.
create or replace macro week_state(week_start_date, days) as case
    when week_start_date + 6 > as_of_date() then 'running'
    when days < 7 then 'first'
    else 'complete'
end;

-- Whether two amounts differ by no more than a share of the larger; false if one is unknown.
create or replace macro is_alike(one, other, share) as coalesce(abs(one - other) <= share * greatest(one, other), false);

-- Whether a fact that a sentence needs is unknown.
create or replace macro has_unknown_fact(facts) as regexp_matches(cast(facts as text), '[^\\]":null[,}]');

-- How a flag changed: null if it did not. Not assessed is no better than what was before.
create or replace macro flag_change(flag_before, priority_before, flag, priority) as case
    when priority > priority_before then if(priority_before > 0, 'worse', 'new')
    when flag = 'grey' then if(flag_before <> 'grey', 'lost', null)
    when priority < priority_before then if(priority > 0, 'better', 'cleared')
end;
