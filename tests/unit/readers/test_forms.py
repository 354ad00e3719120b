"""Answers to forms: questions, words, days and names become ours; whoever is nobody in the squad is refused, never guessed."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from flows.intake import ingest
from flows.state import database
from tests.lib.workbooks import xlsx

COLUMNS = (
    "question,column,answer,value\n"
    "Timestamp,date,,\n"
    "Your name,athlete_id,,\n"
    "How much does your Achilles hurt?,pain_0_10,,\n"
    "Was it worse this morning?,next_morning_worse,,\n"
    "Which side?,side,,\n"
    "Which side?,side,left heel,left\n"
    "Which side?,side,right heel,right\n"
)
SQUAD = "athlete_id,name,timezone\nada,Ada Åberg,Australia/Sydney\nben,Ben Li,Europe/Oslo\nben2,Li Ben,\n"
ASKED = [
    "Timestamp",
    "Your name",
    "How much does your\nAchilles hurt?",
    "Was it worse this morning?",
    "Which side?",
    "Anything else?",
]
SAID = "select athlete_id, report_date, pain_0_10, is_worse_next_morning, side, row_number from raw.symptoms order by row_number"
REFUSED = "select place, reason from raw.refused_rows order by place"


def after_a_night(raw: Path, timezone: str = "UTC", **files: bytes | str) -> None:
    for name, content in files.items():
        path = raw / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    ingest.import_files(raw, raw.parent / "memory.duckdb", workers=1, timezone=timezone)


def asked(raw: Path, query: str) -> list[tuple[Any, ...]]:
    with database.reader(raw.parent / "memory.duckdb") as connection:
        return connection.execute(query).fetchall()


def answers(*rows: list[Any]) -> bytes:
    return xlsx({"Form Responses 1": [ASKED, *rows]})


@pytest.mark.parametrize("name", ["Ada Åberg", "aberg ADA", "ada", " Åberg,  Ada "])
def test_a_name_is_matched_whatever_its_case_accents_and_order(tmp_path, name):
    row = [datetime(2026, 11, 20, 6, 50, 12), name, 4, "yes", "left heel", "thanks"]
    after_a_night(tmp_path / "raw", **{"columns.csv": COLUMNS, "squad.csv": SQUAD, "form.xlsx": answers(row)})
    assert asked(tmp_path / "raw", SAID) == [("ada", date(2026, 11, 20), 4, True, "left", 2)]
    assert asked(tmp_path / "raw", REFUSED) == []


def test_a_name_of_nobody_or_of_two_refuses_its_row_and_no_other(tmp_path):
    rows = [
        [datetime(2026, 11, 20, 6), "Ada Aaberg", 9, "yes", "left heel"],
        [datetime(2026, 11, 20, 6), "ben li", 9, "yes", "left heel"],
        [datetime(2026, 11, 20, 6), None, 9, "yes", "left heel"],
        [datetime(2026, 11, 20, 6), "ben", 2, "no", "right heel"],
    ]
    after_a_night(tmp_path / "raw", **{"columns.csv": COLUMNS, "squad.csv": SQUAD, "form.xlsx": answers(*rows)})
    assert asked(tmp_path / "raw", SAID) == [("ben", date(2026, 11, 20), 2, False, "right", 5)]
    assert asked(tmp_path / "raw", REFUSED) == [
        ("row 2", '"Ada Aaberg" is nobody in squad.csv (did you mean Ada Åberg?)'),
        ("row 3", '"ben li" is the name of ben, ben2'),
        ("row 4", "it names no athlete and lies in no athlete's folder"),
    ]


def test_the_day_is_that_of_the_athlete_and_without_a_zone_as_it_stands(tmp_path):
    text = (
        "Timestamp,Your name,How much does your Achilles hurt?,Which side?\n"
        "2026/11/20 9:30:00 PM GMT+1,Ada Aberg,1,left heel\n"  # 20:30 UTC is 7:30 on the 21st in Sydney
        "2026/11/20 9:30:00 PM GMT+1,ben,2,left heel\n"
        "2026/11/20 9:30:00 PM GMT+1,ben2,3,left heel\n"  # whose zone is that of the house, here Tokyo: 5:30 on the 21st
        '20/11/2026 21:30:00,ben,4,"left heel, right heel"\n'
    )
    after_a_night(tmp_path / "raw", "Asia/Tokyo", **{"columns.csv": COLUMNS, "squad.csv": SQUAD, "form.csv": text})
    assert [(who, day, pain, side) for who, day, pain, _, side, _ in asked(tmp_path / "raw", SAID)] == [
        ("ada", date(2026, 11, 21), 1, "left"),
        ("ben", date(2026, 11, 20), 2, "left"),
        ("ben2", date(2026, 11, 21), 3, "left"),
        ("ben", date(2026, 11, 20), 4, "both"),
    ]


def test_an_answer_that_nobody_explained_is_refused_alone_and_is_no_no(tmp_path):
    row = [datetime(2026, 11, 20, 6), "ben", 4, "a bit", "the usual one"]
    after_a_night(tmp_path / "raw", **{"columns.csv": COLUMNS, "squad.csv": SQUAD, "form.xlsx": answers(row)})
    assert asked(tmp_path / "raw", SAID) == [("ben", date(2026, 11, 20), 4, None, None, 2)]
    ((place, reason),) = asked(tmp_path / "raw", REFUSED)
    assert place == "row 2"
    assert '"the usual one"' in reason
    assert '"a bit"' in reason


def test_a_form_in_a_runners_folder_needs_no_name(tmp_path):
    sheet = xlsx({"Answers": [ASKED[:1] + ASKED[2:5], [datetime(2026, 11, 20, 6), 5, "no", "left heel"]]})
    after_a_night(tmp_path / "raw", **{"columns.csv": COLUMNS, "ada/form.xlsx": sheet})
    assert asked(tmp_path / "raw", SAID) == [("ada", date(2026, 11, 20), 5, False, "left", 2)]


def test_new_words_and_new_people_have_the_answers_read_again(tmp_path):
    raw = tmp_path / "raw"
    form = answers([datetime(2026, 11, 20, 6), "Cleo", 4, "yes", "left heel"])
    after_a_night(raw, **{"squad.csv": SQUAD, "form.xlsx": form})
    assert asked(raw, SAID) == []
    assert asked(raw, "select outcome from raw.contents join raw.paths using (file_id) where path = 'form.xlsx'") == [
        ("quarantined",)
    ]
    after_a_night(raw, **{"columns.csv": COLUMNS})
    assert asked(raw, REFUSED) == [("row 2", '"Cleo" is nobody in squad.csv')]
    after_a_night(raw, **{"squad.csv": SQUAD + "cng,Cleo Ng,\n"})
    assert asked(raw, SAID) == []
    after_a_night(raw, **{"squad.csv": SQUAD + "c7,Cleo,\n"})
    assert [row[:3] for row in asked(raw, SAID)] == [("c7", date(2026, 11, 20), 4)]
    assert asked(raw, REFUSED) == []
    assert ingest.import_files(raw, tmp_path / "memory.duckdb", workers=1).files_parsed == 0


@pytest.mark.parametrize("broken", ["question\nTimestamp\n", None], ids=["unreadable", "gone"])
def test_words_that_cannot_be_read_hold_as_they_were_read_last(tmp_path, broken):
    raw = tmp_path / "raw"
    files = {
        "columns.csv": COLUMNS,
        "squad.csv": SQUAD,
        "form.xlsx": answers([datetime(2026, 11, 20, 6), "ada", 4, "yes", "left heel"]),
    }
    after_a_night(raw, **files)
    if broken is None:
        (raw / "columns.csv").unlink()
    else:
        (raw / "columns.csv").write_text(broken)
    after_a_night(raw)
    after_a_night(raw, **{"form.xlsx": answers([datetime(2026, 11, 21, 6), "ada", 5, "no", "left heel"])})
    assert [row[:3] for row in asked(raw, SAID)] == [("ada", date(2026, 11, 21), 5)]


def test_a_row_of_columns_csv_that_means_nothing_is_refused_with_what_would(tmp_path):
    words = "question,column,answer,value\nHow bad?,pain,,\nWhich?,side,,left\n,side,,\nWhich?,side,,\nWhich?,side,,\n"
    after_a_night(tmp_path / "raw", **{"columns.csv": words})
    assert asked(tmp_path / "raw", REFUSED) == [
        ("row 2", "no log has a column 'pain' (did you mean pain_0_10?)"),
        ("row 3", "'left' stands for no answer"),
        ("row 4", "the question is empty"),
        ("row 6", "'Which?' with this answer stands above"),
    ]
