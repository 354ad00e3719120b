"""Why another thing is said of a day now than a night published: another program, other rules, rows and files that came since."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from flows.commands.common import count
from flows.state import database

Row = dict[str, Any]
MOST = 8  # lines of rows and of files; who needs all of them asks ops.changes
# Nights after the one that told of the day; their names tell the order only where nobody numbered them.
LATER = """
    select nights.night from ops.nightly_runs as nights
    left join ops.nightly_runs as told on told.night = $night
    where coalesce(nights.number > told.number, nights.night > $night)
"""
# Rows of runs and sets up to the day; of one that is gone nobody knows the file.
ROWS = """
    with placed as (
        select 'marts.runs' as table_name, run_id as row_id, file_id from marts.runs where athlete_id = $athlete_id
        union all
        select 'marts.strength_sets', session_id || ' ' || set_number, file_id
        from marts.strength_sets where athlete_id = $athlete_id
    )

    select changes.night, changes.table_name, changes.change, changes.row_date, paths.path, sum(changes.row_count) as row_count
    from ops.changes as changes
    left join placed
        on changes.table_name = placed.table_name
            and placed.row_id = coalesce(
                changes.row_key ->> 'run_id', (changes.row_key ->> 'session_id') || ' ' || (changes.row_key ->> 'set_number')
            )
    left join ops.athlete_paths as paths on paths.athlete_id = $athlete_id and placed.file_id = paths.file_id
    where changes.table_name in ('marts.runs', 'marts.strength_sets') and changes.night in ({later})
        and (changes.change = 'many' or (changes.athlete_id = $athlete_id and changes.row_date <= $day))
        and changes.since_night is not null
    group by all
    order by changes.row_date desc, changes.night, changes.table_name, changes.change, paths.path
"""
# A log that grew is another file: only whether its rows of before are the same is not kept.
FILES = """
    select paths.path, paths.first_seen
    from raw.paths as paths
    where paths.is_current and paths.first_seen > $day and (
        (paths.path = 'squad.csv' or paths.path = 'exercise_aliases.csv')
        or paths.file_id in (
            select file_id from marts.health_events where athlete_id = $athlete_id and from_date <= $day
            union all
            select file_id from marts.calf_tests where athlete_id = $athlete_id and test_date <= $day
        )
    )
    order by paths.first_seen, paths.path
"""
NOUNS = {"marts.runs": "run", "marts.strength_sets": "set"}


def causes(connection: database.Connection, athlete_id: str, day: date, then: Row, now: Row) -> Iterator[str]:
    """What may have made the difference, one line each; says so where nothing that is kept tells it."""
    asked = {"athlete_id": athlete_id, "day": day}
    program = database.scalar(connection, "select max(program_version) from ops.contract")
    found = []
    if then["program_version"] and then["program_version"] != program:
        found.append(f"another program: Tendonwatch {then['program_version']} then, {program} now")
    if then["ruleset_version"] and then["ruleset_version"] != now["ruleset_version"]:
        found.append(
            f"other rules: {then['ruleset_version']} then, {now['ruleset_version']} now (seeds, rules.csv or names of exercises)"
        )
    rows = [line_of_rows(row) for row in database.rows(connection, ROWS.format(later=LATER), asked | {"night": then["night"]})]
    files = [
        f"{row['path']}, of which this content was first read for {row['first_seen']}"
        for row in database.rows(connection, FILES, asked)
    ]
    for lines in (rows, files):
        found += lines[:MOST]
        if len(lines) > MOST:
            found.append(f'... and {len(lines) - MOST} more; `tendonwatch query "from ops.changes"` lists rows, ops.files files')
    return iter(found or ["nothing that is kept: ops.changes goes back 30 nights, and has no rows of reports"])


def line_of_rows(row: Row) -> str:
    """Runs or sets of one day that a later night added, changed or removed."""
    what = count(int(row["row_count"]), NOUNS[row["table_name"]])
    if row["change"] == "many":
        return f"{what} of the whole squad changed in the night {row['night']}, too many to list"
    place = f" ({row['path']})" if row["path"] else ""
    return f"{what} of {row['row_date']} {row['change']} in the night {row['night']}{place}"
