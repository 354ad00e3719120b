"""Running load against calf and tendon work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from dashboards.charts.figure import WEEK_MS, Figure, figure_of, hover
from dashboards.tables import Row
from dashboards.theme import colour
from flows.words.language import N_, gettext

# Name, column, colour.
SETS = [(N_("Straight-knee sets"), "straight_sets", "straight"), (N_("Soleus sets"), "bent_sets", "bent")]


def ledger(weeks: Sequence[Row], is_logged: bool, has_target: bool) -> Figure:
    """Two-sided: running Achilles load upwards, in % of these weeks' mean; hard calf sets downwards; lagging weeks are shaded."""
    ends = [week["load_date"] for week in weeks]
    # Headroom for the label "lagging".
    heaviest = max(week["load_percent"] or 0 for week in weeks)
    stacks = [(week["straight_sets"] or 0) + (week["bent_sets"] or 0) for week in weeks]
    most = max(stacks + [week["target_sets"] or 0 for week in weeks])
    figure = figure_of(
        [_load(weeks, ends), *_sets(weeks, ends, is_logged), *([_target(weeks, ends)] if is_logged and has_target else [])],
        (ends[0] - timedelta(days=3), ends[-1] + timedelta(days=3)),
        yaxis={"title": {"text": gettext("load, %")}, "range": [0, heaviest * 1.3], "domain": [0.5, 1], "nticks": 4},
        yaxis2={"title": {"text": gettext("sets")}, "range": [max(4, most * 1.15), 0], "domain": [0, 0.46], "nticks": 4},
        barmode="stack",
        bargap=0.3,
        hoversubplots="axis",
        shapes=_lagging(weeks),
    )
    figure["layout"]["legend"] = {"traceorder": "normal"}
    figure["layout"]["xaxis"] |= {
        "anchor": "y2",
        "hoverformat": gettext("7 days to {day}").format(day="%A %-d %B"),
        "tick0": ends[-1],
        "dtick": 2 * WEEK_MS,
        "tickformat": "%-d %b",
    }
    if not is_logged:
        figure["layout"]["annotations"] = [_no_log()]
    return figure


def _load(weeks: Sequence[Row], ends: Sequence[date]) -> dict[str, Any]:
    return {
        "type": "bar",
        "x": ends,
        "name": gettext("Running Achilles load"),
        "y": [None if week["load_percent"] is None else round(week["load_percent"]) for week in weeks],
        "marker": {"color": colour("run")},
        "hovertemplate": hover("%{y} %", gettext("Achilles load")),
    }


def _sets(weeks: Sequence[Row], ends: Sequence[date], is_logged: bool) -> list[dict[str, Any]]:
    return [
        {
            "type": "bar",
            "x": ends,
            "name": gettext(name),
            "y": [week[column] for week in weeks],
            "yaxis": "y2",
            "showlegend": is_logged,
            "marker": {"color": colour(tone)},
            "hovertemplate": hover(gettext("{count} sets").format(count="%{y:.1f}"), gettext(name)),
        }
        for name, column, tone in SETS
    ]


def _target(weeks: Sequence[Row], ends: Sequence[date]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": gettext("Target"),
        "x": ends,
        "y": [week["target_sets"] for week in weeks],
        "yaxis": "y2",
        "line": {"color": colour("ink"), "width": 1.5, "dash": "5px,4px", "shape": "hvh"},
        "hovertemplate": hover(gettext("{count} sets").format(count="%{y:.1f}"), gettext("Target")),
    }


def _no_log() -> dict[str, Any]:
    return {
        "text": gettext("no strength log: not known"),
        "xref": "paper",
        "yref": "paper",
        "x": 0.5,
        "y": 0.23,
        "showarrow": False,
        "font": {"color": colour("soft")},
    }


def _lagging(weeks: Sequence[Row]) -> list[dict[str, Any]]:
    """Shaded stretches: consecutive weeks that ended with a lagging link."""
    half = timedelta(days=3)
    stretches = [list(stretch) for is_lagging, stretch in groupby(weeks, key=lambda week: week["is_lagging"]) if is_lagging]
    return [
        {
            "type": "rect",
            "layer": "below",
            "yref": "paper",
            "x0": f"{stretch[0]['load_date'] - half - timedelta(days=1)}T12:00",
            "x1": f"{stretch[-1]['load_date'] + half}T12:00",
            "y0": 0,
            "y1": 1,
            "line": {"width": 0},
            "fillcolor": colour("red-tint"),
            "label": {
                "text": gettext("lagging"),
                # At an edge of the figure the label grows inwards.
                "textposition": "top left" if stretch[0] is weeks[0] else "top right",
                "font": {"color": colour("red"), "size": 12},
            },
        }
        for stretch in stretches
    ]
