"""Builds the models anew with other rules, from what the published night read, in a scratch file that nothing else sees."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from flows.guard.set_aside import REPORTS, ROUNDS, TRAINING
from flows.models import layers, seeds
from flows.settings import Settings
from flows.state import database

LAYERS = ("staging", "activities", "intermediate", "marts")
Progress = Callable[[], None]  # called as each model is built
FLAGS = """
    create or replace table main.{name} as
    select athlete_id, load_date, flag from {source} where athlete_id = coalesce(?, athlete_id)
"""
MOVES = """
    select coalesce(before.flag, 'no flag') as flag_before, coalesce(now.flag, 'no flag') as flag_now, count(*) as days
    from main.before as before
    full outer join main.now as now on before.athlete_id = now.athlete_id and before.load_date = now.load_date
    group by all
    order by days desc, flag_before, flag_now
"""
TODAY = """
    select athlete_id, athletes.name, coalesce(before.flag, 'no flag') as flag_before, coalesce(now.flag, 'no flag') as flag_now
    from (from main.before where load_date = $today) as before
    full outer join (from main.now where load_date = $today) as now using (athlete_id)
    left join raw.athletes as athletes using (athlete_id)
    where before.flag is distinct from now.flag
    order by athlete_id
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What other rules would change."""

    as_of: date
    moves: list[dict[str, Any]]  # flag_before, flag_now, days; equal flags too
    today: list[dict[str, Any]]  # athlete_id, name, flag_before, flag_now of those who change


def models_to_build() -> int:
    """How many models an answer takes at least."""
    return sum(len(layers.model_paths(layer)) for layer in LAYERS)


def what_if(settings: Settings, scratch: Path, rules: Mapping[str, str], athlete_id: str | None, progress: Progress) -> Answer:
    """Hold the flags by other rules, which hold for everybody, against those of the published night.

    Where another program or other seeds made that night, it is built anew as well, so that the rules alone make the difference.
    """
    layers.start_work(scratch, settings.warehouse)
    with database.kept_open(scratch), database.writer(scratch) as connection:
        connection.execute(f"attach {database.quoted(settings.warehouse.resolve())} as published (read_only)")
        (night,) = database.rows(connection, "from published.seeds.night")
        _leave_out(connection, athlete_id)
        seeds.load_seeds(scratch, settings.timezone)
        (now,) = database.rows(connection, "from seeds.night")
        if now | {"as_of_date": None} == night | {"as_of_date": None}:
            connection.execute(FLAGS.format(name="before", source="published.marts.athlete_status"), [athlete_id])
        else:
            _build(scratch, night["as_of_date"], progress)
            connection.execute(FLAGS.format(name="before", source="marts.athlete_status"), [athlete_id])
        connection.execute("detach published")
        connection.execute("delete from raw.rule_overrides where list_contains(?, key)", [list(rules)])
        seeds.load_seeds(scratch, settings.timezone, dict(rules))
        _build(scratch, night["as_of_date"], progress)
        connection.execute(FLAGS.format(name="now", source="marts.athlete_status"), [athlete_id])
        today = database.rows(connection, TODAY, {"today": night["as_of_date"]})
        return Answer(night["as_of_date"], database.rows(connection, MOVES), today)


def _leave_out(connection: database.Connection, athlete_id: str | None) -> None:
    """Take out what the published night left out of those whom it set aside, and the logs of all others but this athlete."""
    aside = connection.execute("select athlete_id, max(round) from raw.set_aside group by athlete_id").fetchall()
    gone = [(one, table) for one, rounds in aside for tables in ROUNDS[:rounds] for table in tables]
    for one, table in gone:
        connection.execute(f"delete from raw.{table} where athlete_id = ?", [one])
    if athlete_id is not None:
        for table in (*TRAINING, *REPORTS):
            connection.execute(f"delete from raw.{table} where athlete_id <> ?", [athlete_id])


def _build(scratch: Path, as_of: date, progress: Progress) -> None:
    layers.set_as_of(scratch, as_of)
    for layer in LAYERS:
        layers.build_layer(scratch, layer, progress)
