"""How fast acute:chronic ratios are, against the package `acwr` of PyPI doing the same three methods."""

from __future__ import annotations

import tempfile
from pathlib import Path

import acwr
import numpy as np
import pandas as pd

from bench.clock import timed
from flows.intake import store
from flows.models import layers, seeds
from flows.state import database

ATHLETES = 1_000
DAYS = 1_096
FIRST_DAY = "2023-11-20"
METHODS = {"rac": "acwr_coupled", "rau": "acwr_uncoupled", "ewma": "acwr_ewma"}
ATHLETES_OF_ACWR = 100
SEED = 20261122
# marts.load_ratio and all that it needs from the loads of each day on; they read each other in this order.
MODELS = (
    ("intermediate", "load_windows"),
    ("intermediate", "load_ewma"),
    ("intermediate", "ratio_gates"),
    ("marts", "load_ratio"),
)


def run() -> None:
    """Print how long both take, how many athlete-day-measure-methods a second that is, and whether the numbers agree."""
    loads = squad_loads()
    print(f"Ratios of {ATHLETES:,} athletes x {DAYS:,} days x 1 measure x {len(METHODS)} methods")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder) / "bench.duckdb"
        prepare(work, loads)
        with database.writer(work) as connection:
            ours = timed(lambda: build(connection))
            ratios = bare_ratios(connection)
    our_cells = ATHLETES * DAYS * len(METHODS)
    print(f"  marts.load_ratio, all its columns and states   {ours} {our_cells / ours.wall_s:12,.0f} a second")

    dates = pd.date_range(FIRST_DAY, periods=DAYS, freq="D")
    series = [pd.Series(row, index=dates) for row in loads[:ATHLETES_OF_ACWR]]
    activities = pd.concat(
        [pd.DataFrame({"athlete": number, "date": dates, "load": load}) for number, load in enumerate(series)]
    ).query("load > 0")
    theirs: dict[str, list[pd.Series]] = {}
    rivals = {
        "acwr on ready series, the ratios alone": lambda: theirs.update(
            {method: [acwr.acwr(load, method=method) for load in series] for method in METHODS}
        ),
        "acwr.by_athlete on activities": lambda: [
            acwr.by_athlete(activities, acwr.acwr, method=method, common_calendar=True) for method in METHODS
        ],
    }
    their_cells = ATHLETES_OF_ACWR * DAYS * len(METHODS)
    for name, work_of_rival in rivals.items():
        taken = timed(work_of_rival)
        print(
            f"  {name:<46} {taken} {their_cells / taken.wall_s:12,.0f} a second ({ATHLETES_OF_ACWR} athletes): "
            f"ours is {our_cells / ours.wall_s / (their_cells / taken.wall_s):.2f} x as fast, "
            f"{our_cells / ours.cpu_s / (their_cells / taken.cpu_s):.2f} x per second of processor"
        )
    print(f"  The numbers agree to {largest_difference(ratios, theirs):.0e}.")


def squad_loads() -> np.ndarray:
    """Metres of each athlete and day: four days in seven with a run, 3 to 30 km."""
    chance = np.random.default_rng(SEED)
    metres = chance.integers(3_000, 30_000, size=(ATHLETES, DAYS)).astype(float)
    metres[chance.random((ATHLETES, DAYS)) > 4 / 7] = 0
    return metres


def prepare(work: Path, loads: np.ndarray) -> None:
    """A warehouse with the rules, the runs and the loads of each day, as the models before these leave it.

    Both averages start from the first day's load, as those of acwr do, so that the numbers can be compared.
    """
    with database.writer(work) as connection:
        connection.execute("create schema seeds; create schema intermediate; create schema marts")
        store.create_memory(connection)
        connection.execute(
            "insert into raw.athletes (athlete_id, is_in_squad_file) select format('athlete_{:04d}', unnest(range(?))), true",
            [ATHLETES],
        )
    seeds.load_seeds(work, "UTC", {"ewma_seed": "first_day"})
    athletes, days = np.indices(loads.shape)
    logs = pd.DataFrame({"athlete": athletes.ravel(), "day": days.ravel(), "load": loads.ravel()})
    with database.writer(work) as connection:
        connection.register("logs", logs)
        connection.execute(
            """
            create table intermediate.measure_days as
            select
                format('athlete_{:04d}', athlete) as athlete_id,
                cast(date '2023-11-20' + cast(day as integer) as date) as load_date,
                'distance_m' as measure,
                cast(load as decimal(18, 6)) as load
            from logs
            """
        )
        connection.execute(
            "create table intermediate.daily_totals as "
            "select athlete_id, load_date, cast(load > 0 as integer) as runs from intermediate.measure_days"
        )


def build(connection: database.Connection) -> None:
    """Build the models; raises AssertionError where they leave out a day, for then nothing was measured."""
    for layer, name in MODELS:
        connection.execute(f"create table {layer}.{name} as {layers.model_sql(layer, name)}")
    assert database.scalar(connection, "select count(acwr_uncoupled) from marts.load_ratio") > ATHLETES * DAYS / 2


def bare_ratios(connection: database.Connection) -> pd.DataFrame:
    """The three ratios without their gates, of the athletes that acwr is given."""
    return connection.execute(
        """
        select athlete_id, acwr_coupled, acwr_uncoupled, acwr_ewma
        from intermediate.load_windows inner join intermediate.load_ewma using (athlete_id, load_date, measure)
        where athlete_id < format('athlete_{:04d}', ?)
        order by athlete_id, load_date
        """,
        [ATHLETES_OF_ACWR],
    ).df()


def largest_difference(ours: pd.DataFrame, theirs: dict[str, list[pd.Series]]) -> float:
    """Over all days on which acwr gives a number."""
    apart = []
    for method, column in METHODS.items():
        other = np.concatenate([ratio.to_numpy() for ratio in theirs[method]])
        is_given = np.isfinite(other)
        apart.append(np.abs(ours[column].to_numpy(dtype=float)[is_given] - other[is_given]).max())
    return float(max(apart))


if __name__ == "__main__":
    run()
