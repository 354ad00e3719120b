"""The chain of six links, hip to foot: what each link had against its target, and where the chain is broken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.tables import Row


@dataclass(frozen=True)
class Link:
    """One link: its short name in the strip, its full name, and the exercise that feeds it."""

    link: str
    short: str
    name: str
    fed_by: str


# In the order in which they fire.
LINKS = [
    Link("hip", "Hip", "Hip and glutes", "Single-leg march out of a hip hinge, step-ups"),
    Link("gastrocnemius", "Gastroc", "Gastrocnemius", "Straight-knee calf raises"),
    Link("soleus", "Soleus", "Soleus", "Bent-knee calf raises"),
    Link("achilles_tendon", "Tendon", "Achilles tendon", "Heavy, slow calf raises on one leg"),
    Link("plyometric", "Spring", "Springiness", "Pogos, hops and skipping"),
    Link("foot", "Foot", "Foot", "Short-foot holds, towel scrunches"),
]
# No day limit of these is ever red; until the first set is logged nobody asks for it.
OPTIONAL = {"plyometric", "foot"}
NUMBERS = ["days_since", "amber_days", "red_days", "sets_7d", "mean_sets_week", "target_sets_week"]
STATES = {
    "on_track": "on track",
    "amber": "slipping",
    "red": "lagging",
    "building": "log still short",
    "unlogged": "never logged",
    "unknown": "no strength log",
}


def chain(rows: Sequence[Row]) -> list[Row]:
    """The six links of one athlete and day out of rows of marts.chain_links; no row means that nobody knows."""
    found = {row["link"]: row for row in rows}
    return [{"link": link, **_link(link, found.get(link.link))} for link in LINKS]


def _link(link: Link, row: Row | None) -> Row:
    if row is None:
        return {**dict.fromkeys(NUMBERS), "is_logged": False, "state": "unknown", "word": STATES["unknown"]}
    state = row["state"] or "unknown"
    if link.link in OPTIONAL and row["days_since"] is None and state == "amber":
        state = "unlogged"
    numbers = {name: row.get(name) for name in NUMBERS}
    return {**numbers, "is_logged": True, "state": state, "word": STATES.get(state, state)}


def in_words(links: Sequence[Row]) -> str:
    """The chain as one sentence: who lags first."""
    if not any(link["is_logged"] for link in links):
        return "No strength log has been read, so nobody knows."
    said = []
    for state in ("red", "amber", "on_track", "building", "unlogged", "unknown"):
        names = [link["link"].name for link in links if link["state"] == state]
        if names:
            said.append(f"{STATES[state]}: {', '.join(names)}")
    sentence = "; ".join(said)
    return f"{sentence[0].upper()}{sentence[1:]}. Numbers are days since the link was fed."
