"""Reasons in words: their names and limits, their clauses, and what to do about them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flows.seed_files import seed_rows
from flows.words import links
from flows.words.causes import CAUSES
from flows.words.evidence import EVIDENCE
from flows.words.language import N_, plural_of
from flows.words.message import Message
from flows.words.plans import PLANS

HEADLINES = {
    "headline.in_step": Message(N_("running and calf work in step")),
    "headline.held": Message(N_("held, day {held_days:plain} of {held_dates:plain}")),
}
# All but those about a link.
MESSAGES = EVIDENCE | CAUSES | HEADLINES | PLANS

# An outing within the last week, and an earlier one.
ON_WEEKDAY, ON_DAY = N_("on {weekday}"), N_("on {day}")
RECENT_OUTING, EARLIER_OUTING = N_("{weekday}'s {what}"), N_("the {what} on {day}")

MEASURES = {
    "distance_m": N_("distance"),
    "moving_s": N_("time"),
    "ascent_m": N_("ascent"),
    "fast_steps": N_("fast running"),
    "achilles_load_steps": N_("Achilles load"),
}
# Counted things: the name in a placeholder -> singular, plural.
COUNTED = {
    "days": plural_of("{n} day", "{n} days"),
    "weeks": plural_of("{n} week", "{n} weeks"),
    "months": plural_of("{n} month", "{n} months"),
    "years": plural_of("{n} year", "{n} years"),
    "runs": plural_of("{n} run", "{n} runs"),
    "sets": plural_of("{n} set", "{n} sets"),
    "run_days": plural_of("{n} run day", "{n} run days"),
    "rows": plural_of("{n} row", "{n} rows"),
    "entries": plural_of("{n} entry", "{n} entries"),
    "refused_files": plural_of("{n} refused file", "{n} refused files"),
}
# How people call a stretch of this many days.
SPANS = {
    7: N_("one week"),
    14: N_("two weeks"),
    21: N_("three weeks"),
    28: N_("four weeks"),
    56: N_("two months"),
    60: N_("two months"),
    180: N_("half a year"),
}
HALF, USUAL_LENGTH = N_("half"), N_("their usual length")
ON_THE_FLOOR = N_("on the floor")
JUST_OVER, JUST_UNDER = N_("just over {line}"), N_("just under {line}")


@dataclass(frozen=True)
class Reason:
    """A reason in plain words: its name, and its limit ({} is the threshold with its unit)."""

    name: str
    limit: str = ""


# In place of a value, where a reason is there or is not.
REPORTED = N_("reported")
ABOVE = N_("above {}")
STALE = N_("{} ago or more")

# All codes of seeds.reasons but those whose words a link gives.
REASONS = {
    "RED_FLAG_RUPTURE": Reason(N_("Possible tendon rupture"), N_("a pop, or no heel raise on one leg")),
    "PAIN_GATE": Reason(N_("Pain"), ABOVE),
    "RUN_SESSION_SPIKE_LARGE": Reason(N_("Long run, large jump"), ABOVE),
    "RUN_NO_BASELINE_30D": Reason(N_("Run after 30 days without one"), N_("longer than a restart")),
    "RUN_SESSION_SPIKE_MODERATE": Reason(N_("Long run, moderate jump"), ABOVE),
    "RUN_SESSION_SPIKE_SMALL": Reason(N_("Long run, small jump"), ABOVE),
    "RETURN_AFTER_BREAK": Reason(N_("Back to full distance too soon"), N_("{} or more")),
    "RUN_FAST_SPIKE": Reason(N_("Fast running jumped"), ABOVE),
    "RUN_HILL_SPIKE": Reason(N_("Climbing jumped"), ABOVE),
    "RUN_LOAD_SPIKE": Reason(N_("Achilles load of a run jumped"), ABOVE),
    "RUN_DURATION_SPIKE": Reason(N_("Time of a run jumped"), ABOVE),
    "FREQ_HIGH_GT5": Reason(N_("Many hard days"), N_("more than {}")),
    "ACWR_HIGH": Reason(N_("{measure} rising"), ABOVE),
    "TENDON_DETRAIN_28": Reason(N_("Heavy calf raises stopped"), N_("more than {} ago")),
    "SOL_ONLY_CREDIT": Reason(N_("Only straight-knee raises"), STALE),
    "CAPACITY_BELOW_NORM": Reason(N_("Fewer heel raises than usual"), N_("fewer than {}")),
    "GAST_ASYM": Reason(N_("Straight-knee sets: one leg weaker"), N_("below {} of the other leg")),
    "SOL_ASYM": Reason(N_("Bent-knee sets: one leg weaker"), N_("below {} of the other leg")),
    "PLYO_INTRO_RAPID": Reason(N_("Hops started fast"), N_("more than {} in the first session")),
    "PLYO_RAMP": Reason(N_("Hops raised fast"), N_("more than {}")),
    "ACHILLES_HISTORY": Reason(N_("Achilles trouble before"), N_("within {}")),
    "INSERTIONAL": Reason(N_("Trouble at the heel bone"), N_("reported for that place")),
    "BACK_TO_BACK_HIGH": Reason(N_("Hard days back to back"), N_("two in a row")),
    "ACWR_LOW_BASE": Reason(N_("{measure}: too little before to compare with"), N_("too little in the three weeks before")),
    "NO_PROGRESS": Reason(N_("No progress in calf sets"), N_("below {} of those before")),
    "PLYO_ABSENT": Reason(N_("Fast running without hops"), N_("fast running, and no hop")),
    "BUILD_TOPUP": Reason(N_("Calf work to be built up with the load"), N_("below {}")),
    "SIDE_ONLY": Reason(N_("One leg logged alone"), N_("fewer than {}")),
    "OPEN_INJURY": Reason(N_("Open injury"), N_("any")),
    "PAIN_UNANSWERED": Reason(N_("No word since pain"), N_("{} without a report")),
    "SYMPTOMS_RISING": Reason(N_("Symptoms rising"), N_("from {} on")),
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
    "DATA_CONTRADICTION": Reason(N_("Files that contradict each other"), N_("any")),
    "DATA_DUPLICATE_MERGED": Reason(N_("Same run from two files"), N_("any; each run is counted once")),
    "DATA_REFUSED_UNDATED": Reason(N_("Refused files without a day"), N_("any")),
    "DATA_ROWS_REFUSED": Reason(N_("Rows that could not be read"), N_("any")),
    "DATA_STALE_RUNS": Reason(N_("Running log silent"), STALE),
    "DATA_STALE_STRENGTH": Reason(N_("Strength log silent"), STALE),
    "DATA_RUN_TOTALS": Reason(N_("Runs known by totals alone"), N_("any")),
    "ON_TRACK": Reason(N_("Nothing raised")),
    "PLACE_STEP": Reason(N_("Where calf raises are done")),
    "PLACE_FLOOR": Reason(N_("Where they are done with trouble at the heel")),
    "PAIN_ALLOWED": Reason(N_("Pain that training allows")),
    "MORNING_WORSE": Reason(N_("After a worse morning")),
    "PAIN_WORSE": Reason(N_("Such pain after a worse morning")),
    "PAIN_LONG": Reason(N_("Such pain for weeks")),
    "PAIN_LONG_AWAY": Reason(N_("Such pain for weeks, while away")),
    "AFTER_PAIN": Reason(N_("Pain that is over, while its flag is held")),
    "AWAY": Reason(N_("Ill or away, or just back")),
    "AFTER_RACE": Reason(N_("After a race")),
    "FIRST_FILE": Reason(N_("The first file")),
    "DOSE_BACK": Reason(N_("Calf work on the way back")),
    "ACWR_EASED": Reason(N_("A rising week, said gently")),
    "RESTART_EASED": Reason(N_("A restart, said gently")),
    "RUN_EASED": Reason(N_("A jump in running, said gently")),
    "TENDON_HELD": Reason(N_("Heavy calf work where load is held")),
    "COMING_BACK": Reason(N_("Coming back to running")),
    "OTHER_INJURY": Reason(N_("Open injury of another place")),
    "DOSE_EASE": Reason(N_("Calf work beside pain")),
    "DOSE_LIGHT": Reason(N_("Calf work of the young")),
    "DOSE_REST": Reason(N_("Calf work after a race")),
    "DOSE_ENTRY": Reason(N_("Calf work that begins anew")),
    "DOSE_ENTRY_ON": Reason(N_("Calf work that has just begun")),
    "DOSE_ENTRY_MORE": Reason(N_("Calf work of which little was done yet")),
    "DOSE_ENTRY_HELD": Reason(N_("The same while load is held")),
    "SOL_HELD": Reason(N_("Bent-knee work while load is held")),
    "HIP_HELD": Reason(N_("Hip work while load is held")),
    "PLYO_HELD": Reason(N_("Hops while load is held")),
}
# In place of a name that says that it was done before.
NEVER_DONE = {"TENDON_DETRAIN_28": N_("No heavy calf raises logged")}
# In place of STALE for a limit that must be exceeded, not only reached.
STALE_BEYOND = N_("more than {} ago")
# The limit of a reason, by what it tells of a link.
OF_A_LINK = {"late": STALE, "few_sets": N_("below {}")}


def all_reasons() -> dict[str, Reason]:
    """The words of every code of seeds.reasons."""
    return REASONS | {code: Reason(name, OF_A_LINK[tells]) for code, (tells, name) in links.names().items()}


def reason_of(code: str) -> Reason | None:
    """The words of one code; None if it has none."""
    return REASONS.get(code) or all_reasons().get(code)


def all_messages() -> dict[str, Message]:
    """Every message that a model can name."""
    return MESSAGES | links.messages()


def seed_texts(seed: str, key: str, text: str) -> dict[str, str]:
    """The English texts in a column of a seed, by the seed's key."""
    return {row[key]: row[text] for row in seed_rows(seed)}


def action_texts() -> dict[str, str]:
    """What to do about each reason, by its code: the default text."""
    return seed_texts("reasons", "code", "action")


def said() -> Iterator[tuple[str, str]]:
    """Every text of this catalogue as (singular, plural); the plural is empty if there is only one form."""
    for message in all_messages().values():
        yield message.text, message.many
        if message.outing:
            yield message.outing, ""
    yield from COUNTED.values()
    for reason in all_reasons().values():
        for text in (reason.name, reason.limit):
            if text:
                yield text, ""
    others = (MEASURES, SPANS, NEVER_DONE, {"": STALE_BEYOND}, action_texts(), links.works())
    for texts in others:
        for text in texts.values():
            yield text, ""
    for text in (
        REPORTED,
        ON_WEEKDAY,
        ON_DAY,
        RECENT_OUTING,
        EARLIER_OUTING,
        HALF,
        USUAL_LENGTH,
        ON_THE_FLOOR,
        JUST_OVER,
        JUST_UNDER,
    ):
        yield text, ""
