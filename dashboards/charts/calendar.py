"""A year of days as a heat map."""

from __future__ import annotations

from babel.dates import get_day_names

from dashboards.charts.figure import Figure
from dashboards.theme import colour
from flows.words.language import locale


def calendar() -> Figure:
    """A year of days as a heat map, Monday on top; the script fills in the days of the chosen measure."""
    weekdays = get_day_names("abbreviated", locale=locale())
    return {
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
            "margin": {"l": 40, "r": 8, "t": 24, "b": 8},
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
