"""The tendon rules a second time, as loops over days and sets: what docs/specification.md says, not how SQL does it.

§ numbers are those of docs/specification.md, 8.7.n is the n-th sentence of its §8.7. Ratios are compared as exact fractions.
Where the text leaves a choice, CHOICES.md beside this file names it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import combinations
from math import floor
from statistics import median

# ---------- what was logged


@dataclass(frozen=True)
class Run:
    """One activity on foot. fast_steps counts both feet, achilles_load reference steps per leg; None is not measured."""

    started_at: datetime  # local
    distance_m: int
    moving_s: int
    achilles_load: Fraction
    ascent_m: int | None = None
    fast_steps: Fraction | None = None
    elapsed_s: int | None = None
    is_run: bool = True  # False: a walk or a hike
    has_cadence: bool = True
    is_merged: bool = False  # another source recorded it too

    @property
    def day(self) -> date:
        return self.started_at.date()


@dataclass(frozen=True)
class Set:
    """One set; exercise is a key of EXERCISES or None where the name was not recognised; load is all external weight."""

    day: date
    exercise: str | None
    reps: int | None = None
    load_kg: float | None = None
    hold_s: int | None = None
    rpe: float | None = None
    rir: float | None = None
    side: str | None = None
    is_warmup: bool = False


@dataclass(frozen=True)
class Symptom:
    day: date
    pain_0_10: float | None = None
    is_worse_next_morning: bool | None = None
    event: str | None = None


@dataclass(frozen=True)
class Injury:
    onset: date
    resolved: date | None = None


@dataclass(frozen=True)
class CalfTest:
    day: date
    side: str
    repetitions: int


@dataclass(frozen=True)
class Mark:
    first: date
    last: date
    kind: str


@dataclass(frozen=True)
class Log:
    """Everything one athlete logged, up to a date."""

    as_of: date
    runs: Sequence[Run] = ()
    sets: Sequence[Set] = ()
    symptoms: Sequence[Symptom] = ()
    injuries: Sequence[Injury] = ()  # of an Achilles site
    calf_tests: Sequence[CalfTest] = ()
    marks: Sequence[Mark] = ()
    body_mass_kg: float = 70
    sex: str | None = None
    birth_year: int | None = None
    history_until: date | None = None
    race_date: date | None = None


# ---------- §5: Achilles load of a list of segments


@dataclass(frozen=True)
class Segment:
    speed_mps: float
    seconds: float
    cadence_spm: float | None = None
    grade: float = 0
    is_walk: bool = False


FOOT_STRIKE = {"rearfoot": 1.0, "unknown": 1.0, "midfoot": 1.05, "forefoot": 1.11}


def clamp(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)


def default_cadence_spm(speed_mps: float) -> float:
    return clamp(165 + 6.5 * (speed_mps - 3.04), 140, 200)


def peak_force_bw(
    segment: Segment, strike: str = "rearfoot", body_mass_kg: float = 70, carried_kg: float = 0, slope: float = 0.09
) -> float:
    """F of §5 in body weights; walking is 2.7 whatever the speed."""
    carrying = (body_mass_kg + carried_kg) / body_mass_kg
    if segment.is_walk:
        return 2.7 * carrying
    grade = segment.grade if segment.grade >= 0 else 0.5 * segment.grade
    on_speed = 1 + slope * (clamp(segment.speed_mps, 1.8, 6.5) - 3.0)
    return 5.0 * on_speed * clamp(1 + grade, 0.90, 1.20) * FOOT_STRIKE[strike] * carrying


def steps_per_leg(segment: Segment) -> float:
    cadence_spm = default_cadence_spm(segment.speed_mps) if segment.cadence_spm is None else segment.cadence_spm
    return cadence_spm * segment.seconds / 60 / 2


def body_weight_steps(segments: Iterable[Segment], **runner: object) -> float:
    """BWS: steps per leg, each weighed by its force."""
    return sum(steps_per_leg(part) * peak_force_bw(part, **runner) for part in segments)  # type: ignore[arg-type]


def achilles_load(segments: Iterable[Segment], **runner: object) -> float:
    """L: reference steps per leg, the force to the fourth power against 5 BW."""
    return sum(steps_per_leg(part) * (peak_force_bw(part, **runner) / 5.0) ** 4 for part in segments)  # type: ignore[arg-type]


def achilles_load_band(segments: Sequence[Segment], **runner: object) -> tuple[float, float]:
    """L with the slope of force on speed at 0.06 and at 0.12, the lower first."""
    low, high = sorted(achilles_load(segments, slope=slope, **runner) for slope in (0.06, 0.12))
    return low, high


# ---------- §9: exercises; §6: force


@dataclass(frozen=True)
class Exercise:
    """What a set of it counts for. share is the part of the load that one leg bears; contacts are per repetition."""

    gastrocnemius: float = 0
    soleus: float = 0
    stance: str = ""  # standing, press, seated
    share: float = 1
    contacts: float = 0
    contact_bw: float = 0
    hip: float = 0
    foot: float = 0


def straight(share: float, stance: str = "standing", foot: float = 0) -> Exercise:
    return Exercise(gastrocnemius=1, soleus=0.5, stance=stance, share=share, foot=foot)


def bent(share: float) -> Exercise:
    return Exercise(gastrocnemius=0.25, soleus=1, stance="standing", share=share)


EXERCISES = {
    "calf_straight_2": straight(0.5),
    "calf_straight_2_w": straight(0.5),
    "calf_straight_1": straight(1),
    "calf_straight_1_w": straight(1),
    "calf_step_2": straight(0.5),
    "heel_drop_straight": straight(1),
    "calf_press": straight(0.5, "press"),
    "calf_press_1": straight(1, "press"),
    "donkey_2": straight(0.5),
    "donkey_1": straight(1),
    "calf_3way": straight(0.5),
    "calf_3way_1": straight(1),
    "calf_bent_1": bent(1),
    "calf_bent_1_w": bent(1),
    "calf_bent_2": bent(0.5),
    "heel_drop_bent": bent(1),
    "seated_2": Exercise(soleus=1, stance="seated", share=0.5),
    "seated_1": Exercise(soleus=1, stance="seated", share=1),
    "pogo_2": Exercise(contacts=1, contact_bw=4.0),
    "pogo_1": Exercise(contacts=1, contact_bw=6.5),
    "rope": Exercise(contacts=1, contact_bw=4.0),
    "hop_fwd_1": Exercise(contacts=1, contact_bw=7.3),
    "hop_lat_1": Exercise(contacts=1, contact_bw=7.3),
    "drop_jump": Exercise(contacts=1, contact_bw=5.5),
    "box_jump": Exercise(contacts=1, contact_bw=4.0),
    "squat_jump": Exercise(contacts=1, contact_bw=4.0),
    "march_sl": Exercise(hip=1),
    "sl_rdl": Exercise(hip=1),
    "step_up": Exercise(hip=1),
    "rdl": Exercise(hip=0.5),
    "short_foot": Exercise(foot=1),
    "towel_raise": straight(1, foot=1),
}
ISOMETRIC = {"calf_iso_straight": straight, "soleus_iso": bent}
HEAVY_BW = 2.999  # 8.7.7: 3.0 x BM / BM computes below 3.0 for some body masses; 1.5 likewise
HALF_HEAVY_BW = 1.499
CALF_KINDS = ("gastrocnemius", "soleus", "achilles_tendon")
LEGS = ("left", "right")


def exercise_of(row: Set) -> Exercise:
    """What the set's exercise counts for; logged on one side, it was done on one leg, whatever its name says."""
    if row.exercise is None:
        return Exercise()
    exercise = ISOMETRIC[row.exercise](0.5) if row.exercise in ISOMETRIC else EXERCISES[row.exercise]
    return replace(exercise, share=1) if row.side in LEGS else exercise


def set_force_bw(row: Set, body_mass_kg: float) -> float | None:
    """Quasi-static peak force on one leg (§6), None for what is neither raise nor jump."""
    exercise, load_kg = exercise_of(row), row.load_kg or 0
    if exercise.stance == "standing":
        return 3.0 * exercise.share * (body_mass_kg + load_kg) / body_mass_kg
    if exercise.stance == "press":
        return 3.0 * load_kg * exercise.share / body_mass_kg
    if exercise.stance == "seated":
        return 3.0 * (load_kg * exercise.share / body_mass_kg + 0.06)
    return exercise.contact_bw or None


def total_load_kg(row: Set, body_mass_kg: float) -> float:
    """w of 8.7.5: share x body mass + external; seated and on the press external only."""
    exercise = exercise_of(row)
    return (exercise.share * body_mass_kg if exercise.stance == "standing" else 0) + (row.load_kg or 0)


def best_one_rep_kg(row: Set, sets: Iterable[Set], body_mass_kg: float) -> float | None:
    """e1RM (Epley) of the set's exercise from the last 90 days, 8.7.5; None where both 70 % tests are unknown."""
    estimates = [
        total_load_kg(other, body_mass_kg) * (1 + other.reps / 30)
        for other in sets
        if other.exercise == row.exercise
        and 0 <= (row.day - other.day).days < 90
        and not other.is_warmup
        and (other.rpe or 0) >= 8
        and other.reps
        and other.reps <= 15
    ]
    return max(estimates, default=0) or None


@dataclass(frozen=True)
class Worked:
    """A working set judged: does it count as hard, as heavy, and is its effort only assumed?"""

    row: Set
    gastrocnemius: float = 0
    soleus: float = 0
    is_heavy: bool = False
    is_assumed: bool = False
    contacts: float = 0
    hip: float = 0
    foot: float = 0
    force_bw: float | None = None

    @property
    def day(self) -> date:
        return self.row.day

    @property
    def legs(self) -> tuple[str, ...]:
        return (self.row.side,) if self.row.side in LEGS else LEGS


def judged_sets(log: Log) -> list[Worked]:
    """Every working set with its credits: §8.1, 8.7.5, 8.7.6, 8.7.14, 8.7.15."""
    worked = []
    for row in log.sets:
        if row.is_warmup or row.exercise is None or row.day > log.as_of:
            continue
        exercise, force = exercise_of(row), set_force_bw(row, log.body_mass_kg)
        is_calf = exercise.gastrocnemius > 0 or exercise.soleus > 0
        is_hold = row.exercise in ISOMETRIC
        best = best_one_rep_kg(row, log.sets, log.body_mass_kg) if is_calf and not is_hold else None
        is_70_percent = best is not None and 10 * total_load_kg(row, log.body_mass_kg) >= 7 * best
        is_hard, is_assumed = hard_set(row, log.sets, is_70_percent, exercise, is_hold) if is_calf else (False, False)
        is_low_rep = (row.hold_s or 0) >= 12 if is_hold else row.reps is not None and row.reps <= 15
        is_effort_fit = row.rpe is None or row.rpe >= 7
        is_heavy = (
            is_calf
            and force is not None
            and ((force >= HEAVY_BW and is_hard and is_low_rep and is_effort_fit) or (is_70_percent and force >= HALF_HEAVY_BW))
        )
        worked.append(
            Worked(
                row,
                gastrocnemius=exercise.gastrocnemius if is_hard else 0,
                soleus=exercise.soleus if is_hard else 0,
                is_heavy=is_heavy or exercise.contact_bw >= 5,
                is_assumed=is_assumed,
                contacts=exercise.contacts * (row.reps or 0),
                hip=exercise.hip,
                foot=exercise.foot,
                force_bw=force,
            )
        )
    return worked


def hard_set(row: Set, sets: Iterable[Set], is_70_percent: bool, exercise: Exercise, is_hold: bool) -> tuple[bool, bool]:
    """Is it a hard set, and is that only assumed? One true condition is enough (8.7.15)."""
    if is_hold and (row.hold_s or 0) < 30:
        return False, False
    earlier = [
        other.reps
        for other in sets
        if other.exercise == row.exercise
        and (other.load_kg or 0) == (row.load_kg or 0)
        and other.day < row.day
        and not other.is_warmup
        and other.reps
    ]
    if (
        (row.rpe is not None and row.rpe >= 7)
        or (row.rir is not None and row.rir <= 3)
        or is_70_percent
        or (row.reps is not None and bool(earlier) and 10 * row.reps >= 7 * max(earlier))
        or (exercise.stance == "standing" and exercise.share == 1 and not row.load_kg and (row.reps or 0) >= 12)
    ):
        return True, False
    is_unrated = row.rpe is None and row.rir is None
    is_assumed = is_unrated and (is_hold or 5 <= (row.reps or 0) <= 25)
    return is_assumed, is_assumed


# ---------- days


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def back(day: date, count: int) -> date:
    return day - timedelta(days=count)


def within(day: date, first: date, last: date) -> bool:
    return first <= day <= last


# ---------- §1: the uncoupled ratio, as far as the flags need it


@dataclass(frozen=True)
class Ratio:
    acute: Fraction | None
    chronic: Fraction | None
    uncoupled: Fraction | None
    state: str  # ok, building, missing_days, low_base


def first_activity(log: Log) -> date | None:
    """The day a runner's history begins: the first run, walk or hike."""
    return min((run.day for run in log.runs), default=None)


def daily_loads(log: Log) -> dict[str, dict[date, Fraction | None]]:
    """Load of each day from the first run on, per measure: rest is 0, a day marked missing is None, whatever was saved of it."""
    first = first_activity(log)
    missing = marked(log, "missing")
    loads: dict[str, dict[date, Fraction | None]] = {
        name: {} for name in ("distance_m", "moving_s", "fast_steps", "achilles_load")
    }
    for day in days(first or log.as_of, log.as_of):
        runs = [run for run in log.runs if run.day == day]
        for name, load in loads.items():
            values = [getattr(run, name) for run in runs]
            is_known = day not in missing and None not in values
            load[day] = sum((Fraction(value) for value in values), Fraction(0)) if is_known else None
    return loads


def marked(log: Log, *kinds: str) -> set[date]:
    return {day for mark in log.marks if mark.kind in kinds for day in days(mark.first, mark.last)}


def ratios(log: Log, load: dict[date, Fraction | None], distance: dict[date, Fraction | None] | None) -> dict[date, Ratio]:
    """Uncoupled 7:21 of §1 with its floors; `distance` where the floor of 5 km a week holds."""
    first = min(load)
    usual: dict[date, Fraction] = {}
    found = {}
    for today in load:
        week = [value for day in days(back(today, 6), today) if (value := load.get(day)) is not None]
        three_weeks = [value for day in days(back(today, 27), back(today, 7)) if (value := load.get(day)) is not None]
        known = sum(load[day] is not None for day in days(first, today))
        runs = sum(run.is_run and run.day <= today for run in log.runs)
        acute = mean(week) if len(week) >= 6 else None
        chronic = mean(three_weeks) if known >= 28 and len(three_weeks) >= 16 else None
        if chronic is not None:
            usual[today] = chronic
        is_low = False
        if chronic is not None:
            past = [value for day, value in usual.items() if (today - day).days < 180]
            is_low = chronic == 0 or 4 * chronic < median(past)
            if distance is not None:
                metres = [value for day in days(back(today, 27), back(today, 7)) if (value := distance.get(day)) is not None]
                is_low = is_low or (bool(metres) and 7 * mean(metres) < 5000)
        if known < 28 or runs < 8:
            state = "building"
        elif acute is None or chronic is None:
            state = "missing_days"
        else:
            state = "low_base" if is_low else "ok"
        is_shown = state == "ok" and acute is not None and chronic
        found[today] = Ratio(acute, chronic, acute / chronic if is_shown and acute is not None and chronic else None, state)
    return found


def mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


# ---------- §3: session spikes


@dataclass(frozen=True)
class Outing:
    """Runs with less than 30 minutes between them, as one (item 1)."""

    day: date
    distance_m: Fraction
    moving_s: Fraction
    achilles_load: Fraction
    ascent_m: Fraction | None
    fast_steps: Fraction | None


@dataclass(frozen=True)
class Spike:
    day: date
    code: str
    ratio: Fraction | None = None


VOLUME = {"RUN_SESSION_SPIKE_MODERATE", "RUN_SESSION_SPIKE_LARGE", "RUN_LOAD_SPIKE", "RUN_DURATION_SPIKE"}
INTENSITY = {"RUN_FAST_SPIKE", "RUN_HILL_SPIKE"}
ACTIVE_DAYS = 14
LEAST_ASCENT_M = 150
LEAST_FAST_STEPS = 1000  # both feet


def outings(runs: Iterable[Run]) -> list[Outing]:
    groups: list[list[Run]] = []
    for run in sorted((run for run in runs if run.is_run), key=lambda run: run.started_at):
        if groups:
            last = groups[-1][-1]
            ended_at = last.started_at + timedelta(seconds=last.elapsed_s or last.moving_s)
            if run.started_at - ended_at < timedelta(minutes=30):
                groups[-1].append(run)
                continue
        groups.append([run])
    return [
        Outing(
            group[0].day,
            *(
                None if any(getattr(run, name) is None for run in group) else sum(Fraction(getattr(run, name)) for run in group)
                for name in ("distance_m", "moving_s", "achilles_load", "ascent_m", "fast_steps")
            ),  # type: ignore[arg-type]
        )
        for group in groups
    ]


def is_judged(sessions: Sequence[Outing], first: date, day: date) -> bool:
    """8.7.1: 28 days since the first activity and 8 runs ever."""
    return (day - first).days >= 28 and sum(session.day <= day for session in sessions) >= 8


def distance_state(distance_m: Fraction, longest_m: Fraction) -> str:
    """reference, small, moderate or large (§3), compared without dividing."""
    if 10 * distance_m <= 11 * longest_m:
        return "reference"
    if 10 * distance_m <= 13 * longest_m:
        return "small"
    return "moderate" if distance_m <= 2 * longest_m else "large"


def session_spikes(sessions: Sequence[Outing], first: date) -> list[Spike]:
    """Every spike any session raised: §3, 8.7.1, 8.7.16-18."""
    spikes = []
    for session in sessions:
        if not is_judged(sessions, first, session.day):
            continue
        before = [other for other in sessions if within(other.day, back(session.day, 30), back(session.day, 1))]
        if not before:
            spikes += [Spike(session.day, "RUN_NO_BASELINE_30D")] if is_beyond_floor(session, sessions, first) else []
            continue
        longest = max(other.distance_m for other in before)
        state = distance_state(session.distance_m, longest)
        if state != "reference":
            spikes.append(Spike(session.day, f"RUN_SESSION_SPIKE_{state.upper()}", session.distance_m / longest))
        for code, name in (("RUN_DURATION_SPIKE", "moving_s"), ("RUN_LOAD_SPIKE", "achilles_load")):
            most = max(getattr(other, name) for other in before)
            if 10 * getattr(session, name) > 13 * most:
                spikes.append(Spike(session.day, code))
        for code, name, least in (
            ("RUN_HILL_SPIKE", "ascent_m", LEAST_ASCENT_M),
            ("RUN_FAST_SPIKE", "fast_steps", LEAST_FAST_STEPS),
        ):
            value = getattr(session, name)
            known = [getattr(other, name) for other in before if getattr(other, name) is not None]
            if value is None or value < least or not known:
                continue
            is_first = max(known) == 0 and len(known) == len(before)  # 8.7.16
            if is_first or (max(known) > 0 and 10 * value > 13 * max(known)):
                spikes.append(Spike(session.day, code))
    return spikes


def is_beyond_floor(session: Outing, sessions: Sequence[Outing], first: date) -> bool:
    """§3(b): a return after 30 days without a run, above 5 km and above half of the longest of 180 days."""
    past = [other.distance_m for other in sessions if within(other.day, back(session.day, 180), back(session.day, 1))]
    is_return = (session.day - first).days > 30
    return is_return and session.distance_m > 5000 and (not past or 2 * session.distance_m > max(past))


def returns_after_break(sessions: Sequence[Outing], first: date, ratio: dict[date, Ratio]) -> list[Spike]:
    """8.7.20."""
    found = []
    for session in sessions:
        past = [other.distance_m for other in sessions if within(other.day, back(session.day, 180), back(session.day, 1))]
        if (session.day - first).days < 42 or not is_judged(sessions, first, session.day) or not past:
            continue
        fortnight = [ratio[day] for day in days(back(session.day, 14), back(session.day, 1))]
        is_low = all(one.state == "low_base" or (one.uncoupled is not None and 10 * one.uncoupled < 7) for one in fortnight)
        if is_low and any(one.uncoupled is not None for one in fortnight) and session.distance_m >= median(past):
            found.append(Spike(session.day, "RETURN_AFTER_BREAK"))
    return found


# ---------- §8: the day


@dataclass(frozen=True)
class Channel:
    state: str  # on_track, amber, red, building, unknown
    days_since: int | None = None
    week_sets: float = 0
    mean_sets: float = 0
    codes: frozenset[str] = frozenset()


@dataclass
class Day:
    """One date of one athlete."""

    flag: str = "grey"
    priority: int = 0
    run_level: str = "unknown"
    capacity_level: str = "unknown"
    reasons: list[str] = field(default_factory=list)
    confidence: str = "high"
    mode: str = "maintain"
    unheld: int = -1
    codes: frozenset[str] = frozenset()
    channels: dict[str, Channel] = field(default_factory=dict)


GREY, GREEN, AMBER_LOW, AMBER, AMBER_HIGH, RED = -1, 0, 1, 2, 3, 4
FLAGS = {GREY: "grey", GREEN: "green", AMBER_LOW: "amber", AMBER: "amber", AMBER_HIGH: "amber", RED: "red"}
MATRIX = {
    "R0": {"C0": GREEN, "C1": AMBER_LOW, "C2": AMBER, "unknown": GREY, "building": GREY},
    "RW": {"C0": GREEN, "C1": AMBER, "C2": AMBER_HIGH, "unknown": GREY, "building": GREY},
    "R1": {"C0": AMBER, "C1": AMBER_HIGH, "C2": RED, "unknown": AMBER, "building": AMBER},
    "R2": {"C0": AMBER_HIGH, "C1": RED, "C2": RED, "unknown": AMBER_HIGH, "building": AMBER_HIGH},
}
WORSE = ("on_track", "amber", "red")
LIFTS = {"HIP_STALE": AMBER_LOW, "FOOT_STALE": AMBER_LOW, "PLYO_RAMP": AMBER_LOW, "PLYO_INTRO_RAPID": AMBER}
NORMS = {20: (37, 30), 30: (32, 27), 40: (28, 24), 50: (23, 21), 60: (19, 19), 70: (14, 16), 80: (10, 13)}  # §7, men and women
DATA_LOW = {"DATA_NO_STRENGTH_SOURCE", "DATA_GAP_SUSPECTED", "DATA_STALE_SOURCE"}


def judge(log: Log, since: date | None = None) -> dict[date, Day]:
    """Flag, levels and reasons of every date from the first entry of any kind (or from `since`) to the as-of date."""
    found = Judge(log).judged(since and back(since, 3))
    return {day: one for day, one in found.items() if since is None or day >= since}


class Judge:
    """What is worked out once per athlete, and the questions asked of each date."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.worked = judged_sets(log)
        self.sessions = outings(log.runs)
        self.first_run = first_activity(log)
        self.first_set = min((row.day for row in log.sets), default=None)
        self.spikes: list[Spike] = []
        self.loads: dict[str, dict[date, Fraction | None]] = {}
        self.ratios: dict[str, dict[date, Ratio]] = {}
        if self.first_run is not None:
            self.loads = daily_loads(log)
            self.ratios = {
                name: ratios(log, load, None if name == "fast_steps" else self.loads["distance_m"])
                for name, load in self.loads.items()
            }
            self.spikes = session_spikes(self.sessions, self.first_run)
            self.spikes += returns_after_break(self.sessions, self.first_run, self.ratios["achilles_load"])
        self.logged = sorted(
            {run.day for run in log.runs}
            | {row.day for row in log.sets}
            | {row.day for row in log.symptoms}
            | {row.day for row in log.calf_tests}
        )
        self.paused = self.paused_days()
        self.contacts: dict[date, float] = {}
        for one in self.worked:
            self.contacts[one.day] = self.contacts.get(one.day, 0) + one.contacts

    def judged(self, since: date | None = None) -> dict[date, Day]:
        first = self.logged[0] if self.logged else self.log.as_of
        first = max(first, since or first)
        found = {day: self.unheld(day) for day in days(first, self.log.as_of)}
        for day, one in found.items():
            # 8.7.21: held for three dates, so the flag is the highest of this date and the three before.
            window = [other for number in range(3, -1, -1) if (other := back(day, number)) in found]
            highest = max(found[other].unheld for other in window)
            last = max(other for other in window if found[other].unheld == highest)
            one.flag, one.priority = FLAGS[highest], max(highest, 0)
            own = {code for code in one.codes if code.startswith("DATA_")}
            one.reasons = sorted({code for code in found[last].codes if not code.startswith("DATA_")} | own)
        return found

    def unheld(self, day: date) -> Day:
        """8.7.25: matrix, lift, history, pain; hysteresis follows."""
        one = Day()
        one.mode = self.mode(day)
        run_codes = self.run_codes(day)
        one.run_level = self.run_level(day, run_codes)
        one.channels = self.channels(day, one.mode)
        calf_codes = self.calf_codes(day, one)
        one.capacity_level = self.capacity_level(day, one, calf_codes)
        pain_codes, pain_level = self.pain(day)
        data_codes = self.data_codes(day)
        if self.has_history(day):
            pain_codes = pain_codes | {"ACHILLES_HISTORY"}
        one.codes = frozenset(run_codes | calf_codes | pain_codes | data_codes)

        level = MATRIX[one.run_level][one.capacity_level] if one.run_level in MATRIX else GREY
        if level == GREEN:
            level = max([GREEN, *(LIFTS[code] for code in calf_codes if code in LIFTS)])
        if level in (AMBER_LOW, AMBER, AMBER_HIGH) and self.has_history(day):
            level += 1
        one.unheld = max(level, pain_level)
        one.confidence = self.confidence(day, data_codes)
        return one

    # ----- run side: §8.3

    def is_judged(self, day: date) -> bool:
        return self.first_run is not None and is_judged(self.sessions, self.first_run, day)

    def active(self, day: date) -> list[Spike]:
        """8.7.17: the day of the run and the 13 days after."""
        return [spike for spike in self.spikes if 0 <= (day - spike.day).days < ACTIVE_DAYS]

    def run_codes(self, day: date) -> set[str]:
        if self.first_run is None or day < self.first_run:
            return set()
        codes = set()
        if self.is_judged(day):
            codes |= {spike.code for spike in self.active(day)}
            if sum(self.is_high_load(other) for other in days(back(day, 6), day)) > 5:
                codes.add("FREQ_HIGH_GT5")
            if self.is_high_load(day) and self.is_high_load(back(day, 1)):
                codes.add("BACK_TO_BACK_HIGH")
        for name in ("moving_s", "fast_steps", "achilles_load"):
            ratio = self.ratios[name][day].uncoupled
            if ratio is not None and 2 * ratio > 3:
                codes.add("ACWR_HIGH")
        if any(self.ratios[name][day].state == "low_base" for name in ("distance_m", "moving_s", "achilles_load")):
            codes.add("ACWR_LOW_BASE")
        return codes

    def run_level(self, day: date, codes: set[str]) -> str:
        if not self.is_judged(day):
            return "unknown"
        both = any(
            {one.code for one in pair} & VOLUME
            and {one.code for one in pair} & INTENSITY
            and abs((pair[0].day - pair[1].day).days) <= 7
            and 0 <= (day - max(pair[0].day, pair[1].day)).days < ACTIVE_DAYS
            for pair in combinations(self.spikes, 2)
        )
        if both or codes & {"RUN_SESSION_SPIKE_LARGE", "RUN_NO_BASELINE_30D"}:
            return "R2"
        quiet = {"ACWR_HIGH", "ACWR_LOW_BASE", "BACK_TO_BACK_HIGH"}
        if codes - quiet:
            return "R1"
        return "RW" if "ACWR_HIGH" in codes and not self.is_after_gap(day) else "R0"

    def is_high_load(self, day: date) -> bool:
        """§8.3: Achilles load above 1.25 x the mean of run days, or fast steps, ascent or contacts."""
        load: dict[date, Fraction] = {}  # of what was recorded, also on a day marked missing
        for run in self.log.runs:
            if within(run.day, back(day, 27), day):
                load[run.day] = load.get(run.day, Fraction(0)) + run.achilles_load
        month, today = list(load.values()), load.get(day)
        runs = [run for run in self.log.runs if run.day == day]
        fast = self.loads["fast_steps"].get(day)
        return (
            (bool(today) and 4 * today > 5 * mean(month))  # type: ignore[operator]
            or (fast is not None and fast >= LEAST_FAST_STEPS)
            or sum(run.ascent_m or 0 for run in runs) >= 300
            or self.contacts.get(day, 0) >= 60
        )

    # ----- chain: §8.1, §8.2

    def paused_days(self) -> set[date]:
        """8.7.28: illness and holiday, at most 14 days in any 60."""
        paused: set[date] = set()
        for day in sorted(marked(self.log, "illness", "holiday")):
            if sum(within(other, back(day, 59), day) for other in paused) < 14:
                paused.add(day)
        return paused

    def has_history(self, day: date) -> bool:
        """8.7.25: symptoms within 365 days, or an Achilles injury that is open or ended within them."""
        ends = [self.log.history_until] if self.log.history_until else []
        ends += [injury.resolved for injury in self.log.injuries if injury.resolved and injury.onset <= day]
        return self.has_open_injury(day) or any((day - end).days < 365 for end in ends)

    def has_open_injury(self, day: date) -> bool:
        return any(one.onset <= day and (one.resolved is None or day < one.resolved) for one in self.log.injuries)

    def taper_since(self, day: date) -> date | None:
        """8.7.11: from 10 days before to 7 days after a race."""
        races = [self.log.race_date] if self.log.race_date else []
        races += [mark.first for mark in self.log.marks if mark.kind == "race"]
        return min((back(race, 10) for race in races if within(day, back(race, 10), back(race, -7))), default=None)

    def has_risen(self, day: date) -> bool:
        """The 28-day mean of L is more than 10 % above the 28 days before (8.7.3)."""
        if self.first_run is None or (day - self.first_run).days < 55:
            return False
        load = self.loads["achilles_load"]
        new = [value for other in days(back(day, 27), day) if (value := load[other]) is not None]
        old = [value for other in days(back(day, 55), back(day, 28)) if (value := load[other]) is not None]
        return len(new) >= 21 and len(old) >= 21 and mean(old) > 0 and 10 * mean(new) > 11 * mean(old)

    def spike_codes(self, day: date) -> set[str]:
        return {spike.code for spike in self.active(day)} - {"RETURN_AFTER_BREAK"} if self.is_judged(day) else set()

    def mode(self, day: date) -> str:
        """8.7.11: the first that applies of rehab, taper, build, maintain."""
        hurts = any((row.pain_0_10 or 0) >= 1 and 0 <= (day - row.day).days < 14 for row in self.log.symptoms)
        if self.has_open_injury(day) or (self.has_history(day) and hurts):
            return "rehab"
        if self.taper_since(day):
            return "taper"
        return "build" if self.has_risen(day) or self.spike_codes(day) else "maintain"

    def is_building(self, day: date) -> bool:
        return self.first_set is not None and 0 <= (day - self.first_set).days < 28

    def days_since(self, dates: Iterable[date], day: date, is_tendon: bool = False) -> int | None:
        """Dates since the last of them, without paused ones; the tendon's clock stands still only while a mark lasts."""
        last = max((other for other in dates if other <= day), default=None)
        if last is None:
            return None
        paused = {other for other in self.paused if last < other <= day}
        if is_tendon:
            current, other = set(), day
            while other in paused:
                current.add(other)
                other = back(other, 1)
            paused = current
        return (day - last).days - len(paused)

    def legs(self, day: date) -> set[str]:
        """8.7.29: the leg that alone had calf or tendon work in 28 days stands for both; a march for both legs is no calf log."""
        calf = [one for one in self.worked if one.gastrocnemius or one.soleus or one.is_heavy]
        logged = {leg for one in calf if 0 <= (day - one.day).days < 28 for leg in one.legs}
        return logged if len(logged) == 1 else set(LEGS)

    def worse_leg_since(self, past: list[Worked], day: date) -> int | None:
        """Days since the last of these sets on the leg that waits longest; None where a leg never had one."""
        per_leg = [self.days_since((one.day for one in past if leg in one.legs), day) for leg in self.legs(day)]
        return None if None in per_leg else max(since for since in per_leg if since is not None)

    def channels(self, day: date, mode: str) -> dict[str, Channel]:
        if self.first_set is None or day < self.first_set:
            return {}
        credit: dict[str, Callable[[Worked], float]] = {
            "gastrocnemius": lambda one: one.gastrocnemius,
            "soleus": lambda one: one.soleus,
            "achilles_tendon": lambda one: float(one.is_heavy),
        }
        found = {}
        for name, of in credit.items():
            past = [one for one in self.worked if one.day <= day and of(one) > 0]
            legs = sorted(self.legs(day))
            per_leg = [self.one_leg(name, [one for one in past if leg in one.legs], of, day, mode) for leg in legs]
            worse = max(
                per_leg, key=lambda one: (WORSE.index(one.state), one.days_since is None, one.days_since or 0, -one.mean_sets)
            )
            found[name] = replace(worse, codes=worse.codes | ({"SIDE_ONLY"} if len(legs) == 1 else set()))
        return found

    def limits(self, day: date, mode: str) -> tuple[float, float]:
        """From how many days on G and S are amber, and above how many red (8.7.12)."""
        since = self.taper_since(day)
        if mode == "taper" and since:
            return 8 * 1.5, 21 + min((day - since).days + 1, 10)
        return (6, 14) if mode in ("build", "rehab") else (8, 21)

    def targets(self, day: date, mode: str) -> tuple[float, float]:
        """Sets a week that the mode asks for, and the maintenance floor."""
        floor_sets = 4.0 if self.log.birth_year is not None and day.year - self.log.birth_year >= 60 else 2.0
        if mode == "taper":
            return floor_sets / 2, floor_sets
        has_build_target = mode == "rehab" or (mode == "build" and self.has_risen(day))
        return (6.0 if has_build_target else floor_sets), floor_sets

    def one_leg(self, name: str, past: list[Worked], of: Callable[[Worked], float], day: date, mode: str) -> Channel:
        """State of gastrocnemius, soleus or tendon of one leg, from its credited sets."""
        if name == "achilles_tendon":
            since = self.days_since((one.day for one in past), day, is_tendon=True)
            if since is None or since > 28:
                return Channel("red", since, codes=frozenset({"TENDON_DETRAIN_28"}))
            is_amber = since >= (15 * 1.5 if mode == "taper" else 15)
            return Channel("amber" if is_amber else "on_track", since, codes=frozenset({"TENDON_NOT_HEAVY"} if is_amber else ()))

        prefix = "GAST" if name == "gastrocnemius" else "SOL"
        week, month = (sum(of(one) for one in past if (day - one.day).days < span_days) for span_days in (7, 28))
        true_sets = sum((day - one.day).days < 28 and one.soleus >= 1 for one in past)
        weeks = (28 - min(sum(within(other, back(day, 27), day) for other in self.paused), 14)) / 7
        target, maintenance = self.targets(day, mode)
        amber_from, red_above = self.limits(day, mode)
        counted = past if name == "gastrocnemius" else [one for one in past if one.soleus >= 1]
        since = self.days_since((one.day for one in counted), day)

        state, codes = "on_track", set()
        if since is None or since >= amber_from:
            # 8.7.13 and "soleus credit, made precise": credit turns a red soleus into SOL_ONLY_CREDIT.
            is_credit_enough = mode in ("maintain", "taper") or (
                mode == "build" and not self.has_risen(day) and self.spike_codes(day) == {"RUN_SESSION_SPIKE_SMALL"}
            )
            is_without_bent = since is None or since > 14
            if prefix == "SOL" and is_without_bent and is_credit_enough and month / weeks >= target:
                state, codes = "amber", {"SOL_ONLY_CREDIT"}
            else:
                state, codes = "red" if since is None or since > red_above else "amber", {f"{prefix}_STALE"}
        if month / weeks < target:
            is_red = month / weeks < target / 2 and month / weeks < maintenance and week < target  # 8.7.4
            state, codes = worst_of(state, "red" if is_red else "amber"), codes | {f"{prefix}_LOW_VOLUME"}
        elif prefix == "SOL" and target == 6 and true_sets / weeks < 3:
            state, codes = worst_of(state, "amber"), codes | {"SOL_LOW_VOLUME"}
        return Channel(state, since, week, month / weeks, frozenset(codes))

    def capacity_level(self, day: date, one: Day, codes: set[str]) -> str:
        """C of §8.4: worst of gastrocnemius, soleus and tendon; 8.7.8-10, 8.7.27, 8.7.30."""
        if not one.channels:
            return "unknown"
        if self.is_building(day):
            amber_from, _ = self.limits(day, one.mode)
            tendon_from = 15 * 1.5 if one.mode == "taper" else 15
            fresh = [
                channel.days_since is not None and channel.days_since < (tendon_from if name == "achilles_tendon" else amber_from)
                for name, channel in one.channels.items()
            ]
            return "C0" if all(fresh) else "building"
        state = worst_of(*(channel.state for channel in one.channels.values()))
        if codes & {"GAST_ASYM", "SOL_ASYM", "CAPACITY_BELOW_NORM"}:
            state = worst_of(state, "red" if self.capacity_test(day) == "red" else "amber")
        pain = max((row.pain_0_10 or 0 for row in self.current_reports(day)), default=0)
        is_softened = (one.mode == "rehab" and pain > 3) or self.is_mostly_unmapped(day)
        if state == "red" and is_softened:
            state = "amber"
        return {"on_track": "C0", "amber": "C1", "red": "C2"}[state]

    def calf_codes(self, day: date, one: Day) -> set[str]:
        if not one.channels:
            return set()
        codes = {code for channel in one.channels.values() for code in channel.codes}
        codes |= {
            f"{prefix}_ASYM"
            for prefix, name in (("GAST", "gastrocnemius"), ("SOL", "soleus"))
            if self.asymmetry(name, day) is not None and 20 * self.asymmetry(name, day) < 17  # type: ignore[operator]
        }
        if self.is_building(day):
            return codes & {"SIDE_ONLY", "GAST_ASYM", "SOL_ASYM"}
        stretch = 1.5 if one.mode == "taper" else 1
        hip = self.worse_leg_since([one for one in self.worked if one.hip > 0], day)
        if hip is None or hip >= 11 * stretch:
            codes.add("HIP_STALE")
        foot = self.worse_leg_since([one for one in self.worked if one.foot > 0], day)
        if foot is not None and foot > 21 * stretch:
            codes.add("FOOT_STALE")
        codes |= self.plyometric_codes(day)
        if self.capacity_test(day) in ("amber", "red"):
            codes.add("CAPACITY_BELOW_NORM")
        if any(self.has_no_progress(name, day) for name in ("gastrocnemius", "soleus")):
            codes.add("NO_PROGRESS")
        return codes

    # ----- plyometrics, sides, tests, progress

    def plyometric_codes(self, day: date) -> set[str]:
        codes = set()
        for today in days(back(day, 13), day):
            contacts = self.contacts.get(today, 0)
            most = max(self.contacts.get(other, 0) for other in days(back(today, 30), back(today, 1)))
            if most > 0 and 10 * contacts > 13 * most:
                codes.add("PLYO_RAMP")
            if contacts > 100 and not any(self.contacts.get(other, 0) for other in days(back(today, 27), back(today, 1))):
                codes.add("PLYO_INTRO_RAPID")
        fast = self.loads.get("fast_steps", {})
        runs_fast = any((fast.get(other) or 0) >= LEAST_FAST_STEPS for other in days(back(day, 27), day))
        if runs_fast and not any(self.contacts.get(other, 0) for other in days(back(day, 20), day)):
            codes.add("PLYO_ABSENT")
        return codes

    def asymmetry(self, name: str, day: date) -> Fraction | None:
        """Weaker by stronger leg in mean repetitions of the same exercise and load, three sets on each side at least."""
        groups: dict[tuple[str, float], dict[str, list[int]]] = {}
        for one in self.worked:
            is_main = one.gastrocnemius >= 1 if name == "gastrocnemius" else one.soleus >= 1
            reps = one.row.reps or one.row.hold_s
            if one.row.side in LEGS and is_main and reps and 0 <= (day - one.day).days < 28:
                key = (one.row.exercise or "", one.row.load_kg or 0)
                groups.setdefault(key, {"left": [], "right": []})[one.row.side].append(reps)
        comparable = {key: sides for key, sides in groups.items() if min(map(len, sides.values())) >= 3}
        if not comparable:
            return None
        key = min(comparable, key=lambda key: (-sum(map(len, comparable[key].values())), key))
        low, high = sorted(Fraction(sum(reps), len(reps)) for reps in comparable[key].values())
        return low / high

    def capacity_test(self, day: date) -> str | None:
        """amber below 75 % of the norm of age and sex, red when the side also lost 7 repetitions; None: not assessed or fine."""
        found = []
        for side in LEGS:
            tests = sorted(
                (test for test in self.log.calf_tests if test.side == side and test.day <= day), key=lambda test: test.day
            )
            if not tests or (day - tests[-1].day).days >= 180 or self.log.sex is None or self.log.birth_year is None:
                continue
            decade = int(clamp((tests[-1].day.year - self.log.birth_year) // 10 * 10, 20, 80))
            norm = NORMS[decade][self.log.sex == "f"]
            if 4 * tests[-1].repetitions < 3 * norm:
                is_lost = len(tests) > 1 and tests[-2].repetitions - tests[-1].repetitions >= 7
                found.append("red" if is_lost else "amber")
        return max(found, key=WORSE.index, default=None)

    def has_no_progress(self, name: str, day: date) -> bool:
        """Best sets of the last 28 days below 95 % of the 28 before, after 56 days in BUILD by load."""
        if not all(self.has_risen(other) and self.mode(other) == "build" for other in days(back(day, 55), day)):
            return False

        def best_sets(first: date, last: date) -> list[float]:
            by_day: dict[date, float] = {}
            for one in self.worked:
                credit = one.gastrocnemius if name == "gastrocnemius" else one.soleus
                if credit >= 1 and within(one.day, first, last):
                    by_day[one.day] = max(by_day.get(one.day, 0), (one.row.reps or 0) * (one.force_bw or 0))
            return list(by_day.values())

        new, old = best_sets(back(day, 27), day), best_sets(back(day, 55), back(day, 28))
        return bool(new and old) and sum(new) / len(new) < 0.95 * sum(old) / len(old)

    def unmapped_share(self, day: date) -> Fraction:
        rows = [row for row in self.log.sets if not row.is_warmup and 0 <= (day - row.day).days < 28]
        return Fraction(sum(row.exercise is None for row in rows), len(rows)) if rows else Fraction(0)

    def is_mostly_unmapped(self, day: date) -> bool:
        return 5 * self.unmapped_share(day) > 1

    # ----- pain: §8.4, 8.7.26

    def current_reports(self, day: date) -> list[Symptom]:
        """The reports of the last reported date within 7 days."""
        last = max((row.day for row in self.log.symptoms if row.day <= day), default=None)
        if last is None or (day - last).days >= 7:
            return []
        return [row for row in self.log.symptoms if row.day == last]

    def pain(self, day: date) -> tuple[set[str], int]:
        if any(row.event in ("pop", "cannot_raise") and 0 <= (day - row.day).days < 7 for row in self.log.symptoms):
            codes, level = {"RED_FLAG_RUPTURE"}, RED
        else:
            codes, level = set(), GREY
        reports = self.current_reports(day)
        worst = max((row.pain_0_10 or 0 for row in reports), default=0)
        is_worse_twice = any(row.is_worse_next_morning for row in reports) and any(
            row.is_worse_next_morning and row.day == back(reports[0].day, 1) for row in self.log.symptoms
        )
        if worst > 5 or is_worse_twice:
            return codes | {"PAIN_GATE"}, RED
        if worst > 3:
            return codes | {"PAIN_GATE"}, max(level, AMBER)
        return codes, level

    # ----- data

    def is_after_gap(self, day: date) -> bool:
        """§1: five dates or more without anything, in someone who usually logs on three days a week; kept for 28 days."""
        excused = marked(self.log, "illness", "holiday", "race", "missing")
        logged = set(self.logged)
        if not logged:
            return False
        first = self.logged[0]
        start = None
        for today in days(first, day):
            is_empty = today not in logged and today not in excused
            start = (start or today) if is_empty else None
            if start is None or (today - start).days + 1 < 5 or (day - today).days > 28:
                continue
            weeks = [
                sum(other in logged for other in days(back(start, 7 * number + 7), back(start, 7 * number + 1)))
                for number in range(8)
                if back(start, 7 * number + 7) >= first
            ]
            if weeks and median(weeks) >= 3:
                return True
        return False

    def data_codes(self, day: date) -> set[str]:
        month = [run for run in self.log.runs if 0 <= (day - run.day).days < 28]
        found = {
            "DATA_INSUFFICIENT_HISTORY": not self.is_judged(day),
            "DATA_MISSING_DAYS": bool(self.loads) and self.ratio_state(day) == "missing_days",
            "DATA_GAP_SUSPECTED": self.is_after_gap(day),
            "DATA_STALE_SOURCE": bool(self.logged) and not any(within(other, back(day, 6), day) for other in self.logged),
            "DATA_NO_STRENGTH_SOURCE": self.first_set is None or day < self.first_set,
            "DATA_UNMAPPED_EXERCISE": self.unmapped_share(day) > 0,
            "DATA_EFFORT_ASSUMED": any(one.is_assumed and 0 <= (day - one.day).days < 28 for one in self.worked),
            "DATA_NO_CADENCE": any(not run.has_cadence for run in month),
            "DATA_NO_INTENSITY": any(run.fast_steps is None for run in month),
            "DATA_DUPLICATE_MERGED": any(run.is_merged for run in month),
        }
        return {code for code, is_raised in found.items() if is_raised}

    def ratio_state(self, day: date) -> str:
        ratio = self.ratios["distance_m"].get(day)
        return "building" if ratio is None else ratio.state

    def confidence(self, day: date, codes: set[str]) -> str:
        if codes & DATA_LOW or self.is_mostly_unmapped(day):
            return "low"
        return "medium" if "DATA_EFFORT_ASSUMED" in codes else "high"


def worst_of(*states: str) -> str:
    return max(states, key=WORSE.index)


# ---------- §1 and §3(e): next week's room


@dataclass(frozen=True)
class Room:
    longest_run_m: int
    week_distance_m: int
    week_moving_s: int


def next_week_room(log: Log, threshold: Fraction = Fraction(3, 2)) -> Room:
    """What the seven days after the as-of date may hold without a session spike on any of them and without ACWR_HIGH on the last.

    §1: at most tP/3 with P = the last 21 days. §3(e): 1.10 x the longest run, of those that will still be within 30 days of
    the last of the seven; 8.7.19: while a distance spike is active, of the 30 days before that run. Without one, half of the
    longest of 180 days or 5 km.
    """
    judge_ = Judge(log)
    today = log.as_of
    recent = [one.distance_m for one in judge_.sessions if within(one.day, back(today, 23), today)]
    ceiling = max(recent) * 11 / 10 if recent else None
    for spike in judge_.active(today):
        if spike.code.startswith("RUN_SESSION_SPIKE"):
            before = [one.distance_m for one in judge_.sessions if within(one.day, back(spike.day, 30), back(spike.day, 1))]
            ceiling = min(ceiling or max(before), max(before) * 11 / 10)
    if ceiling is None:
        past = [one.distance_m for one in judge_.sessions if within(one.day, back(today, 180), today)]
        ceiling = max([Fraction(5000), *(distance / 2 for distance in past)])
    three_weeks = [run for run in log.runs if within(run.day, back(today, 20), today)]
    return Room(
        floor(ceiling),
        floor(threshold * sum(run.distance_m for run in three_weeks) / 3),
        floor(threshold * sum(run.moving_s for run in three_weeks) / 3),
    )
