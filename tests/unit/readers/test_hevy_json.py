"""A workout as Hevy's interface gives it.

Its keys are those of its documentation (api.hevyapp.com/docs) as public clients have them: morgancrozier/Hevy-Coach
(docs/API-REFERENCE.md) and benjaminshafii/digital-empire (HEVY-API-REFERENCE.md).
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from flows.readers.sniff import read_content
from flows.records import FileContent

START = "2026-01-18T17:42:05+00:00"


def one(**said: Any) -> dict[str, Any]:
    """A set; the interface writes null for what does not apply."""
    empty = dict.fromkeys(("weight_kg", "reps", "distance_meters", "duration_seconds", "rpe", "custom_metric"))
    return {"index": 0, "type": "normal"} | empty | said


def workout(*exercises: dict[str, Any], **said: Any) -> dict[str, Any]:
    return {
        "id": "b459cba5-cd6d-463c-abd6-54f8eafcadcb",
        "title": "Legs",
        "description": "",
        "start_time": START,
        "end_time": "2026-01-18T18:40:05+00:00",
        "updated_at": "2026-01-18T18:41:00Z",
        "created_at": "2026-01-18T18:41:00Z",
        "exercises": list(exercises),
    } | said


def exercise(title: str, *sets: dict[str, Any], notes: str = "") -> dict[str, Any]:
    return {
        "index": 0,
        "title": title,
        "notes": notes,
        "exercise_template_id": "05293BCA",
        "superset_id": None,
        "sets": list(sets),
    }


def read(document: Any) -> FileContent:
    return read_content("workout.json", json.dumps(document).encode())


LEGS = workout(
    exercise(
        "Standing Calf Raise (Smith)",
        one(type="warmup", weight_kg=40, reps=12),
        one(weight_kg=82.5, reps=8, rpe=9),
        one(type="dropset", weight_kg=60, reps=10),
        notes="on a step",
    ),
    exercise("Calf Raise Hold", one(duration_seconds=45)),
    exercise("Treadmill", one(distance_meters=2500, duration_seconds=600)),
    exercise("Squat (Barbell)", one(weight_kg=100)),
)


def test_a_workout_is_a_session_in_utc_with_its_sets() -> None:
    content = read(LEGS)
    assert (content.format, content.refused_rows, content.notes) == ("hevy_json", (), ("1 sets were not done",))
    session, run = content.activities
    start = datetime(2026, 1, 18, 17, 42, 5, tzinfo=UTC)
    assert (session.sport, session.title, session.started_at, session.elapsed_s) == ("strength_training", "Legs", start, 3480)
    said = [
        (done.exercise_name, done.set_number, done.is_warmup, done.reps, done.hold_s, done.weight_kg) for done in session.sets
    ]
    assert said == [
        ("Standing Calf Raise (Smith)", 1, True, 12, None, 40),
        ("Standing Calf Raise (Smith)", 2, False, 8, None, 82.5),
        ("Standing Calf Raise (Smith)", 3, False, 10, None, 60),
        ("Calf Raise Hold", 1, False, None, 45, None),
    ]
    assert (session.sets[1].rpe, session.sets[1].note, session.sets[1].performed_at) == (9, "on a step", start)
    assert (run.sport, run.started_at, run.distance_m, run.moving_s) == ("Treadmill", start, 2500, 600)


@pytest.mark.parametrize("wrapped", [{"workout": LEGS}, {"workout": [LEGS]}, {"page": 1, "page_count": 1, "workouts": [LEGS]}])
def test_the_interface_wraps_a_workout_in_three_ways(wrapped: dict[str, Any]) -> None:
    assert read(wrapped).activities == read(LEGS).activities


def test_a_start_with_an_offset_is_the_same_moment() -> None:
    (session,) = read(workout(exercise("Squat", one(reps=5)), start_time="2026-01-18T18:42:05+01:00")).activities
    assert session.started_at == datetime(2026, 1, 18, 17, 42, 5, tzinfo=UTC)


@pytest.mark.parametrize("start", [None, "", "soon", "2026-01-18T17:42:05", 1768758125])
def test_a_workout_without_a_start_that_is_sure_is_refused(start: object) -> None:
    content = read({"workouts": [workout(exercise("Squat", one(reps=5)), start_time=start), LEGS]})
    (refused,) = content.refused_rows
    assert refused.place == "workout 1"
    assert len(content.activities) == 2


@pytest.mark.parametrize(
    "broken",
    [one(reps="many"), one(reps=-3), one(reps=5, weight_kg="heavy"), one(reps=5, type="superset"), one(reps=True), "set", None],
)
def test_a_set_that_is_not_understood_is_refused_and_the_others_count(broken: Any) -> None:
    content = read(workout(exercise("Squat (Barbell)", broken, one(reps=5, weight_kg=100))))
    (refused,) = content.refused_rows
    assert refused.place == "workout 1, Squat (Barbell), set 1"
    assert [done.set_number for done in content.activities[0].sets] == [2]


def test_a_weight_of_nothing_is_unknown_and_not_nothing() -> None:
    (session,) = read(workout(exercise("Calf Raise", one(reps=20, weight_kg=0), one(reps=20)))).activities
    assert [done.weight_kg for done in session.sets] == [None, None]


def test_a_workout_without_sets_holds_nothing_yet() -> None:
    assert read(workout(exercise("Squat"))).nothing_because == "no sets yet"
    assert read(workout()).nothing_because == "no sets yet"


@pytest.mark.parametrize(
    "document",
    [
        {"exercises": [{"title": "Squat"}], "start_time": START},
        {"exercises": "none", "start_time": START},
        {"workouts": []},
        {"exercises": [{"sport": "RUNNING", "duration": "PT1S"}], "exportVersion": "1.6"},
    ],
)
def test_other_json_is_not_taken_for_a_workout(document: dict[str, Any]) -> None:
    assert read(document).format != "hevy_json"
