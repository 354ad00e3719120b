"""One line about a runner: why in at most twelve words, and what to do in at most eight.

Only what leads the headline and the next action is said here, in fewer words; what the state forbids was left out before.
The words are counted in English; another language says the same parts, as far as their letters have room on one line.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

from flows.words import sentences
from flows.words.amounts import MINUTE_S, plain, whole_down
from flows.words.language import ENGLISH, N_, gettext, ngettext, plural_of, speaking, spoken
from flows.words.message import Message, one_or_many
from flows.words.plans import PLAN_OVER

REASON_WORDS, ACTION_WORDS = 12, 8
LINE_LETTERS = 60  # as many have room on one line of a page 1440 pixels wide, and on two of a phone's
IN_STEP, TOO_LITTLE = N_("running and calf work in step"), N_("too little data to judge")
HELD = N_("held, day {held_days:plain} of {held_dates:plain}")
LEGS = {"leg.left": N_("{clause} (left)"), "leg.right": N_("{clause} (right)")}

# By message key: what each says in few words. A chain of keys says its first, then whichever of the others stands here.
PAIN = {
    "pain.score": Message(N_("pain {pain} of 10 {report_date:on_day}")),
    "pain.score_left": Message(N_("pain {pain} of 10 {report_date:on_day} (left)")),
    "pain.score_right": Message(N_("pain {pain} of 10 {report_date:on_day} (right)")),
    "pain.worse_morning": Message(N_("worse the next morning")),
    "mornings.two": Message(N_("worse on {reports} mornings")),
    "rupture.pop": Message(N_("sudden pop {rupture_date:on_day}, not examined")),
    "rupture.no_heel_raise": Message(N_("could not rise on one leg {rupture_date:on_day}")),
    "rupture.run_after": Message(N_("ran {run_after_date:on_day}")),
    "unanswered.pain": Message(N_("pain {pain} of 10 {report_date:on_day}: how now?")),
    "unanswered.morning": Message(N_("worse the morning after {report_date:short_day}: how now?")),
    "stiffness.now": Message(N_("{stiffness_s:minutes} of morning stiffness {report_date:on_day}")),
    "stiffness.rose": Message(N_("morning stiffness up by {rise_s:minutes}")),
    "visa.fell": Message(N_("VISA-A score down by {fall}")),
    "injury.achilles": Message(N_("Achilles injury open since {onset_date:short_day}")),
    "injury.achilles_left": Message(N_("Achilles injury open since {onset_date:short_day} (left)")),
    "injury.achilles_right": Message(N_("Achilles injury open since {onset_date:short_day} (right)")),
    "injury.insertion": Message(N_("Achilles injury open since {onset_date:short_day} (at the heel bone)")),
    "injury.insertion_left": Message(N_("Achilles injury open since {onset_date:short_day} (left, at the heel bone)")),
    "injury.insertion_right": Message(N_("Achilles injury open since {onset_date:short_day} (right, at the heel bone)")),
    "injury.other": Message(N_("{site:site} injury open since {onset_date:short_day}")),
    "injury.other_left": Message(N_("{site:site} injury open since {onset_date:short_day} (left)")),
    "injury.other_right": Message(N_("{site:site} injury open since {onset_date:short_day} (right)")),
    "injury.runs_since": one_or_many("runs", plural_of("{runs} run since", "{runs} runs since")),
}
# "3 runs since": since what, the clause before it says.
LEANING = {"injury.runs_since"}
PERSON = {
    "person.other_injury": Message(N_("another injury open since {onset_date:short_day}")),
    "person.ill": Message(N_("ill until {until_date:short_day}")),
    "person.holiday": Message(N_("away until {until_date:short_day}")),
    "person.ill_and_holiday": Message(N_("ill until {until_date:short_day}, away until {holiday_until_date:short_day}")),
    "person.race_while_ill": Message(N_("race {ill_race_date:on_day} inside the illness")),
    "person.morning_worse": Message(N_("worse the morning after {morning_date:short_day}")),
    "person.ran_while_ill": Message(N_("ran while ill {ill_run_date:on_day}")),
    "person.raced": Message(N_("race {race_date:on_day}")),
    "person.healed": Message(N_("injury over since {healed_date:short_day}")),
    "person.back": Message(N_("back since {back_date:short_day} after {rest_days:stretch} off")),
}
RUNNING = {
    "spike.after_pause": Message(N_("{distance_m:about} {outing_date:on_day}, first run in a month")),
    "spike.after_pause_beside_usual": Message(N_("{distance_m:about} {outing_date:on_day}, first run in a month")),
    "spike.distance_m": Message(N_("{distance_m:about} {outing_date:on_day}, usually {before_distance_m:bare}")),
    "spike.moving_s": Message(N_("{moving_s:minutes} {outing_date:on_day}, usually {before_moving_s:bare_minutes}")),
    "spike.ascent_m": Message(N_("{ascent_m:metres} uphill {outing_date:on_day}, usually {before_ascent_m:steps}")),
    "spike.fast_steps": Message(N_("{fast_steps:rough} fast steps {outing_date:on_day}, usually {before_fast_steps:rough}")),
    "spike.fast_steps_by_totals": Message(
        N_("{fast_steps:rough} fast steps {outing_date:on_day}, usually {before_fast_steps:rough}")
    ),
    "spike.achilles_load_steps": Message(N_("Achilles load {ratio:rise} higher {outing_date:on_day}")),
    "spike.first_ascent_m": Message(N_("first hills in a month {outing_date:on_day}")),
    "spike.first_fast_steps": Message(N_("first fast running in a month {outing_date:on_day}")),
    "spike.first_fast_steps_by_totals": Message(N_("first fast running in a month {outing_date:on_day}")),
    "acwr.moving_s": Message(N_("{ratio:rise} more running time in 7 days")),
    "acwr.fast_steps": Message(N_("{ratio:rise} more fast running in 7 days")),
    "acwr.achilles_load_steps": Message(N_("{ratio:rise} more Achilles load in 7 days")),
    "frequency.high_load_days": Message(N_("{high_load} hard days out of 7")),
    "return.full_length": Message(N_("{distance_m:about} {outing_date:on_day} after light weeks")),
}
CALF = {
    "clock.since": Message(N_("no {link:work} for {days:stretch}")),
    "clock.frozen": Message(N_("no {link:work} since {last_date:short_day}")),
    "clock.never": Message(N_("no {link:work} logged in {log_days:stretch}")),
    "clock.never_any": Message(N_("no hard calf work logged in {log_days:stretch}")),
    "clock.since_read": Message(N_("no {link:work} read for {days:stretch}")),
    "clock.never_read": Message(N_("no {link:work} that could be read")),
    "clock.never_any_read": Message(N_("no hard calf work that could be read")),
    "sides.left_weaker": Message(N_("left calf at {share} of the right")),
    "sides.right_weaker": Message(N_("right calf at {share} of the left")),
    "test.left": one_or_many(
        "heel_raises",
        plural_of(
            "{heel_raises} heel raise on the left, usually {norm}", "{heel_raises} heel raises on the left, usually {norm}"
        ),
    ),
    "test.right": one_or_many(
        "heel_raises",
        plural_of(
            "{heel_raises} heel raise on the right, usually {norm}", "{heel_raises} heel raises on the right, usually {norm}"
        ),
    ),
    "jumps.ramp": Message(N_("{contacts} hops {session_date:on_day}, at most {most_before} before")),
    "jumps.first": Message(N_("{contacts} hops {session_date:on_day}, the first day")),
}
FEW_RAISES = N_("few {link:work} in 4 weeks")
# Where straight-knee sets alone keep the number of sets up.
ONLY_STRAIGHT = {
    "clock.since": N_("only straight-knee raises for {days:stretch}"),
    "clock.frozen": N_("only straight-knee raises since {last_date:short_day}"),
    "clock.never": N_("only straight-knee raises in {log_days:stretch}"),
}
DATA = {
    "set_aside.table": Message(N_("today's data failed a check")),
    "set_aside.day": Message(N_("today's data failed a check")),
    "record.no_run": Message(N_("no run on file yet")),
    "record.more_days": Message(N_("new: {days} of history, {more} to go")),
    "record.more_runs": Message(N_("new: {runs:runs}, {more} to go")),
    "gap.suspected": Message(N_("no data on {days}: rest or lost?")),
    "stale.silent": Message(N_("no data for {days:stretch}")),
    "stale_runs.silent": Message(N_("no run for {days:stretch}")),
    "stale_strength.silent": Message(N_("strength log {days:stretch} old")),
    "strength_log.none": Message(N_("no strength log: calf work unknown")),
    "strength_log.began": Message(N_("strength log began {days} ago")),
    "strength_log.no_set": Message(N_("no set logged in 4 weeks")),
    "strength_log.unmapped": one_or_many(
        "unmapped", plural_of("{unmapped} set of unknown exercises", "{unmapped} sets of unknown exercises")
    ),
    "data.known_days": Message(N_("{known} of {window_days} known")),
    "refused.runs": Message(N_("runs unreadable on {days}")),
    "refused.not_compared": Message(N_("an earlier run could not be read")),
    "refused.sets": Message(N_("strength log: {rows:rows} unreadable")),
    "refused.reports": Message(N_("pain or injury: {rows:rows} unreadable")),
    "refused.marks": Message(N_("marks.csv: {rows:rows} unreadable")),
    "refused.undated": Message(N_("{files:refused_files} without a day")),
}
CLAUSES = PAIN | PERSON | RUNNING | CALF | DATA

TWO_LEGS, NO_CATCHING_UP = N_("two-leg raises at body weight"), N_("once back, no catching up")
MAX, SHORTER, SHORT_RUNS = N_("max {ceiling}"), N_("shorter runs"), N_("short, easy runs")
MAX_A_RUN, RESTART = N_("max {ceiling} a run"), N_("restart: max {ceiling} a run")
MAX_TIME_A_RUN, MAX_TIME = N_("max {ceiling_time} a run"), N_("max {ceiling_time}")
EASY_TWO_DAYS = N_("shorter runs, easy for 2 days")
EASY_NOT_FAST, EASY_NOT_HILLS = N_("easy instead of speed"), N_("flat instead of hills")
BENT, STRAIGHT = N_("bent-knee raises 2× this week"), N_("straight-knee raises 2× this week")
EASY_UNTIL = N_("easy days until {easy_until_date:short_day}")
MARCH, HEAVY = N_("single-leg march this week"), (N_("one heavy calf session this week"), N_("one heavy calf session"))
EASE_OFF = N_("ease off until mornings are better")
WEAKER, FEWER_HOPS = N_("start with the weaker leg"), N_("fewer hops")

SHORTEN = N_("shorten the plan for {plan_date:weekday}")
DATED = {EASY_UNTIL, SHORTEN}  # these name a day

# By code: what to do, the fuller form first.
ACTIONS: dict[str, tuple[str, ...]] = {
    "RED_FLAG_RUPTURE": (N_("no running; urgent care today"),),
    "PAIN_GATE": (N_("run less; see a clinician"),),
    "OPEN_INJURY": (N_("as the clinician says"),),
    "PAIN_UNANSWERED": (N_("ask how the pain is now"),),
    "SYMPTOMS_RISING": (N_("hold the load"),),
    "RUN_SESSION_SPIKE_LARGE": (MAX_A_RUN, MAX),
    "RUN_NO_BASELINE_30D": (RESTART, MAX),
    "RUN_SESSION_SPIKE_MODERATE": (MAX_A_RUN, MAX),
    "RUN_SESSION_SPIKE_SMALL": (MAX_A_RUN, MAX),
    "RETURN_AFTER_BREAK": (RESTART, MAX),
    "RUN_FAST_SPIKE": (EASY_NOT_FAST,),
    "RUN_HILL_SPIKE": (EASY_NOT_HILLS,),
    "RUN_LOAD_SPIKE": (EASY_NOT_FAST,),
    "RUN_DURATION_SPIKE": (MAX_TIME_A_RUN, MAX_TIME),
    "FREQ_HIGH_GT5": (N_("add an easy day"),),
    "ACWR_HIGH": (N_("repeat the last 7 days"),),
    "TENDON_DETRAIN_28": HEAVY,
    "SOL_STALE": (BENT,),
    "GAST_STALE": (STRAIGHT,),
    "SOL_LOW_VOLUME": (BENT,),
    "GAST_LOW_VOLUME": (STRAIGHT,),
    "SOL_ONLY_CREDIT": (BENT,),
    "TENDON_NOT_HEAVY": HEAVY,
    "CAPACITY_BELOW_NORM": (N_("build the weaker calf"),),
    "GAST_ASYM": (WEAKER,),
    "SOL_ASYM": (WEAKER,),
    "PLYO_INTRO_RAPID": (N_("fewer hops, then more by the week"), FEWER_HOPS),
    "PLYO_RAMP": (N_("no more hops than before"),),
    "HIP_STALE": (MARCH,),
    "FOOT_STALE": (N_("foot work this week"),),
    "ACHILLES_HISTORY": (N_("note pain and morning stiffness"),),
    "INSERTIONAL": (N_("raises on the floor only"),),
    "BACK_TO_BACK_HIGH": (N_("an easy day next"),),
    "ACWR_LOW_BASE": (SHORT_RUNS,),
    "NO_PROGRESS": (N_("add load to calf sets"),),
    "PLYO_ABSENT": (N_("start easy pogos"),),
    "SIDE_ONLY": (N_("log both legs"),),
    "BUILD_TOPUP": (N_("more calf sets each week"),),
    "DATA_SET_ASIDE": (N_("see the data-quality page"),),
    "DATA_INSUFFICIENT_HISTORY": (N_("keep logging"),),
    "FIRST_FILE": (N_("send a watch file or runs.csv"),),
    "DATA_STALE_SOURCE": (N_("ask whether the watch still syncs"),),
    "DATA_NO_STRENGTH_SOURCE": (N_("ask for the strength log"),),
    "DATA_STRENGTH_BUILDING": (N_("keep logging calf raises"),),
    "DATA_GAP_SUSPECTED": (N_("ask: rest, or lost data?"),),
    "DATA_MISSING_DAYS": (N_("find the missing export"),),
    "DATA_UNMAPPED_EXERCISE": (N_("rename the unknown exercises"),),
    "DATA_NO_INTENSITY": (N_("give threshold pace or maximum heart rate"),),
    "DATA_NO_CADENCE": (N_("switch cadence on"),),
    "DATA_EFFORT_ASSUMED": (N_("log effort with calf sets"),),
    "DATA_PROFILE_INCOMPLETE": (N_("fill in squad.csv"),),
    "DATA_DUPLICATE_MERGED": (N_("nothing to do"),),
    "DATA_SPORT_ASSUMED": (N_("state the sport of the run"),),
    "DATA_REFUSED_UNDATED": (N_("send the refused files again"),),
    "DATA_ROWS_REFUSED": (N_("mend the refused rows"),),
    "DATA_STALE_RUNS": (N_("ask: rest, or lost runs?"),),
    "DATA_STALE_STRENGTH": (N_("ask: no strength work, or log lost?"), N_("ask: strength log lost?")),
    "DATA_RUN_TOTALS": (N_("send the watch's own files"),),
    "ON_TRACK": (N_("nothing to change"),),
    PLAN_OVER: (SHORTEN,),
    "PAIN_ALLOWED": (N_("raises go on, hold the load"), N_("hold the load")),
    "PAIN_LONG": (N_("see a clinician, no longer runs"),),
    "PAIN_LONG_AWAY": (N_("see a clinician"),),
    "AFTER_PAIN": (N_("begin again in small steps"),),
    "AWAY": (NO_CATCHING_UP,),
    "AFTER_RACE": (EASY_UNTIL, N_("easy days after the race")),
    "COMING_BACK": (N_("short, easy runs first"),),
    "OTHER_INJURY": (N_("run only as the clinician says"),),
    "DOSE_EASE": (TWO_LEGS,),
    "DOSE_LIGHT": (TWO_LEGS,),
    "DOSE_REST": (N_("light calf work at most"),),
    "DOSE_ENTRY": (TWO_LEGS,),
    "DOSE_ENTRY_HELD": (TWO_LEGS,),
    "DOSE_ENTRY_MORE": (TWO_LEGS,),
    "DOSE_ENTRY_ON": (TWO_LEGS,),
    "SOL_HELD": (BENT,),
    "HIP_HELD": (MARCH,),
    "PLYO_HELD": (FEWER_HOPS,),
    "PAIN_WORSE": (EASE_OFF,),
    "MORNING_WORSE": (EASE_OFF,),
    "DATA_CONTRADICTION": (N_("correct the contradicting rows"),),
    "DOSE_BACK": (TWO_LEGS,),
    "TENDON_HELD": (N_("slow calf raises, weights of now"),),
    "RUN_EASED": (EASY_TWO_DAYS, SHORTER),
    "RESTART_EASED": (SHORT_RUNS,),
    "ACWR_EASED": (N_("an easier week first"),),
}
# What such a state asks for is said alone: nothing else is asked for beside it.
ALONE = {"RED_FLAG_RUPTURE", "PAIN_GATE", "OPEN_INJURY", "AWAY", "AFTER_RACE"}
# Of these it is told for how many days nothing came in.
SILENT = {"DATA_STALE_STRENGTH", "DATA_STALE_SOURCE"}
# A limit of a run that is not known.
NO_CEILING = N_("no run longer than usual")
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Clause:
    """A part of a reason; one that `leans` means nothing without the part before it."""

    text: str
    leans: bool = False


def reason(status: Row, led: Sequence[Row], held_dates: float) -> str:
    """Why, in at most REASON_WORDS words: state of the person, then data that decide, then running and calf work.

    In another language than English also in LINE_LETTERS letters, unless the first part alone is longer.

    `led`: the raised reasons that lead the headline, in its order, and those about data that an action answers.
    """
    with speaking(ENGLISH):
        counted = _clauses(status, led, held_dates)
    kept = _kept(counted, REASON_WORDS, keep_last=bool(status["held_days"]))
    if spoken() == ENGLISH:
        return _line([counted[place].text for place in kept])
    said = _clauses(status, led, held_dates)
    return _line([said[place].text for place in _in_one_line(said, kept)])


def action(codes: Sequence[tuple[str, str | None]], days: Row, ceiling_m: float | None, units: str, today: date) -> str:
    """What to do, in at most ACTION_WORDS words: the first actions of `codes` that fit.

    Beside each code stands its text, filled in, if it is a squad's own or has no few words here; it is cut if it is long.
    """
    ceiling = "" if ceiling_m is None else whole_down(ceiling_m, units)
    wanted = codes[:1] if codes and codes[0][0] in ALONE else codes
    unknown = {MAX_A_RUN, MAX, RESTART} if ceiling_m is None else set()
    ceiling_s = days.get("longest_run_ceiling_s")
    time = "" if ceiling_s is None else f"{plain(ceiling_s // MINUTE_S)} min"
    unknown |= {MAX_TIME_A_RUN, MAX_TIME} if ceiling_s is None else set()
    unknown |= {EASY_UNTIL} if days.get("easy_until_date") is None else set()
    forms = [_forms(code, own, unknown) for code, own in wanted]

    def told(form: str) -> str:
        text = gettext(form).replace("{ceiling}", ceiling).replace("{ceiling_time}", time)
        return sentences.fill(text, days, units, today) if form in DATED else text

    with speaking(ENGLISH):
        choice = next(
            (
                chosen
                for number in range(min(len(forms), 2), 0, -1)
                for chosen in product(*forms[:number])
                if sum(len(told(form).split()) for form in chosen) <= ACTION_WORDS
            ),
            (),
        )
    return _line(list(dict.fromkeys(told(form) for form in choice)))


def _clauses(status: Row, led: Sequence[Row], held_dates: float) -> list[Clause]:
    """Everything that could be said, what matters most first; in the current language."""
    units, today = status["units"], status["load_date"]
    pain = [row for row in led if row["family"] == "pain" and row["level"] not in ("history", "info")]
    asked = [row for row in led if row["code"] == "PAIN_UNANSWERED" and row["level"] == "info"]
    data = [row for row in led if row["family"] == "data"]
    silent = {_facts(row).get("days") for row in data if row["code"] in SILENT}
    load = [row for row in led if row["family"] in ("run", "calf") and not _is_said_by_silence(row, silent)]
    person = [{"message": status["person_message"], "facts": status["person_facts"]}] if status["person_message"] else []
    is_green = status["flag"] == "green"
    rows = [*pain, *asked, *person, *data, *([] if is_green else load)]
    clauses = list(dict.fromkeys(clause for row in rows for clause in _of_reason(row, units, today)))
    if not clauses:
        clauses = [Clause(gettext(IN_STEP) if is_green else gettext(TOO_LITTLE))]
    if status["held_days"] and not is_green:
        clauses.append(Clause(sentences.fill(gettext(HELD), {**status, "held_dates": held_dates}, units, today)))
    return clauses


def _is_said_by_silence(row: Row, silent_days: Collection[int | None]) -> bool:
    """Whether calf work was last done when the log fell silent: "19 days" need not be said twice."""
    return row["family"] == "calf" and row["message"].startswith("clock.") and _facts(row).get("days") in silent_days


def _facts(row: Row) -> dict[str, Any]:
    return dict(json.loads(row["facts"]) if isinstance(row["facts"], str) else row["facts"])


def _of_reason(row: Row, units: str, today: date) -> list[Clause]:
    """The short clauses of one reason."""
    facts = _facts(row)
    first, *others = row["message"].split("+")
    if first.startswith("volume."):
        text, facts = gettext(FEW_RAISES), facts | {"link": first.removeprefix("volume.")}
    elif "clock.fed_by_credit" in others and first in ONLY_STRAIGHT:
        text = gettext(ONLY_STRAIGHT[first])
    elif first in CLAUSES:
        text = _text(CLAUSES[first], facts)
    else:
        return []
    clause = sentences.fill(text, facts, units, today)
    for key in others:
        if key in LEGS:
            clause = gettext(LEGS[key]).format(clause=clause)
    more = [(key, sentences.fill(_text(CLAUSES[key], facts), facts, units, today)) for key in others if key in CLAUSES]
    return [Clause(clause), *(Clause(text, key in LEANING) for key, text in more)]


def _text(message: Message, facts: Row) -> str:
    return ngettext(message.text, message.many, facts[message.count]) if message.many else gettext(message.text)


def _kept(clauses: Sequence[Clause], most: int, keep_last: bool) -> list[int]:
    """Which clauses are said: each that still fits, in their order; the first always, and with `keep_last` the last too.

    One that leans on the clause before it is not said without that.
    """
    words = [len(clause.text.split()) for clause in clauses]
    last = len(words) - 1
    left = most - (words[last] if keep_last else 0)
    kept: list[int] = []
    for place, count in enumerate(words):
        if keep_last and place == last:
            kept.append(place)
        elif count <= left and (not clauses[place].leans or place - 1 in kept):
            kept.append(place)
            left -= count
    return kept


def _in_one_line(clauses: Sequence[Clause], kept: Sequence[int]) -> list[int]:
    """Which of the kept clauses have room in LINE_LETTERS letters; the first always, and none that leans on one left out."""
    told = list(kept[:1])
    for place in kept[1:]:
        line = "; ".join(clauses[of].text for of in (*told, place))
        if len(line) <= LINE_LETTERS and (not clauses[place].leans or place - 1 in told):
            told.append(place)
    return told


def _forms(code: str, own: str | None, unknown: set[str]) -> tuple[str, ...]:
    """The forms of an action, the fuller first, but none of `unknown`; a squad's own text, cut if it is long."""
    if own is not None:
        words = own.rstrip(".").split()
        return (own.rstrip(".") if len(words) <= ACTION_WORDS else " ".join(words[: ACTION_WORDS - 1]) + " …",)
    return tuple(form for form in ACTIONS[code] if form not in unknown) or (NO_CEILING,)


def _line(parts: Sequence[str]) -> str:
    """The parts behind semicolons; a question ends its sentence."""
    sentences_of_it = "; ".join(parts).replace("?; ", "?\n").split("\n")
    return " ".join(f"{text[:1].upper()}{text[1:]}" for text in sentences_of_it)
