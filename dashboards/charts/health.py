"""Pain, injuries and marked days, drawn on the load chart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from dashboards.charts.figure import Figure, hover
from dashboards.tables import Row
from dashboards.theme import colour
from flows.words.language import N_, gettext

# The label of each kind of marts.health_events in a figure.
MARKS = {"illness": N_("ill"), "holiday": N_("holiday"), "race": N_("race")}
# The lane below the load: pain from 0 to 10, with injuries under it.
INJURY_LANE = -2.5
LANE = [-4.5, 10.5]


def health(events: Sequence[Row], as_of: date) -> Figure:
    """Pain, injuries and marked days, on the days of the load chart.

    Only numbers and our own words are drawn, never a runner's note: Plotly interprets markup in texts.
    """
    symptoms = [event for event in events if event["kind"] == "symptoms" and event["pain_0_10"] is not None]
    injuries = [event for event in events if event["kind"] == "injury"]
    traces = ([_pain(symptoms)] if symptoms else []) + ([_injuries(injuries, as_of)] if injuries else [])
    marked = [event for event in events if event["kind"] in MARKS and event["to_date"] is not None]
    layout: dict[str, Any] = {"shapes": [_marked_days(event) for event in marked]}
    if traces:
        title = {"text": gettext("pain")}
        layout |= {
            "yaxis": {"domain": [0.3, 1]},
            "yaxis2": {"title": title, "domain": [0, 0.22], "range": LANE, "tickvals": [0, 10], "zeroline": False},
            "xaxis": {"anchor": "y2"},
        }
    return {"data": traces, "layout": layout}


def _pain(symptoms: Sequence[Row]) -> dict[str, Any]:
    """A square with a stalk for each report of pain."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": gettext("Pain, of 10"),
        "x": [event["from_date"] for event in symptoms],
        "y": [event["pain_0_10"] for event in symptoms],
        "yaxis": "y2",
        "cliponaxis": False,
        "error_y": {
            "type": "percent",
            "value": 0,
            "valueminus": 100,
            "symmetric": False,
            "width": 0,
            "color": colour("bent"),
        },
        "marker": {"color": colour("bent"), "size": 9, "symbol": "square"},
        "hovertemplate": hover(gettext("{pain} of 10").format(pain="%{y}"), gettext("pain")),
    }


def _injuries(injuries: Sequence[Row], as_of: date) -> dict[str, Any]:
    """A bar over the days of each injury; an open injury ends at the as-of date."""
    ends = [(event["from_date"], event["to_date"] or as_of) for event in injuries]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": gettext("Injury"),
        "x": [day for start, end in ends for day in (start, end, None)],
        "y": [lane for _ in ends for lane in (INJURY_LANE, INJURY_LANE, None)],
        "yaxis": "y2",
        "line": {"color": colour("red"), "width": 5},
        "marker": {"size": 7, "symbol": "line-ns"},
        "hovertemplate": hover(gettext("reported"), gettext("injury")),
    }


def _marked_days(event: Row) -> dict[str, Any]:
    return {
        "type": "rect",
        "layer": "below",
        "yref": "paper",
        "x0": f"{event['from_date'] - timedelta(days=1)}T12:00",
        "x1": f"{event['to_date']}T12:00",
        "y0": 0,
        "y1": 1,
        "line": {"width": 0},
        "fillcolor": colour("mark"),
        "opacity": 0.35,
        "label": {
            "text": gettext(MARKS[event["kind"]]),
            "textposition": "bottom center",
            "font": {"color": colour("ink"), "size": 12},
        },
    }
