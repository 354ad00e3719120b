"""The words of the pages: flags, states and reasons as a coach reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from dashboards import tables
from flows.words.language import N_, gettext, spoken
from flows.words.reasons import NEVER_DONE, STALE, STALE_BEYOND, reason_of


@dataclass(frozen=True)
class Flag:
    """A flag and its word; the pages add a shape, so that it is never colour alone."""

    name: str
    word: str


GERMAN = "de"

# Worst first. Grey does not mean fine, so it comes before green.
FLAGS = {"red": N_("Act today"), "amber": N_("Watch"), "grey": N_("Not assessed"), "green": N_("On track")}

NOTHING_KNOWN = N_("Nothing is known about this runner yet.")

RUN_LEVELS = {
    "R0": N_("running steady"),
    "RW": N_("running load rising"),
    "R1": N_("running load jumped"),
    "R2": N_("running load jumped far"),
    "unknown": N_("running not assessed"),
}
# Who logged no run has not run steadily.
SILENT, RUN_LOG_SILENT = "DATA_STALE_RUNS", N_("running log silent")
CAPACITY_LEVELS = {
    "C0": N_("calf work on track"),
    "C1": N_("calf work slipping"),
    "C2": N_("calf work lagging"),
    "building": N_("calf log still short"),
    "unknown": N_("calf work not known"),
}

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

# How a flag changed since the day before.
CHANGES = {
    "new": N_("new"),
    "worse": N_("worse"),
    "better": N_("better"),
    "cleared": N_("cleared"),
    "lost": N_("no longer assessed"),
}

MODES = {
    "maintain": N_("keeping up (the usual limits)"),
    "build": N_("building up (limits are stricter)"),
    "taper": N_("race is near (limits are wider)"),
    "rehab": N_("after Achilles trouble (limits are stricter)"),
}

BINDING_RULES = {
    "longest run": N_(
        "Longest run: {spike_small_percent} % of the longest of the last 30 days (of those before a jump, while one counts)."
    ),
    "week distance": N_("Week: at most {acwr_high} × the usual distance."),
    "week moving time": N_("Week: at most {acwr_high} × the usual time."),
    "week already passed": N_(
        "The last 7 days are already more than {acwr_high} × the three weeks before: easier days come "
        "first, and a run as long as this only after them."
    ),
    "load is held": N_("Load is held: the usual week and the longest run of late, and no more."),
    "comeback": N_("Back after a break: for {spike_active_days} days no run is longer than a fair restart."),
    "restart": N_(
        "No run in more than three weeks: this is the length of a fair restart. A room for the week "
        "comes with the first weeks back."
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


# Words in the warehouse that the pages print: about runs, sets, reports and files.
VOCABULARY = (
    *(N_("high"), N_("medium"), N_("low")),
    *(N_("left"), N_("right"), N_("both")),
    *(N_("straight"), N_("bent"), N_("seated")),
    *(N_("symptoms"), N_("injury"), N_("illness"), N_("holiday"), N_("race"), N_("missing")),
    *(N_("achilles midportion"), N_("achilles insertion"), N_("achilles"), N_("calf"), N_("foot"), N_("other")),
    *(N_("pop"), N_("cannot raise"), N_("examined")),
    *(N_("min"), N_("points")),
    *(N_("run"), N_("walk"), N_("hike"), N_("stated"), N_("by name"), N_("by speed"), N_("by cadence")),
    *(N_("report"), N_("counted"), N_("the most before it"), N_("sets"), N_("the run")),
    *(N_("steps"), N_("building"), N_("unknown"), N_("research"), N_("house rule")),
)


# Where a word of the warehouse says little to a reader.
PLAINER = {"soft": N_("slightly bent")}


def translated(text: str | None) -> str | None:
    """A text of the warehouse in the current language, or in plainer words; unchanged if no catalogue has it."""
    return gettext(PLAINER.get(text, text)) if text else text


def flag_of(name: str | None) -> Flag:
    """A flag with its word; grey if the flag is unknown."""
    known = name if name in FLAGS else "grey"
    return Flag(known, gettext(FLAGS[known]))


def flags() -> list[Flag]:
    """All flags, worst first."""
    return [flag_of(name) for name in FLAGS]


def in_language(words: Mapping[str, str]) -> dict[str, str]:
    """A table of words in the current language."""
    return {key: gettext(word) for key, word in words.items()}


def run_words(status: tables.Row) -> dict[str, str]:
    """RUN_LEVELS as they hold for one status: without a run for long, the lowest level is silence."""
    return RUN_LEVELS | ({"R0": RUN_LOG_SILENT} if SILENT in (status["reasons"] or []) else {})


def flag_levels(connection: duckdb.DuckDBPyConnection) -> dict[int, tables.Row]:
    """seeds.flag_levels by level: its flag and degree."""
    found = tables.rows(connection, "select flag_level, flag, degree from seeds.flag_levels order by flag_level")
    return {row["flag_level"]: row for row in found}


def level_word(level: tables.Row) -> str:
    """A flag level in words: amber-low."""
    return gettext(LEVELS[level["flag"], level["degree"]])


def is_research(source_tag: str | None) -> bool:
    """Whether its number stands in a paper."""
    return source_tag == "research"


def basis(source_tag: str | None) -> str:
    """In words: "research" if its number stands in a paper, else "our rule", which a squad can change."""
    return gettext("research") if is_research(source_tag) else gettext("our rule")


def reason_name(code: str, measure_name: str | None = None, is_never_done: bool = False) -> str:
    """The short plain name of a reason; an unknown code is shown as words. What was never done has not stopped."""
    if is_never_done and code in NEVER_DONE:
        return gettext(NEVER_DONE[code])
    reason = reason_of(code)
    if reason is None:
        return code.replace("_", " ").capitalize()
    return gettext(reason.name).format(measure=measure_name or gettext("Load"))


def doubts(codes: Sequence[str] | None) -> str:
    """Why confidence is not high, within a sentence: gap in the data, strength log silent."""
    names = [reason_name(code) for code in codes or ()]
    # A German one mostly begins with a noun.
    return ", ".join(names if spoken() == GERMAN else [uncapitalised(name) for name in names])


def uncapitalised(words: str) -> str:
    """Words as they stand within a sentence: only the first letter is made small, for German nouns keep theirs."""
    return f"{words[:1].lower()}{words[1:]}"


def reason_limit(code: str, threshold: str | None, comparison: str | None) -> str:
    """The limit at which a reason is raised, in words; `threshold` is text with its unit."""
    reason = reason_of(code)
    limit = reason.limit if reason else "{}"
    if limit == STALE and comparison == ">":
        limit = STALE_BEYOND
    if "{}" in limit:
        return gettext(limit).format(threshold) if threshold is not None else ""
    return gettext(limit)
