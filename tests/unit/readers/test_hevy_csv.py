"""Exports of the Hevy app, in kg and in lb."""

from __future__ import annotations

from datetime import datetime

import pytest
from babel.dates import get_month_names
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.readers.sniff import read_content
from flows.records import FileContent, UnreadableFile
from tests.unit.readers.strength_dialects import HEVY_KG, HEVY_LBS, POUND_KG, Lift, hevy, lifts
from tests.unit.readers.test_strong_csv import in_sessions, sets_of, told

LEGS = f"""{HEVY_KG}
"Legs","18 Jan 2026, 17:42","18 Jan 2026, 18:40","","Standing Calf Raise (Smith)",,"",0,"warmup",40,12,,,
"Legs","18 Jan 2026, 17:42","18 Jan 2026, 18:40","","Standing Calf Raise (Smith)",0,"on a step",1,"normal",82.5,8,,,9
"Legs","18 Jan 2026, 17:42","18 Jan 2026, 18:40","","Standing Calf Raise (Smith)",0,"",2,"dropset",60,10,,,
"Legs","18 Jan 2026, 17:42","18 Jan 2026, 18:40","","Standing Calf Raise (Smith)",0,"",3,"failure",60,6,,,
"Legs","18 Jan 2026, 17:42","18 Jan 2026, 18:40","","Calf Raise Hold",,"",0,"normal",,,,45,
"Legs","18 Jan 2026, 17:42","18 Jan 2026, 18:40","","Pogo",,"",0,"normal",,20,,0,
"Legs","18 Jan 2026, 17:42","18 Jan 2026, 18:40","","Treadmill",,"",0,"normal",,,2.5,600,
"Legs","18 Jan 2026, 17:42","18 Jan 2026, 18:40","","Squat (Barbell)",,"",0,"normal",100,,,,
"""


def read(text: str | bytes) -> FileContent:
    return read_content("workout_data.csv", text.encode() if isinstance(text, str) else text)


def test_a_session_has_its_start_its_length_and_its_sets() -> None:
    content = read(LEGS)
    assert (content.format, content.refused_rows, content.partly_because) == ("hevy_csv", (), None)
    session, run = content.activities
    assert (session.sport, session.title, session.elapsed_s) == ("strength_training", "Legs", 58 * 60)
    assert session.started_local == datetime(2026, 1, 18, 17, 42)
    said = [(one.exercise_name, one.set_number, one.is_warmup, one.reps, one.hold_s, one.weight_kg) for one in session.sets]
    assert said == [
        ("Standing Calf Raise (Smith)", 1, True, 12, None, 40),
        ("Standing Calf Raise (Smith)", 2, False, 8, None, 82.5),
        ("Standing Calf Raise (Smith)", 3, False, 10, None, 60),
        ("Standing Calf Raise (Smith)", 4, False, 6, None, 60),
        ("Calf Raise Hold", 1, False, None, 45, None),
        ("Pogo", 1, False, 20, None, None),
    ]
    assert (run.sport, run.sub_sport, run.sets, run.started_local) == ("Treadmill", "treadmill", (), session.started_local)
    assert (run.distance_m, run.moving_s) == (2500, 600)
    assert (session.sets[1].rpe, session.sets[1].note, session.sets[1].row) == (9, "on a step", 3)
    assert content.notes == ("1 rows are timers, notes or sets not done",)


@pytest.mark.parametrize(
    ("exercise", "km", "seconds", "runs"),
    [
        ("Running", "5", "1800", [("Running", 5000, 1800)]),
        ("Walking", "2", "1200", [("Walking", 2000, 1200)]),
        ("Incline Treadmill Walk", "2", "1200", [("Incline Treadmill Walk", 2000, 1200)]),
        ("Running", "", "1800", [("Running", None, 1800)]),  # a treadmill that counts no distance
        ("Walking Lunge", "0.1", "60", []),
        ("Farmers Walk", "0.05", "40", []),
        ("Cycling", "20", "3600", []),
    ],
)
def test_rows_of_running_are_runs_and_exercises_that_walk_are_sets(
    exercise: str, km: str, seconds: str, runs: list[tuple[str, float | None, float]]
) -> None:
    content = read(
        f'{HEVY_KG}\n"Gym","18 Jan 2026, 17:42","18 Jan 2026, 18:40","","{exercise}",,"",0,"normal",,,{km},{seconds},\n'
    )
    assert [(one.sport, one.distance_m, one.moving_s) for one in content.activities if not one.sets] == runs
    assert len(sets_of(content)) == (0 if runs else 1)


def test_the_intervals_of_a_session_are_one_run_in_metres() -> None:
    row = '"Gym","18 Jan 2026, 17:42","18 Jan 2026, 18:40","","Running",,"",{},"normal",,,1,360,\n'
    (run,) = read(f"{HEVY_LBS}\n{row.format(0)}{row.format(1)}").activities
    assert (run.distance_m, run.moving_s) == (pytest.approx(2 * 1609.344), 720)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("18 Jan 2026, 17:42", datetime(2026, 1, 18, 17, 42)),
        ("1 Sept 2026, 07:05", datetime(2026, 9, 1, 7, 5)),
        ("May 15, 2026, 7:26 PM", datetime(2026, 5, 15, 19, 26)),
        ("May 15, 2026, 12:06 AM", datetime(2026, 5, 15, 0, 6)),
        ("May 15, 2026, 12:06 PM", datetime(2026, 5, 15, 12, 6)),
        ("2026-05-15 19:26:00", datetime(2026, 5, 15, 19, 26)),
    ],
)
def test_times_as_hevy_writes_them(text: str, at: datetime) -> None:
    (session,) = read(f'{HEVY_KG}\n"Legs","{text}","","","Pogo",,"",0,"normal",,20,,,\n').activities
    assert session.started_local == at


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("18 Ja 2026, 17:42", "no known language"),
        ("31 Feb 2026, 17:42", "calendar"),
        ("18 Brumaire 2026, 17:42", "no known language"),
    ],
)
def test_a_time_that_cannot_be_understood_is_refused(text: str, words: str) -> None:
    content = read(f'{HEVY_KG}\n"Legs","{text}","","","Pogo",,"",0,"normal",,20,,,\n')
    assert [(row.place, words in row.reason) for row in content.refused_rows] == [("row 2", True)]


@pytest.mark.parametrize(("header", "kilograms"), [(HEVY_KG, 1.0), (HEVY_LBS, POUND_KG)], ids=["kg", "lb"])
@settings(deadline=None)
@given(done=st.lists(lifts(seconds=False), min_size=1, max_size=8))
def test_whatever_is_written_is_read_again(header: str, kilograms: float, done: list[Lift]) -> None:
    content = read(hevy(done, header))
    assert not content.refused_rows
    expected = [
        Lift(one.at, one.exercise, one.number, one.reps, one.hold_s,
             None if one.weight is None else pytest.approx(one.weight * kilograms), one.rpe, one.is_warmup, one.note)
        for one in in_sessions(done)
    ]  # fmt: skip
    assert told(content) == expected


def test_a_file_cut_in_a_row_gives_what_is_whole() -> None:
    content = read(LEGS[: LEGS.index(',"normal",,20')])
    assert len(sets_of(content)) == 5
    assert [row.place for row in content.refused_rows] == ["row 7"]


def test_bad_rows_are_refused_by_number_and_headings_in_the_middle_skipped() -> None:
    rows = LEGS.splitlines()
    broken = [*rows[:2], rows[0], rows[2].replace("normal", "giant"), rows[3].replace(",2,", ",2.5,"), rows[5]]
    content = read("\n".join(broken) + "\n")
    assert [one.exercise_name for one in sets_of(content)] == ["Standing Calf Raise (Smith)", "Calf Raise Hold"]
    assert [(row.place, row.reason.split(" is ")[0]) for row in content.refused_rows] == [
        ("row 4", "set_type"),
        ("row 5", "set_index"),
    ]


@pytest.mark.parametrize("column", ["start_time", "exercise_title"])
def test_a_missing_column_without_which_there_are_no_sets_is_named(column: str) -> None:
    with pytest.raises(UnreadableFile, match=f"has no column {column}"):
        read(LEGS.replace(column, "else", 1))


@pytest.mark.parametrize(("column", "loss"), [("weight_kg", "no weights"), ("set_type", "warm-ups")])
def test_without_a_usual_column_the_rest_is_read_and_the_column_named(column: str, loss: str) -> None:
    content = read(LEGS.replace(column, "else", 1))
    assert len(sets_of(content)) == 6
    assert column in (content.partly_because or "") and loss in (content.partly_because or "")


@pytest.mark.parametrize(
    "language",
    [
        *("en", "en_GB", "de", "de_AT", "fr", "fr_CA", "es", "es_MX", "es_PE", "it", "pt", "pt_PT"),
        *("nl", "sv", "nb", "nn", "da", "pl", "ja"),
    ],
)
@pytest.mark.parametrize("width", ["wide", "abbreviated"])
def test_every_month_in_each_language_with_and_without_a_dot(language: str, width: str) -> None:
    months = get_month_names(width, "format", language)
    said = [(number, word) for number, name in months.items() for word in (name, f"{name.strip('.')}.", name.strip(".").upper())]
    rows = [f'"Legs","3 {word} 2026, 18:00","","","Calf Raise",,"",0,"normal",,12,,,' for _, word in said]
    content = read("\n".join([HEVY_KG, *rows]) + "\n")
    assert content.refused_rows == ()
    assert {one.started_local.month for one in content.activities if one.started_local} == set(range(1, 13))
    assert [one.performed_local for session in content.activities for one in session.sets] == [
        datetime(2026, number, 3, 18) for number in months for _ in range(3)
    ]


def test_a_shortened_month_that_two_months_share_refuses_its_row() -> None:
    rows = [f'"Legs","3 {word} 2026, 18:00","","","Calf Raise",,"",0,"normal",,12,,,' for word in ("juil", "jui")]
    content = read("\n".join([HEVY_KG, *rows]) + "\n")
    assert [(row.place, "jui" in row.reason) for row in content.refused_rows] == [("row 3", True)]
