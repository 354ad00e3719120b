"""Charts too small for Plotly: the weeks of a runner, and the sets of a link."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from dashboards.tables import Row
from flows.words.amounts import Scale, plain, short_date
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


def sparkline(weeks: Sequence[Row], starts: Sequence[date], scale: Scale) -> list[dict[str, Any]]:
    """Bars of a tiny chart 100 high, one per week start; an unknown or absent week has height None."""
    by_start = {week["week_start_date"]: week for week in weeks}
    most = max([week["distance_m"] or 0 for week in weeks if week["week_start_date"] in set(starts)], default=0)
    bars = []
    for start in starts:
        week = by_start.get(start)
        metres: float | None = week["distance_m"] if week else None
        bars.append(
            {
                "height": None if metres is None else round(100 * metres / most, 1) if most else 0,
                "is_before": week is None,
                "text": gettext("week of {day}: {distance}").format(
                    day=short_date(start), distance=gettext("unknown") if metres is None else scale.text(metres)
                ),
            }
        )
    return bars
