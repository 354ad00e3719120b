"""The models alone, built on made-up tables of what lies below them: no files, no readers, no expectations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from flows.models import layers, seeds
from flows.places import SQL_DIR
from flows.state import database

FIRST_DAY = date(2026, 1, 5)  # a Monday
MEASURES = ("distance_m", "moving_s", "ascent_m", "fast_steps", "srpe_au", "trimp_au", "achilles_load_steps")
# In the order in which they read each other.
LOAD_MODELS = ("measure_days", "history_days", "load_windows", "load_ewma", "ratio_gates")

Loads = Sequence[float | None]
Log = Mapping[str, Loads]  # measure -> load of each day from the first one on; a day on which all are None is unknown


@dataclass(frozen=True)
class LoadModels:
    """A small warehouse that holds the rules and whatever `build` put into it last."""

    connection: database.Connection

    def build(self, logs: Mapping[str, Log]) -> None:
        """Fill the daily totals of each athlete and build every model from them up to marts.load_ratio."""
        days = pd.DataFrame([day for athlete_id, log in logs.items() for day in daily_totals(athlete_id, log)])
        self.connection.register("days", days)
        self.connection.execute(
            f"""
            create or replace table intermediate.daily_totals as
            select athlete_id, cast(load_date as date) as load_date, cast(first_date as date) as first_date, is_known, runs,
                outings, activities,
                {", ".join(f"cast({measure} as decimal(18, 6)) as {measure}" for measure in MEASURES)}
            from days
            """
        )
        self.connection.execute(
            """
            create or replace table seeds.athlete_rules as
            select athletes.athlete_id, house_rules.* exclude (athlete_id)
            from (select distinct athlete_id from days) as athletes
            cross join seeds.house_rules
            """
        )
        self.connection.unregister("days")
        for name in LOAD_MODELS:
            select = layers.model_sql("intermediate", name)
            self.connection.execute(f"create or replace table intermediate.{name} as {select}")
        select = layers.model_sql("marts", "load_ratio")
        self.connection.execute(f"create or replace table marts.load_ratio as {select}")

    def days(self, table: str = "marts.load_ratio", athlete_id: str = "ada", measure: str = "distance_m") -> list[dict[str, Any]]:
        """The rows of one athlete and measure, one per day from the first on."""
        query = f"select * from {table} where athlete_id = ? and measure = ? order by load_date"
        return database.rows(self.connection, query, [athlete_id, measure])

    def column(self, name: str, table: str = "marts.load_ratio", athlete_id: str = "ada") -> list[Any]:
        """One column of an athlete's distance, day by day."""
        return [day[name] for day in self.days(table, athlete_id)]


def with_what_they_read(connection: database.Connection, wanted: Sequence[str]) -> list[tuple[str, str]]:
    """(layer, name) of these models of `activities` and those of it and of staging that they read, in the order of building."""
    order = [(layer, name) for layer in ("staging", "activities") for name in layers.model_order(connection, layer)]
    needed = {("activities", name) for name in wanted}
    for model in reversed(order):
        if model in needed:
            needed |= layers.tables_read(connection, layers.model_sql(*model))
    return [model for model in order if model in needed]


def build_models(connection: database.Connection, models: Sequence[tuple[str, str]]) -> None:
    """Build these models, one after the other."""
    for layer, name in models:
        connection.execute(f"create schema if not exists {layer}")
        connection.execute(f"create or replace table {layer}.{name} as {layers.model_sql(layer, name)}")


@contextmanager
def load_models(folder: Path, rules: dict[str, str] | None = None) -> Iterator[LoadModels]:
    """An empty warehouse in a folder with the rules of sql/seeds, of which `rules` replaces some."""
    work = folder / "models.duckdb"
    load_house_rules(work, rules)
    with database.writer(work) as connection:
        # Whoever is built later follows the rules of the house.
        connection.execute("alter table seeds.athlete_rules rename to house_rules")
        yield LoadModels(connection)


# What the models of a single run read, with the columns that they ask for.
RUN_TABLES = {
    "staging.athletes": """
        athlete_id text, sex text, body_mass_kg double, foot_strike text, resting_hr_bpm double, max_hr_bpm double,
        threshold_pace_s_per_km double
    """,
    "activities.runs": """
        athlete_id text, run_id text, file_id text, source_format text, sport text, sport_source text,
        started_at timestamptz, started_local timestamp, run_date date, is_dated boolean, is_treadmill boolean,
        row_number integer,
        distance_m double, moving_s double, elapsed_s double, ascent_m double, descent_m double,
        avg_heart_rate_bpm double, steps double, rpe double, carried_kg double, track_points integer, title text, gear text,
        note text, notes text[]
    """,
    "activities.run_bins": """
        athlete_id text, run_id text, speed_bin integer, grade_bin integer, seconds double, steps double, metres double,
        is_whole_run boolean default false
    """,
    "activities.run_hr_bins": """
        athlete_id text, run_id text, heart_rate_bin_bpm integer, seconds double, steps double, metres double, beats double,
        is_whole_run boolean default false
    """,
    "activities.run_efforts": "athlete_id text, run_id text, duration_s integer, distance_m double",
    "intermediate.fast_speeds": """
        athlete_id text, run_id text, fast_speed_mps double, fast_speed_source text,
        fast_speed_by_20_min_mps double, usual_speed_mps double
    """,
}
SOMEBODY = {"body_mass_kg": 70, "foot_strike": "unknown"}
SOME_RUN = {"sport": "run", "is_dated": True, "is_treadmill": False, "run_date": FIRST_DAY, "track_points": 1}

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class RunModels:
    """A small warehouse with the rules of the house and one athlete, ada."""

    connection: database.Connection

    def fill(self, table: str, rows: Rows) -> None:
        """Replace one of RUN_TABLES; every row is ada's, and what it does not say is what SOMEBODY and SOME_RUN say, or null."""
        self.connection.execute(f"create or replace table {table} ({RUN_TABLES[table]})")
        usual = {"staging.athletes": SOMEBODY, "activities.runs": SOME_RUN}.get(table, {})
        for row in rows:
            values = {"athlete_id": "ada", **usual, **row}
            places = ", ".join("?" * len(values))
            self.connection.execute(f"insert into {table} ({', '.join(values)}) values ({places})", list(values.values()))

    def build(self, name: str) -> dict[str, dict[str, Any]]:
        """Build a model of the intermediate layer; its rows by run."""
        select = layers.model_sql("intermediate", name)
        self.connection.execute(f"create or replace table intermediate.{name} as {select}")
        return {row["run_id"]: row for row in database.rows(self.connection, f"from intermediate.{name}")}


@contextmanager
def run_models(folder: Path, rules: dict[str, str] | None = None) -> Iterator[RunModels]:
    """The tables below the models of a single run, all empty, and the rules of sql/seeds, of which `rules` replaces some."""
    work = folder / "models.duckdb"
    load_house_rules(work, rules)
    with database.writer(work) as connection:
        models = RunModels(connection)
        for table in RUN_TABLES:
            models.fill(table, [])
        yield models


def load_house_rules(work: Path, rules: dict[str, str] | None = None) -> None:
    """A new work file without a single log: its schemas and raw tables, and the rules as they hold for one athlete, ada."""
    with database.writer(work) as connection:
        for schema in ("seeds", "staging", "activities", "intermediate", "marts"):
            connection.execute(f"create schema {schema}")
        connection.execute((SQL_DIR / "raw.sql").read_text(encoding="utf-8"))
        connection.execute("insert into raw.athletes (athlete_id, is_in_squad_file) values ('ada', true)")
    seeds.load_seeds(work, "UTC", rules)


def daily_totals(athlete_id: str, log: Log) -> list[dict[str, Any]]:
    """The rows of intermediate.daily_totals: one run on each day that has any load; a measure not given is null throughout."""
    rows = []
    for number, loads in enumerate(zip(*log.values(), strict=True)):
        known = dict(zip(log, loads, strict=True))
        rows.append(
            {measure: known.get(measure) for measure in MEASURES}
            | {
                "athlete_id": athlete_id,
                "load_date": FIRST_DAY + timedelta(days=number),
                "first_date": FIRST_DAY,
                "is_known": any(load is not None for load in loads),
                "runs": int(any(loads)),
                "outings": int(any(loads)),
                "activities": int(any(loads)),
            }
        )
    return rows


def metres(*kilometres: float | None) -> list[float | None]:
    """Days of running given in kilometres, as the metres that the models count."""
    return [None if distance is None else 1000 * distance for distance in kilometres]


def approximately(value: Any, tolerance: float = 1e-6) -> Any:
    """Equal to a number within the tolerance, to None only where None is expected; the same inside lists and tuples."""
    if isinstance(value, (list, tuple)):
        return type(value)(approximately(part, tolerance) for part in value)
    return None if value is None else pytest.approx(value, rel=0, abs=tolerance)
