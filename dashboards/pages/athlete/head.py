"""The head of the page: the flag, and how the day's levels led to it."""

from __future__ import annotations

from collections.abc import Mapping

from dashboards import tables
from dashboards.words import CAPACITY_LEVELS, level_word, run_words
from flows.words.amounts import number
from flows.words.language import N_, gettext

# Codes of this length (R0, RW, C2) are shown; "building" and "unknown" are not codes.
LETTERS = 2

STATUS = """
    select athletes.athlete_id, coalesce(athletes.name, athletes.athlete_id) as name, athletes.squad, athletes.units,
        coalesce(athletes.strength_weight_unit, 'kg') as strength_weight_unit, athletes.achilles_history_until,
        status.flag, status.run_level, status.capacity_level, status.headline, status.next_action, status.confidence,
        status.confidence_because, status.reasons, status.held_days, status.change, status.flag_since, status.flag_day,
        status.steps,
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
# The steps of marts.athlete_status after the matrix; names in braces are rules, columns of the status or the flag level.
STEPS = {
    "lift": N_("a hip, foot or jump reason lifts green"),
    "history": N_("Achilles trouble in the last {history_days} days: one step up"),
    "race": N_("what only the day of a race raised: amber at most"),
    "injury": N_("the dose beside an open injury is the clinician’s: what only calf work raised is amber at most"),
    "pain": N_("pain and injuries ask for this at least: {level}"),
    "held": N_("held at {level}, day {held_days} of {held_dates} before it may drop"),
}


def verdict(athlete: tables.Row, rules: Mapping[str, str], levels: Mapping[int, tables.Row]) -> list[str]:
    """How run level and calf level led to the flag, in words: the steps taken on that day."""
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
            words = gettext(STEPS[step["step"]])
            said.append(words.format(**rules, level=word, held_days=number(athlete["held_days"])))
    if steps and steps[-1]["step"] != "held" and before != steps[0]["flag_level"]:
        said.append(gettext("so {level}").format(level=level_word(levels[before])))
    return said


def calf_level(athlete: tables.Row) -> str:
    """The calf level in words; without a verdict on calf work while an injury is open."""
    if "open_injury" in (athlete["person_states"] or []) and len(athlete["capacity_level"] or "") == LETTERS:
        word = level(CAPACITY_LEVELS, athlete["capacity_level"])
        return gettext("{level} beside an injury").format(level=word)
    return level(CAPACITY_LEVELS, athlete["capacity_level"])


def level(words: Mapping[str, str], code: str | None) -> str:
    """A run or calf level in words: calf work lagging."""
    if code is None:
        return gettext("not known")
    return gettext(words.get(code, code))
