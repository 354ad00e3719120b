"""Load of each day, with the last 7 and 28 days as weekly amounts."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from dashboards.charts.figure import Figure, Weeks, days_of, figure_of, hover, line_of, shades
from dashboards.tables import Columns
from dashboards.theme import colour
from flows.words.amounts import Scale
from flows.words.language import N_, gettext

UNKNOWN = N_("unknown")
# Name, short name, column, line style.
MEANS: list[tuple[str, str, str, dict[str, Any]]] = [
    (N_("Last 7 days (acute)"), N_("last 7 days"), "acute", {"color": colour("run"), "width": 3}),
    (
        N_("Mean week of 28 days (chronic)"),
        N_("mean week of 28 days"),
        "chronic",
        {"color": colour("long"), "width": 2, "dash": "6px,4px"},
    ),
]


def daily_load(
    first_date: date,
    window: tuple[date, date],
    days: Columns,
    scale: Scale,
    before: Weeks | None = None,
) -> Figure:
    """Load per day as bars; the 7-day and 28-day means as lines, each as the week that seven such days make.

    Each week in `before` (earlier than `days`) is one bar, as such a week.
    A day that is NaN is unknown, not rest, and is shaded. It may be known for distance and unknown for another measure.
    """
    is_unknown = np.isnan(days["load"])
    words = [gettext(UNKNOWN) if unknown else None for unknown in is_unknown] if is_unknown.any() else []
    before_load = before.columns["load"] if before else np.empty(0)
    largest = float(np.nanmax(np.concatenate([days["load"], before_load]), initial=0.0))
    return figure_of(
        _days(first_date, days, words, scale, largest) + (_weeks(before, scale, largest) if before else []),
        window,
        yaxis={"title": {"text": scale.mean_unit or scale.unit}, "rangemode": "tozero"},
        bargap=0.25,
        # Weekly and daily bars cover different days, so none need to stand side by side.
        barmode="overlay",
        shapes=shades(first_date, window, words),
    )


def _days(first_date: date, days: Columns, words: list[str | None], scale: Scale, largest: float) -> list[dict[str, Any]]:
    bars = {
        **_bar(),
        **days_of(first_date, scale.drawn(days["load"], largest), words),
        "hovertemplate": hover(f"{_shown(scale)} {scale.mean_unit or scale.unit}", gettext("that day")),
    }
    return [
        bars,
        *(
            line_of(
                gettext(name), days_of(first_date, scale.weekly.drawn(days[key], largest)), line, _week(scale, gettext(short))
            )
            for name, short, key, line in MEANS
        ),
    ]


def _weeks(before: Weeks, scale: Scale, largest: float) -> list[dict[str, Any]]:
    """Bars of weeks and the mean week of 28 days; the last 7 days of a Sunday are that week's bar."""
    bars = {
        **_bar(),
        **before.bars(scale.weekly.drawn(before.columns["load"], largest)),
        "hovertemplate": _week(scale, gettext("that week")),
        "showlegend": False,
    }
    name, short, key, line = MEANS[1]
    values = before.line(scale.weekly.drawn(before.columns[key], largest))
    return [bars, line_of(gettext(name), values, line, _week(scale, gettext(short))) | {"showlegend": False}]


def _bar() -> dict[str, Any]:
    return {"type": "bar", "name": gettext("Each day"), "marker": {"color": colour("run-pale")}}


def _shown(scale: Scale) -> str:
    return f"%{{y:,.{scale.digits}f}}"


def _week(scale: Scale, name: str) -> str:
    return hover(f"{_shown(scale)} {scale.a_week}", name)
