"""The words of the pages: flags, states and reasons as a coach reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from dashboards import tables
from flows.words.amounts import counted
from flows.words.language import N_, gettext


@dataclass(frozen=True)
class Flag:
    """A flag is never colour alone: it has a word and a shape."""

    name: str
    word: str


# Worst first. A grey runner is nobody's "fine", so grey stands before green.
FLAGS = {"red": N_("Act today"), "amber": N_("Watch"), "grey": N_("Not assessed"), "green": N_("On track")}

NOTHING_KNOWN = N_("Nothing is known about this runner yet.")

RUN_LEVELS = {
    "R0": N_("running steady"),
    "RW": N_("running load rising"),
    "R1": N_("running load jumped"),
    "R2": N_("running load jumped far"),
    "unknown": N_("running not assessed"),
}
CAPACITY_LEVELS = {
    "C0": N_("calf work on track"),
    "C1": N_("calf work slipping"),
    "C2": N_("calf work lagging"),
    "building": N_("calf log still short"),
    "unknown": N_("calf work not known"),
}


@dataclass(frozen=True)
class Reason:
    """A reason code in plain words: its name, from where on it is raised ({} is the threshold with its unit, {window} the days it
    looks back), and what stands in the place of a number where it has none."""

    name: str
    limit: str = ""
    bare: str = ""


ABOVE = N_("above {}")
STALE = N_("{} ago or more")

# Every code of seeds.actions.
REASONS = {
    "RED_FLAG_RUPTURE": Reason(N_("Possible tendon rupture"), N_("a pop, or no heel raise on one leg"), N_("reported")),
    "PAIN_GATE": Reason(N_("Pain"), ABOVE),
    "RUN_SESSION_SPIKE_LARGE": Reason(N_("Long run, large jump"), ABOVE),
    "RUN_NO_BASELINE_30D": Reason(N_("Run after 30 days without one"), N_("longer than a restart")),
    "RUN_SESSION_SPIKE_MODERATE": Reason(N_("Long run, moderate jump"), ABOVE),
    "RUN_SESSION_SPIKE_SMALL": Reason(N_("Long run, small jump"), ABOVE),
    "RETURN_AFTER_BREAK": Reason(N_("Back at full length after a break"), N_("{} or more")),
    "RUN_FAST_SPIKE": Reason(N_("Fast running jumped"), ABOVE, N_("first in 30 days")),
    "RUN_HILL_SPIKE": Reason(N_("Climbing jumped"), ABOVE, N_("first in 30 days")),
    "RUN_LOAD_SPIKE": Reason(N_("Achilles load of a run jumped"), ABOVE),
    "RUN_DURATION_SPIKE": Reason(N_("Time of a run jumped"), ABOVE),
    "FREQ_HIGH_GT5": Reason(N_("Many high-load days"), N_("more than {}")),
    "ACWR_HIGH": Reason(N_("{measure} rising"), ABOVE),
    "TENDON_DETRAIN_28": Reason(N_("Heavy calf work stopped"), N_("more than {} ago"), N_("never logged")),
    "SOL_STALE": Reason(N_("Bent-knee calf work stale"), STALE, N_("never logged")),
    "GAST_STALE": Reason(N_("Straight-knee calf work stale"), STALE, N_("never logged")),
    "SOL_LOW_VOLUME": Reason(N_("Few soleus sets"), N_("target {}")),
    "GAST_LOW_VOLUME": Reason(N_("Few straight-knee sets"), N_("target {}")),
    "SOL_ONLY_CREDIT": Reason(N_("Soleus fed by straight-knee sets alone"), STALE, N_("no bent-knee set")),
    "TENDON_NOT_HEAVY": Reason(N_("Heavy calf work stale"), STALE, N_("never logged")),
    "CAPACITY_BELOW_NORM": Reason(N_("Heel raises below the norm"), N_("fewer than {}")),
    "GAST_ASYM": Reason(N_("Straight-knee sets: one leg weaker"), N_("below {} of the other leg")),
    "SOL_ASYM": Reason(N_("Bent-knee sets: one leg weaker"), N_("below {} of the other leg")),
    "PLYO_INTRO_RAPID": Reason(N_("Jumps started fast"), N_("more than {} in the first session")),
    "PLYO_RAMP": Reason(N_("Jumps raised fast"), N_("more than {}")),
    "HIP_STALE": Reason(N_("Hip work stale"), STALE, N_("never logged")),
    "FOOT_STALE": Reason(N_("Foot work stale"), STALE, N_("never logged")),
    "ACHILLES_HISTORY": Reason(N_("Achilles trouble before"), N_("within {}")),
    "INSERTIONAL": Reason(N_("Trouble at the heel bone"), N_("reported for that place"), N_("reported")),
    "BACK_TO_BACK_HIGH": Reason(N_("High-load days back to back"), N_("two in a row")),
    "ACWR_LOW_BASE": Reason(N_("{measure}: too little before to compare with"), N_("too little in the three weeks before")),
    "NO_PROGRESS": Reason(N_("No progress in calf sets"), N_("below {} of the {window} before")),
    "PLYO_ABSENT": Reason(N_("Fast running without springy work"), N_("fast running, and no jump contact")),
    "SIDE_ONLY": Reason(N_("One leg logged alone"), N_("fewer than {}")),
    "OPEN_INJURY": Reason(N_("Open injury"), N_("any")),
    "DATA_SET_ASIDE": Reason(N_("Could not be judged today"), N_("any")),
    "DATA_INSUFFICIENT_HISTORY": Reason(N_("Running log still short"), N_("fewer than {}, or too few runs")),
    "DATA_STALE_SOURCE": Reason(N_("No new data"), STALE),
    "DATA_NO_STRENGTH_SOURCE": Reason(N_("No strength log"), N_("none ever read")),
    "DATA_STRENGTH_BUILDING": Reason(N_("Strength log still short"), N_("fewer than {}")),
    "DATA_GAP_SUSPECTED": Reason(N_("Gap in the data"), N_("{} or more without any")),
    "DATA_MISSING_DAYS": Reason(N_("Unknown days"), N_("fewer than {} known")),
    "DATA_UNMAPPED_EXERCISE": Reason(N_("Exercises that the catalogue does not know"), N_("any")),
    "DATA_NO_INTENSITY": Reason(N_("Fast running cannot be seen"), N_("any")),
    "DATA_NO_CADENCE": Reason(N_("Runs without cadence"), N_("any")),
    "DATA_EFFORT_ASSUMED": Reason(N_("Effort of calf sets assumed"), N_("any")),
    "DATA_SPORT_ASSUMED": Reason(N_("Sport of a deciding run assumed"), N_("any")),
    "DATA_PROFILE_INCOMPLETE": Reason(N_("Squad file incomplete"), N_("any column empty")),
    "DATA_DUPLICATE_MERGED": Reason(N_("Same run from two files"), N_("any; each run is counted once")),
    "DATA_REFUSED_UNDATED": Reason(N_("Refused files without a day"), N_("any")),
    "ON_TRACK": Reason(N_("Nothing raised")),
    "PLACE_STEP": Reason(N_("Where calf raises are done")),
    "PLACE_FLOOR": Reason(N_("Where they are done with trouble at the heel")),
}
# Beyond its red line calf work is judged by that one, which is strict.
RED_LIMITS = {"GAST_STALE": N_("more than {} ago"), "SOL_STALE": N_("more than {} ago")}

FAMILIES = {"run": N_("Running"), "calf": N_("Calf and tendon"), "pain": N_("Pain and history"), "data": N_("Data")}

# The words of seeds.flag_levels, by flag and degree.
LEVELS = {
    ("grey", None): N_("not assessed"),
    ("green", None): N_("green"),
    ("amber", "low"): N_("amber-low"),
    ("amber", None): N_("amber"),
    ("amber", "high"): N_("amber-high"),
    ("red", None): N_("red"),
}

# What became of a flag since the day before.
CHANGES = {
    "new": N_("new"),
    "worse": N_("worse"),
    "better": N_("better"),
    "cleared": N_("cleared"),
    "lost": N_("no longer assessed"),
}

MODES = {
    "maintain": N_("running is steady: the limits are those for keeping what is there"),
    "build": N_("running load is being built: the limits are tighter"),
    "taper": N_("a race is near: the limits are wider"),
    "rehab": N_("after Achilles trouble: the limits are those for building"),
}

BINDING_RULES = {
    "longest run": N_(
        "What binds is the longest run: {spike_small_percent} % of the longest of 30 days "
        "(of those before the jump, while one counts)."
    ),
    "week distance": N_("What binds is the week’s distance: more would pass {acwr_high} × the three weeks before."),
    "week moving time": N_("What binds is the week’s time: more would pass {acwr_high} × the three weeks before."),
    "week already passed": N_(
        "The last 7 days already hold more than {acwr_high} × the three weeks before: the week has no "
        "room until easier days bring it down."
    ),
    "restart": N_(
        "No run in 30 days: this is the length of a fair restart. A room for the week comes with the first weeks back."
    ),
}

RATIO_STATES = {
    "building": N_("building a baseline"),
    "missing_days": N_("too many unknown days"),
    "low_base": N_("too little before"),
}

FILE_STATES = {
    "loaded": (N_("Read"), N_("read and counted")),
    "partial": (N_("Partly read"), N_("what was whole was counted, the rest is lost")),
    "quarantined": (N_("Refused"), N_("could not be read; nothing of it is counted")),
    "duplicate": (N_("Duplicate"), N_("the same content lies at another path; counted once")),
    "ignored": (N_("Ignored"), N_("no running, walking or strength work; not counted")),
    "superseded": (N_("Superseded"), N_("the path holds newer content now")),
    "missing": (N_("Missing"), N_("the file is gone; what it said is still counted")),
}

BORDERS = {
    "raw": (N_("What the files say"), N_("A row that fails a strict check here is set aside; the others go on.")),
    "staging": (N_("What the files mean"), N_("Checked after the same activity from two files was made one.")),
    "marts": (
        N_("What the pages show"),
        N_("Whoever fails a strict check here is set aside; what is nobody's fault stops the night."),
    ),
    "ops": (N_("What is told of files and nights"), N_("Checked last, as the pages' tables are.")),
}


# Words that the warehouse holds and pages print: of runs, sets, reports and files.
VOCABULARY = (
    *(N_("high"), N_("medium"), N_("low")),
    *(N_("left"), N_("right"), N_("both")),
    *(N_("straight"), N_("bent"), N_("seated"), N_("soft")),
    *(N_("symptoms"), N_("injury"), N_("illness"), N_("holiday"), N_("race"), N_("missing")),
    *(N_("achilles midportion"), N_("achilles insertion"), N_("achilles"), N_("calf"), N_("foot"), N_("other")),
    *(N_("pop"), N_("cannot raise")),
    *(N_("run"), N_("walk"), N_("hike"), N_("stated"), N_("by name"), N_("by speed"), N_("by cadence")),
    *(N_("report"), N_("counted"), N_("the most before it"), N_("sets"), N_("the run")),
    *(N_("steps"), N_("building"), N_("unknown"), N_("research"), N_("house rule")),
)


def translated(text: str | None) -> str | None:
    """A word or text of the warehouse in the language of just now; as it is where no catalogue has it."""
    return gettext(text) if text else text


def flag_of(name: str | None) -> Flag:
    """A flag with its word; grey where nobody knows one."""
    known = name if name in FLAGS else "grey"
    return Flag(known, gettext(FLAGS[known]))


def flags() -> list[Flag]:
    """Every flag, worst first."""
    return [flag_of(name) for name in FLAGS]


def in_language(words: Mapping[str, str]) -> dict[str, str]:
    """A table of words in the language of just now."""
    return {key: gettext(word) for key, word in words.items()}


def flag_levels(connection: duckdb.DuckDBPyConnection) -> dict[int, tables.Row]:
    """seeds.flag_levels by level: the flag of each, and its degree."""
    found = tables.rows(connection, "select flag_level, flag, degree from seeds.flag_levels order by flag_level")
    return {row["flag_level"]: row for row in found}


def level_word(level: tables.Row) -> str:
    """A flag level in words: amber-low."""
    return gettext(LEVELS[level["flag"], level["degree"]])


def is_research(source_tag: str | None) -> bool:
    """A paper was found for it."""
    return source_tag in ("research", "found")


def basis(source_tag: str | None) -> str:
    """Research only where a paper was found; all else is our rule and can be changed."""
    return gettext("research") if is_research(source_tag) else gettext("our rule")


def reason_name(code: str, measure_name: str | None = None) -> str:
    """The short plain name of a reason; a code without words is shown as it is."""
    if code not in REASONS:
        return code.replace("_", " ").capitalize()
    return gettext(REASONS[code].name).format(measure=measure_name or gettext("Load"))


def reason_limit(code: str, threshold: str | None, level: str | None, window_days: int | None) -> str:
    """From where on the reason is raised; `threshold` with its unit, as text."""
    limit = REASONS[code].limit if code in REASONS else "{}"
    if level == "C2":
        limit = RED_LIMITS.get(code, limit)
    if "{}" in limit:
        return gettext(limit).format(threshold, window=counted(window_days or 0, "day")) if threshold is not None else ""
    return gettext(limit)
