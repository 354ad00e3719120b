"""The words of the pages: flags, states and reasons as a coach reads them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Flag:
    """A flag is never colour alone: it has a word, a shape and a place in the list."""

    name: str
    word: str
    order: int


# Worst first. A grey runner is nobody's "fine", so grey stands before green.
FLAGS = [Flag("red", "Act today", 0), Flag("amber", "Watch", 1), Flag("grey", "Not assessed", 2), Flag("green", "On track", 3)]
FLAG_BY_NAME = {flag.name: flag for flag in FLAGS}

RUN_LEVELS = {
    "R0": "running steady",
    "RW": "running load rising",
    "R1": "running load jumped",
    "R2": "running load jumped far",
    "unknown": "running not assessed",
}
CAPACITY_LEVELS = {
    "C0": "calf work on track",
    "C1": "calf work slipping",
    "C2": "calf work lagging",
    "building": "calf log still short",
    "unknown": "calf work not known",
}


@dataclass(frozen=True)
class Reason:
    """A reason code in plain words: its name, from where on it is raised ({} is the threshold with its unit), and what stands in
    the place of a number where it has none."""

    name: str
    limit: str = ""
    bare: str = ""


ABOVE = "above {}"
STALE = "{} ago or more"

# Every code of seeds.reasons.
REASONS = {
    "RED_FLAG_RUPTURE": Reason("Possible tendon rupture", "a pop, or no heel raise on one leg", "reported"),
    "PAIN_GATE": Reason("Pain", ABOVE),
    "RUN_SESSION_SPIKE_LARGE": Reason("Long run, large jump", ABOVE),
    "RUN_NO_BASELINE_30D": Reason("Run after 30 days without one", "longer than a restart"),
    "RUN_SESSION_SPIKE_MODERATE": Reason("Long run, moderate jump", ABOVE),
    "RUN_SESSION_SPIKE_SMALL": Reason("Long run, small jump", ABOVE),
    "RETURN_AFTER_BREAK": Reason("Back at full length after a break", "{} or more"),
    "RUN_FAST_SPIKE": Reason("Fast running jumped", ABOVE, "first in 30 days"),
    "RUN_HILL_SPIKE": Reason("Climbing jumped", ABOVE, "first in 30 days"),
    "RUN_LOAD_SPIKE": Reason("Achilles load of a run jumped", ABOVE),
    "RUN_DURATION_SPIKE": Reason("Time of a run jumped", ABOVE),
    "FREQ_HIGH_GT5": Reason("Many high-load days", "more than {}"),
    "ACWR_HIGH": Reason("{measure} rising", ABOVE),
    "TENDON_DETRAIN_28": Reason("Heavy calf work stopped", "more than {} ago", "never logged"),
    "SOL_STALE": Reason("Bent-knee calf work stale", STALE, "never logged"),
    "GAST_STALE": Reason("Straight-knee calf work stale", STALE, "never logged"),
    "SOL_LOW_VOLUME": Reason("Few soleus sets", "target {}"),
    "GAST_LOW_VOLUME": Reason("Few straight-knee sets", "target {}"),
    "SOL_ONLY_CREDIT": Reason("Soleus fed by straight-knee sets alone", STALE, "no bent-knee set"),
    "TENDON_NOT_HEAVY": Reason("Heavy calf work stale", STALE, "never logged"),
    "CAPACITY_BELOW_NORM": Reason("Heel raises below the norm", "fewer than {}"),
    "GAST_ASYM": Reason("Straight-knee sets: one leg weaker", "below {} of the other leg"),
    "SOL_ASYM": Reason("Bent-knee sets: one leg weaker", "below {} of the other leg"),
    "PLYO_INTRO_RAPID": Reason("Jumps started fast", "more than {} in the first session"),
    "PLYO_RAMP": Reason("Jumps raised fast", "more than {}"),
    "HIP_STALE": Reason("Hip work stale", STALE, "never logged"),
    "FOOT_STALE": Reason("Foot work stale", STALE, "never logged"),
    "ACHILLES_HISTORY": Reason("Achilles trouble before", "within {}"),
    "INSERTIONAL": Reason("Trouble at the heel bone", "reported for that place", "reported"),
    "BACK_TO_BACK_HIGH": Reason("High-load days back to back", "two in a row"),
    "ACWR_LOW_BASE": Reason("{measure}: too little before to compare with", "too little in the three weeks before"),
    "NO_PROGRESS": Reason("No progress in calf sets", "below {} of the four weeks before"),
    "PLYO_ABSENT": Reason("Fast running without springy work", "fast running, and no jump contact"),
    "SIDE_ONLY": Reason("One leg logged alone", "fewer than {}"),
    "OPEN_INJURY": Reason("Open injury", "any"),
    "DATA_SET_ASIDE": Reason("Could not be judged today", "any"),
    "DATA_INSUFFICIENT_HISTORY": Reason("Running log still short", "fewer than {}, or too few runs"),
    "DATA_STALE_SOURCE": Reason("No new data", STALE),
    "DATA_NO_STRENGTH_SOURCE": Reason("No strength log", "none ever read"),
    "DATA_STRENGTH_BUILDING": Reason("Strength log still short", "fewer than {}"),
    "DATA_GAP_SUSPECTED": Reason("Gap in the data", "{} or more without any"),
    "DATA_MISSING_DAYS": Reason("Unknown days", "fewer than {} known"),
    "DATA_UNMAPPED_EXERCISE": Reason("Exercises that the catalogue does not know", "any"),
    "DATA_NO_INTENSITY": Reason("Fast running cannot be seen", "any"),
    "DATA_NO_CADENCE": Reason("Runs without cadence", "any"),
    "DATA_EFFORT_ASSUMED": Reason("Effort of calf sets assumed", "any"),
    "DATA_SPORT_ASSUMED": Reason("Sport of a deciding run assumed", "any"),
    "DATA_PROFILE_INCOMPLETE": Reason("Squad file incomplete", "any column empty"),
    "DATA_DUPLICATE_MERGED": Reason("Same run from two files", "any; each run is counted once"),
    "DATA_REFUSED_UNDATED": Reason("Refused files without a day", "any"),
    "ON_TRACK": Reason("Nothing raised"),
    "PLACE_STEP": Reason("Where calf raises are done"),
    "PLACE_FLOOR": Reason("Where they are done with trouble at the heel"),
}
# Beyond its red line calf work is judged by that one, which is strict.
RED_LIMITS = {"GAST_STALE": "more than {} ago", "SOL_STALE": "more than {} ago"}

FAMILIES = {"run": "Running", "calf": "Calf and tendon", "pain": "Pain and history", "data": "Data"}

# Flag levels of seeds.flag_matrix and marts.athlete_status.priority.
LEVELS = {-1: "not assessed", 0: "green", 1: "amber-low", 2: "amber", 3: "amber-high", 4: "red"}

# What became of a flag since the day before.
CHANGES = {"new": "new", "worse": "worse", "better": "better", "cleared": "cleared", "lost": "no longer assessed"}

MODES = {
    "maintain": "running is steady: the limits are those for keeping what is there",
    "build": "running load is being built: the limits are tighter",
    "taper": "a race is near: the limits are wider",
    "rehab": "after Achilles trouble: the limits are those for building",
}

BINDING_RULES = {
    "longest run": "What binds is the longest run: {spike_small_percent} % of the longest of 30 days "
    "(of those before the jump, while one counts).",
    "week distance": "What binds is the week’s distance: more would pass {acwr_high} × the three weeks before.",
    "week moving time": "What binds is the week’s time: more would pass {acwr_high} × the three weeks before.",
    "week already passed": "The last 7 days already hold more than {acwr_high} × the three weeks before: the week has no "
    "room until easier days bring it down.",
    "restart": "No run in 30 days: this is the length of a fair restart. A room for the week comes with the first weeks back.",
}

RATIO_STATES = {
    "building": "building a baseline",
    "missing_days": "too many unknown days",
    "low_base": "too little before",
}

FILE_STATES = {
    "loaded": ("Read", "read and counted"),
    "partial": ("Partly read", "what was whole was counted, the rest is lost"),
    "quarantined": ("Refused", "could not be read; nothing of it is counted"),
    "duplicate": ("Duplicate", "the same content lies at another path; counted once"),
    "ignored": ("Ignored", "no running, walking or strength work; not counted"),
    "superseded": ("Superseded", "the path holds newer content now"),
    "missing": ("Missing", "the file is gone; what it said is still counted"),
}

BORDERS = {
    "raw": ("What the files say", "A row that fails a strict check here is set aside; the others go on."),
    "staging": ("What the files mean", "Checked after the same activity from two files was made one."),
    "marts": ("What the pages show", "Whoever fails a strict check here is set aside; what is nobody's fault stops the night."),
}


def basis(source_tag: str | None) -> str:
    """Research only where a paper was found; all else is our rule and can be changed."""
    return "research" if source_tag in ("research", "found") else "our rule"


def reason_name(code: str, measure_name: str | None = None) -> str:
    """The short plain name of a reason; a code without words is shown as it is."""
    reason = REASONS.get(code)
    return reason.name.format(measure=measure_name or "Load") if reason else code.replace("_", " ").capitalize()


def reason_limit(code: str, threshold: str | None, level: str | None) -> str:
    """From where on the reason is raised; `threshold` with its unit, as text."""
    limit = REASONS[code].limit if code in REASONS else "{}"
    if level == "C2":
        limit = RED_LIMITS.get(code, limit)
    if "{}" in limit:
        return limit.format(threshold) if threshold is not None else ""
    return limit
