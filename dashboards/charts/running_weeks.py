"""Running of each of the last twelve stretches of seven days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from dashboards.charts.figure import DAY_MS, Figure, figure_of, hover
from dashboards.theme import colour
from flows.words.amounts import Scale, number, short_day
from flows.words.language import N_, gettext

UNKNOWN = N_("unknown")
# Every third week is named: as many as a telephone has room for.
NAMED_WEEKS = 3
HALF_WEEK = timedelta(days=3)
# Stated, for Plotly draws a single bar as thin as a moment.
BAR_MS = 5.25 * DAY_MS


def running_weeks(ends: Sequence[date], amounts: Sequence[float | None], are_beyond: Sequence[bool], scale: Scale) -> Figure:
    """A bar for each stretch, named by its last day; one beyond the ceiling of its week is red and hatched."""
    shown = [scale.of(amount) for amount in amounts]
    most = max((value for value in shown if value is not None), default=0)
    figure = figure_of(
        [
            {
                "type": "bar",
                "name": scale.unit,
                "x": ends,
                "width": BAR_MS,
                "y": [None if value is None else round(value, 1) for value in shown],
                "text": ["" if value is None else number(value) for value in shown],
                "textposition": "outside",
                "textangle": 0,
                "cliponaxis": False,
                "constraintext": "none",
                "textfont": {"color": colour("ink"), "size": 13},
                "customdata": [gettext(UNKNOWN) if value is None else None for value in shown],
                "marker": bar_look(are_beyond, "run"),
                "hovertemplate": hover(f"%{{y}} {scale.unit}", gettext("running")),
            }
        ],
        twelve_weeks(ends[-1]),
        yaxis={"range": [0, max(1, most * 1.2)], "visible": False},
        shapes=[unknown_week(end) for end, value in zip(ends, shown, strict=True) if value is None],
    )
    figure["layout"]["xaxis"] |= week_axis(ends, NAMED_WEEKS)
    figure["layout"]["margin"] = {"l": 8, "r": 8, "t": 8, "b": 28}
    return figure


def twelve_weeks(last: date) -> tuple[date, date]:
    """The days of twelve stretches up to the last one: the same for running and for every exercise."""
    return last - timedelta(weeks=11) - HALF_WEEK, last + HALF_WEEK


def bar_look(are_marked: Sequence[bool], tone: str) -> dict[str, Any]:
    """The look of bars of which some are marked: red, and hatched too, for red alone says nothing to who does not see it."""
    return {
        "color": [colour("red" if is_marked else tone) for is_marked in are_marked],
        "pattern": {
            "shape": ["/" if is_marked else "" for is_marked in are_marked],
            "fillmode": "overlay",
            # Stated, for else Plotly takes it from the list of colours and complains.
            "bgcolor": colour("red"),
            "fgcolor": colour("card"),
            "fgopacity": 0.55,
            "size": 7,
            "solidity": 0.18,
        },
    }


def week_axis(ends: Sequence[date], every: int) -> dict[str, Any]:
    """An axis of weeks that end today: each `every`th is named by its last day, the newest by what it is."""
    named = [end for back, end in enumerate(reversed(ends)) if back % every == 0]
    return {
        "tickvals": named,
        "ticktext": [
            gettext("last 7 days") if end == ends[-1] else gettext("to {day}").format(day=short_day(end)) for end in named
        ],
        "hoverformat": gettext("7 days to {day}").format(day="%A %-d %B"),
        "showspikes": False,
    }


def unknown_week(end: date) -> dict[str, Any]:
    """A shaded week of which nothing is known."""
    return {
        "type": "rect",
        "layer": "below",
        "yref": "paper",
        "x0": f"{end - HALF_WEEK - timedelta(days=1)}T12:00",
        "x1": f"{end + HALF_WEEK}T12:00",
        "y0": 0,
        "y1": 1,
        "line": {"width": 0},
        "fillcolor": colour("unknown"),
        "opacity": 0.16,
        "label": {"text": gettext(UNKNOWN), "textangle": -90, "font": {"color": colour("soft"), "size": 12}},
    }
