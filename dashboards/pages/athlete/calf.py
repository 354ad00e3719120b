"""Calf sets a week, as logged."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from dashboards import tables
from dashboards.charts.calf_sets import calf_sets
from dashboards.pages.athlete.columns import date_at, number_at
from flows.words.amounts import number, short_date
from flows.words.language import gettext

CALF_WEEKS = {
    "keys": "athlete_id",
    "columns": "week_start_date, cast(straight_knee_sets as double) as straight, cast(bent_knee_sets as double) as bent",
    "source": "marts.weekly_summary where athlete_id between $first and $last",
    "order": "week_start_date",
}


def calf_chart(weeks: tables.Columns | None, window: tuple[date, date]) -> dict[str, Any] | None:
    """Calf sets per week; None without a strength log, because unknown is not zero."""
    if weeks is None:
        return None
    logged = np.flatnonzero(~np.isnan(weeks["straight"]) | ~np.isnan(weeks["bent"])).tolist()
    if not logged:
        return None
    first, latest = logged[0], logged[-1]
    since = {kind: weeks[kind][first:] for kind in ("straight", "bent")}
    return {
        "figure": calf_sets(date_at(weeks["week_start_date"], first), since, window),
        "summary": gettext("Week of {day}: {straight} straight-knee sets, {bent} bent-knee sets.").format(
            day=short_date(date_at(weeks["week_start_date"], latest)),
            straight=number(number_at(weeks["straight"], latest)),
            bent=number(number_at(weeks["bent"], latest)),
        ),
    }
