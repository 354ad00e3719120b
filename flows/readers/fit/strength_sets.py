"""The strength sets of a FIT file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from garmin_fit_sdk.profile import Profile

from flows.readers.fit.decoders import Message
from flows.readers.fit.profile import NO_GUESS, SET_ACTIVE, enum_name
from flows.records import StrengthSet


def sets_of(sets: Sequence[Message], session_start_s: float) -> tuple[StrengthSet, ...]:
    """The active sets, numbered in order; rests are left out.

    A set's `timestamp` is often that of the whole session, so it starts at its `start_time`, or, without one,
    at the end of the sets and rests before it.
    """
    result: list[StrengthSet] = []
    next_start_s = session_start_s
    for entry in sets:
        start_s = entry.get("start_time", next_start_s)
        next_start_s = start_s + entry.get("duration", 0)
        if entry.get("set_type") != SET_ACTIVE:
            continue
        category = first_guess(entry.get("category"))
        subtype = first_guess(entry.get("category_subtype"))
        result.append(
            StrengthSet(
                exercise_name=exercise_name(category, subtype),
                performed_at=datetime.fromtimestamp(start_s, UTC),
                set_number=len(result) + 1,
                reps=entry.get("repetitions"),
                weight_kg=entry.get("weight"),
                duration_s=entry.get("duration"),
                fit_category=category,
                fit_subtype=subtype,
                fit_guesses=guesses_in(entry.get("category")),
            )
        )
    return tuple(result)


def sets_within(sets: tuple[StrengthSet, ...], from_s: float, until_s: float) -> tuple[StrengthSet, ...]:
    return tuple(entry for entry in sets if entry.performed_at and from_s <= entry.performed_at.timestamp() < until_s)


def first_guess(guesses: Any) -> int | None:
    """The watch lists up to three guesses, likeliest first; a set named by hand has one."""
    if isinstance(guesses, list | tuple):
        guesses = guesses[0] if guesses else None
    return int(guesses) if isinstance(guesses, int | float) else None


def guesses_in(guesses: Any) -> int:
    """How many exercises the watch guesses; the rest of the array is filler."""
    listed = guesses if isinstance(guesses, list | tuple) else [guesses]
    return len([guess for guess in listed if isinstance(guess, int | float) and guess != NO_GUESS])


def exercise_name(category: int | None, subtype: int | None) -> str | None:
    """Readable name of a guess, e.g. (1, 6) -> "seated calf raise"; "unknown" if the watch says so."""
    if category is None:
        return None
    kind = enum_name("exercise_category", category) or "unknown"
    names = Profile["types"].get(f"{kind}_exercise_name", {})
    name: str = names.get(subtype, kind) if subtype is not None else kind
    return name.replace("_", " ")
