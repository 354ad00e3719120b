"""What a runner is told about their own week: one sentence, and what to do, in the second person and without a code.

The actions are those of marts.athlete_status: what the person's state forbids is not among them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flows.words import sentences
from flows.words.language import N_, gettext
from flows.words.plans import PLAN_OVER

IN_STEP, TOO_LITTLE = N_("Your running and your calf work are in step."), N_("There is too little data to judge your week.")
ONE, TWO = N_("{one}."), N_("{one}, and {two}.")
PAIN_ALLOWED = N_("your Achilles hurts")
LONG_RUN, HIP = N_("your long run jumped"), N_("the single-leg march was left out")
NO_BENT, FEW_BENT = N_("the bent-knee raises were left out"), N_("there were few bent-knee raises")
NO_STRAIGHT, FEW_STRAIGHT = N_("the straight-knee raises were left out"), N_("there were few straight-knee raises")
NO_HEAVY, WEAKER = N_("the heavy calf raises were left out"), N_("one leg is weaker than the other")
HOPS, MORE_LOAD = N_("your hops grew fast"), N_("one run loaded the Achilles far more than usual")

# Why, by code.
CAUSES = {
    "RED_FLAG_RUPTURE": N_("a pop, or a heel that will not rise, can be a torn tendon: it has to be examined today"),
    "PAIN_GATE": N_("your Achilles hurts more than training allows"),
    "OPEN_INJURY": N_("your injury has not healed yet"),
    "PAIN_UNANSWERED": N_("you reported pain, and nothing since"),
    "SYMPTOMS_RISING": N_("your Achilles is stiffer, or does less, than before"),
    "RUN_SESSION_SPIKE_LARGE": LONG_RUN,
    "RUN_NO_BASELINE_30D": N_("your first run after a month was long"),
    "RUN_SESSION_SPIKE_MODERATE": LONG_RUN,
    "RUN_SESSION_SPIKE_SMALL": LONG_RUN,
    "RETURN_AFTER_BREAK": N_("you were back to full distance too soon"),
    "RUN_FAST_SPIKE": N_("you ran fast for longer than usual"),
    "RUN_HILL_SPIKE": N_("you climbed more than usual"),
    "RUN_LOAD_SPIKE": MORE_LOAD,
    "RUN_DURATION_SPIKE": N_("one run took far longer than usual"),
    "FREQ_HIGH_GT5": N_("you had many hard days in a row"),
    "ACWR_HIGH": N_("the last 7 days asked more of you than usual"),
    "TENDON_DETRAIN_28": NO_HEAVY,
    "TENDON_NOT_HEAVY": NO_HEAVY,
    "SOL_STALE": NO_BENT,
    "SOL_ONLY_CREDIT": NO_BENT,
    "SOL_LOW_VOLUME": FEW_BENT,
    "GAST_STALE": NO_STRAIGHT,
    "GAST_LOW_VOLUME": FEW_STRAIGHT,
    "CAPACITY_BELOW_NORM": N_("your calf is weaker than it could be"),
    "GAST_ASYM": WEAKER,
    "SOL_ASYM": WEAKER,
    "PLYO_INTRO_RAPID": HOPS,
    "PLYO_RAMP": HOPS,
    "HIP_STALE": HIP,
    "FOOT_STALE": N_("the foot exercises were left out"),
    "DATA_SET_ASIDE": N_("your data could not be judged today"),
    "DATA_INSUFFICIENT_HISTORY": N_("your running log is still short"),
    "DATA_STALE_SOURCE": N_("nothing came in from you of late"),
    "DATA_NO_STRENGTH_SOURCE": N_("your strength log is missing"),
    "DATA_STRENGTH_BUILDING": N_("your strength log is still short"),
    "DATA_ROWS_REFUSED": N_("part of what you sent could not be read"),
    "DATA_STALE_RUNS": N_("no run came in from you of late"),
    "DATA_STALE_STRENGTH": N_("no strength work came in from you of late"),
}
# Why, by what the state of a person is told with.
STATES = {
    "person.other_injury": N_("you have an injury that has not healed yet"),
    "person.ill": N_("you are just back from illness, or still ill"),
    "person.holiday": N_("you are away, or just back"),
    "person.raced": N_("after your race recovery comes first"),
    "person.back": N_("you are coming back after a break"),
}
EASY_RUN = N_("Swap the next fast session for easy flat running")
NO_RUN_OVER = N_("No run over {ceiling} in the next {spike_active_days:whole_weeks}; only easy running for two days")
NO_LONGER_THAN = N_("No run over {ceiling_time} in the next {spike_active_days:whole_weeks}; only easy running for two days")
SHORTER, SHORT_RUNS = N_("Shorter runs; only easy running for two days"), N_("Short, easy runs, on most days")
BENT_TWICE, STRAIGHT_TWICE = N_("Bent-knee raises on two days this week"), N_("Straight-knee raises on two days this week")
ONE_HEAVY, WEAKER_FIRST = N_("One heavy calf session this week"), N_("Let the weaker leg set the repetitions, and start with it")
TWO_LEGS = N_("Two-leg raises at body weight, as below")
MARCH, FEWER_HOPS = N_("Single-leg march on two days this week"), N_("Fewer hops, and only after easy runs")
EASE_OFF = N_("Ease off, with shorter runs, until the next morning is no worse")
RESTART = N_("Start again in small steps: no run over {ceiling} in the next {spike_active_days:whole_weeks}")

# What to do, by code of seeds.reasons.
TO_DO = {
    "RED_FLAG_RUPTURE": N_("Stop running and calf work: urgent care today"),
    "PAIN_GATE": N_(
        "Fewer and shorter runs, each ended once pain passes {pain_gate} of 10; no speed, hills or jumps; see a clinician"
    ),
    "OPEN_INJURY": N_("Running and calf work as your clinician says"),
    "PAIN_UNANSWERED": N_("Tell your coach how it is now: pain, and the next morning"),
    "SYMPTOMS_RISING": N_("Hold the load, no step up; see a clinician if it gets worse"),
    "RUN_SESSION_SPIKE_LARGE": NO_RUN_OVER,
    "RUN_NO_BASELINE_30D": RESTART,
    "RUN_SESSION_SPIKE_MODERATE": NO_RUN_OVER,
    "RUN_SESSION_SPIKE_SMALL": NO_RUN_OVER,
    "RETURN_AFTER_BREAK": RESTART,
    "RUN_FAST_SPIKE": EASY_RUN,
    "RUN_HILL_SPIKE": N_("Swap the next hill session for easy flat running"),
    "RUN_LOAD_SPIKE": EASY_RUN,
    "RUN_DURATION_SPIKE": NO_LONGER_THAN,
    "FREQ_HIGH_GT5": N_("Add an easy or free day"),
    "ACWR_HIGH": N_("Repeat the distance of the last 7 days before adding more"),
    "TENDON_DETRAIN_28": ONE_HEAVY,
    "SOL_STALE": BENT_TWICE,
    "GAST_STALE": STRAIGHT_TWICE,
    "SOL_LOW_VOLUME": BENT_TWICE,
    "GAST_LOW_VOLUME": STRAIGHT_TWICE,
    "SOL_ONLY_CREDIT": BENT_TWICE,
    "TENDON_NOT_HEAVY": ONE_HEAVY,
    "CAPACITY_BELOW_NORM": N_("Build the weaker calf, on two days a week"),
    "GAST_ASYM": WEAKER_FIRST,
    "SOL_ASYM": WEAKER_FIRST,
    "PLYO_INTRO_RAPID": FEWER_HOPS,
    "PLYO_RAMP": N_("No more hops than before"),
    "HIP_STALE": MARCH,
    "FOOT_STALE": N_("Foot exercises on two or three days this week"),
    "ACHILLES_HISTORY": N_("Note pain and morning stiffness"),
    "INSERTIONAL": N_("Do the raises on the floor, heel never below the toes"),
    "BACK_TO_BACK_HIGH": N_("Let an easy or free day follow"),
    "ACWR_LOW_BASE": SHORT_RUNS,
    "NO_PROGRESS": N_("Add load or repetitions to the calf sets"),
    "PLYO_ABSENT": N_("Start easy pogos after easy runs"),
    "SIDE_ONLY": N_("Log both legs"),
    "BUILD_TOPUP": N_("Work up to more calf sets, week by week"),
    "DATA_SET_ASIDE": N_("Ask your coach: your data could not be judged"),
    "DATA_INSUFFICIENT_HISTORY": N_("Keep logging every run"),
    "FIRST_FILE": N_("Send a file of your watch, or a list of your runs"),
    "DATA_STALE_SOURCE": N_("Check that your watch or app still sends its data"),
    "DATA_NO_STRENGTH_SOURCE": N_("Send your strength log"),
    "DATA_STRENGTH_BUILDING": N_("Log your calf raises as you do them"),
    "DATA_GAP_SUSPECTED": N_("Tell your coach whether the days without data were rest"),
    "DATA_MISSING_DAYS": N_("Send the files of the missing days"),
    "DATA_UNMAPPED_EXERCISE": N_("Tell your coach what your own names of exercises mean"),
    "DATA_NO_INTENSITY": N_("Tell your coach your threshold pace or maximum heart rate"),
    "DATA_NO_CADENCE": N_("Switch cadence on in your watch"),
    "DATA_EFFORT_ASSUMED": N_("Log how hard each calf set was"),
    "DATA_PROFILE_INCOMPLETE": N_("Give your coach what is missing about you"),
    "DATA_DUPLICATE_MERGED": N_("Nothing to do"),
    "DATA_SPORT_ASSUMED": N_("State the sport of your runs in the app"),
    "DATA_REFUSED_UNDATED": N_("Send again the files that could not be read"),
    "DATA_ROWS_REFUSED": N_("Send your log again: part of it could not be read"),
    "DATA_STALE_RUNS": N_("Tell your coach whether you rested, or send the missing runs"),
    "DATA_STALE_STRENGTH": N_("Tell your coach whether you stopped strength work, or send its log"),
    "DATA_RUN_TOTALS": N_("Send the files of your watch, not only the totals"),
    PLAN_OVER: N_("Shorten what is planned for {plan_date:weekday}: it is more than your body is used to"),
    "ON_TRACK": N_("Nothing to change: keep running and calf work in step"),
    "PAIN_ALLOWED": N_("Raises go on, load is held: no step up while it hurts"),
    "PAIN_LONG": N_("See a clinician: it has hurt for weeks; runs get no longer until then"),
    "PAIN_LONG_AWAY": N_("See a clinician: it has hurt for weeks"),
    "AFTER_PAIN": N_("Begin again in small steps, as your clinician says"),
    "AWAY": N_("Once well and back, no catching up"),
    "AFTER_RACE": N_("Recover: easy days, no hard sets"),
    "COMING_BACK": N_("Short, easy runs first"),
    "OTHER_INJURY": N_("Run only as whoever treats your injury says"),
    "DOSE_EASE": TWO_LEGS,
    "DOSE_LIGHT": TWO_LEGS,
    "DOSE_REST": N_("Light calf work at most: two legs at body weight"),
    "DOSE_ENTRY": TWO_LEGS,
    "DOSE_ENTRY_HELD": TWO_LEGS,
    "DOSE_ENTRY_MORE": TWO_LEGS,
    "DOSE_ENTRY_ON": TWO_LEGS,
    "SOL_HELD": BENT_TWICE,
    "HIP_HELD": MARCH,
    "PLYO_HELD": FEWER_HOPS,
    "PAIN_WORSE": EASE_OFF,
    "MORNING_WORSE": EASE_OFF,
    "DATA_CONTRADICTION": N_("Tell your coach which of the contradicting entries is right"),
    "DOSE_BACK": TWO_LEGS,
    "TENDON_HELD": N_("Slow calf raises with the weights of now"),
    "RUN_EASED": SHORTER,
    "RESTART_EASED": SHORT_RUNS,
    "ACWR_EASED": N_("An easier week before adding more"),
}
Row = Mapping[str, Any]


def sentence(status: Row, led: Sequence[Row]) -> str:
    """Why, in one sentence; `led` as for a line about the runner: the raised reasons that lead, in their order."""
    now = [row for row in led if row["family"] == "pain" and row["level"] not in ("history", "info")]
    person = [gettext(STATES[key]) for key in (status["person_message"] or "").split("+") if key in STATES]
    load = [] if status["flag"] == "green" else [row for row in led if row["family"] in ("run", "calf")]
    data = [row for row in led if row["family"] == "data"]
    words = [*map(_cause, now), *person, *map(_cause, data), *map(_cause, load)]
    said = list(dict.fromkeys(word for word in words if word))[:2]
    if not said:
        return gettext(IN_STEP) if status["flag"] == "green" else gettext(TOO_LITTLE)
    # A possible rupture stands alone.
    if len(said) == 1 or led[0]["code"] == "RED_FLAG_RUPTURE":
        return _capital(gettext(ONE).format(one=said[0]))
    return _capital(gettext(TWO).format(one=said[0], two=said[1]))


def to_do(codes: Sequence[tuple[str, str | None]], rules: Row, ceiling_m: float | None, units: str) -> list[str]:
    """What to do this week, each once; a squad's own text stands in place of ours."""
    told = []
    for code, own in codes:
        text = TO_DO.get(code, "")
        unknown = {"{ceiling}": ceiling_m is None, "{ceiling_time}": rules.get("longest_run_ceiling_s") is None}
        if any(is_unknown and name in text for name, is_unknown in unknown.items()):
            text = SHORTER
        told.append(own.rstrip(".") if own else sentences.action(text, rules, ceiling_m, "", units))
    return list(dict.fromkeys(told))


def _cause(row: Row) -> str:
    if row["code"] == "PAIN_GATE" and row["level"] != "red":
        return gettext(PAIN_ALLOWED)
    cause = CAUSES.get(row["code"], "")
    return gettext(cause)


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
