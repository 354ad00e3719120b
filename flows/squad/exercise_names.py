"""Names of exercises: the squad's own aliases, and for a name that nobody knows the exercise most like it."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process, utils

from flows.records import RefusedRow, UnreadableFile
from flows.settings import SQL_DIR
from flows.squad.small_tables import OPEN_QUOTE, SmallTable, read_small_table
from flows.state import database

ALIASES_FILE = "exercise_aliases.csv"
COLUMNS = ("alias", "exercise_id")
OTHER_EXERCISE = "other"  # of the catalogue: work that feeds no link of the chain
# Below this likeness (0 to 100) two names share letters, not a meaning: "RDL single leg" is 80 like "single leg march".
LIKE_ENOUGH = 82.0


@dataclass(frozen=True, slots=True)
class OwnAliases:
    """Rows for raw.exercise_aliases, and what could not be taken of the file."""

    aliases: tuple[dict[str, Any], ...] = ()
    refused_rows: tuple[RefusedRow, ...] = ()
    refused_because: str | None = None
    remedy: str | None = None
    broken: tuple[str, ...] = ()  # names on rows that cannot be told apart into cells


def known_exercises() -> dict[str, str]:
    """The catalogue, sql/seeds/exercises.csv: exercise_id -> what it is called."""
    with (SQL_DIR / "seeds" / "exercises.csv").open(encoding="utf-8", newline="") as stream:
        return {row["exercise_id"]: row["exercise"] for row in csv.DictReader(stream)}


def read_aliases(path: Path) -> OwnAliases:
    """Read exercise_aliases.csv; without the file our own catalogue of names holds alone."""
    if not path.is_file():
        return OwnAliases()
    try:
        return _read_rows(read_small_table(path.read_bytes(), COLUMNS))
    except UnreadableFile as refusal:
        return OwnAliases(refused_because=f"{refusal.place}: {refusal.reason}", remedy=refusal.remedy)
    except OSError as error:
        return OwnAliases(refused_because=str(error), remedy="Save it as a CSV file in UTF-8.")


def _read_rows(table: SmallTable) -> OwnAliases:
    known = known_exercises()
    aliases: dict[str, dict[str, Any]] = {}
    refused, broken = [], []
    for row in table.rows:
        alias, exercise_id = (row.cells.get(name, "") for name in COLUMNS)
        if row.is_broken:
            refused.append(RefusedRow(row.place, OPEN_QUOTE, "What it said before holds until it is mended.", row.text))
            broken.append(alias)
            continue
        if not alias and not exercise_id:
            continue
        problem = _problem_of(alias, exercise_id, known)
        if not problem and alias.casefold() in aliases:
            problem = f"{alias!r} has a line above"
        if problem:
            remedy = "The name counts as before until it is mended."
            refused.append(RefusedRow(row.place, problem, remedy, f"{alias},{exercise_id}"))
            continue
        aliases[alias.casefold()] = {"alias": alias, "exercise_id": exercise_id, "row_number": row.line}
    return OwnAliases(tuple(aliases.values()), tuple(refused), broken=tuple(broken))


def _problem_of(alias: str, exercise_id: str, known: dict[str, str]) -> str:
    """What is wrong with a line, empty where nothing is."""
    if not alias:
        return f"the name that {exercise_id} stands for is empty"
    if exercise_id in known:
        return ""
    if not exercise_id:
        return f"{alias!r} has no exercise_id"
    near, _, _ = process.extractOne(exercise_id, list(known), scorer=fuzz.ratio, processor=utils.default_process)
    return f"the catalogue has no exercise {exercise_id!r} (the nearest is {near})"


def list_unmapped(work: Path) -> None:
    """Fill ops.unmapped_exercises: every name without an exercise, with the most likely one and the line that would map it.

    A name that is like no other is suggested as work for something else, so that one line settles it.
    """
    known = known_exercises()
    with database.writer(work) as connection:
        connection.execute(
            """
            create or replace table ops.unmapped_exercises (
                athlete_id text, exercise_name text, sets bigint, first_date date, last_date date,
                suggested_exercise_id text, suggested_exercise text, suggestion_score double, alias_line text
            )
            """
        )
        names = dict(connection.execute(
            """
            select normalise_exercise(alias), exercise_id from seeds.exercise_aliases
            union all
            select normalise_exercise(alias), exercise_id from raw.exercise_aliases
            """
        ).fetchall())  # fmt: skip
        unmapped = connection.execute(
            """
            select athlete_id, exercise_name, count(*) as sets, min(set_date) as first_date, max(set_date) as last_date,
                normalise_exercise(exercise_name) as full_name,
                normalise_exercise(without_equipment(exercise_name)) as short_name
            from marts.strength_sets
            where exercise_id is null
            group by athlete_id, exercise_name
            order by athlete_id, exercise_name
            """
        ).fetchall()
        for *row, full_name, short_name in unmapped:
            suggestion = most_like((full_name, short_name), names, known) if full_name else (None, None, None)
            line = alias_line(row[1], suggestion[0]) if suggestion[0] else None
            connection.execute("insert into ops.unmapped_exercises values (?, ?, ?, ?, ?, ?, ?, ?, ?)", [*row, *suggestion, line])


def most_like(spellings: tuple[str, str], names: dict[str, str], known: dict[str, str]) -> tuple[str, str, float]:
    """(exercise_id, what it is called, likeness 0 to 100) of the name most like any of these spellings."""
    found = (process.extractOne(spelling, list(names), scorer=fuzz.token_sort_ratio) for spelling in spellings)
    name, score, _ = max(found, key=lambda match: match[1])
    exercise_id = names[name] if score >= LIKE_ENOUGH else OTHER_EXERCISE
    return exercise_id, known[exercise_id], round(score, 1)


def alias_line(exercise_name: str, exercise_id: str) -> str:
    """The line for exercise_aliases.csv, quoted where the name needs it."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow([" ".join(exercise_name.split()), exercise_id])
    return line.getvalue()
