"""The trend at the foot of the squad page: flags by week, and who did the three exercises in the last 7 days."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb

from dashboards import tables
from flows.words.amounts import WEEK_DAYS, number, short_date
from flows.words.language import gettext

WEEKS = "from marts.squad_weeks order by squad nulls first, load_date"
DRAWN = ("red_runners", "amber_runners", "quiet_runners")  # from the foot of a bar upwards
BAR_WIDTH, HIGHEST = 26, 40  # of a drawing 12 x 26 wide


def weeks(connection: duckdb.DuckDBPyConnection, athletes: Sequence[tables.Row], squads: Sequence[str]) -> list[dict[str, Any]]:
    """The trend of everybody, and of each of these squads."""
    found = tables.grouped(tables.rows(connection, WEEKS), "squad")
    return [
        trend(squad, found[squad], [one for one in athletes if squad in (None, one["squad"])])
        for squad in (None, *squads)
        if found.get(squad)
    ]


def trend(squad: str | None, rows: Sequence[tables.Row], athletes: Sequence[tables.Row]) -> dict[str, Any]:
    """One squad's bars, and its share of runners who did bent-knee work."""
    most = max(sum(row[name] or 0 for name in DRAWN) for row in rows)
    last = rows[-1]
    logging = [one for one in athletes if one["board"]["has_strength_log"]]
    return {
        "squad": squad,
        "bars": [bar(place, row, most) for place, row in enumerate(rows)],
        "bent": last["bent_knee_runners"],
        "straight": last["straight_knee_runners"],
        "hip": last["hip_runners"],
        "logging": len(logging),
        "without": [one for one in logging if not _is_of_this_week(one["board"]["bent_knee_days"])],
        "silent": [one for one in athletes if not one["board"]["has_strength_log"]],
        "last": last,
    }


def _is_of_this_week(days: int | None) -> bool:
    return days is not None and days < WEEK_DAYS


def bar(place: int, row: tables.Row, most: int) -> dict[str, Any]:
    """The bar of one stretch of seven days: red below, amber on it, and on top who was quiet."""
    red, amber, quiet = (round(HIGHEST * (row[name] or 0) / most, 1) if most else 0 for name in DRAWN)
    text = gettext("7 days to {day}: {red} act today, {amber} watch, {quiet} quiet")
    return {
        "x": place * BAR_WIDTH,
        "red": red,
        "amber": amber,
        "quiet": quiet,
        "text": text.format(
            day=short_date(row["load_date"]),
            red=number(row["red_runners"]),
            amber=number(row["amber_runners"]),
            quiet=number(row["quiet_runners"]),
        ),
    }
