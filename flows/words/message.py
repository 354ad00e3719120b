"""One clause of the catalogue: its English template, and the fact that decides between its forms."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Message:
    """A clause in singular (`text`) and plural (`many`); the fact named `count` decides between them.

    A placeholder is written as the unit in its name demands, or as it says itself: {restart_m:ceiling}. sentences.py fills it.
    """

    text: str
    many: str = ""
    count: str = ""
    # What was done in the outing that the clause is about; {outing} shows it with its day.
    outing: str = ""


def one_or_many(count: str, of: tuple[str, str]) -> Message:
    """A clause in singular or plural, by the fact named `count`."""
    return Message(*of, count)
