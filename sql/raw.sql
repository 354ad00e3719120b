-- The import memory: everything read from the files. It lies beside the warehouse, is kept from night to night and copied into
-- each. A content is identified by athlete and SHA-256; every row below has both. Rows of plain logs are numbered from the
-- header, row 1. No table has a key, because the database would build an index for it. Each night reads every block of the tables
-- at its start and so finds damage at once, but an index is read only when a row is added or deleted. Grains are stated here and
-- tested.
create schema if not exists raw;

create table if not exists raw.memory (key text not null, value text not null); -- one row per key

-- One row per path and content.
create table if not exists raw.paths (
    path text not null,
    file_id text not null,
    athlete_id text not null, -- '' for a file at the root of the input folder
    size_bytes bigint,
    is_current boolean not null, -- false once the path holds another content
    is_present boolean not null, -- false once the path is gone; it stays counted
    is_acknowledged boolean not null default false,
    is_held boolean not null default false, -- newer content of the path was refused, so this one still counts
    first_seen date, -- the as-of date of the first night that saw this content
    arrival integer -- numbers the nights that saw something new: a later file has a higher number
);

-- How the accounts stood that logs were fetched from, before tonight's files were read. Refilled every night.
create table if not exists raw.accounts (
    account text not null,
    source text not null,
    last_success_at timestamptz, -- null: never yet
    last_try_at timestamptz,
    new_files integer not null, -- of the last fetch
    waiting integer not null,
    withheld integer not null,
    deleted integer not null,
    reason text, -- what is wrong; null if nothing is
    remedy text
);

-- The files in each archive, so that a known archive is not unpacked again.
create table if not exists raw.archive_members (
    archive_id text not null, -- SHA-256 of the archive's content
    names text not null, -- JSON list: the names that lead to the member, the archives' own first
    shown text not null, -- as shown in paths, after the archive's path
    size_bytes bigint not null,
    file_id text not null, -- SHA-256 of the member's content; empty for one that is refused
    problem text not null,
    remedy text not null
);

-- One row per athlete and content.
create table if not exists raw.contents (
    athlete_id text not null,
    file_id text not null,
    format text,
    parser text,
    outcome text not null, -- loaded, ignored, quarantined
    reason text,
    remedy text,
    is_partial boolean not null,
    may_be_run boolean not null default false, -- refused or unreadable, so a run may be lost
    may_be_strength boolean not null default false, -- likewise strength work
    activity_date date, -- the local day of the one activity in it, from the file's name or readable part
    started_at timestamptz -- or its moment
);

create table if not exists raw.refused_rows (
    athlete_id text not null,
    file_id text not null,
    place text not null,
    reason text not null,
    remedy text not null,
    row_text text not null,
    activity_date date, -- the local day whose running is unknown without this row; null if not known
    started_at timestamptz, -- or the moment
    may_be_run boolean not null default false, -- false for a row of anything but running
    may_be_strength boolean not null default false -- false for a row of anything but strength work
);

-- The complete rows that the guard removed from the tables below, each with its reason. Refilled every night.
create table if not exists raw.guarded_rows (
    athlete_id text not null,
    file_id text not null,
    table_name text not null,
    place text not null,
    expectation text not null,
    reason text not null,
    remedy text not null,
    row_text text not null,
    activity_date date, -- as of raw.refused_rows, for runs
    started_at timestamptz
);

create table if not exists raw.runs (
    athlete_id text not null,
    file_id text not null,
    activity_number integer not null,
    row_number integer,
    source_format text not null,
    parser text not null,
    sport_stated text, -- as the file writes it
    sport_kind text, -- its kind in seeds.sports: run, walk, hike, multisport or unstated; null for a word in no list
    sub_sport text,
    sport_hint text, -- a word for a sport in the name of the activity, its file or a folder
    hint_kind text,
    started_at timestamptz,
    started_local timestamp,
    summary_distance_m double,
    summary_distance_km_or_mi double, -- in the account's unit, which the file does not state
    summary_moving_s double,
    summary_elapsed_s double,
    summary_ascent_m double,
    summary_descent_m double,
    summary_ascent_m_or_ft double,
    summary_descent_m_or_ft double,
    summary_avg_heart_rate_bpm double,
    summary_steps double,
    track_distance_m double,
    track_moving_s double,
    track_elapsed_s double,
    track_pause_s double,
    track_gap_s double,
    track_unmeasured_s double, -- gaps, and moving time with unknown metres
    track_ascent_m double,
    track_descent_m double,
    track_avg_heart_rate_bpm double,
    track_avg_cadence_spm double,
    track_steps double,
    cadence_factor integer,
    track_points integer,
    spike_points integer,
    rpe double,
    carried_kg double,
    title text,
    gear text,
    note text,
    notes text[] -- codes of seeds.run_notes: what was dropped or decided while reading; sorted, null as empty
);

-- Every row of an account's table, and everything else that names a file, for all sports: it shows which sport an unnamed
-- track was, and which rows of an older table of the same account no longer count.
create table if not exists raw.named_files (
    athlete_id text not null,
    file_id text not null,
    activity_number integer not null,
    linked_file text, -- activities/123.fit.gz
    started_at timestamptz,
    started_local timestamp,
    sport_stated text,
    sport_kind text -- as of raw.runs; also other and strength
);

create table if not exists raw.run_bins (
    athlete_id text not null,
    file_id text not null,
    activity_number integer not null,
    speed_bin integer not null, -- speed from 0.2 x speed_bin m/s
    grade_bin integer not null, -- grade around 2 % x grade_bin
    seconds decimal(12, 3) not null,
    steps decimal(12, 3),
    metres decimal(12, 3) not null
);

create table if not exists raw.run_hr_bins (
    athlete_id text not null,
    file_id text not null,
    activity_number integer not null,
    heart_rate_bin_bpm integer not null, -- heart rate from this to 5 bpm more
    seconds decimal(12, 3) not null,
    steps decimal(12, 3),
    metres decimal(12, 3), -- null on a machine that does not count them,
    beats decimal(12, 3) not null
);

create table if not exists raw.run_efforts (
    athlete_id text not null,
    file_id text not null,
    activity_number integer not null,
    duration_s integer not null, -- 180, 360, 720 or 1200
    distance_m double not null -- the most metres of any stretch of that moving time
);

create table if not exists raw.strength_sessions (
    athlete_id text not null,
    file_id text not null,
    activity_number integer not null,
    started_at timestamptz,
    started_local timestamp,
    duration_s double,
    avg_heart_rate_bpm double,
    sets integer not null
);

create table if not exists raw.strength_sets (
    athlete_id text not null,
    file_id text not null,
    set_row integer not null, -- order in the file, over all its sessions
    row_number integer,
    source_format text not null,
    performed_at timestamptz,
    performed_local timestamp,
    set_number integer,
    exercise_name text,
    fit_category integer,
    fit_subtype integer,
    fit_guesses integer, -- of the watch; 1 where the exercise was named by hand
    reps double,
    weight_kg double,
    weight_unstated double, -- in the unit that squad.csv names for the athlete's app
    hold_s double,
    duration_s double,
    side text,
    rpe double,
    rir double,
    is_warmup boolean not null,
    note text
);

create table if not exists raw.symptoms (
    athlete_id text not null,
    file_id text not null,
    row_number integer not null,
    report_date date not null,
    side text,
    pain_0_10 double,
    morning_stiffness_min double,
    visa_a double,
    is_worse_next_morning boolean,
    event text,
    note text
);

create table if not exists raw.injuries (
    athlete_id text not null,
    file_id text not null,
    row_number integer not null,
    onset_date date not null,
    site text not null,
    side text,
    resolved_date date,
    note text
);

create table if not exists raw.calf_tests (
    athlete_id text not null,
    file_id text not null,
    row_number integer not null,
    test_date date not null,
    side text not null,
    repetitions double not null,
    knee text
);

create table if not exists raw.marks (
    athlete_id text not null,
    file_id text not null,
    row_number integer not null,
    from_date date not null,
    to_date date not null,
    kind text not null
);

create table if not exists raw.notes (
    athlete_id text not null,
    file_id text not null,
    row_number integer not null,
    note_date date not null,
    kind text not null,
    until_date date, -- the last quiet day
    text text
);

-- One row per planned run or strength session; a repeated one of a calendar is one row, and the repeat_* columns say when.
create table if not exists raw.plan (
    athlete_id text not null,
    file_id text not null,
    row_number integer not null,
    plan_date date not null, -- as the file gives it; the first one of a repeated event
    kind text, -- null where a calendar's title names a run and no kind
    is_strength boolean not null,
    distance_m double,
    moving_s double,
    title text,
    start_time time,
    time_zone text, -- of the start time; null for the athlete's own
    event_id text, -- a calendar's UID
    event_version integer, -- and its SEQUENCE
    repeat_every text, -- daily, weekly, monthly, yearly
    repeat_interval integer,
    repeat_weekdays text[], -- MO; of a month 1MO, -1SU
    repeat_month_days integer[],
    repeat_months integer[],
    repeat_week_start integer, -- days after Monday
    repeat_until date,
    repeat_except date[]
);

-- Read again every night: squad.csv and the folders.
create table if not exists raw.athletes (
    athlete_id text not null,
    name text,
    squad text,
    sex text,
    birth_year integer,
    body_mass_kg double,
    timezone text,
    resting_hr_bpm double,
    max_hr_bpm double,
    threshold_pace_s_per_km double,
    foot_strike text,
    achilles_history_until date,
    race_date date,
    units text,
    strength_weight_unit text,
    language text,
    is_in_squad_file boolean not null
);

-- Read again every night: rules.csv, the squad's own rules.
create table if not exists raw.rule_overrides (
    key text not null,
    value text not null,
    athlete_id text, -- null with a null squad: for everybody
    squad text,
    row_number integer not null
);

-- Read again every night: exercise_aliases.csv, the squad's own names of exercises.
create table if not exists raw.exercise_aliases (
    alias text not null,
    exercise_id text not null,
    row_number integer not null
);

-- Athletes whose logs the night had to leave out, and why; only in the work file, always empty in the memory.
-- One row per athlete, round, table and check.
create table if not exists raw.set_aside (
    athlete_id text not null,
    round integer not null, -- 1: logs of training left out; 2: what was reported as well
    table_name text not null,
    expectation text not null,
    load_date date, -- the first day that failed it, where the check is about days
    reason text
);

-- Every run_id and session_id ever published, with the recordings that it last stood for: one row per id and recording, for a
-- session one per id and file. Old ids stay, so that they can be mapped to the new ones.
create table if not exists raw.published_ids (
    kind text not null, -- run, strength
    id text not null,
    athlete_id text not null,
    file_id text not null,
    place text not null, -- of the recording in its file: activity 1, set 12
    started_at timestamptz not null,
    recording_rank bigint not null, -- 1 is the main one
    gone_date date -- the as-of date of the first night without the id; null while it is published
);

-- What `tendonwatch backtest` found: one row per day judged and rule. Earlier days stay.
create table if not exists raw.backtest (
    judged_date date not null,
    rule_number integer not null,
    rule text not null,
    rule_family text not null,
    athletes integer not null,
    exposure_days bigint not null,
    as_was_days bigint not null,
    flagged_days bigint not null,
    onsets integer not null,
    onsets_left_out integer not null,
    flagged_onsets integer not null,
    onsets_told integer not null,
    told_by_chance_percent double,
    recurrences integer not null,
    recurrences_told integer not null,
    alerts integer not null,
    alerts_per_athlete_month double,
    lead_days_median double,
    alerts_right_percent double,
    days_right_percent double,
    rate_ratio double,
    rate_ratio_low double,
    rate_ratio_high double,
    p_value double,
    adjusted_p_value double,
    verdict text not null
);

-- Who was erased: of each only a hash, under a salt of its own, so that nothing of them comes back from a file or a kept night.
-- One row per person.
create table if not exists raw.erased (
    salt text not null,
    hash text not null, -- SHA-256 of salt and athlete_id
    erased_date date not null
);

-- One row per night: what happened, for the people who run it.
create table if not exists raw.nights (
    night text not null,
    number bigint, -- in the order of their start, independent of the clock; the newest has the highest
    as_of_date date,
    started_at timestamptz not null,
    finished_at timestamptz,
    state text not null, -- running, published, failed, cancelled
    exit_code integer,
    files_seen integer,
    files_parsed integer,
    message text,
    step_seconds struct(step text, seconds double)[] -- in their order; the published table lacks the one that publishes
);

-- What each published night said of each athlete on its as-of date. It cannot be made again: later nights know more and have other
-- rules. Nothing but `erase` deletes from it. One row per published night and athlete.
create table if not exists raw.published_status (
    night text not null,
    athlete_id text not null,
    load_date date not null, -- the night's as-of date
    flag text,
    priority integer,
    run_level text,
    capacity_level text,
    reasons text[],
    headline_codes text[], -- the reasons that led the headline, in its order; like what follows null in nights of older versions
    headline text,
    person_state text,
    action_codes text[],
    next_action text,
    confidence text,
    ruleset_version text,
    program_version text
);

-- What all that is judged of an athlete tonight was read from, as one hash: the night keeps the rows of whom it is the hash of the
-- published night, which bears its own. The import memory has none. One row per athlete.
create table if not exists raw.judged_from (
    athlete_id text not null,
    inputs text not null
);

-- Which rows of marts a published night added, changed or removed against the one published before. It cannot be made again once that
-- one is pruned; the newest nights are kept. One row per night, table and changed row, or per night and table where they are too many.
create table if not exists raw.changes (
    night text not null,
    since_night text, -- the night that it is compared with; null for none
    because text not null, -- data, rules, program, no earlier night
    table_name text not null,
    change text not null, -- added, changed, removed; many where row_count alone tells of them
    athlete_id text,
    row_date date,
    row_key json, -- the key by sql/contract.yml
    changed_columns text[], -- of a changed row
    row_count bigint not null
);
