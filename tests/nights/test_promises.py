"""What the night checks of a table's contract: every row that breaks it, and no row that does not."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from flows.guard import promises
from flows.models import contract
from flows.models.contract import Table

SETS = Table(
    "marts.sets",
    {"athlete_id": "text", "number": "integer", "side": "text", "exercise_id": "text", "file_id": "text"},
    key=("athlete_id", "number", "side"),
    nullable_in_key=("side",),
    references={"exercise_id": "seeds.exercises.exercise_id", "file_id": "ops.files.file_id"},
    values={"side": ["left", "right"], "number": [1, 2, 3]},
)


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute(
            """
            create schema marts; create schema seeds; create schema ops;
            create table marts.sets (athlete_id text, number integer, side text, exercise_id text, file_id text);
            create table seeds.exercises as select unnest(['raise', 'march', null]) as exercise_id;
            create table ops.files as select 'f' as file_id;
            insert into marts.sets values
                ('ada', 1, 'left', 'raise', 'f'), ('ada', 1, null, null, null), ('ben', 3, 'left', 'march', 'f')
            """
        )
        yield opened


def broken(connection: duckdb.DuckDBPyConnection, schema: str = "ops") -> dict[str, int | None]:
    """expectation -> rows that fail it."""
    checks = promises.check_table(connection, SETS, list(promises.promises(SETS, schema)))
    return {check.expectation: check.rows_failed for check in checks if not check.is_passed}


def test_what_may_be_null_may_be_null_and_a_key_may_hold_it_once(connection: duckdb.DuckDBPyConnection) -> None:
    assert broken(connection) == {}
    connection.execute("insert into marts.sets values ('ada', 1, null, null, null)")
    assert broken(connection) == {"athlete_id, number, side names one row": 2}


def test_null_names_nothing_also_where_there_is_nothing_to_name(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "delete from marts.sets; delete from ops.files; insert into marts.sets values ('cy', 1, 'left', 'raise', null)"
    )
    assert broken(connection) == {}


@pytest.mark.parametrize(
    ("row", "expectation"),
    [
        ("(null, 1, 'left', null, null)", "athlete_id is there"),
        ("('cy', 1, 'both', null, null)", "side is one of left, right"),
        ("('cy', 4, 'left', null, null)", "number is one of 1, 2, 3"),
        ("('cy', 1, 'left', 'squat', null)", "exercise_id is found in seeds.exercises.exercise_id"),
        ("('cy', 1, 'left', null, 'gone')", "file_id is found in ops.files.file_id"),
    ],
)
def test_each_row_that_breaks_a_promise_is_counted_and_named(
    connection: duckdb.DuckDBPyConnection, row: str, expectation: str
) -> None:
    connection.execute(f"insert into marts.sets values {row}")
    assert broken(connection) == {expectation: 1}
    (check,) = promises.check_table(connection, SETS, list(promises.promises(SETS, "ops")))
    assert connection.execute(f"select athlete_id from ({check.failing_rows})").fetchall() == [
        (None if "(null" in row else "cy",)
    ]


def test_what_is_built_later_is_not_looked_up_yet(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("drop table ops.files; insert into marts.sets values ('cy', 1, 'left', null, 'gone')")
    assert broken(connection, "marts") == {}


def test_a_table_of_one_row_has_one(connection: duckdb.DuckDBPyConnection) -> None:
    totals = Table("ops.files", {"file_id": "text"}, key=())
    for rows, expected in ((1, {}), (2, {"one row": 1})):
        checks = promises.check_table(connection, totals, list(promises.promises(totals, "ops")))
        assert {check.expectation: check.rows_failed for check in checks if not check.is_passed} == expected, rows
        connection.execute("insert into ops.files values ('g')")


def test_a_table_that_is_not_there_could_not_be_checked(connection: duckdb.DuckDBPyConnection) -> None:
    (check,) = promises.check_table(connection, Table("marts.nothing", {}, key=("a",)), [])
    assert not check.is_passed and check.error


def test_every_promise_of_the_contract_can_be_broken() -> None:
    """A value list that says nothing or a key without columns would pass whatever stands in the table."""
    for schema in ("marts", "ops"):
        for table in contract.tables(schema):
            assert table.key is not None, table.name
            named = {*table.key, *table.nullable_in_key, *table.references, *table.values}
            assert named <= set(table.columns), table.name
            assert set(table.nullable_in_key) < set(table.key) or not table.nullable_in_key or table.nullable_in_key == table.key
            assert all(table.values.values()), table.name
