"""notes.csv and plan.csv: what a row says, and how a bad one is refused with its row and a remedy."""

from __future__ import annotations

from datetime import date

import pytest

from flows.readers.sniff import read_content
from flows.records import CoachNote, PlannedDay, UnreadableFile

NOTES = "date,athlete_id,kind,until,text\n"
PLAN = "date,athlete_id,distance_km,moving_time,kind,note\n"


def test_a_note_holds_its_day_its_kind_and_its_text() -> None:
    read = read_content(
        "notes.csv",
        (
            NOTES + '2026-11-26,amara,called,,"Called her,\n14 km at most"\n'
            "2026-11-27,amara,quiet_until,2026-12-03,\n"
            '2026-11-28,amara,note,,"=HYPERLINK(""http://x"",""y"")"\n'
        ).encode(),
    )
    assert read.coach_notes == (
        CoachNote(date(2026, 11, 26), "called", None, "Called her,\n14 km at most", 2, "amara"),
        CoachNote(date(2026, 11, 27), "quiet_until", date(2026, 12, 3), None, 4, "amara"),
        CoachNote(date(2026, 11, 28), "note", None, '=HYPERLINK("http://x","y")', 5, "amara"),
    )
    assert read.refused_rows == ()


@pytest.mark.parametrize(
    ("row", "reason", "remedy"),
    [
        ("2026-11-26,amara,phoned,,x", 'kind is "phoned"', "Write one of: called, note, quiet_until."),
        ("2026-11-26,amara,quiet_until,,x", "kind is quiet_until, but until is empty", "Write the last quiet day into until."),
        ("2026-11-26,amara,quiet_until,2026-11-25,x", "until 2026-11-25 is before date 2026-11-26", "Correct one of them."),
        ("2026-11-26,amara,note,2026-11-30,x", 'until is 2026-11-30, but kind is "note"', "or clear until"),
        ("2026-11-26,amara,note,,", "text is empty", "Fill in text"),
        (",amara,note,,x", "date is empty", "Fill in date"),
        ("soon,amara,note,,x", "soon", "2026"),
    ],
)
def test_a_note_that_says_too_little_is_refused_by_its_row(row: str, reason: str, remedy: str) -> None:
    read = read_content("notes.csv", f"{NOTES}2026-11-01,amara,called,,\n{row}\n".encode())
    (refused,) = read.refused_rows
    assert (len(read.coach_notes), refused.place) == (1, "row 3")
    assert reason in refused.reason
    assert remedy in refused.remedy


def test_a_note_of_5000_letters_is_kept_and_its_end_is_named_as_left_out() -> None:
    read = read_content("notes.csv", f"{NOTES}2026-11-26,amara,note,,{'x' * 5000}\n".encode())
    assert len(read.coach_notes) == 1
    (refused,) = read.refused_rows
    assert refused.reason == "the text has 5,000 characters; those beyond 2,000: left out, the rest of the row counts"


@pytest.mark.parametrize(
    "data",
    [
        "\ufeffkind;text;date;athlete_id;until\r\ncalled;hello;2026-11-26;amara;\r\n".encode(),
        b"date\tathlete_id\tkind\tuntil\ttext\n2026-11-26\tamara\tcalled\t\thello",
        "date,athlete_id,kind,until,text\n2026-11-26,amara,called,,hello\n".encode("utf-16"),
    ],
)
def test_a_note_is_the_same_in_any_order_encoding_and_with_any_delimiter(data: bytes) -> None:
    (note,) = read_content("notes.csv", data).coach_notes
    assert (note.note_date, note.athlete_id, note.kind, note.text) == (date(2026, 11, 26), "amara", "called", "hello")


def test_a_plan_holds_runs_by_distance_or_time_and_strength_work() -> None:
    rows = "2026-12-01,amara,18,,long,with Ben\n2026-12-02,amara,,45,easy,\n2026-12-03,amara,,,strength,bent knee\n"
    read = read_content("plan.csv", (PLAN + rows).encode())
    assert read.plan == (
        PlannedDay(date(2026, 12, 1), "long", False, 18000.0, None, "with Ben", row=2, athlete_id="amara"),
        PlannedDay(date(2026, 12, 2), "easy", False, None, 2700.0, None, row=3, athlete_id="amara"),
        PlannedDay(date(2026, 12, 3), "strength", True, None, None, "bent knee", row=4, athlete_id="amara"),
    )


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("2026-12-01,amara,,,long,", "The distance and moving_time are both empty"),
        ("2026-12-01,amara,10,,tempo,", 'kind is "tempo"'),
        ("2026-12-01,amara,ten,,easy,", "ten"),
        (",amara,10,,easy,", "date is empty"),
    ],
)
def test_a_planned_run_that_says_too_little_is_refused_by_its_row(row: str, reason: str) -> None:
    read = read_content("plan.csv", f"{PLAN}2026-12-01,amara,10,,easy,\n{row}\n".encode())
    (refused,) = read.refused_rows
    assert (len(read.plan), refused.place) == (1, "row 3")
    assert reason in refused.reason


def test_a_log_of_runs_with_a_misspelt_heading_is_still_one_of_runs_and_not_a_plan() -> None:
    with pytest.raises(UnreadableFile) as refusal:
        read_content("log.csv", b"date,distance_km,moving_time,rpe\n2026-11-26,10,50:00,4\n")
    assert "This runs log has no column started_at" in str(refusal.value)
    assert refusal.value.may_be_run
