"""Running of the last twelve stretches of seven days; the newest is the last seven days."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboards import tables
from dashboards.charts.running_weeks import running_weeks
from flows.words.amounts import WEEK_DAYS, Scale, distance_scale, hours_minutes, number, short_date
from flows.words.language import gettext

WEEKS = """
    select athlete_id, load_date, known_days, distance_m, moving_s, distance_ceiling_m
    from marts.weekly_ledger
    where athlete_id between $first and $last
    order by athlete_id, load_date
"""
TIME = Scale("min", 1 / 60)
UNKNOWN = {"distance_m": None, "moving_s": None}


def weeks_chart(
    weeks: Sequence[tables.Row], units: str | None, has_ceiling: bool, is_silent: bool = False
) -> dict[str, Any] | None:
    """Kilometres or miles of each stretch, or minutes where no run has a distance; None where neither is known.

    While `is_silent`, the stretches after the last run are not known: nobody has said that they were rest.
    """
    if is_silent:
        last = max((place for place, week in enumerate(weeks) if week["distance_m"] or week["moving_s"]), default=-1)
        weeks = [*weeks[: last + 1], *(week | UNKNOWN for week in weeks[last + 1 :])]
    column, scale = "distance_m", distance_scale(units or "km")
    if all(week["distance_m"] is None for week in weeks):
        column, scale = "moving_s", TIME
    if not any(week[column] for week in weeks):
        return None
    # Weeks before the first one with a known day are no weeks of rest.
    first = next(place for place, week in enumerate(weeks) if week["known_days"])
    told = weeks[first:]
    are_beyond = [has_ceiling and column == "distance_m" and is_beyond(week) for week in told]
    ends, amounts = [week["load_date"] for week in told], [week[column] for week in told]
    return {
        "figure": running_weeks(ends, amounts, are_beyond, scale),
        "summary": summary(told, column, scale, are_beyond),
        "unit": scale.unit,
    }


def is_beyond(week: tables.Row) -> bool:
    """Whether a stretch held more than its ceiling of the day before it began."""
    return None not in (week["distance_m"], week["distance_ceiling_m"]) and week["distance_m"] > week["distance_ceiling_m"]


def summary(weeks: Sequence[tables.Row], column: str, scale: Scale, are_beyond: Sequence[bool]) -> str:
    """The last seven days in words, those weeks that went beyond their ceiling, and those of which too little is known."""
    last = weeks[-1]
    amount = hours_minutes(last[column]) if scale == TIME else scale.text(last[column])
    said = [gettext("Last 7 days: {amount}.").format(amount=gettext("not known") if last[column] is None else amount)]
    beyond = [short_date(week["load_date"]) for week, above in zip(weeks, are_beyond, strict=True) if above]
    if beyond:
        said.append(
            gettext("Red and hatched: beyond the ceiling of that week (7 days to {days}).").format(days=", ".join(beyond))
        )
    partly = [week for week in weeks if week[column] is not None and week["known_days"] < WEEK_DAYS]
    said += [
        gettext("7 days to {day}: {known} of 7 days known.").format(
            day=short_date(week["load_date"]), known=number(week["known_days"])
        )
        for week in partly
    ]
    return " ".join(said)
