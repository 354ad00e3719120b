"""The benchmark of reading counts what reached the tables; rates themselves are never asserted."""

from __future__ import annotations

from pathlib import Path

from bench.bench_rates import Rate, row_rates


def test_every_row_of_the_made_up_tables_is_stored(tmp_path: Path) -> None:
    rates = list(row_rates(tmp_path, 300))
    assert [(rate.name, rate.things) for rate in rates] == [
        ("runs.csv, rows", 300),
        ("strength.csv, rows", 300),
        ("activities.csv, rows", 300),
    ]


def test_a_goal_is_reached_or_not() -> None:
    assert "goal 60,000: reached" in str(Rate("points", 1, 60_000, 60_000, "lxml", 120_000))
    line = str(Rate("points", 1, 59_999, 60_000, "lxml", 119_998))
    assert "goal 60,000: NOT reached" in line
    assert "0.50 x lxml" in line
