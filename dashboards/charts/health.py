"""Pain, stiffness, injuries and marked days: below the load on the same days, and pain on its own for twelve weeks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from math import ceil
from typing import Any

from dashboards.charts.figure import Figure, figure_of, hover
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
    symptoms = reports(events, "pain_0_10")
    stiff = reports(events, "morning_stiffness_min")
    injuries = [event for event in events if event["kind"] == "injury"]
    traces = [
        *([_line(symptoms, "pain_0_10")] if symptoms else []),
        *([_line(stiff, "morning_stiffness_min") | {"yaxis": "y3"}] if stiff else []),
        *([_injuries(injuries, as_of)] if injuries else []),
    ]
    marked = [event for event in events if event["kind"] in MARKS and event["to_date"] is not None]
    layout: dict[str, Any] = {"shapes": [_marked_days(event) for event in marked]}
    if traces:
        title = {"text": gettext("pain")}
        layout |= {
            "yaxis": {"domain": [0.3, 1]},
            "yaxis2": {"title": title, "domain": [0, 0.22], "range": LANE, "tickvals": [0, 5, 10], "zeroline": False},
            "xaxis": {"anchor": "y2"},
        }
    if stiff:
        layout |= {"yaxis3": _minutes(stiff) | {"overlaying": "y2"}, "margin": {"l": 60, "r": 56, "t": 8, "b": 32}}
    return {"data": traces, "layout": layout}


def reports(events: Sequence[Row], column: str) -> list[Row]:
    """The reports of symptoms that state a value, in order."""
    return [event for event in events if event["kind"] == "symptoms" and event[column] is not None and event["from_date"]]


# Name, unit in a hover text, colour, marker and dash of each line.
LINES: dict[str, tuple[str, str, str, str, str]] = {
    "pain_0_10": (N_("Pain, of 10"), N_("{pain} of 10"), "red", "square", "solid"),
    "morning_stiffness_min": (N_("Morning stiffness, min"), "%{y} min", "bent", "circle", "4px,3px"),
}


def _line(symptoms: Sequence[Row], column: str) -> dict[str, Any]:
    """Each report as a point; the worse one of two legs on a day."""
    worst: dict[date, float] = {}
    for event in symptoms:
        worst[event["from_date"]] = max(event[column], worst.get(event["from_date"], 0))
    name, unit, tone, symbol, dash = LINES[column]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": gettext(name),
        "meta": "report",
        "x": list(worst),
        "y": list(worst.values()),
        "yaxis": "y2",
        "cliponaxis": False,
        "line": {"color": colour(tone), "width": 2, "dash": dash},
        "marker": {"color": colour(tone), "size": 7, "symbol": symbol},
        "hovertemplate": hover(gettext(unit).format(pain="%{y}") if "{pain}" in unit else unit, gettext(name)),
    }


def _minutes(stiff: Sequence[Row]) -> dict[str, Any]:
    """An axis of minutes at the right, so that both lines have room."""
    most = max((event["morning_stiffness_min"] for event in stiff), default=0)
    half = 15 * ceil(max(most, 1) / 30)
    return {
        "side": "right",
        "range": [0, 2.06 * half],
        "tickvals": [0, half, 2 * half],
        "ticksuffix": " min",
        "showgrid": False,
        "zeroline": False,
    }


def pain_weeks(events: Sequence[Row], as_of: date) -> Figure | None:
    """Pain and morning stiffness of the last twelve weeks; None without a report in them."""
    first = as_of - timedelta(days=83)
    told = [event for event in events if event["from_date"] and event["from_date"] >= first]
    pain, stiff = reports(told, "pain_0_10"), reports(told, "morning_stiffness_min")
    if not pain and not stiff:
        return None
    traces = [
        *([_line(pain, "pain_0_10") | {"yaxis": "y"}] if pain else []),
        *([_line(stiff, "morning_stiffness_min") | {"yaxis": "y2"}] if stiff else []),
    ]
    axis = {"title": {"text": gettext("pain")}, "range": [-0.3, 10.3], "tickvals": [0, 5, 10], "zeroline": False}
    figure = figure_of(traces, (first, as_of), yaxis=axis, showlegend=True)
    if stiff:
        figure["layout"]["yaxis2"] = _minutes(stiff) | {"overlaying": "y"}
    figure["layout"]["xaxis"] |= {"tickformat": "%-d %b", "nticks": 6}
    figure["layout"]["margin"] = {"l": 44, "r": 56 if stiff else 12, "t": 6, "b": 26}
    return {"figure": figure}


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
            "textposition": "top center",
            "font": {"color": colour("ink"), "size": 12},
        },
    }
