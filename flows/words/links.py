"""The words about the links of the chain, made from sql/seeds: a new link needs none written here."""

from __future__ import annotations

from collections.abc import Mapping

from flows.seed_files import seed_rows
from flows.words.message import Message

# By what a reason tells of its link. Filled from seeds.links before they are translated: each text is a whole one.
NAMES = {"late": "no {work} of late", "few_sets": "few {work}"}
FEW_SETS = (
    "{{sets}} {sets} in four weeks; the target is {{target_sets:tenths}} a week, and fewer than {{low_sets}} in these weeks"
    " are few"
)
# The same where no target may be told.
SETS_ALONE = "{{sets}} {sets} in four weeks"
TOP_UP = (
    "{{sets}} {sets} in four weeks are enough to keep strength; {{target_sets:tenths}} a week are asked for while running is"
    " built up"
)
NEVER_LOGGED = "no {work} logged so far: judged once there is some"


def names() -> dict[str, tuple[str, str]]:
    """What each reason that a link alone makes tells of it, and its name, by its code."""
    links = _links()
    return {
        row["code"]: (row["tells"], _capital(NAMES[row["tells"]].format_map(links[row["link"]])))
        for row in seed_rows("reasons")
        if row["tells"] in NAMES
    }


def messages() -> dict[str, Message]:
    """The clauses about few sets, and about work that is judged once it was logged, by their keys."""
    links = _links()
    found = {}
    for row in seed_rows("reasons"):
        if row["tells"] == "few_sets":
            found[f"volume.{row['link']}"] = Message(FEW_SETS.format_map(links[row["link"]]))
            found[f"sets.{row['link']}"] = Message(SETS_ALONE.format_map(links[row["link"]]))
            found[f"topup.{row['link']}"] = Message(TOP_UP.format_map(links[row["link"]]))
        if row["tells"] == "late" and links[row["link"]]["is_optional"] == "true":
            found[f"because.no_{row['link']}_work"] = Message(NEVER_LOGGED.format_map(links[row["link"]]))
    return found


def works() -> dict[str, str]:
    """The work that each link needs."""
    return {link: row["work"] for link, row in _links().items()}


def works_of_reasons() -> dict[str, tuple[str, str]]:
    """What each reason about a link tells of it, and the work that the link needs, by its code."""
    links = _links()
    return {row["code"]: (row["tells"], links[row["link"]]["work"]) for row in seed_rows("reasons") if row["link"]}


def _links() -> dict[str, Mapping[str, str]]:
    return {row["link"]: row for row in seed_rows("links")}


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
