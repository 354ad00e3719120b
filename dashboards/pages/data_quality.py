"""The data-quality page: what was read, what was refused and what to do about it."""

from __future__ import annotations

from typing import Any

import duckdb

from dashboards import tables
from dashboards.words import BORDERS, FILE_STATES
from flows.words.language import N_, gettext

TITLE = N_("Data quality")
INTRODUCTION = N_("What was read, what was refused, and what to do about it. Nothing is dropped in silence.")

FILES_BY_STATE = """
    with partly_read as (
        select cast(coalesce(sum(times), 0) as bigint) as files
        from ops.refusals
        where kind = 'partly read'
    )
    select state, count(*) - if(state = 'loaded', any_value(partly_read.files), 0) as files
    from ops.files cross join partly_read
    group by state
    union all
    select 'partial', files from partly_read
"""
FILES = """
    select path, athlete_id, format, if(state = 'loaded', 'noted', state) as state,
        reason, remedy, is_acknowledged
    from ops.files
    where state not in ('loaded', 'quarantined')
        or (state = 'loaded' and not is_partial and reason is not null and format <> 'zip')
    order by is_acknowledged, path, file_id
"""
REFUSALS = """
    select kind, path, athlete_id, times, examples, reason, expectation, remedy, is_acknowledged
    from ops.refusals
    order by is_acknowledged, path, table_name, expectation, reason
"""
# Activities dated after the as-of date.
WAITING = """
    select athlete_id, kind, count(*) as times, min(activity_date) as first_date, max(activity_date) as last_date,
        list(distinct path order by path)[1:3] as paths
    from ops.waiting
    group by athlete_id, kind
    order by athlete_id, kind
"""
SET_ASIDE = """
    select athlete_id, table_name, expectation, load_date, reason
    from ops.set_aside
    order by athlete_id, table_name, expectation
"""
TWINS = """
    select duplicates.athlete_id, athletes.units, kept.path as kept_path, dropped.path as dropped_path,
        duplicates.why, duplicates.distance_m, duplicates.moving_s, duplicates.strength_sets
    from ops.duplicates
    left join marts.athletes on duplicates.athlete_id = athletes.athlete_id
    left join ops.athlete_paths as kept on duplicates.athlete_id = kept.athlete_id and duplicates.kept_file_id = kept.file_id
    left join ops.athlete_paths as dropped
        on duplicates.athlete_id = dropped.athlete_id and duplicates.dropped_file_id = dropped.file_id
    order by duplicates.athlete_id, kept_path, dropped_path, duplicates.run_id, duplicates.session_id, duplicates.distance_m
"""
# The sum of a squad with both km and mi is shown in km.
NOT_COUNTED_TWICE = """
    select totals.athlete_id, coalesce(athletes.units, (select if(max(units) = min(units), min(units), 'km') from marts.athletes))
        as units, totals.distance_m, totals.moving_s, totals.strength_sets
    from ops.duplicate_totals as totals
    left join marts.athletes on totals.athlete_id = athletes.athlete_id
    order by totals.athlete_id nulls first
"""
UNMAPPED_EXERCISES = """
    select athlete_id, exercise_name, sets, first_date, last_date, suggested_exercise, suggestion_score, alias_line,
        possible_exercise_ids
    from ops.unmapped_exercises
    order by athlete_id, exercise_name
"""
# Names that the squad's own aliases take away from the chain.
TAKEN_AWAY = """
    select distinct exercise_name
    from ops.exercise_names
    where is_taken_away
    order by exercise_name
"""
UNSTATED_WEIGHTS = """
    select athlete_id, source_format, sets, first_date, last_date
    from ops.unstated_weights
    order by athlete_id, source_format
"""
SPORT_ASSUMED = """
    select runs.athlete_id, runs.run_date, runs.sport, runs.sport_source, paths.path
    from marts.runs
    left join ops.athlete_paths as paths on runs.athlete_id = paths.athlete_id and runs.file_id = paths.file_id
    where runs.sport_source <> 'stated'
    order by runs.athlete_id, runs.run_date, path
"""
UNKNOWN_SPORTS = """
    select athlete_id, activity_date, coalesce(sport_word, title) as word, path, is_day_unknown
    from ops.unknown_sports
    order by athlete_id, activity_date, path, recording_number
"""
RETIRED_RULES = "select row_number, rule_key, value, athlete_id, squad, instead from ops.retired_rules order by row_number"
# Each kind of it as the runner's own page says it.
CONTRADICTIONS = """
    select flags.athlete_id, flags.evidence
    from marts.flags
    left join marts.athletes on flags.athlete_id = athletes.athlete_id
    where flags.code = 'DATA_CONTRADICTION' and flags.state = 'raised' and flags.load_date = athletes.as_of_date
    order by flags.athlete_id, flags.measure
"""
ACCOUNTS = """
    select account, strftime(timezone('UTC', last_success_at), '%Y-%m-%d %H:%M') as last_success,
        new_files, waiting, withheld, deleted, reason, remedy
    from ops.accounts
    order by reason is null, account
"""
PLAN_LEFT_OUT = """
    select if(count(*) = 1, min(athlete_id), null) as athlete_id, any_value(path) as path, because,
        cast(sum(rows) as bigint) as rows, min(first_date) as first_date, max(last_date) as last_date
    from ops.plan_left_out
    group by file_id, because
    order by path, file_id, because
"""
RUN_NOTES = """
    select notes.athlete_id, notes.run_date, notes.note_meaning, paths.path
    from marts.run_notes as notes
    left join ops.athlete_paths as paths on notes.athlete_id = paths.athlete_id and notes.file_id = paths.file_id
    order by notes.athlete_id, notes.run_date desc, path, notes.run_id, notes.note_code
"""
CHECKS = """
    select border, table_name, expectation, severity, is_passed, rows_checked, rows_failed, reason, error
    from ops.checks
    order by is_passed, severity, table_name, column_name nulls first, expectation
"""

# Why planned days do not count, and what to do about it.
PLAN_CAUSES = {
    "past": (N_("their days have come"), N_("nothing to do")),
    "far": (N_("too far ahead: they count as their days come near"), N_("nothing to do")),
    "said_elsewhere": (N_("another file plans the same day"), N_("leave the day in one of the two files")),
}
NAMES = "select athlete_id, coalesce(name, athlete_id) as name from marts.athletes"


def context(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """What the data-quality template needs."""
    counts = {row["state"]: row["files"] for row in tables.rows(connection, FILES_BY_STATE)}
    files = tables.grouped(tables.rows(connection, FILES), "state")
    refusals = tables.grouped(tables.rows(connection, REFUSALS), "kind")
    checks = tables.grouped(tables.rows(connection, CHECKS), "border")
    return {
        "title": gettext(TITLE),
        "introduction": gettext(INTRODUCTION),
        "names": {row["athlete_id"]: row["name"] for row in tables.rows(connection, NAMES)},
        "states": [
            {"state": state, "word": gettext(word), "meaning": gettext(meaning), "files": counts.get(state, 0)}
            for state, (word, meaning) in FILE_STATES.items()
        ],
        "accounts": tables.rows(connection, ACCOUNTS),
        "refused": refusals["file"],
        "partly_read": refusals["partly read"],
        "noted": files["noted"],
        "missing": files["missing"],
        "same_content": files["duplicate"],
        "ignored": files["ignored"],
        "superseded": files["superseded"],
        "set_aside": tables.rows(connection, SET_ASIDE),
        "refused_rows": refusals["row"],
        "totals": tables.rows(connection, "from ops.refused_totals")[0],
        "waiting": tables.rows(connection, WAITING),
        "twins": tables.rows(connection, TWINS),
        "not_counted_twice": tables.rows(connection, NOT_COUNTED_TWICE),
        "unmapped": tables.rows(connection, UNMAPPED_EXERCISES),
        "taken_away": tables.rows(connection, TAKEN_AWAY),
        "unstated_weights": tables.rows(connection, UNSTATED_WEIGHTS),
        "unknown_sports": tables.rows(connection, UNKNOWN_SPORTS),
        "assumed": tables.rows(connection, SPORT_ASSUMED),
        "plan_left_out": [planned(row) for row in tables.rows(connection, PLAN_LEFT_OUT)],
        "retired_rules": tables.rows(connection, RETIRED_RULES),
        "contradictions": tables.rows(connection, CONTRADICTIONS),
        "run_notes": tables.rows(connection, RUN_NOTES),
        "borders": [
            {"border": border, "name": gettext(name), "meaning": gettext(meaning), "checks": checks[border]}
            for border, (name, meaning) in BORDERS.items()
        ],
    }


def planned(row: tables.Row) -> tables.Row:
    """Planned days that do not count, with the cause and what to do."""
    why, what_to_do = PLAN_CAUSES[row["because"]]
    return row | {"why": gettext(why), "what_to_do": gettext(what_to_do)}
