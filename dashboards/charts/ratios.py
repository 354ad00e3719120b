"""The three forms of the ratio of this week to the weeks before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from dashboards.charts.figure import Figure, Weeks, days_of, figure_of, hover, line_of, shades
from dashboards.tables import RULE_DIGITS, Columns
from dashboards.theme import colour
from flows.words.amounts import number, plain
from flows.words.language import N_, gettext

# Name, column, line style.
METHODS: list[tuple[str, str, dict[str, Any]]] = [
    (N_("Uncoupled 7:21"), "uncoupled", {"color": colour("run"), "width": 3}),
    (N_("Coupled 7:28"), "coupled", {"color": colour("long"), "width": 2, "dash": "6px,4px"}),
    (N_("EWMA 7:28"), "ewma", {"color": colour("ewma"), "width": 2, "dash": "2px,3px"}),
]


def load_ratios(
    first_date: date,
    window: tuple[date, date],
    days: Columns,
    disagreeing: Sequence[date],
    states: Sequence[str | None],
    lines_at: tuple[float, float],
    before: Weeks | None = None,
) -> Figure:
    """The three ratios of one measure; `disagreeing` are the days on which they disagree about being above the line.

    `lines_at` is that line for the uncoupled ratio, and what it comes to for the other two. `states` say, day by day, why the
    ratio that our rule uses is not shown.
    """
    drawn = [days, before.columns] if before else [days]
    highest = max(float(np.nanmax(columns[key], initial=0.0)) for columns in drawn for _, key, _ in METHODS)
    traces = [
        _ratio(name, days_of(first_date, np.round(days[key], 2), states if key == "uncoupled" else ()), line)
        for name, key, line in METHODS
    ]
    if before and not np.isnan(before.columns["uncoupled"]).all():
        # Of the time before, the one that our rule uses.
        name, key, line = METHODS[0]
        traces.append(_ratio(name, before.line(np.round(before.columns[key], 2)), line) | {"showlegend": False})
    if disagreeing:
        traces.append(_disagreement(disagreeing))
    return figure_of(
        traces,
        window,
        yaxis={"title": {"text": gettext("ratio, ×")}, "range": [0, max(2.0, highest * 1.08)], "tickformat": ".1f"},
        shapes=[
            _rule(lines_at[0], gettext("our rule: {ratio} (uncoupled)").format(ratio=plain(lines_at[0], RULE_DIGITS)), "start"),
            _rule(lines_at[1], gettext("the same: {ratio} (coupled, EWMA)").format(ratio=number(lines_at[1], 2)), "end"),
            *shades(first_date, window, states),
        ],
    )


def _ratio(name: str, days: dict[str, Any], line: dict[str, Any]) -> dict[str, Any]:
    return line_of(gettext(name), days, line, hover("%{y:.2f} ×", gettext(name)))


def _disagreement(days: Sequence[date]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": gettext("Methods disagree"),
        "meta": "yes",
        "x": days,
        "y": [0] * len(days),
        "cliponaxis": False,
        "marker": {"symbol": "triangle-up", "size": 8, "color": colour("amber")},
        "hovertemplate": hover(gettext("about the line"), gettext("Methods disagree")),
    }


def _rule(line_at: float, said: str, place: str) -> dict[str, Any]:
    """A line across the figure, with its words at its start or end."""
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": line_at,
        "y1": line_at,
        "line": {"color": colour("amber"), "width": 1.5, "dash": "4px,4px"},
        "label": {
            "text": said,
            "textposition": place,
            "yanchor": "bottom" if place == "start" else "top",
            "font": {"color": colour("amber"), "size": 12},
        },
    }
