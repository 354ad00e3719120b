-- What several models need: one place for each.

-- A number where it lies within its bounds; null where it does not, where it is no number (NaN), or is not known.
create or replace macro within(value, lowest, highest) as case when value between lowest and highest then value end;

-- Metres, seconds, steps or beats of one activity, as far as anything can be counted with them: the models keep them in thousandths.
create or replace macro amount(value) as within(value, 0, 10000000);

-- Whether a day or a time can be one of somebody's life.
create or replace macro is_a_day(day) as coalesce(day between '1900-01-01' and '2199-12-31', false);

-- A number brought within bounds; null stays null, where least and greatest would answer with a bound.
create or replace macro clamp(value, lowest, highest) as
case when value < lowest then lowest when value > highest then highest else value end;

-- Exercise names as people log them, brought to one spelling (domain: "Name (Equipment)", sl, 1-leg, one-legged, unilateral).
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

-- What a set says its exercise is: a name, and the code and number of guesses of a watch. No two of them share a key, whatever stands
-- in a file: a key that stood twice would double the sets of everybody.
create or replace macro exercise_key(name, category, subtype, guesses) as
md5(cast(to_json([name, cast(category as text), cast(subtype as text), cast(guesses as text)]) as text));

-- Cadence where a run has none, in steps a minute, from its speed and the athlete's rules.
create or replace macro default_cadence_spm(speed_mps, rules) as clamp(
    rules.cadence_spm + rules.cadence_per_mps * (speed_mps - rules.cadence_at_mps), rules.cadence_low_spm, rules.cadence_high_spm
);

-- The same for walking.
create or replace macro walking_cadence_spm(speed_mps, rules) as clamp(
    rules.walking_cadence_spm + rules.walking_cadence_per_mps * (speed_mps - rules.walking_cadence_at_mps),
    rules.walking_cadence_low_spm,
    rules.walking_cadence_high_spm
);

-- Achilles load is kept in millionths: what their rounding adds to a ratio does not put it above its line.
create or replace macro is_ratio_above(ratio, line) as ratio > line + 1e-9;

-- A stable name for a run or a session: athlete, start and kind, never the file.
create or replace macro activity_id(athlete_id, started_at, kind) as
left(md5(athlete_id || '|' || epoch_ms(started_at)::varchar || '|' || kind), 16);

-- The day on which the models stand.
create or replace macro as_of_date() as (select max(seeds.night.as_of_date) from seeds.night);

-- Whether two amounts differ by no more than a share of the larger; false where one is unknown.
create or replace macro is_alike(one, other, share) as coalesce(abs(one - other) <= share * greatest(one, other), false);

-- Whether something that a sentence needs is not known.
create or replace macro has_unknown_fact(facts) as regexp_matches(cast(facts as text), '[^\\]":null[,}]');
