"""One athlete never stops the others: an athlete who cannot be judged is set aside, and the night goes on without their logs.

An athlete is set aside if a check fails on their rows, or a model fails on their data. Their training logs are then taken out of
the raw tables, every model is built again, and the logs are put back for inspection. Their reports of pain and injuries stay in
and still set the flag; they are taken out only if a check fails again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from flows.guard import validation
from flows.guard.validation import AthletesUnfit, DataUnfit, Unfit
from flows.models import layers, parts
from flows.squad import exercise_names
from flows.state import database
from flows.state.errors import is_of_data

LOG = logging.getLogger("tendonwatch")
TRAINING = ("runs", "run_bins", "run_hr_bins", "run_efforts", "named_files", "strength_sessions", "strength_sets", "calf_tests",
            "plan")  # fmt: skip
REPORTS = ("symptoms", "injuries", "marks", "notes")
ROUNDS = (TRAINING, REPORTS)  # what is taken out at the first failure, and at the second
GUARDED: tuple[tuple[str, Callable[[Path], dict[str, int]] | None], ...] = (
    ("staging", None),
    ("activities", validation.guard_staging),
    ("intermediate", None),
    ("marts", validation.guard_marts),
    ("ops", validation.guard_ops),
)


def judge(
    work: Path,
    step: Callable[[Callable[..., Any]], Callable[..., Any]],
    say: Callable[[Path], dict[str, int]],
    compare: Callable[[Path], dict[str, int]] | None = None,
    judge_athletes: Callable[[Path], dict[str, int]] | None = None,
) -> None:
    """Build every layer of models and guard it; set aside the athletes whose data fail, and build again.

    `say` writes the sentences into the marts before they are guarded; `compare` then holds these against the published night.
    `judge_athletes` builds the layers of parts.JUDGING in its own way.
    Raises validation.DataUnfit if a failure belongs to no athlete, or remains without all logs and reports of its athlete.
    """
    while True:
        try:
            for layer, guard in GUARDED:
                if layer == "ops":
                    step(exercise_names.list_unmapped)(work)
                    if compare:
                        step(compare)(work)
                if judge_athletes is None or layer not in parts.JUDGING:
                    step(layers.build_layer)(work, layer)
                elif layer == parts.JUDGING[-1]:
                    step(judge_athletes)(work)
                if layer == "marts":
                    step(say)(work)
                if guard:
                    step(guard)(work)
            return
        except AthletesUnfit as unfit:
            found = unfit.found
        except duckdb.Error as error:
            if not is_of_data(error) or not (found := step(find_unfit)(work)):
                raise
        step(set_aside)(work, found)


def set_aside(work: Path, found: Iterable[Unfit]) -> dict[str, int]:
    """Take the training logs of these athletes out of the raw tables, and the second time their reports as well.

    Returns the number of athletes. Raises validation.DataUnfit if nothing is left to take out.
    """
    by_athlete: dict[str, list[Unfit]] = {}
    for unfit in found:
        by_athlete.setdefault(unfit.athlete_id, []).append(unfit)
    with database.writer(work) as connection:
        rounds = dict(connection.execute("select athlete_id, max(round) from raw.set_aside group by athlete_id").fetchall())
        for athlete_id, reasons in sorted(by_athlete.items()):
            number = rounds.get(athlete_id, 0) + 1
            if number > len(ROUNDS):
                as_of = database.scalar(connection, "select max(as_of_date) from seeds.night")
                raise DataUnfit(f"as of {as_of}: {'; '.join(map(str, reasons))}")
            for unfit in reasons:
                connection.execute(
                    "insert into raw.set_aside values (?, ?, ?, ?, ?, ?)",
                    [athlete_id, number, unfit.table, unfit.expectation, unfit.load_date, unfit.reason],
                )
                LOG.warning("set aside tonight: %s", unfit)
            _take_out(connection, [athlete_id], ROUNDS[number - 1])
    return {"athletes": len(by_athlete)}


def put_back(work: Path) -> None:
    """Restore the raw tables as they were before anybody was set aside, so that the logs can be inspected."""
    with database.writer(work) as connection:
        gone = connection.execute("select distinct athlete_id from raw.set_aside").fetchall()
        _bring_in(connection, [athlete_id for (athlete_id,) in gone])
        connection.execute("drop schema if exists aside cascade")


def find_unfit(work: Path) -> list[Unfit]:
    """The athletes on whose data a model fails: tries each half of the squad alone, then the halves of a half that fails."""
    with database.writer(work) as connection:
        athlete_ids = [name for (name,) in connection.execute("select athlete_id from raw.athletes order by all").fetchall()]
    return _find_in(work, athlete_ids, athlete_ids)


def _find_in(work: Path, group: list[str], everybody: list[str]) -> list[Unfit]:
    if not (problem := _problem_of(work, group, everybody)):
        return []
    if len(group) == 1:
        layer, said = problem
        return [Unfit(group[0], layer, "the models can be worked out", None, said)]
    middle = len(group) // 2
    return [*_find_in(work, group[:middle], everybody), *_find_in(work, group[middle:], everybody)]


def _problem_of(work: Path, group: list[str], everybody: list[str]) -> tuple[str, str] | None:
    """The layer that cannot be built from this group's data alone, and the database's error; None if all can."""
    with _alone(work, sorted(set(everybody) - set(group))):
        for layer, _ in GUARDED:
            try:
                layers.build_layer(work, layer)
            except duckdb.Error as error:
                if not is_of_data(error):
                    raise
                return layer, " ".join(str(error).split())[:200]
    return None


@contextmanager
def _alone(work: Path, others: list[str]) -> Any:
    with database.writer(work) as connection:
        connection.execute("create schema if not exists aside_meanwhile")
        _take_out(connection, others, (*TRAINING, *REPORTS), "aside_meanwhile")
    try:
        yield
    finally:
        with database.writer(work) as connection:
            _bring_in(connection, others, "aside_meanwhile")
            connection.execute("drop schema aside_meanwhile cascade")


def _take_out(connection: database.Connection, athlete_ids: list[str], tables: Iterable[str], schema: str = "aside") -> None:
    connection.execute(f"create schema if not exists {schema}")
    for table in tables:
        connection.execute(f"create table if not exists {schema}.{table} as from raw.{table} limit 0")
        connection.execute(f"insert into {schema}.{table} from raw.{table} where list_contains(?, athlete_id)", [athlete_ids])
        connection.execute(f"delete from raw.{table} where list_contains(?, athlete_id)", [athlete_ids])


def _bring_in(connection: database.Connection, athlete_ids: list[str], schema: str = "aside") -> None:
    held = connection.execute("select table_name from duckdb_tables() where schema_name = ? order by all", [schema]).fetchall()
    for (table,) in held:
        connection.execute(f"insert into raw.{table} from {schema}.{table} where list_contains(?, athlete_id)", [athlete_ids])
