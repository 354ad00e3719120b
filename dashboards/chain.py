"""The chain of six links, hip to foot: what each link had against its target, and where the chain is broken."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import duckdb

from dashboards import tables
from flows.words.language import N_, gettext


@dataclass(frozen=True)
class Link:
    """One link: its short name in the strip, its full name, and the exercise that feeds it."""

    link: str
    short: str
    name: str
    exercise: str
    # Not asked for until its first set is logged.
    is_optional: bool


LINKS = "select link, short, name, exercise, is_optional from seeds.links order by place"
NUMBERS = ["days_since", "amber_days", "red_days", "sets_7d", "mean_sets_week", "target_sets_week"]
STATES = {
    "red": N_("lagging"),
    "amber": N_("slipping"),
    "on_track": N_("on track"),
    "building": N_("log still short"),
    "not_logged": N_("never logged"),
    "left_out": N_("not asked for yet"),
    "unknown": N_("no strength log"),
    "until_examined": N_("not judged until examined"),
    "while_open": N_("not judged while an injury is open"),
}
# Shown in place of a verdict, by the first of these states that applies: what was logged says nothing of a hurt leg.
NOT_JUDGED = {"rupture_suspected": "until_examined", "open_injury": "while_open"}


def links(connection: duckdb.DuckDBPyConnection) -> list[Link]:
    """The links in the order in which they fire, named in the current language."""
    return [
        Link(row["link"], gettext(row["short"]), gettext(row["name"]), gettext(row["exercise"]), row["is_optional"])
        for row in tables.rows(connection, LINKS)
    ]


def chain(links: Sequence[Link], rows: Sequence[tables.Row], person_states: Collection[str] | None) -> list[tables.Row]:
    """The six links of one athlete and day, from rows of marts.chain_links; a link without a row is unknown.

    Its verdicts are not shown in the states of NOT_JUDGED.
    """
    found = {row["link"]: row for row in rows}
    instead = next((shown for state, shown in NOT_JUDGED.items() if state in (person_states or ())), None)
    return [{"link": link, **_link(found.get(link.link), instead)} for link in links]


def _link(row: tables.Row | None, instead: str | None) -> tables.Row:
    if row is None:
        return {**dict.fromkeys(NUMBERS), "is_logged": False, "state": "unknown", "word": gettext(STATES["unknown"])}
    state = row["state"] or "unknown"
    if row["is_left_out"] and state in ("amber", "red"):
        state = "left_out"
    state = instead or state
    return {**{name: row.get(name) for name in NUMBERS}, "is_logged": True, "state": state, "word": gettext(STATES[state])}


def in_words(links: Sequence[tables.Row]) -> str:
    """The chain as one sentence; lagging links come first."""
    if not any(link["is_logged"] for link in links):
        return gettext("No strength log has been read, so nobody knows.")
    by_state = {state: [link["link"].name for link in links if link["state"] == state] for state in STATES}
    said = "; ".join(f"{gettext(STATES[state])}: {', '.join(names)}" for state, names in by_state.items() if names)
    return gettext("{states}. Numbers are days since it was done, days away not counted.").format(
        states=f"{said[:1].upper()}{said[1:]}"
    )
