"""The last runs and the last strength sessions, row by row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dashboards import tables
from flows.words.amounts import Scale, number, plain, weight

LAST_RUNS = 20
LAST_EXERCISES = 24

# Reads whole rows only for the last runs.
RUNS = """
    select runs.*, paths.path, noted.meanings
    from marts.runs as runs
    left join ops.athlete_paths as paths on runs.athlete_id = paths.athlete_id and runs.file_id = paths.file_id
    left join (
        select athlete_id, run_id, list(note_meaning order by note_code) as meanings
        from marts.run_notes
        where athlete_id between $first and $last
        group by athlete_id, run_id
    ) as noted
        on runs.athlete_id = noted.athlete_id and runs.run_id = noted.run_id
    where
        runs.rowid in (
            select rowid
            from marts.runs
            where athlete_id between $first and $last
            qualify row_number() over (partition by athlete_id order by started_at desc, run_id) <= $most
        )
    order by runs.athlete_id, runs.started_at desc, runs.run_id
"""
SESSIONS = """
    select *
    from marts.session_exercises
    where athlete_id between $first and $last
    qualify row_number() over (
        partition by athlete_id order by sessions_back, first_set_number, exercise_name, side, is_warmup
    ) <= $most
    order by athlete_id, sessions_back, first_set_number, exercise_name, side, is_warmup
"""


def run(row: tables.Row, scale: Scale) -> tables.Row:
    """One run, its distance in the athlete's unit."""
    return row | {"distance_shown": number(scale.of(row["distance_m"]), 2)}


def exercise(row: tables.Row, weight_unit: str) -> tables.Row:
    """One exercise of a session, its loads in kg or lb; a range if its sets differ."""

    def spread(name: str, shown: Callable[[Any], str] = plain) -> str:
        least, most = row[f"least_{name}"], row[f"most_{name}"]
        return shown(most) if least == most else f"{shown(least)}–{shown(most)}"

    return {
        **row,
        "reps": spread("reps"),
        "hold_s": spread("hold_s"),
        "load": spread("load_kg", lambda kilograms: weight(kilograms, weight_unit)),
    }
