"""Reports of which a cell is not understood reach the judgement with the rest, and say what is missing."""

from __future__ import annotations

import html
from datetime import date, timedelta

import pytest

from tests.lib.squads import Night, night_over, runs_csv, write_files

AS_OF = date(2026, 6, 10)
DAY = AS_OF - timedelta(days=2)
# Who reports what, in the cells after the date.
REPORTS = {
    "unread_pain": "left,seven,,pop",
    "unread_morning": "left,3,maybe,pop",
    "two_events": "left,3,no,pop; cannot_raise",
    "unread_event": "left,2,no,Knall",
    "well": "left,0,no,",
}


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    folder = tmp_path_factory.mktemp("half_read")
    files = {
        f"{name}/symptoms.csv": f"date,side,pain_0_10,next_morning_worse,event\n{DAY},{cells}\n"
        for name, cells in REPORTS.items()
    }
    files |= {f"{name}/runs.csv": runs_csv(AS_OF - timedelta(days=39), [5.0] * 40) for name in (*REPORTS, "open", "late", "LATE")}
    files["open/injuries.csv"] = f"onset_date,site,side,resolved_date\n{DAY},calf,left,soon\n"
    files["squad.csv"] = "athlete_id,birth_year,achilles_history_until\nwell,14,\nopen,03.05.1990,\nlate,1990,2999-01-01\n"
    return night_over(write_files(folder / "raw", files), folder, str(AS_OF), is_guarded=False)


def test_a_pop_is_red_whatever_else_of_its_row_is_understood(night: Night) -> None:
    judged = {row["athlete_id"]: row["flag"] for row in night.rows("from marts.athlete_status")}
    red = {name for name, flag in judged.items() if flag == "red"}
    assert red == {"unread_pain", "unread_morning", "two_events"}
    raised = night.rows(f"from marts.flags where code = 'RED_FLAG_RUPTURE' and state = 'raised' and load_date = '{AS_OF}'")
    assert {row["athlete_id"] for row in raised} == red


def test_a_row_with_two_events_is_two_reports_of_one_score(night: Night) -> None:
    told = night.rows("from marts.symptoms where athlete_id = 'two_events' order by event")
    assert [(row["event"], row["pain_0_10"], row["row_number"]) for row in told] == [("cannot_raise", None, 2), ("pop", 3, 2)]


def test_what_was_left_out_is_said_on_the_page_of_the_runner(night: Night) -> None:
    rows = night.rows(
        "from marts.flags where code = 'DATA_ROWS_REFUSED' and measure = 'symptom_rows' and state = 'raised'"
        f" and load_date = '{AS_OF}'"
    )
    assert {row["athlete_id"]: row["value"] for row in rows} == {
        "unread_pain": 1, "unread_morning": 1, "unread_event": 1, "open": 1,
    }  # fmt: skip


def test_an_injury_whose_end_nobody_understands_is_open(night: Night) -> None:
    (injury,) = night.rows("from marts.injuries")
    assert (injury["athlete_id"], injury["is_open"], injury["resolved_date"]) == ("open", True, None)
    assert night.rows(
        f"from marts.flags where athlete_id = 'open' and code = 'OPEN_INJURY' and state = 'raised' and load_date = '{AS_OF}'"
    )


def test_a_column_that_is_filled_in_is_not_called_empty(night: Night) -> None:
    said = night.rows(f"from marts.flags where code = 'DATA_PROFILE_INCOMPLETE' and load_date = '{AS_OF}'")
    evidence = {row["athlete_id"]: row["evidence"] for row in said}
    assert "empty or not understood: sex, birth_year," in evidence["well"]
    assert "birth_year" not in evidence["open"]


def test_cells_of_the_squad_file_that_do_not_count_are_said_to_their_runner_and_on_the_data_quality_page(night: Night) -> None:
    rows = night.rows(
        f"from marts.flags where code = 'DATA_CONTRADICTION' and state = 'raised' and load_date = '{AS_OF}' order by 1, measure"
    )
    said = {(row["athlete_id"], row["measure"]): row["evidence"] for row in rows}
    assert said.keys() == {
        ("LATE", "like_name"), ("late", "history_to_come"), ("late", "like_name"), ("well", "cells_left_out"),
    }  # fmt: skip
    assert "birth_year" in said["well", "cells_left_out"]
    page = html.unescape((night.site / "data-quality.html").read_text(encoding="utf-8"))
    assert all(sentence in page for sentence in said.values())
    own_pages = {path.name: path.read_text(encoding="utf-8") for path in (night.site / "athletes").glob("*.html")}
    assert "is yet to come" in own_pages["late.html"]


def test_names_that_differ_in_capitals_alone_stay_two_people(night: Night) -> None:
    runs = night.rows(
        "select athlete_id, count(*) as runs from marts.runs where lower(athlete_id) = 'late' group by 1 order by 1"
    )
    assert [(row["athlete_id"], row["runs"]) for row in runs] == [("LATE", 40), ("late", 40)]
    assert len(list((night.site / "athletes").glob("[lL][aA][tT][eE]*.html"))) == 2
