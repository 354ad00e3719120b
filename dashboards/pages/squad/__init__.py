"""The squad page: who needs a call today, why, since when, and what to do; one line a runner that opens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import duckdb

from dashboards import tables
from dashboards.chain import links
from dashboards.pages.squad.runners import athletes_today, refused
from dashboards.pages.squad.weeks import weeks
from dashboards.words import CHANGES, FAMILIES, Flag, flags, in_language, reason_name
from flows.words.language import N_, gettext

__all__ = ["athletes_today", "context", "counts", "refused"]

TITLE = N_("Squad")
# Sort orders besides worst first: key -> label. The table has a head for most of them.
SORTS = {
    "name": N_("Name"),
    "squad": N_("Squad"),
    "change": N_("What changed"),
    "since": N_("Longest flagged"),
    "km": N_("Most in the last 7 days"),
    "usual": N_("Most as a usual week"),
    "above": N_("Furthest above the usual"),
    "pain": N_("Most pain"),
    "run": N_("Longest since a run"),
    "set": N_("Longest since strength work"),
    "straight": N_("Longest without straight-knee raises"),
    "bent": N_("Longest without bent-knee raises"),
    "hip": N_("Longest without a single-leg march"),
}
# The columns of the table view: key of the order, head, and the name of the column in the CSV file.
COLUMNS = [
    ("name", N_("Name"), "name"),
    ("flag", N_("Flag"), "flag"),
    ("since", N_("Since"), "flag_since"),
    ("km", N_("Last 7 days"), "distance_7d_km"),
    ("usual", N_("Usual"), "usual_distance_km"),
    ("above", N_("+ %"), "above_usual_percent"),
    ("straight", N_("Straight-knee raise, days since"), "straight_knee_days"),
    ("bent", N_("Bent-knee raise, days since"), "bent_knee_days"),
    ("hip", N_("Single-leg march, days since"), "hip_days"),
    ("pain", N_("Pain, 0–10"), "pain_0_10"),
]


def context(connection: duckdb.DuckDBPyConnection, page_names: dict[str, str], squad: str | None = None) -> dict[str, Any]:
    """What the squad template needs; `squad` is the one that the site is about, if it is about one."""
    as_of = tables.as_of_date(connection)
    athletes = athletes_today(connection, as_of)
    for athlete in athletes:
        athlete["page"] = page_names[athlete["athlete_id"]]
    changes = Counter(athlete["change"] for athlete in athletes)
    squads = Counter(athlete["squad"] for athlete in athletes if athlete["squad"])
    return {
        "title": squad or gettext(TITLE),
        "athletes": athletes,
        "counts": counts(athletes),
        "quiet_count": sum(athlete["is_quiet"] for athlete in athletes),
        "change_words": in_language(CHANGES),
        "changes": [(change, gettext(word), changes[change]) for change, word in CHANGES.items()],
        "squads": sorted(squads.items()) if len(squads) > 1 else [],
        "reasons": reasons_by_family(athletes),
        "sorts": in_language(SORTS),
        "columns": [(key, gettext(head), name) for key, head, name in COLUMNS],
        "newest_date": max((date_ for athlete in athletes for date_ in athlete["data_dates"]), default=None),
        "links": links(connection),
        "refused": refused(connection),
        "trends": weeks(connection, athletes, sorted(squads) if len(squads) > 1 else []),
    }


def counts(athletes: Sequence[tables.Row]) -> list[tuple[Flag, int]]:
    """How many runners have each flag; whose quiet time holds is counted apart, whatever the flag."""
    return [(flag, sum(athlete["flag"] == flag and not athlete["is_quiet"] for athlete in athletes)) for flag in flags()]


def reasons_by_family(athletes: Sequence[tables.Row]) -> dict[str, list[tuple[str, str, int]]]:
    """The reasons raised today by family: code, name, and number of runners."""
    counts = Counter((reason["family"], reason["code"]) for athlete in athletes for reason in athlete["raised"])
    families: dict[str, list[tuple[str, str, int]]] = {}
    for family, name in FAMILIES.items():
        found = [(code, reason_name(code), count) for (of, code), count in counts.items() if of == family]
        if found:
            families[gettext(name)] = sorted(found, key=lambda reason: reason[1])
    return families
