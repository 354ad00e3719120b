"""Runs the suites on DuckDB itself, sends bad raw rows to quarantine, and records every result in ops.checks."""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import Any

from flows.guard import promises
from flows.guard.checks import Check
from flows.guard.expectations import Suite, mart_suites, raw_suites, staging_suites
from flows.intake import bounds
from flows.intake.refused_rows import refused_by_guard
from flows.state import database

DAY_COLUMNS = ("load_date", "run_date", "set_date")  # columns that date a failing row
DETAIL_TABLES = {"raw.runs": ("raw.run_bins", "raw.run_hr_bins", "raw.run_efforts")}  # tables that lose the rows of a removed run

# The day and the moment of a row; null if the clock was plainly wrong.
STARTS = {
    "raw.runs": f"""
        if(started_local between '{bounds.EARLIEST:%Y-%m-%d}' and '{bounds.LATEST:%Y-%m-%d}', cast(started_local as date), null),
        if(started_at between '{bounds.EARLIEST.isoformat()}' and '{bounds.LATEST.isoformat()}', started_at, null)
    """,
    "raw.strength_sets": f"""
        if(performed_local between '{bounds.EARLIEST:%Y-%m-%d}' and '{bounds.LATEST:%Y-%m-%d}',
           cast(performed_local as date), null),
        if(performed_at between '{bounds.EARLIEST.isoformat()}' and '{bounds.LATEST.isoformat()}', performed_at, null)
    """,
    "raw.symptoms": "report_date, null",
    "raw.injuries": "onset_date, null",
}

CHECKS_DDL = """
create table if not exists ops.checks (
    border text, table_name text, expectation text, column_name text, severity text, is_passed boolean,
    rows_checked bigint, rows_failed bigint, reason text, error text
);
delete from raw.guarded_rows
"""


class DataUnfit(Exception):
    """A critical expectation failed on rows that belong to no athlete: nothing may be published."""


@dataclass(frozen=True, slots=True)
class Unfit:
    """A check that an athlete's rows fail: its table, the first day that fails, and why it matters."""

    athlete_id: str
    table: str
    expectation: str
    load_date: date | None
    reason: str

    def __str__(self) -> str:
        day = f" on {self.load_date}" if self.load_date else ""
        return f"{self.athlete_id}: {self.table}: {self.expectation} failed{day} ({self.reason})"


class AthletesUnfit(Exception):
    """Critical expectations failed, each on rows of known athletes: see `found`."""

    def __init__(self, found: list[Unfit]) -> None:
        super().__init__("; ".join(map(str, found)))
        self.found = found


def guard_raw(work: Path) -> dict[str, int]:
    """Move every raw row that fails a critical expectation to quarantine, with the expectation it failed.

    Returns the number of checks and of refused rows. The other rows stay.
    """
    suites = raw_suites()
    checks = run_suites(work, suites)
    with database.writer(work) as connection:
        connection.execute(CHECKS_DDL)
        _record(connection, "raw", checks)
        for suite in suites:
            critical = [check for check in checks if check.table == suite.table and check.severity == "critical"]
            _quarantine(connection, suite, [check for check in critical if check.failing_rows])
        refused = refused_by_guard(connection)
    broken = [check for check in checks if check.error]
    if broken:
        raise DataUnfit(f"{broken[0].table}: {broken[0].expectation} could not be checked: {broken[0].error}")
    return {"checks": len(checks), "refused_rows": refused}


def guard_staging(work: Path) -> dict[str, int]:
    """Raise AthletesUnfit if a critical expectation on a staging table fails, DataUnfit if failing rows belong to no athlete."""
    return _guard(work, "staging", staging_suites())


def guard_marts(work: Path) -> dict[str, int]:
    """Raise AthletesUnfit if a critical expectation on a mart fails, DataUnfit if failing rows belong to no athlete."""
    return _guard(work, "marts", mart_suites(), "marts")


def guard_ops(work: Path) -> dict[str, int]:
    """Raise the same errors if the tables of ops break what the contract promises."""
    return _guard(work, "ops", [], "ops")


def _guard(work: Path, border: str, suites: list[Suite], promising: str | None = None) -> dict[str, int]:
    """Run suites, and check the tables of schema `promising` against the contract; a check that both make is recorded once."""
    with database.writer(work) as connection:
        as_of = database.scalar(connection, "select max(as_of_date) from seeds.night")
        tables = {
            name for (name,) in connection.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall()
        }
    if missing := [suite.table for suite in suites if suite.table not in tables]:
        raise DataUnfit(f"as of {as_of}: {', '.join(missing)}: the table is missing")
    checks = run_suites(work, suites) if suites else []
    with database.writer(work) as connection:
        connection.execute("delete from ops.checks where border = ?", [border])  # these models may be built a second time
        if promising:
            told = {(check.table, check.expectation) for check in checks}
            held = promises.check_schema(connection, promising)
            checks += [check for check in held if (check.table, check.expectation) not in told]
        fatal = [check for check in checks if not check.is_passed and check.severity == "critical"]
        _record(connection, border, checks)
        unfit = {check: _athletes_of(connection, check) for check in fatal}
    if nobodys := [check for check, found in unfit.items() if not found]:
        said = (
            f"{check.table}: {check.expectation} failed for {check.rows_failed or 'some'} rows ({check.reason})"
            if not check.error
            else f"{check.table}: {check.expectation} could not be checked: {check.error}"
            for check in nobodys
        )
        raise DataUnfit(f"as of {as_of}: {'; '.join(said)}")
    if fatal:
        raise AthletesUnfit([one for found in unfit.values() for one in found])
    return {"checks": len(checks)}


def _athletes_of(connection: database.Connection, check: Check) -> list[Unfit]:
    """The athletes whose rows failed a check, each with the first day; empty if a row has no athlete or the check did not run."""
    if check.error or not check.failing_rows:
        return []
    query = check.failing_rows.strip().rstrip(";")
    columns = [name for name, *_ in connection.execute(f"describe {query}").fetchall()]
    if "athlete_id" not in columns:
        return []
    day = next((f"cast(min({name}) as date)" for name in DAY_COLUMNS if name in columns), "null")
    found = connection.execute(f"select athlete_id, {day} from ({query}) group by athlete_id order by athlete_id").fetchall()
    if any(athlete_id is None for athlete_id, _ in found):
        return []
    return [Unfit(athlete_id, check.table, check.expectation, first_day, check.reason) for athlete_id, first_day in found]


@cache
def _great_expectations() -> tuple[ModuleType, Any]:
    """The library and one source for all borders of a night; both are slow to make."""
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    import great_expectations as gx  # noqa: PLC0415 - takes seconds; only the guard needs it
    from great_expectations.data_context.types.base import (  # noqa: PLC0415
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )
    from sqlalchemy.dialects import registry  # noqa: PLC0415

    registry.register("duckdb.gx", "flows.guard.gx_dialect", "GxDuckDBDialect")
    # No Data Docs: they need the network, and each night would leave a folder behind. Our pages show the results.
    stores = InMemoryStoreBackendDefaults(init_temp_docs_sites=False)
    context = gx.get_context(mode="ephemeral", project_config=DataContextConfig(store_backend_defaults=stores))
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    # It asks whichever file is open: a source for each border, or each night, would write the context's settings anew each time.
    return gx, context.data_sources.add_sql(name="tonight", connection_string="duckdb+gx:///tonight", create_temp_table=False)


@cache
def _all_rows_of(table: str) -> Any:
    """How the library calls all rows of a table. It asks nothing; a batch of them is made when a suite runs."""
    schema, name = table.split(".")
    asset = _great_expectations()[1].add_table_asset(name=table, table_name=name, schema_name=schema)
    return asset.add_batch_definition_whole_table("all rows")


def run_suites(work: Path, suites: Iterable[Suite]) -> list[Check]:
    """Run suites on the tables of a DuckDB file with Great Expectations, which only reads. An empty table passes."""
    suites = list(suites)
    gx, source = _great_expectations()
    checks: list[Check] = []
    with database.kept_open(work), database.writer(work) as connection:
        rows = {suite.table: int(database.scalar(connection, f"select count(*) from {suite.table}")) for suite in suites}
        try:
            for suite in suites:
                if not rows[suite.table]:
                    checks += [_passed(suite, one.configuration.to_json_dict(), 0) for one in suite.expectations]
                    continue
                checks += _run(gx, _all_rows_of(suite.table).get_batch(), suite, rows[suite.table])
        finally:
            source.get_engine().dispose()
            source.get_execution_engine().close()
    return checks


def _run(gx: ModuleType, batch: Any, suite: Suite, rows: int) -> list[Check]:
    """Ask first only whether each expectation holds: counts and the query for the failing rows double the time."""

    def validate(expectations: list[Any], **result_format: Any) -> list[dict[str, Any]]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = batch.validate(gx.ExpectationSuite(name=suite.table, expectations=expectations), result_format=result_format)
        return [outcome.to_json_dict() for outcome in result.results]

    outcomes = validate(list(suite.expectations), result_format="BOOLEAN_ONLY")
    checks = [_passed(suite, outcome["expectation_config"], rows) for outcome in outcomes if outcome["success"]]
    failed = {_said(outcome["expectation_config"]) for outcome in outcomes if not outcome["success"]}
    if failed:
        again = validate(
            [one for one in suite.expectations if _said(one.configuration.to_json_dict()) in failed],
            result_format="BASIC",
            unexpected_index_column_names=list(suite.keys),
            return_unexpected_index_query=True,
        )
        checks += [_failed(suite, outcome) for outcome in again]
    return checks


def _passed(suite: Suite, config: dict[str, Any], rows: int | None) -> Check:
    return Check(
        table=suite.table,
        expectation=_said(config),
        column=config["kwargs"].get("column"),
        severity=config.get("severity") or "critical",
        is_passed=True,
        rows_checked=rows,
        rows_failed=0,
        reason=config.get("notes") or "",
        error=None,
        failing_rows=None,
    )


def _failed(suite: Suite, outcome: dict[str, Any]) -> Check:
    config, result = outcome["expectation_config"], outcome.get("result") or {}
    exceptions = outcome.get("exception_info") or {}
    error = exceptions.get("exception_message") or next(
        (detail.get("exception_message") for detail in exceptions.values() if isinstance(detail, dict)), None
    )
    query = config["kwargs"].get("unexpected_rows_query")
    return replace(
        _passed(suite, config, result.get("element_count")),
        is_passed=False,
        rows_failed=result.get("unexpected_count", result.get("observed_value") if query else None),
        error=error,
        failing_rows=query.replace("{batch}", suite.table) if query else result.get("unexpected_index_query"),
    )


def _said(config: dict[str, Any]) -> str:
    return str(config.get("description") or _in_words(config["type"], config["kwargs"]))


def _in_words(kind: str, arguments: dict[str, Any]) -> str:
    """expect_column_values_to_be_between, {column: rpe, ...} -> "rpe is between 0 and 10"."""
    column = arguments.get("column") or ", ".join(arguments.get("column_list", []))
    low, high = _number(arguments.get("min_value")), _number(arguments.get("max_value"))
    match kind:
        case "expect_column_values_to_be_between" if low is None:
            return f"{column} is at most {high}"
        case "expect_column_values_to_be_between" if high is None:
            return f"{column} is at least {low}"
        case "expect_column_values_to_be_between":
            return f"{column} is between {low} and {high}"
        case "expect_column_values_to_be_in_set":
            return f"{column} is one of {', '.join(map(str, arguments['value_set']))}"
        case "expect_column_values_to_not_be_null":
            return f"{column} is there"
        case "expect_column_values_to_be_unique" | "expect_compound_columns_to_be_unique":
            return f"{column} names one row"
    return f"{column} {re.sub('^expect_', '', kind).replace('_', ' ')}".strip()


def _number(bound: Any) -> Any:
    """250.0 -> 250: Great Expectations returns whole bounds as floats."""
    return int(bound) if isinstance(bound, float) and bound.is_integer() else bound


def _record(connection: database.Connection, border: str, checks: list[Check]) -> None:
    rows = [
        (border, check.table, check.expectation, check.column, check.severity, check.is_passed, check.rows_checked,
         check.rows_failed, check.reason, check.error)
        for check in checks
    ]  # fmt: skip
    if rows:
        row = f"({', '.join('?' * len(rows[0]))})"
        connection.execute(f"insert into ops.checks values {', '.join([row] * len(rows))}", list(chain.from_iterable(rows)))


def _quarantine(connection: database.Connection, suite: Suite, failed: list[Check]) -> None:
    """Copy the failing rows, whole and with the expectation they failed, to quarantine; then delete them from the raw table."""
    name = suite.table.split(".")[1]
    keys = ", ".join(suite.keys)
    number = suite.keys[-1]
    columns = {column for column, *_ in connection.execute(f"describe {suite.table}").fetchall()}
    place = (
        f"if(row_number is null, 'activity ' || {number}, 'row ' || row_number)"
        if "row_number" in columns
        else f"'row ' || {number}"
    )
    start = STARTS.get(suite.table, "null, null")
    connection.execute(f"create or replace temp table bad_keys as select {keys} from {suite.table} limit 0")
    for check in failed:
        # The result lists at most 20 rows; its query finds all.
        query = (check.failing_rows or "").strip().rstrip(";")
        connection.execute(f"insert into bad_keys select {keys} from ({query})")
        connection.execute(
            f"""
            insert into raw.guarded_rows
            select athlete_id, file_id, '{name}', {place}, ?, ?, ?, to_json(bad)::text, {start}
            from {suite.table} as bad
            where ({keys}) in (select ({keys}) from ({query}))
            """,
            [check.expectation, check.reason, suite.remedy],
        )
    for table in (suite.table, *DETAIL_TABLES.get(suite.table, ())):
        connection.execute(f"delete from {table} where ({keys}) in (select ({keys}) from bad_keys)")
