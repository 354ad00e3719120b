"""Calf sets of each week."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from dashboards.charts.figure import WEEK_MS, Figure, figure_of, hover
from dashboards.tables import Columns
from dashboards.theme import colour
from flows.words.language import N_, gettext

KINDS = [(N_("Straight knee (gastrocnemius)"), "straight"), (N_("Bent knee (soleus)"), "bent")]


def calf_sets(first_date: date, weeks: Columns, window: tuple[date, date]) -> Figure:
    """Straight-knee and bent-knee calf sets per week, side by side. `weeks` has no gaps; a week without sets shows 0."""
    most = max(float(np.nanmax(weeks[kind], initial=0.0)) for _, kind in KINDS)
    figure = figure_of(
        [
            {
                "type": "bar",
                "name": gettext(name),
                "x0": first_date,
                "dx": WEEK_MS,
                "y": weeks[kind],
                "texttemplate": "%{y}",
                "textposition": "outside",
                "cliponaxis": False,
                "textfont": {"color": colour("soft"), "size": 12},
                "textangle": 0,
                "constraintext": "none",
                "marker": {"color": colour(kind)},
                "hovertemplate": hover(gettext("{count} sets").format(count="%{y}"), gettext(name)),
            }
            for name, kind in KINDS
        ],
        (window[0] - timedelta(days=4), window[1] - timedelta(days=2)),
        yaxis={"title": {"text": gettext("sets a week")}, "range": [0, max(4, most * 1.18)], "tickformat": "d", "nticks": 5},
        barmode="group",
        bargap=0.3,
        bargroupgap=0.08,
    )
    figure["layout"]["xaxis"]["hoverformat"] = gettext("Week from {day}").format(day="%-d %B %Y")
    return figure
