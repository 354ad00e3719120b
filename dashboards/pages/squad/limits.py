"""What the next 7 days may hold before the flag rises, in short lines; or why nothing is said of it."""

from __future__ import annotations

from collections.abc import Mapping

from dashboards import tables
from dashboards.gate import Gate
from dashboards.pages.athlete.room import no_room, room, was_usual
from flows.words.amounts import Scale
from flows.words.language import gettext


def limits(athlete: tables.Row, scale: Scale, allowed: Gate, rules: Mapping[str, str] | None) -> list[str]:
    """The usual week, the week from which on the flag rises, and the longest run; else one reason why they are not given."""
    if rules is None:
        return []
    given = room(athlete, scale, rules, allowed)
    if given is None:
        return [_why_none(athlete, scale, allowed, rules)]
    week = given["week"]
    said = []
    if given["usual"] and week:
        said.append(gettext("usual {usual}; above {week} the flag rises").format(usual=given["usual"], week=week))
    elif given["usual"] and athlete["binding_rule"] == "week already passed":
        said.append(gettext("usual {usual}; the last 7 days are beyond the line already").format(usual=given["usual"]))
    elif given["usual"]:
        said.append(gettext("usual {usual}; no more for now").format(usual=given["usual"]))
    if given["longest"]:
        said.append(gettext("no run over {length}").format(length=given["longest"]))
    return said


def _why_none(athlete: tables.Row, scale: Scale, allowed: Gate, rules: Mapping[str, str]) -> str:
    if not allowed.allows("exercise"):
        return gettext("Until the tendon has been examined these pages give no room, no targets and no exercises.")
    if not allowed.allows("own_dose"):
        return gettext("No distance is given while an injury is open: as the clinician says.")
    usual = was_usual(athlete, scale, allowed)
    if usual:
        return gettext("{usual} a week was usual. No room is given while pain decides.").format(usual=usual)
    why = no_room(athlete, rules)
    return why[0] if why else gettext("Too little is known of the last weeks to say how much the next one may hold.")
