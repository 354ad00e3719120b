"""Exports of the Strong app: comma without a unit, semicolon with one, and the one that says kg in its header."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.readers.sniff import read_content
from flows.records import FileContent, StrengthSet, UnreadableFile
from tests.unit.readers.strength_dialects import (
    POUND_KG,
    STRONG_COMMA,
    STRONG_GERMAN,
    STRONG_SEMICOLON,
    Lift,
    lifts,
    strong_comma,
    strong_semicolon,
)

NEVER = datetime(1, 1, 1)
LEGS = f"""{STRONG_COMMA}
2026-01-18 17:42:05,"Legs",1h 5m,"Seated Calf Raise (Machine)",W,40.0,12,0,0,"","",
2026-01-18 17:42:05,"Legs",1h 5m,"Seated Calf Raise (Machine)",1,60.0,12,0,0,"slow, deep","",8.5
2026-01-18 17:42:05,"Legs",1h 5m,"Seated Calf Raise (Machine)",D,45.0,10,0,0,"","",
2026-01-18 17:42:05,"Legs",1h 5m,"Seated Calf Raise (Machine)",F,45.0,7,0,0,"","",
2026-01-18 17:42:05,"Legs",1h 5m,"Rest Timer",Rest Timer,0,0,0,90,"","",
2026-01-18 17:42:05,"Legs",1h 5m,"Seated Calf Raise (Machine)",Note,0,0,0,0,"left knee","",
2026-01-18 17:42:05,"Legs",1h 5m,"Soleus Wall Sit",1,0,0,0,45,"","",
2026-01-18 17:42:05,"Legs",1h 5m,"Running (Treadmill)",1,0,0,2.5,900,"","",
2026-01-18 17:42:05,"Legs",1h 5m,"Calf Raise",2,0,0,0,0,"","",
"""


def read(text: str | bytes) -> FileContent:
    return read_content("strong.csv", text.encode() if isinstance(text, str) else text)


def sets_of(content: FileContent) -> list[StrengthSet]:
    return [one for session in content.activities for one in session.sets]


def told(content: FileContent) -> list[Lift]:
    """The sets in a test's own words; a weight is whatever number the file gives it, in kg or without a unit."""
    return [
        Lift(
            at=one.performed_local or NEVER,
            exercise=one.exercise_name or "",
            number=one.set_number or 0,
            reps=None if one.reps is None else int(one.reps),
            hold_s=None if one.hold_s is None else int(one.hold_s),
            weight=one.weight_kg if one.weight_unstated is None else one.weight_unstated,
            rpe=one.rpe,
            is_warmup=one.is_warmup,
            note=one.note,
        )
        for one in sets_of(content)
    ]


def as_strong_says(one: Lift, kilograms: float = 1.0) -> Lift:
    """What of a set a file of Strong can say: a warm-up has no number."""
    weight = None if one.weight is None else pytest.approx(one.weight * kilograms)
    return Lift(one.at, one.exercise, 0 if one.is_warmup else one.number, one.reps, one.hold_s, weight, one.rpe, one.is_warmup,
                one.note)  # fmt: skip


def in_sessions(done: list[Lift]) -> list[Lift]:
    """The reader puts the rows of one start together, in the order in which starts first come."""
    starts = list(dict.fromkeys(one.at for one in done))
    return [one for start in starts for one in done if one.at == start]


def test_a_session_has_its_start_its_length_and_its_sets() -> None:
    content = read(LEGS)
    assert (content.format, content.refused_rows, content.partly_because) == ("strong_csv", (), None)
    session, run = content.activities
    assert (session.sport, session.title, session.elapsed_s) == ("strength_training", "Legs", 3900)
    assert (session.started_at, session.started_local) == (None, datetime(2026, 1, 18, 17, 42, 5))
    assert [(one.exercise_name, one.set_number, one.is_warmup, one.reps, one.hold_s) for one in session.sets] == [
        ("Seated Calf Raise (Machine)", None, True, 12, None),
        ("Seated Calf Raise (Machine)", 1, False, 12, None),
        ("Seated Calf Raise (Machine)", None, False, 10, None),
        ("Seated Calf Raise (Machine)", None, False, 7, None),
        ("Soleus Wall Sit", 1, False, None, 45),
    ]
    assert (session.sets[1].rpe, session.sets[1].note, session.sets[1].row) == (8.5, "slow, deep", 3)
    # A row of running is a run of totals: 2.5 in the account's unit, which the file does not name.
    assert (run.sport, run.sub_sport, run.sets, run.row) == ("Running (Treadmill)", "treadmill", (), 9)
    assert (run.started_local, run.distance_m, run.distance_km_or_mi, run.moving_s) == (session.started_local, None, 2.5, 900)
    assert content.notes == ("3 rows are timers, notes or sets not done",)


def test_a_weight_without_a_unit_is_kept_as_such() -> None:
    assert [(one.weight_kg, one.weight_unstated) for one in sets_of(read(LEGS))] == [
        (None, 40), (None, 60), (None, 45), (None, 45), (None, None),
    ]  # fmt: skip


@pytest.mark.parametrize(("unit", "kilograms"), [("kg", 100), ("lbs", 45.359237), ("LB", 45.359237)])
def test_a_unit_in_the_row_makes_kilograms(unit: str, kilograms: float) -> None:
    row = f'2026-01-18 17:42:05;"Legs";"Calf Press";1;100;{unit};8;;;;0;"";"";58m'
    (one,) = sets_of(read(f"{STRONG_SEMICOLON}\n{row}\n"))
    assert (one.weight_kg, one.weight_unstated) == (pytest.approx(kilograms), None)


def test_an_empty_unit_is_not_guessed_and_an_unknown_one_refused() -> None:
    row = '2026-01-18 17:42:05;"Legs";"Calf Press";1;100;{};8;;;;0;"";"";58m\n'
    content = read(f"{STRONG_SEMICOLON}\n{row.format('')}{row.format('stone')}")
    assert [(one.weight_kg, one.weight_unstated) for one in sets_of(content)] == [(None, 100)]
    assert [(row.place, row.reason) for row in content.refused_rows] == [("row 3", 'weight_unit is "stone"')]


def test_the_export_that_says_kg_and_seconds_in_its_header() -> None:
    header = ('"Workout #";"Date";"Workout Name";"Duration (sec)";"Exercise Name";"Set Order";"Weight (kg)";"Reps";"RPE";'
              '"Distance (meters)";"Seconds";"Notes";"Workout Notes"')  # fmt: skip
    row = '"7";"2026-01-18 17:42:05";"Legs";"3480";"Calf Press";"1";"62,5";"8";"9";"";"0";"";""'
    content = read(f"{header}\n{row}\n")
    assert content.activities[0].elapsed_s == 3480
    assert [(one.weight_kg, one.reps, one.rpe) for one in sets_of(content)] == [(62.5, 8, 9)]


@pytest.mark.parametrize("header", [STRONG_COMMA, STRONG_GERMAN])
@settings(deadline=None)
@given(done=st.lists(lifts(seconds=True), min_size=1, max_size=8))
def test_whatever_is_written_with_commas_is_read_again(header: str, done: list[Lift]) -> None:
    content = read(strong_comma(done, header))
    assert not content.refused_rows
    assert told(content) == [as_strong_says(one) for one in in_sessions(done)]
    assert all(one.weight_kg is None for one in sets_of(content))


@settings(deadline=None)
@given(done=st.lists(lifts(seconds=True), min_size=1, max_size=8))
def test_whatever_is_written_with_semicolons_is_read_again(done: list[Lift]) -> None:
    content = read(strong_semicolon(done))
    assert not content.refused_rows
    assert told(content) == [as_strong_says(one, POUND_KG) for one in in_sessions(done)]
    assert all(one.weight_unstated is None for one in sets_of(content))


def test_a_german_export_with_its_rest_timers_and_its_headings_once_more() -> None:
    rows = [
        '2025-08-23 17:51:23,"Beine",2h 23min,"Standing Calf Raise (Machine)",1,50.0,12.0,0,0.0,"","Erstes Training",',
        '2025-08-23 17:51:23,"Beine",2h 23min,"Standing Calf Raise (Machine)",Ruhezeit,0,0.0,0,120.0,,,',
        STRONG_GERMAN,
        '2025-08-23 17:51:23,"Beine",2h 23min,"Standing Calf Raise (Machine)",2,55.0,10.0,0,0.0,,,8',
    ]
    content = read("\n".join([STRONG_GERMAN, *rows]) + "\n")
    assert content.activities[0].elapsed_s == (2 * 60 + 23) * 60
    assert [(one.weight_unstated, one.reps, one.rpe) for one in sets_of(content)] == [(50, 12, None), (55, 10, 8)]
    assert not content.refused_rows
    assert "row 4 repeats the headings and is skipped" in content.notes


def test_a_file_cut_in_a_row_gives_what_is_whole() -> None:
    content = read(LEGS[: LEGS.index("Soleus")])
    assert len(sets_of(content)) == 4
    assert [row.place for row in content.refused_rows] == ["row 8"]


def test_headings_in_the_middle_are_skipped_and_bad_rows_refused_by_number() -> None:
    rows = LEGS.splitlines()
    broken = [*rows[:3], rows[0], rows[3].replace(",10,", ",ten,"), rows[4].replace("2026-01-18", "18.01.2026"),
              rows[4].replace(",F,", ",X,"), rows[7]]  # fmt: skip
    content = read("\n".join(broken) + "\n")
    assert [one.exercise_name for one in sets_of(content)] == ["Seated Calf Raise (Machine)"] * 2 + ["Soleus Wall Sit"]
    assert [(row.place, row.reason.split(" is ")[0]) for row in content.refused_rows] == [
        ("row 5", "reps"), ("row 6", "date"), ("row 7", "set_order"),
    ]  # fmt: skip
    assert "row 4 repeats the headings and is skipped" in content.notes


@pytest.mark.parametrize("column", ["Date", "Exercise Name", "Set Order"])
def test_a_missing_column_without_which_there_are_no_sets_is_named(column: str) -> None:
    with pytest.raises(UnreadableFile, match=f"has no column {column.lower().replace(' ', '_')}"):
        read(LEGS.replace(f"{column},", "When," if column == "Date" else "Else,", 1))


def test_without_the_weights_the_rest_is_read_and_the_column_named() -> None:
    content = read(LEGS.replace("Weight", "Load", 1))
    assert len(sets_of(content)) == 5
    assert "column weight or weight_(kg) or weight_(lbs) is missing: no weights" in (content.partly_because or "")
