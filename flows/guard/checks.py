"""The result of a check."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One expectation's result on one table; `failing_rows` is a query for the keys of the rows that failed."""

    table: str
    expectation: str
    column: str | None
    severity: str
    is_passed: bool
    rows_checked: int | None
    rows_failed: int | None
    reason: str
    error: str | None
    failing_rows: str | None
