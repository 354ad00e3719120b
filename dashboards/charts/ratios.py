"""The three forms of the ratio of this week to the weeks before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from dashboards.charts.figure import Figure, Weeks, days_of, figure_of, hover, line_of, shades
from dashboards.tables import RULE_DIGITS, Columns
from dashboards.theme import colour
from flows.words.amounts import plain
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
    line_at: float,
    before: Weeks | None = None,
) -> Figure:
    """The three ratios of one measure; `disagreeing` are the days on which they disagree about being above `line_at`.

    `states` say, day by day, why the ratio that our rule uses is not shown.
    """
    drawn = [days, before.columns] if before else [days]
    highest = max(float(np.nanmax(columns[key], initial=0.0)) for columns in drawn for _, key, _ in METHODS)
    traces = [
        _ratio(name, days_of(first_date, np.round(days[key], 2), states if key == "uncoupled" else ()), line)
        for name, key, line in METHODS
    ]
    if before:
        traces += [
            _ratio(name, before.line(np.round(before.columns[key], 2)), line) | {"showlegend": False}
            for name, key, line in METHODS
            if not np.isnan(before.columns[key]).all()
        ]
    if disagreeing:
        traces.append(_disagreement(disagreeing))
    return figure_of(
        traces,
        window,
        yaxis={"title": {"text": gettext("ratio, ×")}, "range": [0, max(2.0, highest * 1.08)], "tickformat": ".1f"},
        shapes=[_rule(line_at), *shades(first_date, window, states)],
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


def _rule(line_at: float) -> dict[str, Any]:
    """A line across the figure at the rule acwr_high."""
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": line_at,
        "y1": line_at,
        "line": {"color": colour("amber"), "width": 1.5, "dash": "4px,4px"},
        "label": {
            "text": gettext("our rule: {ratio} (uncoupled)").format(ratio=plain(line_at, RULE_DIGITS)),
            "textposition": "start",
            "yanchor": "bottom",
            "font": {"color": colour("amber"), "size": 12},
        },
    }
