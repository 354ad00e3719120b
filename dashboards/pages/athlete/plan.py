"""The next week as planned, day by day against its ceilings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboards import planned, tables

PLAN = planned.PLAN


def plan(days: Sequence[tables.Row], page: str) -> dict[str, Any] | None:
    """Seven cells, the sentences on those that need one, and the calendar's path; None where nothing is planned."""
    cells = planned.week(days)
    if cells is None:
        return None
    return {
        "cells": cells,
        "sentences": [cell["words"] for cell in cells if cell["words"]],
        "calendar": calendar_path(page),
        "has_ceilings": any(day["run_ceiling_m"] is not None or day["run_ceiling_s"] is not None for day in days),
    }


def calendar_path(page: str) -> str:
    """The path of a runner's calendar below the site, by the name of the runner's page."""
    return f"plans/{page.removesuffix('.html')}.ics"
