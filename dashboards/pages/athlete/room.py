"""How much running is usual, and from how much on the flag rises."""

from __future__ import annotations

from collections.abc import Mapping

from dashboards import tables
from dashboards.gate import Gate
from dashboards.words import BINDING_RULES
from flows.words.amounts import Scale, hours_minutes
from flows.words.language import N_, gettext
from flows.words.sentences import fill

# Why these states of the person are given no room; the others say so in the template.
NO_ROOM = {
    "after_race": N_(
        "No room is given for {race_days:span} after a race: first days without running; then a little easy running while the"
        " next morning is no worse."
    ),
    "under_16": N_("{young_age} or younger: these limits were made for adults and none is shown."),
}

SILENT = "DATA_STALE_SOURCE"
NOBODY_KNOWS = N_("No room is given while no data come in: nobody knows what was run.")
AWAY = N_("No room is given while ill or away: once well and back, no catching up.")
AFTER_PAIN = N_("No room is given in the first days after pain or an injury: up again in small steps.")


def is_silent(athlete: tables.Row) -> bool:
    """Whether nothing has come in for so long that an empty day is no rest any more."""
    return SILENT in (athlete["confidence_because"] or [])


def room(athlete: tables.Row, scale: Scale, limits: Mapping[str, str], allowed: Gate) -> dict[str, str | None] | None:
    """The usual week and the next ceilings; None where the person's state forbids them, or nobody knows what was run."""
    if not allowed.allows("ceiling", "room") or is_silent(athlete):
        return None
    if athlete["longest_run_ceiling_m"] is None:
        return room_by_time(athlete, allowed)
    is_passed = athlete["binding_rule"] == "week already passed"
    week = athlete["week_distance_ceiling_m"]
    words = BINDING_RULES.get(athlete["binding_rule"], athlete["binding_rule"] or "")
    return {
        "longest": scale.ceiling_text(athlete["longest_run_ceiling_m"]),
        "usual": usual_week(athlete, scale),
        "week": None if is_passed or week is None or not allowed.allows("more_load") else scale.ceiling_text(week),
        "time": None if is_passed or week is None else minutes(athlete["week_moving_ceiling_s"]),
        "binding": gettext(words).format(**limits),
    }


def room_by_time(athlete: tables.Row, allowed: Gate) -> dict[str, str | None] | None:
    """The same from moving time alone, where not every run of late has a distance; None where its time is unknown too."""
    usual = minutes(athlete["week_moving_usual_s"])
    if usual is None:
        return None
    week = minutes(athlete["week_moving_ceiling_s"]) if allowed.allows("more_load") else None
    words = N_("By time alone: not every run of the last 30 days has a distance.")
    return {"longest": None, "usual": usual, "week": week, "time": None, "binding": gettext(words)}


def was_usual(athlete: tables.Row, scale: Scale, allowed: Gate) -> str | None:
    """What a usual week was, while pain decides: a fact, and no permission. None beside a dose that is a clinician's."""
    is_pain = "pain_gate" in (athlete["person_states"] or [])
    return usual_week(athlete, scale) if is_pain and allowed.has_exercises else None


def no_room(athlete: tables.Row, limits: Mapping[str, str]) -> list[str]:
    """Why no room is given: a sentence for each state of the person, or one for silence; empty where nothing forbids it."""
    forbids = athlete["forbids"] or []
    if not {"ceiling", "room"} & set(forbids):
        return [gettext(NOBODY_KNOWS)] if is_silent(athlete) else []
    named = {key: float(limits[key]) for key in ("race_days", "young_age")}
    states = athlete["person_states"] or []
    told = [AWAY] if "dose" in forbids else [words for state, words in NO_ROOM.items() if state in states]
    return [fill(gettext(words), named, "km", None) for words in told or [AFTER_PAIN]]


def usual_week(athlete: tables.Row, scale: Scale) -> str | None:
    """The mean of the last three weeks; None where too few of its days are known."""
    return None if athlete["week_distance_usual_m"] is None else scale.text(athlete["week_distance_usual_m"])


def minutes(seconds: float | None) -> str | None:
    return None if seconds is None else hours_minutes(seconds // 60 * 60)
