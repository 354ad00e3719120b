"""How much running the next seven days may hold."""

from __future__ import annotations

from collections.abc import Mapping

from dashboards import tables
from dashboards.pages.squad import PAIN
from dashboards.words import BINDING_RULES
from flows.words.amounts import Scale, hours_minutes
from flows.words.language import N_, gettext

CAUTION = N_("Pain comes first: this counts only once the mornings are no worse.")


def room(athlete: tables.Row, scale: Scale, limits: Mapping[str, str]) -> dict[str, str | None] | None:
    """How much running the next seven days may hold; None without a run on record to measure it by."""
    if athlete["longest_run_ceiling_m"] is None:
        return None
    is_passed = athlete["binding_rule"] == "week already passed"
    week = athlete["week_distance_ceiling_m"]
    words = BINDING_RULES.get(athlete["binding_rule"], athlete["binding_rule"] or "")
    return {
        "longest": scale.ceiling_text(athlete["longest_run_ceiling_m"]),
        "week": None if is_passed or week is None else scale.ceiling_text(week),
        "time": None if is_passed or week is None else hours_minutes(athlete["week_moving_ceiling_s"] // 60 * 60),
        "binding": gettext(words).format(**limits),
        "caution": gettext(CAUTION) if PAIN in (athlete["reasons"] or []) else None,
    }
