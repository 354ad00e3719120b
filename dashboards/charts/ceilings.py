"""Every run against its ceiling."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboards.charts.figure import Figure, figure_of, hover
from dashboards.tables import Columns, Row
from dashboards.theme import colour
from flows.words.amounts import Scale
from flows.words.language import N_, gettext

SPIKE_TONES = {"small": "amber", "moderate": "red", "large": "red"}
BEYOND = [(N_("Beyond it"), "amber"), (N_("Far beyond it"), "red")]


def run_ceilings(runs: Columns, worst: Row | None, scale: Scale, window: tuple[date, date]) -> Figure:
    """Each run as a dot, its ceiling as a line, as the advice of its day had it; runs beyond their ceiling get a diamond.

    The ceiling trace has no x values: the script copies them from the dots.
    """
    dates = runs["run_date"].astype("datetime64[D]").tolist()
    distances = scale.all(runs["distance_m"], 1)
    unit = f"%{{y:.1f}} {scale.unit}"
    longest = float(np.nanmax(np.concatenate([runs["distance_m"], runs["ceiling_m"]]), initial=0.0))
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
                "y": scale.all(runs["ceiling_m"], 1),
                "line": {"color": colour("ink"), "width": 1.5, "dash": "5px,4px", "shape": "vh"},
                "hovertemplate": hover(unit, gettext("ceiling")),
            },
            *_beyond(dates, distances, tones(runs)),
        ],
        window,
        # Headroom for the label of the worst run.
        yaxis={"title": {"text": scale.unit}, "range": [0, longest * scale.factor * 1.2]},
    )
    if worst:
        is_late = worst["run_date"] > window[1] - timedelta(weeks=4)
        figure["layout"]["annotations"] = [_worst(worst, scale, is_late)]
    return figure


def is_beyond_frozen(runs: Columns) -> NDArray[Any]:
    """Whether each run went beyond the ceiling that an earlier spike had left, though it was no spike itself."""
    # Whole metres: a ceiling is cut to them.
    return np.equal(runs["spike_state"], "reference") & (np.round(runs["distance_m"]) > runs["ceiling_m"])


def tones(runs: Columns) -> list[str | None]:
    """The colour of each run's diamond; None for a run within its ceiling."""
    is_frozen = is_beyond_frozen(runs).tolist()
    return [
        SPIKE_TONES.get(state or "") or ("amber" if beyond else None)
        for state, beyond in zip(runs["spike_state"].tolist(), is_frozen, strict=True)
    ]


def _beyond(dates: list[date], distances: Any, tones: list[str | None]) -> list[dict[str, Any]]:
    """Diamonds over the runs that passed their ceiling."""
    found = [(gettext(name), tone, [at for at, of_run in enumerate(tones) if of_run == tone]) for name, tone in BEYOND]
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
        "text": gettext("{distance}, ceiling {ceiling}").format(
            distance=scale.text(worst["distance_m"]), ceiling=scale.ceiling_text(worst["ceiling_m"])
        ),
        "x": worst["run_date"],
        "y": scale.all([worst["distance_m"]], 1)[0],
        "xanchor": "right" if is_late else "left",
        "xshift": 8 if is_late else -8,
        "yanchor": "bottom",
        "yshift": 8,
        "bgcolor": colour("card"),
        "borderpad": 0,
        "showarrow": False,
        "font": {"color": colour(SPIKE_TONES.get(worst["spike_state"], "amber")), "size": 14},
    }
