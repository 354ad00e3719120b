"""The words and small drawings of one line of the squad page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby, pairwise
from typing import Any

from dashboards import notes
from dashboards.gate import Gate
from dashboards.tables import Row
from dashboards.words import CHANGES, FLAGS, translated, uncapitalised
from flows.words.amounts import NOTHING, WEEK_DAYS, WHOLE_FROM, Scale, ago, hours_minutes, number, plain, plural, short_date
from flows.words.language import ENGLISH, N_, gettext, spoken

DAYS_COUNTED, DAYS_DATED = 6, 13  # "3rd day" up to the one, "since Mon 2 Nov" up to the other, then weeks
SHOWN_STATES = 2  # beside a quiet time
NEVER_DAYS = 1_000_000  # what was never done is longest ago

SITES = {
    "achilles_midportion": N_("Achilles"),
    "achilles_insertion": N_("Achilles"),
    "achilles": N_("Achilles"),
    "calf": N_("calf"),
    "foot": N_("foot"),
    "other": N_("elsewhere"),
}
AWAY = {"illness": N_("ill"), "holiday": N_("away")}
# States of the person that have one word; the others are told with their numbers.
STATES = {
    "rupture_suspected": N_("possible rupture"),
    "pain_gate": N_("pain"),
    "silent_after_pain": N_("no word since the pain"),
    "after_race": N_("just raced"),
    "coming_back": N_("back after a break"),
    "new_to_calf_work": N_("new to calf work"),
}
URGENT = {"rupture_suspected", "pain_gate"}
# The three exercises: column prefix of marts.squad_board, link of the chain that judges it, name.
EXERCISES = [
    ("straight_knee", "gastrocnemius", N_("Straight-knee raise")),
    ("bent_knee", "soleus", N_("Bent-knee raise")),
    ("hip", "hip", N_("March and other hip work")),
]
UNJUDGED = ("building", "not_logged", "left_out", "unknown", "until_examined", "while_open")
# The strip of 14 days: width of a day, and top and height by flag, so that it is read without colour.
DAY_WIDTH, DOT_WIDTH = 10, 8
DOTS = {"red": (0, 16), "amber": (2, 12), "grey": (7, 2), "green": (5, 6)}


def since(athlete: Row) -> dict[str, str]:
    """Since when the flag is what it is, in a word or two, and in full."""
    day, change = athlete["flag_day"], athlete["change"]
    word = gettext(CHANGES[change]) if change else ""
    if athlete["flag"].name not in ("red", "amber") or day is None:
        return {"word": word, "full": word}
    full = gettext("since {day}, day {number}").format(day=short_date(athlete["flag_since"]), number=number(day))
    age = flag_age(day, athlete["flag_since"])
    if day == 1:
        return {"word": word or gettext("since today"), "full": full}
    return {"word": f"{word}, {age}" if word else age, "full": full}


def flag_age(day: int, first: date) -> str:
    """3rd day; since Mon 2 Nov; 5 weeks."""
    if day <= DAYS_COUNTED:
        return ordinal_day(day)
    if day <= DAYS_DATED:
        return gettext("since {day}").format(day=short_date(first))
    return plural("{} week", "{} weeks", day // WEEK_DAYS)


def ordinal_day(day: int) -> str:
    """2 as 2nd day; other languages count "day 2"."""
    if spoken() != ENGLISH:
        return gettext("day {number}").format(number=number(day))
    ending = {1: "st", 2: "nd", 3: "rd"}.get(day % 10 if day % 100 not in (11, 12, 13) else 0, "th")
    return f"{day}{ending} day"


def states(athlete: Row, board: Row, rules: Mapping[str, str] | None) -> list[dict[str, Any]]:
    """What is the matter with the person, in words: quiet or no longer so, ill, injured and since when, a race soon, no data."""
    found = athlete["person_states"] or []
    quiet = notes.quiet_word(athlete)
    said = [_state(quiet, not athlete["is_quiet"])] if quiet else []
    said += [_state(gettext(STATES[state]), state in URGENT) for state in found if state in URGENT]
    if board["injury_since_date"]:
        said.append(_state(_injury(board), board["injury_site"] != "other"))
    if "under_16" in found and rules:
        said.append(_state(gettext("{age} or younger").format(age=rules["young_age"]), True))
    if board["away_kind"]:
        said.append(_state(gettext(AWAY[board["away_kind"]])))
    elif "ill_or_away" in found:
        said.append(_state(gettext("just back")))
    for state, word in STATES.items():
        # Who logs nothing is not new to it.
        if state in found and state not in URGENT and (state != "new_to_calf_work" or board["has_strength_log"]):
            said.append(_state(gettext(word)))
    days = board["days_to_race"]
    if board["is_race_near"]:
        said.append(_state(plural("race in {} day", "race in {} days", days) if days else gettext("race today")))
    if athlete["is_plan_over"]:
        said.append(_state(gettext("plan too long")))
    if athlete["data"]["is_stale"]:
        said.append(_state(plural("no data {} day", "no data {} days", int(athlete["data"]["silent_days"] or 0))))
    if not board["has_strength_log"] and athlete["flag"].name == "grey":
        said.append(_state(gettext("no strength log")))
    return said[: SHOWN_STATES + (quiet is not None)]


def _state(word: str, is_urgent: bool = False) -> dict[str, Any]:
    return {"word": word, "is_urgent": is_urgent}


def _injury(board: Row) -> str:
    site = board["injury_site"] or "other"
    side = translated(board["injury_side"]) if board["injury_side"] in ("left", "right") else None
    exact = gettext("at the heel bone") if site == "achilles_insertion" else None
    place = ", ".join(part for part in (gettext(SITES[site]), side, exact) if part)
    return gettext("injured ({place}) since {day}").format(place=place, day=short_date(board["injury_since_date"]))


def running(board: Row, scale: Scale) -> dict[str, Any]:
    """The last 7 days and the usual week, by distance, else by time; what is not known of them beside it."""
    by_distance, by_time = board["unknown_distance_days_7d"], board["unknown_moving_days_7d"]
    is_by_time = board["moving_7d_s"] is not None and (by_time or 0) < (by_distance or 0)
    write = hours_minutes if is_by_time else (lambda metres: _whole(metres, scale))
    amount, usual = (
        (board["moving_7d_s"], board["usual_moving_s"]) if is_by_time else (board["distance_7d_m"], board["usual_distance_m"])
    )
    unknown = by_time if is_by_time else by_distance
    is_part = amount is not None and bool(unknown)
    return {
        "amount": f"≥\u00a0{write(amount)}" if is_part else write(amount),
        "usual": write(usual),
        "unknown": plural("{} day unknown", "{} days unknown", unknown) if is_part else "",
        "above": board["above_usual_percent"],
        "km": None if board["distance_7d_m"] is None else plain(board["distance_7d_m"] / 1000, 1),
    }


def _whole(metres: float | None, scale: Scale) -> str:
    if metres is None:
        return NOTHING
    value = metres * scale.factor
    return f"{number(value, 0 if value >= WHOLE_FROM or value == 0 else 1)}\u00a0{scale.unit}"


def exercises(board: Row, links: Sequence[Row], allowed: Gate) -> list[dict[str, Any]]:
    """Each of the three exercises: when it was last done, its sets of 7 days against their target, and the verdict."""
    verdicts = {link["link"].link: link["state"] for link in links}
    return [
        {
            "name": gettext(name),
            "state": verdicts.get(link, "unknown"),
            "ago": _last_done(board, column),
            "sets": _sets(board[f"{column}_sets_7d"], board.get(f"{column}_target_sets") if allowed.has_targets else None),
        }
        for column, link, name in EXERCISES
    ]


def _last_done(board: Row, column: str) -> str:
    return ago(board[f"{column}_days"]) if board["has_strength_log"] else gettext("no strength log")


def _sets(sets: int | None, target: float | None) -> str:
    if sets is None:
        return ""
    done = plural("{} set", "{} sets", sets)
    return gettext("{sets}, goal {target}").format(sets=done, target=plain(target, 0)) if target else done


def pain(board: Row) -> str:
    """The last pain that was reported, and when; empty where none ever was."""
    if board["pain_0_10"] is None:
        return ""
    return gettext("Pain {pain} of 10, {ago}").format(pain=plain(board["pain_0_10"]), ago=ago(board["pain_days"]))


def dots(flags: Sequence[str | None]) -> dict[str, Any]:
    """The flags of 14 days as one path for each colour, and in words."""
    paths: dict[str, str] = {}
    for place, flag in enumerate(flags):
        if flag in DOTS:
            top, height = DOTS[flag]
            paths[flag] = paths.get(flag, "") + f"M{place * DAY_WIDTH} {top}h{DOT_WIDTH}v{height}h-{DOT_WIDTH}z"
    runs = [(flag, len(list(days))) for flag, days in groupby(flags)]
    words = [f"{plural('{} day', '{} days', days)} {uncapitalised(gettext(FLAGS[flag]))}" for flag, days in runs if flag in FLAGS]
    return {"paths": paths, "words": ", ".join(words) or gettext("no flag yet")}


def segments(links: Sequence[Row]) -> list[str]:
    """How the line between two links is drawn: broken around a link that lags or slips, dotted where nobody knows."""
    drawn = []
    for one, other in pairwise(link["state"] for link in links):
        pair = {one, other}
        broken = next((state for state in ("red", "amber") if state in pair), None)
        drawn.append(broken or ("unknown" if pair & set(UNJUDGED) else "on_track"))
    return drawn


def sort_keys(athlete: Row, board: Row) -> dict[str, float | None]:
    """What each order compares. Never done is longest ago; what nobody can know is None and comes last."""
    logged = board["has_strength_log"]
    done = {
        key: board[f"{column}_days"] for key, column in (("straight", "straight_knee"), ("bent", "bent_knee"), ("hip", "hip"))
    }
    return {
        "since": athlete["flag_day"] if athlete["flag"].name in ("red", "amber") else None,
        "km": board["distance_7d_m"],
        "usual": board["usual_distance_m"],
        "above": board["above_usual_percent"],
        "pain": board["pain_0_10"],
        "run": _or_never(athlete["data"]["run_days"]),
        "set": _or_never(athlete["data"]["set_days"]),
        **{key: _or_never(days) if logged else None for key, days in done.items()},
    }


def _or_never(days: int | None) -> int:
    return NEVER_DAYS if days is None else days
