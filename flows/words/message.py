"""One clause of the catalogue: its English template, and what its form depends on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Message:
    """A clause about one thing, or about `many` where the fact that `count` names is not 1.

    How a place is written follows from the unit in its name, unless it says so itself: {restart_m:ceiling}. sentences.py fills
    it.
    """

    text: str
    many: str = ""
    count: str = ""
    # What was done in the outing that the clause is about: it stands at {outing}, with the day on which it was run.
    outing: str = ""


def one_or_many(count: str, of: tuple[str, str]) -> Message:
    """A clause whose form follows a number."""
    return Message(*of, count)
