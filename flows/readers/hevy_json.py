"""Workouts as Hevy's interface gives them: JSON with starts in UTC, one object for a workout, its exercises and their sets."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from flows.readers.json_items import SHOWN_TEXT, Item, NoActivity, number, text_of
from flows.readers.refusals import refuse_hopeless
from flows.readers.strength_apps import HEVY_SETS, LoggedSet, is_on_foot, sessions_of
from flows.readers.time_texts import moment_of
from flows.records import Activity, FileContent, RefusedRow, StrengthSet

FORMATS = ("hevy_json",)
WARM_UP = "warmup"
REMEDY = "Correct the workout in Hevy; the next fetch brings it again."


def workouts_in(document: Any) -> list[Any] | None:
    """The workouts of a document: bare, or in workout or workouts; None if it is not Hevy's."""
    if not isinstance(document, dict):
        return None
    held = document.get("workout", document.get("workouts", document))
    items = held if isinstance(held, list) else [held]
    return items if items and all(_is_workout(item) for item in items) else None


def _is_workout(item: Any) -> bool:
    exercises = item.get("exercises") if isinstance(item, dict) else None
    return (
        isinstance(exercises, list)
        and "start_time" in item
        and all(isinstance(one, dict) and isinstance(one.get("sets"), list) for one in exercises)
    )


def read_hevy_json(workouts: list[Any]) -> FileContent:
    """Every workout with its sets; what is not understood is refused, a set or a workout at a time."""
    activities: list[Activity] = []
    refused: list[RefusedRow] = []
    left = 0
    for place, workout in enumerate(workouts, start=1):
        started_at = _moment(workout.get("start_time"))
        if started_at is None:
            reason = "it does not say when it started, as a time with its offset from UTC"
            refused.append(RefusedRow(f"workout {place}", reason, REMEDY, json.dumps(workout)[:SHOWN_TEXT]))
            refuse_hopeless(refused, len(activities))
            continue
        logged = []
        for exercise in workout["exercises"]:
            for index, item in enumerate(exercise["sets"], start=1):
                try:
                    done = _set_of(workout, exercise, item, index, started_at)
                except NoActivity as why:
                    at = f"workout {place}, {text_of(exercise.get('title'), as_written=True) or 'an exercise'}, set {index}"
                    shown = json.dumps(item)[:SHOWN_TEXT]
                    refused.append(RefusedRow(at, str(why), REMEDY, shown, started_at=started_at))
                    continue
                left += done is None
                logged += [done] if done else []
        activities += sessions_of(tuple(logged))
    return FileContent(
        format="hevy_json",
        parser="json",
        activities=tuple(activities),
        refused_rows=tuple(refused),
        nothing_because=None if activities or refused else "no sets yet",
        notes=(f"{left} sets were not done",) if left else (),
    )


def _set_of(workout: Item, exercise: Item, item: Any, index: int, started_at: datetime) -> LoggedSet | None:
    """One set; None if it was planned and not done. Raises NoActivity if it is not understood."""
    if not isinstance(item, dict):
        raise NoActivity("it is not a set")
    kind = item.get("type", "normal")
    if kind not in HEVY_SETS:
        raise NoActivity(f"its type is {str(kind)[:40]!r}; {', '.join(HEVY_SETS)} are known")
    title = text_of(exercise.get("title"), as_written=True)
    if title is None:
        raise NoActivity("its exercise has no title")
    reps, time_s, distance_m = (_positive(item, key) for key in ("reps", "duration_seconds", "distance_meters"))
    if reps is None and time_s is None and distance_m is None:
        return None
    ended_at = _moment(workout.get("end_time"))
    said = StrengthSet(
        exercise_name=title,
        performed_at=started_at,
        set_number=index,
        reps=reps,
        weight_kg=_positive(item, "weight_kg"),
        hold_s=None if distance_m else time_s,
        duration_s=time_s if distance_m else None,
        rpe=_positive(item, "rpe"),
        is_warmup=kind == WARM_UP,
        note=text_of(exercise.get("notes"), as_written=True),
    )
    return LoggedSet(
        started_at,
        None,
        text_of(workout.get("title"), as_written=True),
        (ended_at - started_at).total_seconds() if ended_at and ended_at >= started_at else None,
        said,
        title if is_on_foot(title, said, distance_m) else None,
        distance_m,
    )


def _moment(value: Any) -> datetime | None:
    """A moment in UTC; None for a text without an offset, which may be any hour."""
    said = moment_of(value) if isinstance(value, str) else None
    return said.astimezone(UTC) if said and said.tzinfo else None


def _positive(item: Item, key: str) -> float | None:
    """A number; None for null and for 0, which Hevy writes for what does not apply. Raises NoActivity for anything else."""
    value = item.get(key)
    if value is not None and (found := number(item, key)) is None:
        raise NoActivity(f"{key} is {str(value)[:40]!r}, and that is not a number")
    if value is None or not found:
        return None
    if found < 0:
        raise NoActivity(f"{key} is {found:g}")
    return found
