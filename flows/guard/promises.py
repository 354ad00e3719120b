"""Checks the tables of marts and ops against sql/contract.yml: keys, references and accepted values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

from flows.guard.checks import Check
from flows.models import contract
from flows.models.contract import Table
from flows.state import database

ALL_KEPT = "keys, references and values are as the contract says"
WHY_KEPT = "Pages and analysts rely on what sql/contract.yml says of each table."
# Their row counts depend on earlier nights and are not recorded, so that equal input gives equal checks.
OF_ALL_NIGHTS = {"ops.nightly_runs", "ops.published_status", "ops.changes", "ops.changed_since", "ops.files", "ops.contents"}
# The schemas that are built by the time one is checked.
BUILT_BY = {"marts": {"seeds", "marts"}, "ops": {"seeds", "marts", "ops"}}


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise of a table: `count` counts the rows that break it, `rows` selects them."""

    expectation: str
    column: str | None
    reason: str
    count: str
    rows: str


def check_schema(connection: database.Connection, schema: str) -> list[Check]:
    """One passed check per table that keeps all promises, else one failed check per broken promise."""
    checks = [
        check for table in contract.tables(schema) for check in check_table(connection, table, list(promises(table, schema)))
    ]
    if schema == "ops":  # references from marts to ops can be checked only now
        for table in contract.tables("marts"):
            late = [one for one in references(table, "ops") if one.column and table.references[one.column].startswith("ops.")]
            checks += [check for check in check_table(connection, table, late) if not check.is_passed]
    return checks


def check_table(connection: database.Connection, table: Table, promised: list[Promise]) -> list[Check]:
    """Check all promises of a table in one query; those that seem broken are then checked by selecting their rows."""
    counts = ", ".join(one.count for one in promised)
    try:
        found = connection.execute(f"select count(*), {counts} from {table.name}" if promised else f"select 0 from {table.name}")
        rows_checked, *suspected = found.fetchone() or (0,)
        broken = [
            (one, failed)
            for one, many in zip(promised, suspected, strict=bool(promised))
            if many and (failed := database.scalar(connection, f"select count(*) from ({one.rows})"))
        ]
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        said = " ".join(str(error).split())
        return [Check(table.name, ALL_KEPT, None, "critical", False, None, None, WHY_KEPT, said, None)]
    if table.name in OF_ALL_NIGHTS:
        rows_checked = None
    if not broken:
        return [Check(table.name, ALL_KEPT, None, "critical", True, rows_checked, 0, WHY_KEPT, None, None)]
    return [
        Check(table.name, one.expectation, one.column, "critical", False, rows_checked, failed, one.reason, None, one.rows)
        for one, failed in broken
    ]


def promises(table: Table, schema: str) -> Iterator[Promise]:
    """All promises of a table that can be checked once `schema` is built."""
    yield from keys(table)
    yield from references(table, schema)
    for column, values in table.values.items():
        listed = ", ".join(map(database.quoted, values))
        broken = f'cast("{column}" as text) not in ({listed})'
        expectation = f"{column} is one of {', '.join(map(str, values))}"
        yield _of_rows(table, expectation, column, "Whoever reads the table knows no such value.", broken)


def keys(table: Table) -> Iterator[Promise]:
    """The key of a table identifies one row, and its columns are not null."""
    if table.key is None:
        return
    if not table.key:
        rows = f"select * from (select count(*) as rows from {table.name}) where rows <> 1"
        yield Promise("one row", None, "It tells of the whole night.", "count(*) <> 1", rows)
        return
    for column in table.key:
        if column not in table.nullable_in_key:
            broken = f'"{column}" is null'
            yield _of_rows(table, f"{column} is there", column, "A row that nothing names cannot be found again.", broken)
    columns = ", ".join(f'"{column}"' for column in table.key)
    yield Promise(
        f"{', '.join(table.key)} names one row",
        table.key[0] if len(table.key) == 1 else None,
        "A row that stands twice is counted twice.",
        f"count(*) - count(distinct hash({columns}))",  # never misses a duplicate: equal keys have equal hashes
        f"select * from {table.name} qualify count(*) over (partition by {columns}) > 1",
    )


def references(table: Table, schema: str) -> Iterator[Promise]:
    """Each value of a referencing column exists in its target, for targets in schemas built by then."""
    for column, target in table.references.items():
        target_schema, target_table, target_column = target.split(".")
        if target_schema in BUILT_BY[schema]:
            named = f'select "{target_column}" from {target_schema}.{target_table} where "{target_column}" is not null'
            broken = f'"{column}" is not null and "{column}" not in ({named})'  # in SQL, null `not in` an empty table is true
            yield _of_rows(table, f"{column} is found in {target}", column, "It names a row that is not there.", broken)


def _of_rows(table: Table, expectation: str, column: str, reason: str, broken: str) -> Promise:
    rows = f"select * from {table.name} where {broken}"
    return Promise(expectation, column, reason, f"count(*) filter (where {broken})", rows)
