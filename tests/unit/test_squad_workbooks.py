"""squad.csv, rules.csv and exercise_aliases.csv as workbooks: the same rows, the same memory, and one place that counts."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from flows.intake import ingest, verbs
from flows.state import database
from tests.lib.workbooks import WRITERS, under_password, xls, xlsx

SQUAD = [
    ["The spring squad", None, None, None],
    ["Athlete ID", "name", "body_mass_kg", "race_date"],
    ["ada", "Ada Åberg", 61.5, date(2027, 4, 19)],
    ["ben", "Ben", "80,5", None],
]


def after_a_night(raw: Path, **files: bytes | str) -> None:
    raw.mkdir(exist_ok=True)
    for name, content in files.items():
        (raw / name).write_bytes(content.encode() if isinstance(content, str) else content)
    ingest.import_files(raw, raw.parent / "memory.duckdb", workers=1)


def asked(raw: Path, query: str) -> list[tuple[Any, ...]]:
    with database.reader(raw.parent / "memory.duckdb") as connection:
        return connection.execute(query).fetchall()


PEOPLE = "select athlete_id, name, body_mass_kg, race_date from raw.athletes where is_in_squad_file order by 1"
FATES = "select path, outcome, format, reason from raw.paths left join raw.contents using (athlete_id, file_id) order by 1"


@pytest.mark.parametrize("kind", WRITERS)
def test_a_squad_in_a_workbook_is_the_squad(tmp_path, kind):
    after_a_night(tmp_path / "raw", **{f"squad.{kind}": WRITERS[kind]({"Squad": SQUAD})})
    assert asked(tmp_path / "raw", PEOPLE) == [
        ("ada", "Ada Åberg", 61.5, date(2027, 4, 19)),
        ("ben", "Ben", 80.5, None),
    ]
    assert asked(tmp_path / "raw", FATES) == [(f"squad.{kind}", "loaded", "squad_csv", None)]


def test_a_wrong_cell_is_refused_by_its_row_in_the_sheet(tmp_path):
    after_a_night(tmp_path / "raw", **{"squad.xlsx": xlsx({"Squad": [*SQUAD, ["cleo", "Cleo", 900, None]]})})
    refused = asked(tmp_path / "raw", "select place, reason from raw.refused_rows")
    assert refused == [("row 5", "body_mass_kg: 900 is outside 20 to 250 kg")]


def test_rules_and_names_of_exercises_may_be_workbooks_too(tmp_path):
    rules = xlsx({"Rules": [["key", "value"], ["calf_amber_days", 7]]})
    names = WRITERS["ods"]({"Names": [["alias", "exercise_id"], ["My raise", "heel_drop_straight"]]})
    after_a_night(tmp_path / "raw", **{"rules.xlsx": rules, "exercise_aliases.ods": names})
    assert asked(tmp_path / "raw", "select key, value, row_number from raw.rule_overrides") == [("calf_amber_days", "7", 2)]
    assert asked(tmp_path / "raw", "select alias, exercise_id from raw.exercise_aliases") == [("My raise", "heel_drop_straight")]


def test_where_both_lie_the_csv_counts_and_the_workbook_says_so(tmp_path):
    after_a_night(tmp_path / "raw", **{"squad.csv": "athlete_id,name\nada,Ada\n", "squad.xlsx": xlsx({"Squad": SQUAD})})
    assert asked(tmp_path / "raw", PEOPLE) == [("ada", "Ada", None, None)]
    assert asked(tmp_path / "raw", FATES)[1] == (
        "squad.xlsx", "quarantined", "squad_csv", "squad.csv lies beside it, and that one counts",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (under_password(xls({"Squad": SQUAD})), "The workbook is locked with a password"),
        (xlsx({"Squad": SQUAD})[:2000], "The workbook is cut short, damaged or no workbook"),
        (xlsx({"Other": [["who", "what"], ["ada", 1]]}), "no sheet of the workbook has the column athlete_id"),
    ],
    ids=["password", "cut", "other"],
)
def test_a_squad_that_became_unreadable_or_is_gone_holds_as_it_was_read_last(tmp_path, broken, why):
    raw = tmp_path / "raw"
    after_a_night(raw, **{"squad.xlsx": xlsx({"Squad": SQUAD})})
    before = asked(raw, PEOPLE)
    after_a_night(raw, **{"squad.xlsx": broken})
    assert asked(raw, PEOPLE) == before
    ((_, outcome, _, reason),) = (row for row in asked(raw, FATES) if row[1] == "quarantined")
    assert outcome == "quarantined"
    assert why in reason
    (raw / "squad.xlsx").unlink()
    ingest.import_files(raw, tmp_path / "memory.duckdb", workers=1, allow_empty=True)
    assert asked(raw, PEOPLE) == before
    assert verbs.forget(tmp_path / "memory.duckdb", "squad.xlsx")
    ingest.import_files(raw, tmp_path / "memory.duckdb", workers=1, allow_empty=True)
    assert asked(raw, PEOPLE) == []
