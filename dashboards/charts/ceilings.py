"""Every run against its ceiling."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np

from dashboards.charts.figure import Figure, figure_of, hover
from dashboards.tables import Columns, Row
from dashboards.theme import colour
from flows.words.amounts import Scale, value_with_unit
from flows.words.language import N_, gettext

SPIKE_TONES = {"small": "amber", "moderate": "red", "large": "red"}
BEYOND = [(N_("Beyond it"), "amber"), (N_("Far beyond it"), "red")]


def run_ceilings(runs: Columns, worst: Row | None, scale: Scale, window: tuple[date, date]) -> Figure:
    """Each run as a dot, its ceiling as a line; runs beyond their ceiling get a diamond.

    The ceiling trace has no x values: the script copies them from the dots.
    """
    dates = runs["run_date"].astype("datetime64[D]").tolist()
    distances = scale.all(runs["distance_m"], 1)
    unit = f"%{{y:.1f}} {scale.unit}"
    longest = float(np.nanmax(np.concatenate([runs["distance_m"], runs["spike_ceiling_m"]]), initial=0.0))
    figure = figure_of(
        [
            {
                "type": "scatter",
                "mode": "markers",
                "name": gettext("Run"),
                "cliponaxis": False,
                "x": dates,
                "y": distances,
                "marker": {"color": colour("run"), "size": 8},
                "hovertemplate": hover(unit, gettext("run")),
            },
            {
                "type": "scatter",
                "mode": "lines",
                "name": gettext("Its ceiling"),
                "y": scale.all(runs["spike_ceiling_m"], 1),
                "line": {"color": colour("ink"), "width": 1.5, "dash": "5px,4px", "shape": "vh"},
                "hovertemplate": hover(unit, gettext("ceiling")),
            },
            *_beyond(dates, distances, runs["spike_state"].tolist()),
        ],
        window,
        # Headroom for the label of the worst run.
        yaxis={"title": {"text": scale.unit}, "range": [0, longest * scale.factor * 1.2]},
    )
    if worst:
        is_late = worst["run_date"] > window[1] - timedelta(weeks=4)
        figure["layout"]["annotations"] = [_worst(worst, scale, is_late)]
    return figure


def _beyond(dates: list[date], distances: Any, states: list[str | None]) -> list[dict[str, Any]]:
    """Diamonds over the runs that passed their ceiling."""
    found = [
        (gettext(name), tone, [at for at, state in enumerate(states) if state and SPIKE_TONES.get(state) == tone])
        for name, tone in BEYOND
    ]
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "name": name,
            "meta": "above",
            "cliponaxis": False,
            "x": [dates[at] for at in places],
            "y": distances[places],
            "marker": {"color": colour(tone), "size": 11, "symbol": "diamond"},
            "hoverinfo": "skip",
        }
        for name, tone, places in found
        if places
    ]


def _worst(worst: Row, scale: Scale, is_late: bool) -> dict[str, Any]:
    """The label of the run furthest beyond its ceiling; it extends to the left near the end of the window."""
    return {
        "text": f"{scale.text(worst['distance_m'])} · {value_with_unit(worst['distance_spike_ratio'], 'ratio')}",
        "x": worst["run_date"],
        "y": scale.all([worst["distance_m"]], 1)[0],
        "xanchor": "right" if is_late else "left",
        "xshift": 8 if is_late else -8,
        "yanchor": "bottom",
        "yshift": 8,
        "bgcolor": colour("card"),
        "borderpad": 0,
        "showarrow": False,
        "font": {"color": colour(SPIKE_TONES[worst["spike_state"]]), "size": 14},
    }
