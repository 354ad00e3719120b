"""From a warehouse to the backtest and back: made-up days, published ones among them, and the mart of what was found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from flows.backtest import warehouse
from flows.backtest.exposure import Injury
from flows.models import contract
from flows.state import database
from tests.models.harness import build_models

FIRST = date(2026, 1, 1)
ADA_DAYS, BEN_DAYS = 60, 40
MODELS = [("staging", "backtest"), ("intermediate", "backtest_rules"), ("marts", "backtest")]
TABLES = """
    create schema marts; create schema ops; create schema seeds; create schema staging; create schema intermediate;
    create table ops.contract as select date '2026-03-01' as as_of_date;
    create table seeds.reasons (code text, family text, rank integer);
    insert into seeds.reasons values ('SOL_STALE', 'calf', 31), ('PAIN_GATE', 'pain', 2), ('ON_TRACK', 'none', 99);
    create table marts.athlete_status (athlete_id text, load_date date, flag text);
    create table marts.flags (athlete_id text, load_date date, code text, measure text, state text);
    create table marts.runs (athlete_id text, run_date date, is_dated boolean, sport text, spike_state text);
    create table marts.injuries
        (athlete_id text, onset_date date, resolved_date date, site text, file_id text, row_number integer);
"""


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


@pytest.fixture
def squad(tmp_path: Path) -> Iterator[database.Connection]:
    """Ada of 60 days and Ben of 40 from her tenth on: green but for Ada's red day 30 and a day 35 without a status."""
    with database.writer(tmp_path / "squad.duckdb") as connection:
        connection.execute(TABLES)
        for athlete_id, first, length in (("ada", 0, ADA_DAYS), ("ben", 10, BEN_DAYS)):
            rows = [
                (athlete_id, day(first + number), "red" if (athlete_id, number) == ("ada", 30) else "green")
                for number in range(length)
                if (athlete_id, number) != ("ada", 35)
            ]
            connection.executemany("insert into marts.athlete_status values (?, ?, ?)", rows)
        yield connection


def held(signal: np.ndarray) -> list[int]:
    return [int(row) for row in np.flatnonzero(signal)]


def test_days_lie_athlete_after_athlete_and_one_without_a_status_is_grey(squad: database.Connection) -> None:
    read = warehouse.read_squad(squad)
    assert read.days.starts.tolist() == [0, ADA_DAYS, ADA_DAYS + BEN_DAYS]
    assert read.days.first_days[1] - read.days.first_days[0] == 10
    assert (held(read.signals["red"]), held(read.is_grey), held(read.is_as_was)) == ([30], [35], [])
    assert read.as_of_date == date(2026, 3, 1)


def test_a_colour_that_was_published_goes_before_what_the_marts_say_now(squad: database.Connection) -> None:
    squad.execute("create table ops.published_status (night text, athlete_id text, load_date date, flag text)")
    rows = [
        ("20260131T020000Z", "ada", day(30), "green"),
        ("20260202T020000Z", "ben", day(12), "red"),
        ("20260202T030000Z", "ben", day(12), "amber"),  # the day's last night
        ("20260202T030000Z", "ben", day(99), "red"),  # a day that the log does not reach
        ("20260202T030000Z", "eve", day(12), "red"),  # gone since
    ]
    squad.executemany("insert into ops.published_status values (?, ?, ?, ?)", rows)
    read = warehouse.read_squad(squad)
    assert (held(read.signals["red"]), held(read.signals["amber"])) == ([], [ADA_DAYS + 2])
    assert held(read.is_as_was) == [30, ADA_DAYS + 2]


def test_runs_spikes_and_raised_reasons_fall_on_their_days(squad: database.Connection) -> None:
    runs = [(2, "run", "small"), (3, "run", "below_floor"), (4, "hike", "large"), (5, "run", None), (6, "run", "large")]
    squad.executemany("insert into marts.runs values ('ada', ?, true, ?, ?)", [(day(at), *run) for at, *run in runs])
    squad.execute("insert into marts.runs values ('ada', ?, false, 'run', 'large')", [day(9)])
    flags = [("ben", 11, "SOL_STALE", "raised"), ("ben", 12, "SOL_STALE", "clear"), ("ada", 1, "PAIN_GATE", "raised")]
    squad.executemany("insert into marts.flags values (?, ?, ?, 'days', ?)", [(who, day(at), *row) for who, at, *row in flags])
    read = warehouse.read_squad(squad)
    assert (held(read.signals["run"]), held(read.signals["spike"])) == ([2, 3, 5, 6], [2, 6])
    assert (held(read.signals["SOL_STALE"]), held(read.signals["PAIN_GATE"])) == ([ADA_DAYS + 1], [1])
    assert read.codes == ["PAIN_GATE", "SOL_STALE"]
    assert warehouse.known_rules(read)[-2:] == ["PAIN_GATE", "SOL_STALE"]


def test_injuries_of_achilles_and_calf_are_those_asked_about(squad: database.Connection) -> None:
    rows = [("ben", 20, 25, "calf"), ("ada", 40, None, "achilles_insertion"), ("ada", 10, 12, "foot"), ("eve", 3, None, "calf")]
    for number, (who, onset, last, site) in enumerate(rows):
        values = [who, day(onset), None if last is None else day(last), site, number]
        squad.execute("insert into marts.injuries values (?, ?, ?, ?, 'f', ?)", values)
    first = (FIRST - date(1970, 1, 1)).days
    assert warehouse.read_squad(squad).injuries == [
        Injury(0, first + 10, first + 12, is_outcome=False),
        Injury(0, first + 40, None, is_outcome=True),
        Injury(1, first + 20, first + 25, is_outcome=True),
    ]


def test_what_was_found_is_remembered_by_day_and_the_newest_is_marked(squad: database.Connection) -> None:
    squad.execute("insert into marts.injuries values ('ada', ?, null, 'calf', 'f', 1)", [day(50)])
    squad.execute("insert into marts.flags values ('ada', ?, 'SOL_STALE', 'days', 'raised')", [day(32)])
    for as_of in (date(2026, 3, 1), date(2026, 4, 1), date(2026, 4, 1)):  # the last one asked twice
        squad.execute("update ops.contract set as_of_date = ?", [as_of])
        read = warehouse.read_squad(squad)
        warehouse.remember(squad, read, *warehouse.judged(read))
    build_models(squad, MODELS)
    rows = database.rows(squad, "from marts.backtest where is_newest")
    assert [row["rule"] for row in rows] == [
        *("RED", "SPIKE_DAYS_0_14", "SPIKE_DAYS_1_14", "SPIKE_OWN_DAY", "AMBER", "AMBER_OR_RED", "SOL_STALE")
    ]
    assert {row["judged_date"] for row in rows} == {date(2026, 4, 1)}
    assert database.scalar(squad, "select count(*) from marts.backtest") == 2 * len(rows)
    red = rows[0]
    # Ada: days 28 to 50 but for day 36, whose eve has no status; Ben: days 28 to 39 of his log. One of them follows a red day.
    assert (red["exposure_days"], red["flagged_days"], red["athletes"]) == (22 + 12, 1, 2)
    assert red["flagged_days_percent"] == pytest.approx(100 / 34)
    assert (red["onsets"], red["verdict"], red["judged_by"], red["rate_ratio"]) == (1, "too_few_injuries", "as known now", None)
    assert rows[3]["exposure_days"] == 0 and rows[3]["flagged_days_percent"] is None  # nobody ran


def test_the_mart_has_the_columns_of_the_contract(squad: database.Connection) -> None:
    warehouse.remember(squad, read := warehouse.read_squad(squad), *warehouse.judged(read))
    build_models(squad, MODELS)
    (promised,) = [table for table in contract.tables("marts") if table.name == "marts.backtest"]
    found = squad.execute("select column_name from duckdb_columns() where schema_name = 'marts' and table_name = 'backtest'")
    assert [name for (name,) in found.fetchall()] == list(promised.columns)
