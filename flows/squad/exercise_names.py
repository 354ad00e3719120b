"""Names of exercises: the squad's own aliases, and for an unknown name the most similar exercise."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from flows.nearest import by_words, nearest
from flows.seed_files import seed_rows
from flows.squad.own_tables import OwnTable, Row, RowProblem, Understood
from flows.state import database

COLUMNS = ("alias", "exercise_id")
OTHER_EXERCISE = "other"  # in the catalogue: work that feeds no link of the chain
# Below this likeness (0 to 100) two names share letters, not a meaning: "squat to calf raise" is 91 like "squat calf raise".
LIKE_ENOUGH = 92.0
CHOICES = 3  # exercises to choose from where none is like enough


def known_exercises() -> dict[str, str]:
    """The catalogue, sql/seeds/exercises.csv: exercise_id -> name."""
    return {row["exercise_id"]: row["exercise"] for row in seed_rows("exercises")}


def _understood(row: Row) -> Understood | None:
    alias, exercise_id = (row.cells.get(name, "") for name in COLUMNS)
    if not alias and not exercise_id:
        return None
    text = f"{alias},{exercise_id}"
    if problem := _problem_of(alias, exercise_id, known_exercises()):
        raise RowProblem(problem, text)
    return Understood({"alias": alias, "exercise_id": exercise_id, "row_number": row.line}, text)


def _problem_of(alias: str, exercise_id: str, known: dict[str, str]) -> str:
    """What is wrong with a line; empty if nothing is."""
    if not alias:
        return f"the name that {exercise_id} stands for is empty"
    if exercise_id in known:
        return ""
    if not exercise_id:
        return f"{alias!r} has no exercise_id"
    return f"the catalogue has no exercise {exercise_id!r} (the nearest is {nearest(exercise_id, known, at_least=0)})"


ALIASES = OwnTable(
    file="exercise_aliases.csv",
    raw_table="exercise_aliases",
    held_rows="true",
    required=COLUMNS,
    key=("alias",),
    understand=_understood,
    remedy="The name counts as before until it is mended.",
    twice=lambda record: f"{record['alias']!r} has a line above",
    folded=str.casefold,
)


def list_unmapped(work: Path) -> None:
    """Fill ops.unmapped_exercises: every name without an exercise, with the exercises that it may be.

    Only a name that is almost the same as a known one has a suggestion, and the line that would map it.
    """
    known = known_exercises()
    with database.writer(work) as connection:
        connection.execute(
            """
            create or replace table ops.unmapped_exercises (
                athlete_id text, exercise_name text, sets bigint, first_date date, last_date date,
                suggested_exercise_id text, suggested_exercise text, suggestion_score double, alias_line text,
                possible_exercise_ids text[]
            )
            """
        )
        names = dict(connection.execute(
            """
            select without_plural(normalise_exercise(alias)), exercise_id from seeds.exercise_aliases
            union all
            select without_plural(normalise_exercise(alias)), exercise_id from raw.exercise_aliases where exercise_id != ?
            """,
            [OTHER_EXERCISE],
        ).fetchall())  # fmt: skip
        unmapped = connection.execute(
            """
            select athlete_id, exercise_name, count(*) as sets, min(set_date) as first_date, max(set_date) as last_date,
                without_plural(normalise_exercise(exercise_name)) as plain_name
            from marts.strength_sets
            where exercise_id is null
            group by athlete_id, exercise_name
            order by athlete_id, exercise_name
            """
        ).fetchall()
        for *row, plain_name in unmapped:
            suggestion = most_like(plain_name, names, known) if plain_name else None
            line = alias_line(row[1], suggestion[0]) if suggestion else None
            connection.execute(
                "insert into ops.unmapped_exercises values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [*row, *(suggestion or (None, None, None)), line, possible(plain_name, names) if plain_name else []],
            )


def most_like(name: str, names: dict[str, str], known: dict[str, str]) -> tuple[str, str, float] | None:
    """(exercise_id, its name, likeness 0 to 100) of the known name most like this one; None if none is like enough."""
    match, score = next(by_words(name, names))
    exercise_id = names[match]
    return (exercise_id, known[exercise_id], round(score, 1)) if score >= LIKE_ENOUGH else None


def possible(name: str, names: dict[str, str]) -> list[str]:
    """The exercises whose names are most like this one, the most like first."""
    found = dict.fromkeys(names[match] for match, _ in by_words(name, names))
    return list(found)[:CHOICES]


def alias_line(exercise_name: str, exercise_id: str) -> str:
    """The line for exercise_aliases.csv, quoted where the name needs it."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow([" ".join(exercise_name.split()), exercise_id])
    return line.getvalue()
