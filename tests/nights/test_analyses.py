"""The questions of sql/analyses, asked about a squad of four whose answers were worked out by hand.

Thirteen weeks from Monday 2 March 2026, looked at on Sunday 31 May. ada runs 8, 8 and 10 km a week until an injury; ben runs
24 km a week, takes a holiday and comes back on a treadmill; cleo runs 32 km a week up to a race; dan keeps no strength log.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from tests.lib.squads import Night, tables_over
from tests.nights.test_cli import tendonwatch

SQUAD = Path(__file__).parents[1] / "fixtures" / "analyses"
ANSWERS = SQUAD / "expected"
# What needs two nights, or ratios that are made up, is proven where these are.
ELSEWHERE = {
    "as_was_against_as_is": "tests/nights/test_statuses.py",
    "what_changed_last_night": "tests/nights/test_changes.py",
    "where_the_methods_disagree": "tests/pages/test_page_marts.py",
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of default settings with one published night over the squad."""
    folder = tmp_path_factory.mktemp("analyses")
    night: Night = tables_over(SQUAD / "raw", folder / "var", as_of="2026-05-31")
    assert night.outcome.exit_code == 3, "a file and a row are refused"
    return folder


def value_of(text: str) -> Any:
    """A cell of an answer: null, a number, a list, or text."""
    if text.startswith("["):
        return json.loads(text)
    try:
        return float(text) if text else None
    except ValueError:
        return text


def table_of(text: str) -> list[dict[str, Any]]:
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return [{name: value_of(cell) for name, cell in row.items()} for row in csv.DictReader(lines)]


@pytest.mark.parametrize("answer", sorted(ANSWERS.glob("*.csv")), ids=lambda path: path.stem)
def test_a_question_is_answered_as_worked_out_by_hand(home: Path, answer: Path) -> None:
    asked = tendonwatch(home, "query", "--csv", answer.stem)
    assert asked.exit_code == 0, asked.output
    expected = table_of(answer.read_text(encoding="utf-8"))
    found = [{name: row[name] for name in expected[0]} for row in table_of(asked.stdout)]
    assert found == expected


@pytest.mark.parametrize("name", ELSEWHERE)
def test_the_others_are_answered_too(home: Path, name: str) -> None:
    assert tendonwatch(home, "query", name).exit_code == 0


def test_the_questions_are_listed_and_a_name_that_none_has_is_told(home: Path) -> None:
    listed = tendonwatch(home, "query", "--list").output
    assert "shoes: How far has each pair of shoes gone?" in listed
    wrong = tendonwatch(home, "query", "shoe")
    assert (wrong.exit_code, "did you mean shoes?" in wrong.output, "query --list" in wrong.output) == (2, True, True)
    assert tendonwatch(home, "query").exit_code == 2
