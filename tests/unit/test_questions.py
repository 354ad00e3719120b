"""The questions of sql/analyses: one form, only what is for analysts to build on, all of them listed and all of them proven."""

from __future__ import annotations

import re

import duckdb
import pytest

from flows.commands import questions
from flows.models import layers
from tests.conftest import PROJECT
from tests.nights.test_analyses import ANSWERS, ELSEWHERE

ALL = {path.stem: path for path in sorted(questions.ANALYSES.glob("*.sql"))}
GUIDE = (PROJECT / "docs" / "analysts.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ALL)
def test_a_question_names_the_tables_that_it_reads_and_reads_marts_and_ops_alone(name: str) -> None:
    question = questions.read(ALL[name])
    with duckdb.connect() as connection:
        reads = {".".join(table) for table in layers.tables_read(connection, question.sql)}
    assert set(question.parts["Reads"].rstrip(".").split(", ")) == reads
    assert all(table.startswith(("marts.", "ops.")) for table in reads)
    assert question.parts["Question"].endswith("?")
    assert len(question.parts["Traps"]) > 40


def test_a_header_of_another_form_is_refused(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("odd") / "odd.sql"
    path.write_text("-- Question: who?\n-- Grain: one row.\n-- Traps: none.\nselect 1\n")
    with pytest.raises(ValueError, match=r"odd\.sql"):
        questions.read(path)


def test_the_guide_lists_each_question_as_it_asks_itself() -> None:
    section = GUIDE.partition("## Questions ready to run\n")[2].partition("\n## ")[0]
    told = dict(re.findall(r"^\| \[`(\w+)`\]\(\.\./sql/analyses/\1\.sql\) \| (.+) \|$", section, flags=re.MULTILINE))
    assert told == {name: questions.read(path).parts["Question"] for name, path in ALL.items()}


def test_each_question_has_an_answer_that_was_worked_out_by_hand() -> None:
    assert len(ALL) >= 20
    by_hand = {path.stem for path in ANSWERS.glob("*.csv")}
    assert by_hand.isdisjoint(ELSEWHERE)
    assert by_hand | set(ELSEWHERE) == set(ALL)
    for name, test in ELSEWHERE.items():
        assert name in (PROJECT / test).read_text(encoding="utf-8")
