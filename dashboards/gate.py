"""What may be shown of a person: marts.athlete_status.forbids, asked by every section before it says anything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

RUPTURE = "RED_FLAG_RUPTURE"  # beside it no other reason is shown


@dataclass(frozen=True)
class Gate:
    """The things that may not be said to one person today."""

    forbids: frozenset[str]

    def allows(self, *things: str) -> bool:
        """Whether none of these is forbidden."""
        return not self.forbids & set(things)

    @property
    def has_targets(self) -> bool:
        """Whether our doses of calf work hold: targets, day limits and what feeds a link."""
        return self.allows("exercise", "own_dose", "dose", "heavy_dose")

    @property
    def has_exercises(self) -> bool:
        """Whether any exercise of ours may be shown."""
        return self.allows("exercise", "own_dose", "dose")


def gate(forbids: Iterable[str] | None) -> Gate:
    """The gate of one person; where nothing is known of them everything may be said that is known."""
    return Gate(frozenset(forbids or ()))
