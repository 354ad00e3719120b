"""A runner's five taps, from the sheet to page and alert of the next night, by the columns.csv that docs/forms.md shows."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.alerts import news
from flows.guard import validation
from tests.conftest import PROJECT
from tests.lib.squads import Night, night_over, runs_csv, write_files
from tests.lib.workbooks import xlsx
from tests.nights.test_alerts import NOON, hook, published, to_hook  # noqa: F401

DAY = date(2026, 9, 10)
ASKED = [
    "Timestamp",
    "Your name",
    "How much does your Achilles hurt?",
    "How long was it stiff this morning?",
    "Was it worse this morning than yesterday?",
    "Which side?",
]


def documented_columns() -> str:
    """columns.csv as the page shows it."""
    page = (PROJECT / "docs" / "forms.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```\n(question,column,answer,value\n.*?)```", page, re.DOTALL)
    return block


def test_five_taps_reach_the_page_and_the_alert_of_the_next_night(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    hook: list[dict[str, Any]],  # noqa: F811
) -> None:
    monkeypatch.setattr(validation, "run_suites", lambda *_: [])
    easy = runs_csv(DAY - timedelta(days=60), [5.0, 0, 5.0, 0, 5.0, 0, 0] * 8)
    raw = write_files(
        tmp_path / "raw",
        {
            "squad.csv": "athlete_id,name,timezone\nada,Ada Åberg,Europe/Oslo\nben,Ben Li,Europe/Oslo\n",
            "columns.csv": documented_columns(),
            "ada/runs.csv": easy,
            "ben/runs.csv": easy,
        },
    )
    before = night_over(raw, tmp_path / "before", str(DAY - timedelta(days=1)))
    morning = datetime(DAY.year, DAY.month, DAY.day, 6, 50)
    sheet = xlsx({"Form Responses 1": [ASKED, [morning, "åberg ada", 8, "longer", "yes", "left heel"]]})
    write_files(raw, {"answers.xlsx": sheet})
    after = night_over(raw, tmp_path / "after", str(DAY))

    said = after.rows("select athlete_id, pain_0_10, morning_stiffness_min, is_worse_next_morning, side from raw.symptoms")
    assert said == [
        {"athlete_id": "ada", "pain_0_10": 8, "morning_stiffness_min": 60, "is_worse_next_morning": True, "side": "left"}
    ]
    # The workbook counts as what its sheet is.
    assert {row["path"]: row["state"] for row in after.rows("select path, state from ops.files where path like 'answers%'")} == {
        "answers.xlsx": "loaded",
        "answers.xlsx!Form Responses 1": "loaded",
    }
    assert flags_of(before)["ada"] != "red"
    assert flags_of(after)["ada"] == "red"
    assert flags_of(after)["ben"] == flags_of(before)["ben"]
    assert "8 of 10" in (after.site / "athletes" / "ada.html").read_text(encoding="utf-8")

    target = to_hook(events=["red"])
    (tmp_path / "published").mkdir()
    news.send_alerts(published(tmp_path / "published", before, target), NOON - timedelta(days=1))
    assert hook == []
    news.send_alerts(published(tmp_path / "published", after, target), NOON)
    (posted,) = hook
    assert "Ada Åberg" in posted["message"]
    assert "Ben" not in posted["message"]


def flags_of(night: Night) -> dict[str, str]:
    newest = "select max(load_date) from marts.athlete_status"
    rows = night.rows(f"select athlete_id, flag from marts.athlete_status where load_date = ({newest})")
    return {row["athlete_id"]: row["flag"] for row in rows}


def test_a_workbook_is_refused_while_no_row_of_columns_explains_its_form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validation, "run_suites", lambda *_: [])
    answers = xlsx({"Form Responses 1": [ASKED, [datetime(2026, 9, 10, 6, 50), "ada", 3, "longer", "yes", "left heel"]]})
    runs = runs_csv(DAY - timedelta(days=9), [5.0] * 9)
    raw = write_files(tmp_path / "raw", {"squad.csv": "athlete_id\nada\n", "answers.xlsx": answers, "ada/runs.csv": runs})
    states = []
    for night, columns in enumerate((None, documented_columns(), "question,column\nSomething else,note\n")):
        if columns:
            write_files(raw, {"columns.csv": columns})
        over = night_over(raw, tmp_path / "work", str(DAY + timedelta(days=night)))
        states += over.rows("select state from ops.files where path = 'answers.xlsx'")
    assert [row["state"] for row in states] == ["quarantined", "loaded", "quarantined"]
