-- Words and numbers that several models need: one place for each.

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

-- Numbers as a sentence wants them.
create or replace macro hours_minutes(seconds) as
case
    when seconds >= 3600 then format('{} h {:02d} min', (seconds / 60)::bigint // 60, (seconds / 60)::bigint % 60)
    else format('{} min', (seconds / 60)::bigint)
end;

-- A day as a sentence names it; with its year where it lies more than half a year back.
create or replace macro day_month(day, today) as
if(today - day > 180, strftime(day, '%-d %B %Y'), strftime(day, '%-d %B'));

create or replace macro days_text(days) as if(days = 1, '1 day', format('{:,} days', days));

-- Words that begin small and have no full stop, as a sentence of their own.
create or replace macro sentence(words) as upper(left(words, 1)) || substr(words, 2) || '.';

-- A stretch of days as people call it.
create or replace macro span_text(days) as
case days
    when 7 then 'one week'
    when 14 then 'two weeks'
    when 21 then 'three weeks'
    when 28 then 'four weeks'
    else days_text(cast(days as integer))
end;

create or replace macro counted(number, word) as format('{:,} ', number::bigint) || word || if(number = 1, '', 's');

-- At most two decimals, and none that say nothing: 6, 5.25.
create or replace macro plain(number) as format('{:g}', round(cast(number as double), 2));

-- A ratio with two decimals, or with three where two would put it on the line that it lies beside.
create or replace macro ratio_text(ratio, line) as
if(
    round(ratio, 2) = round(line, 2) and abs(ratio - line) > 1e-9,
    if(
        round(ratio, 3) = round(line, 3),
        if(ratio > line, 'just over ', 'just under ') || format('{:.2f}', line),
        format('{:.3f}', ratio)
    ),
    format('{:.2f}', ratio)
);

create or replace macro as_of_date() as (select max(seeds.night.as_of_date) from seeds.night);

create or replace macro distance_text(metres, units) as
if(units = 'mi', format('{:.1f} mi', metres / 1609.344), format('{:.1f} km', metres / 1000));

-- A ceiling is cut, never rounded up: nobody is told a length beyond it.
create or replace macro ceiling_text(metres, units) as
if(
    units = 'mi', format('{:.1f} mi', floor(metres / 160.9344) / 10), format('{:.1f} km', floor(metres / 100) / 10)
);

-- Something of a day: Sunday's 9.0 km, or the 9.0 km on 1 November.
create or replace macro of_day(what, day, today) as
if(today - day < 7, strftime(day, '%A') || '''s ' || what, 'the ' || what || ' on ' || day_month(day, today));

-- What an amount of a measure reads like.
create or replace macro amount_text(measure, amount, units) as
case measure
    when 'distance_m' then distance_text(amount, units)
    when 'moving_s' then hours_minutes(amount)
    when 'ascent_m' then format('{:,} m', amount::bigint)
    when 'fast_steps' then format('{:,}', amount::bigint)
    else format('{:,}', amount::bigint)
end;

-- Whether two amounts differ by no more than a share of the larger; false where one is unknown.
create or replace macro is_alike(one, other, share) as coalesce(abs(one - other) <= share * greatest(one, other), false);

-- An action with its places filled: {ceiling}, how long runs may be, and {place}, where calf raises are done.
create or replace macro action_text(action, ceiling_m, units, place) as
replace(replace(action, '{ceiling}', coalesce(ceiling_text(ceiling_m, units), 'their usual length')), '{place}', place);
