"""Every run against its ceiling."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from dashboards import tables
from dashboards.charts.ceilings import SPIKE_TONES, is_beyond_frozen, run_ceilings
from dashboards.pages.athlete.columns import date_at
from flows.words.amounts import Scale, number, plural, short_date
from flows.words.language import gettext, plural_of

CEILINGS = {
    "keys": "athlete_id",
    "columns": "run_date, distance_m, ceiling_m, spike_state",
    "source": "marts.run_ceilings where athlete_id between $first and $last",
    "order": "started_at, run_id",
}
BEYOND = plural_of(
    "{beyond} of {} run went beyond the ceiling of their day.", "{beyond} of {} runs went beyond the ceiling of their day."
)


def ceiling_chart(runs: tables.Columns | None, scale: Scale, window: tuple[date, date]) -> dict[str, Any] | None:
    """Each run against its ceiling; None if no run has a ceiling."""
    if runs is None or np.isnan(runs["ceiling_m"]).all():
        return None
    is_judged = ~np.isnan(runs["ceiling_m"]) & (runs["run_date"] >= np.datetime64(window[0]))
    is_beyond = np.isin(runs["spike_state"], list(SPIKE_TONES)) | is_beyond_frozen(runs)
    beyond = np.flatnonzero(is_judged & is_beyond).tolist()
    worst = max(
        (
            {name: column[place] for name, column in runs.items()} | {"run_date": date_at(runs["run_date"], place)}
            for place in beyond
        ),
        key=lambda run: (run["distance_m"] / run["ceiling_m"], run["run_date"]),
        default=None,
    )
    return {
        "figure": run_ceilings(runs, worst, scale, window),
        "summary": summary(len(beyond), int(is_judged.sum()), worst, scale),
    }


def summary(beyond: int, judged: int, worst: tables.Row | None, scale: Scale) -> str:
    """How many runs of the last weeks went beyond their ceiling, and which went furthest."""
    if not judged:
        return gettext("No run of the last 12 weeks had a ceiling to be held against.")
    furthest = (
        gettext("The furthest: {day}, {distance}; its ceiling was {ceiling}.").format(
            day=short_date(worst["run_date"]),
            distance=scale.text(worst["distance_m"]),
            ceiling=scale.ceiling_text(worst["ceiling_m"]),
        )
        if worst
        else ""
    )
    return " ".join([plural(*BEYOND, judged, beyond=number(beyond)), furthest, gettext("The last 12 weeks are counted.")])
