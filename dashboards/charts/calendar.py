"""A year of days as a heat map."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from babel.dates import get_day_names

from dashboards.charts.figure import Figure
from dashboards.charts.health import MARKS
from dashboards.tables import Row
from dashboards.theme import colour
from flows.words.language import gettext, locale

# How each kind of marked day is drawn on its cell.
SYMBOLS = {"illness": "x-thin", "holiday": "circle-open", "race": "star"}


def calendar(events: Sequence[Row], since: date, as_of: date) -> Figure:
    """A year of days as a heat map, Monday on top, and marks on days of illness, holiday and race.

    The script fills in the days of the chosen measure.
    """
    weekdays = get_day_names("abbreviated", locale=locale())
    return {
        "marks": [marked for kind in MARKS if (marked := marked_days(events, kind, since, as_of))["x"]],
        "data": [
            {
                "type": "heatmap",
                "xgap": 2,
                "ygap": 2,
                "zmin": 0,
                "hoverongaps": False,
                "colorscale": [[0, colour("rest")], [0.0001, colour("heat-low")], [1, colour("heat-high")]],
                "colorbar": {"thickness": 10, "len": 1, "outlinewidth": 0, "ticklen": 0, "nticks": 4, "title": {"side": "right"}},
            }
        ],
        "layout": {
            "hovermode": "closest",
            "margin": {"l": 40, "r": 8, "t": 24, "b": 26},
            "legend": {"orientation": "h", "x": 0, "y": -0.04, "yanchor": "top"},
            "xaxis": {"type": "date", "side": "top", "tickformat": "%b", "dtick": "M1", "ticks": "", "showspikes": False},
            "yaxis": {
                "autorange": "reversed",
                "tickvals": [0, 2, 4, 6],
                "ticktext": [weekdays[day] for day in (0, 2, 4, 6)],
                "ticks": "",
                "showgrid": False,
                "zeroline": False,
            },
        },
    }


def marked_days(events: Sequence[Row], kind: str, since: date, as_of: date) -> dict[str, Any]:
    """The marked days of one kind, each at the Monday of its week and its weekday."""
    days = sorted(
        {
            event["from_date"] + timedelta(days=offset)
            for event in events
            if event["kind"] == kind and event["from_date"] and event["to_date"]
            for offset in range((event["to_date"] - event["from_date"]).days + 1)
        }
    )
    shown = [day for day in days if since <= day <= as_of]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": gettext(MARKS[kind]),
        "x": [day - timedelta(days=day.weekday()) for day in shown],
        "y": [day.weekday() for day in shown],
        "cliponaxis": False,
        "hoverinfo": "skip",
        "marker": {"symbol": SYMBOLS[kind], "size": 7, "color": colour("ink"), "line": {"color": colour("ink"), "width": 1.5}},
        "showlegend": True,
    }
