"""The head of the page: who this is, what to do, and how the day's levels led to the flag."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date

from dashboards import tables
from dashboards.words import CAPACITY_LEVELS, level_word, run_words, translated
from flows.words.amounts import counted, month_year, number, short_day
from flows.words.language import N_, gettext

# Codes of this length (R0, RW, C2) are shown; "building" and "unknown" are not codes.
LETTERS = 2
# A sentence ends at a full stop before a new one; "48 h." and "3.5" end none.
SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+(?=[^a-z\s])")

STATUS = """
    select athletes.athlete_id, coalesce(athletes.name, athletes.athlete_id) as name, athletes.squad, athletes.units,
        coalesce(athletes.strength_weight_unit, 'kg') as strength_weight_unit, athletes.achilles_history_until,
        year($as_of) - athletes.birth_year as age_years,
        if(athletes.is_body_mass_assumed, null, athletes.body_mass_kg) as body_mass_kg,
        if(athletes.race_date >= $as_of, athletes.race_date - $as_of, null) as race_in_days,
        status.flag, status.run_level, status.capacity_level, status.headline, status.short_reason,
        status.next_action, status.confidence,
        status.confidence_because, status.reasons, status.held_days, status.change, status.flag_since, status.flag_day,
        status.steps, status.is_quiet, status.quiet_until_date, status.quiet_broken_because,
        status.forbids, status.person_states, status.raises_place_code, rules.acwr_high, room.longest_run_ceiling_m,
        room.week_distance_usual_m, room.week_distance_ceiling_m, room.week_moving_usual_s, room.week_moving_ceiling_s,
        room.binding_rule
    from marts.athletes
    left join marts.athlete_status as status
        on athletes.athlete_id = status.athlete_id and status.load_date = $as_of
    left join marts.next_week_room as room
        on athletes.athlete_id = room.athlete_id and room.load_date = $as_of
    left join seeds.athlete_rules as rules on athletes.athlete_id = rules.athlete_id
    where athletes.athlete_id between $first and $last
    order by athletes.athlete_id
"""
INJURIES = """
    select athlete_id, onset_date, site, side
    from marts.injuries
    where is_open and athlete_id between $first and $last
    order by athlete_id, onset_date desc, site, side
"""
# The steps of marts.athlete_status after the matrix; names in braces are rules, columns of the status or the flag level.
STEPS = {
    "lift": N_("a hip, foot or jump reason lifts green"),
    "history": N_("one step up because of Achilles trouble in the last {history_days} days"),
    "race": N_("what only the day of a race raised: amber at most"),
    "injury": N_("the dose beside an open injury is the clinician’s: what only calf work raised is amber at most"),
    "pain": N_("pain and injuries ask for this at least: {level}"),
    "held": N_("held at {level}, day {held_days} of {held_dates} before it may drop"),
}
INSERTION = "achilles insertion"
TROUBLE = "ACHILLES_HISTORY"


def history_step(checks: Sequence[tables.Row]) -> str | None:
    """The step up by history with the month of the trouble, from today's checks; None where they do not say."""
    found = next((check for check in checks if check["code"] == TROUBLE and check["state"] == "raised"), None)
    if found is None:
        return None
    if found["message"] == "history.open":
        return gettext("one step up because an Achilles injury is open")
    day = json.loads(found["facts"] or "{}").get("trouble_date")
    if day is None:
        return None
    return gettext("one step up because of Achilles trouble in {month}").format(month=month_year(date.fromisoformat(day)))


def verdict(
    athlete: tables.Row, rules: Mapping[str, str], levels: Mapping[int, tables.Row], checks: Sequence[tables.Row]
) -> list[str]:
    """How run level and calf level led to the flag, in words: the steps taken on that day; with today's checks."""
    said = []
    steps = athlete["steps"] or []
    before = -1  # lower than any level
    for step in steps:
        word = level_word(levels[step["flag_level"]])
        is_idle = step["flag_level"] == before and step["step"] in ("lift", "history")
        before = max(before, step["flag_level"]) if step["step"] == "pain" else step["flag_level"]
        if is_idle:  # red cannot rise
            continue
        if step["step"] == "silence":
            said.append(gettext("no run for {grey_runs_days} days or more: {level}").format(**rules, level=word))
        elif step["step"] == "matrix":
            run, calf = level(run_words(athlete), athlete["run_level"]), calf_level(athlete)
            said.append(gettext("{run} and {calf}: {level}").format(run=run, calf=calf, level=word))
        else:
            words = (history_step(checks) if step["step"] == "history" else None) or gettext(STEPS[step["step"]])
            said.append(words.format(**rules, level=word, held_days=number(athlete["held_days"])))
    if steps and steps[-1]["step"] != "held" and before != steps[0]["flag_level"]:
        said.append(gettext("so {level}").format(level=level_word(levels[before])))
    return said


def calf_level(athlete: tables.Row) -> str:
    """The calf level in words; without a verdict on calf work while an injury is open."""
    if "open_injury" in (athlete["person_states"] or []) and len(athlete["capacity_level"] or "") == LETTERS:
        return gettext("calf work beside an injury")
    return level(CAPACITY_LEVELS, athlete["capacity_level"])


def level(words: Mapping[str, str], code: str | None) -> str:
    """A run or calf level in words: calf work lagging."""
    if code is None:
        return gettext("not known")
    return gettext(words.get(code, code))


def facts(athlete: tables.Row, injuries: Sequence[tables.Row]) -> list[str]:
    """Who this is, in a few words each: age, mass, history, race."""
    said = []
    if athlete["age_years"] is not None:
        said.append(number(athlete["age_years"]))
    if athlete["body_mass_kg"] is not None:
        said.append(f"{number(athlete['body_mass_kg'])} kg")
    if athlete["achilles_history_until"] and not injuries:
        said.append(gettext("Achilles trouble until {month}").format(month=month_year(athlete["achilles_history_until"])))
    if athlete["race_in_days"] is not None:
        days = athlete["race_in_days"]
        said.append(gettext("race today") if not days else gettext("race in {days}").format(days=counted(days, "day")))
    return said


def open_injury(injury: tables.Row) -> str:
    """An open injury: where, since when, and in brackets on which side and where exactly."""
    site = (injury["site"] or "").replace("_", " ")
    exact = gettext("at the heel bone") if site == INSERTION else None
    name = gettext("Achilles") if site.startswith("achilles") else (translated(site) or "").strip() or gettext("injury")
    side = translated(injury["side"]) if injury["side"] in ("left", "right") else None
    since = short_day(injury["onset_date"]) if injury["onset_date"] else None
    words = (
        gettext("{site} injury open since {day}").format(site=name, day=since)
        if since
        else gettext("{site} injury open").format(site=name)
    )
    place = ", ".join(part for part in (side, exact) if part)
    return f"{words} ({place})" if place else words


def actions(athlete: tables.Row) -> list[str]:
    """What to do, one thing a line."""
    return [one for one in SENTENCE_ENDS.split((athlete["next_action"] or "").strip()) if one]
