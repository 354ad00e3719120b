"""Charts too small for Plotly: the sets of a link."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboards.tables import Row
from flows.words.amounts import plain
from flows.words.language import gettext

# The tiny chart of a link: baseline of its bars, their greatest height, and the height of a week without sets.
STRIP_BASE, STRIP_HEIGHT, LEAST_BAR = 34, 32, 0.8


def link_strip(weeks: Sequence[Row]) -> dict[str, Any] | None:
    """A tiny chart, 120 wide and 36 high: the sets of one link in each stretch of seven days, per leg if logged per leg.

    The bars of a leg are one SVG path, because a page holds hundreds of them.
    """
    if not any(week["sets_7d"] for week in weeks):
        return None
    is_sided = any(week["left_sets_7d"] is not None for week in weeks)
    columns = ["left_sets_7d", "right_sets_7d"] if is_sided else ["sets_7d"]
    width = 3.5 if is_sided else 8
    target = weeks[-1]["target_sets_week"]
    highest = max([week[column] or 0 for week in weeks for column in columns] + [target or 0])

    def height(sets: float | None) -> float:
        return round(STRIP_HEIGHT * (sets or 0) / highest, 1)

    return {
        "is_sided": is_sided,
        "stretches": len(weeks),
        "legs": [
            "".join(
                f"M{10 * number + 4 * leg} {STRIP_BASE}v-{max(height(week[column]), LEAST_BAR)}h{width}V{STRIP_BASE}z"
                for number, week in enumerate(weeks)
            )
            for leg, column in enumerate(columns)
        ],
        "target": None if target is None else f"M0 {round(STRIP_BASE - height(target), 1)}H120",
        "words": gettext(" and ").join(plain(weeks[-1][column]) for column in columns),
    }
