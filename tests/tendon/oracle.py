"""The tendon rules a second time, as loops over days and sets: what docs/specification.md says, not how SQL does it.

§ numbers are those of docs/specification.md, 8.7.n is the n-th sentence of its §8.7. Ratios are compared as exact fractions.
Where the text leaves a choice, CHOICES.md beside this file names it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cache, cached_property
from itertools import combinations
from math import floor, lcm
from statistics import median

# ---------- what was logged


@dataclass(frozen=True)
class Run:
    """One activity on foot. fast_steps counts both feet, achilles_load reference steps per leg; None is not measured."""

    started_at: datetime  # local
    distance_m: int | None
    moving_s: int | None
    achilles_load: Fraction | None
    ascent_m: int | None = None
    fast_steps: Fraction | None = None
    elapsed_s: int | None = None
    is_run: bool = True  # False: a walk or a hike
    has_cadence: bool = True
    is_merged: bool = False  # another source recorded it too
    is_fast_by_totals: bool = False  # fast_steps was told by RPE, mean speed or mean heart rate
    quality: str = "A"  # A a track, B laps, C totals, D minutes alone

    @cached_property
    def day(self) -> date:
        return self.started_at.date()


@dataclass(frozen=True)
class Set:
    """One set; exercise is a key of EXERCISES or None where the name was not recognised.

    load_kg is all external weight; below 0, or with is_assisted, it is assistance.
    """

    day: date
    exercise: str | None
    reps: int | None = None
    load_kg: float | None = None
    hold_s: int | None = None
    rpe: float | None = None
    rir: float | None = None
    side: str | None = None
    is_warmup: bool = False
    is_assisted: bool = False


@dataclass(frozen=True)
class Symptom:
    day: date
    pain_0_10: float | None = None
    is_worse_next_morning: bool | None = None
    event: str | None = None  # pop, cannot_raise, examined
    morning_stiffness_min: float | None = None
    visa_a: float | None = None
    side: str | None = None


@dataclass(frozen=True)
class Injury:
    onset: date
    resolved: date | None = None
    site: str = "achilles"
    side: str | None = None


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
class Refused:
    """A row that could not be read, of a day that could."""

    day: date
    kind: str  # run, strength


@dataclass(frozen=True)
class Log:
    """Everything one athlete logged, up to a date."""

    as_of: date
    runs: Sequence[Run] = ()
    sets: Sequence[Set] = ()
    symptoms: Sequence[Symptom] = ()
    injuries: Sequence[Injury] = ()
    calf_tests: Sequence[CalfTest] = ()
    marks: Sequence[Mark] = ()
    refused: Sequence[Refused] = ()
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


# ---------- §10: exercises; §6: force


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
    "other": Exercise(),
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


def external_kg(row: Set) -> float | None:
    """Weight lifted beside the body; below 0 is assistance, None assistance of unknown weight (§6)."""
    if row.is_assisted:
        return None if row.load_kg is None else -abs(row.load_kg)
    return row.load_kg or 0


def set_force_bw(row: Set, body_mass_kg: float) -> float | None:
    """Quasi-static peak force on one leg (§6), None for what is neither raise nor jump."""
    exercise, load_kg = exercise_of(row), external_kg(row)
    if not exercise.stance:
        return exercise.contact_bw or None
    if load_kg is None or -load_kg > body_mass_kg:
        return None
    if exercise.stance == "standing":
        force = 3.0 * exercise.share * (body_mass_kg + load_kg) / body_mass_kg
    elif exercise.stance == "press":
        force = 3.0 * load_kg * exercise.share / body_mass_kg
    else:
        force = 3.0 * (load_kg * exercise.share / body_mass_kg + 0.06)
    return max(force, 0.3) if load_kg < 0 else force


def total_load_kg(row: Set, body_mass_kg: float) -> float:
    """w of 8.7.5: share x body mass + external; seated and on the press external only."""
    exercise = exercise_of(row)
    return (exercise.share * body_mass_kg if exercise.stance == "standing" else 0) + (external_kg(row) or 0)


def best_one_rep_kg(row: Set, sets: Iterable[Set], body_mass_kg: float) -> float | None:
    """e1RM (Epley) of the set's exercise on as many legs from the last 90 days, 8.7.5; None where nothing tells it."""
    share = exercise_of(row).share
    estimates = [
        total_load_kg(other, body_mass_kg) * (1 + other.reps / 30)
        for other in sets
        if other.exercise == row.exercise
        and exercise_of(other).share == share
        and 0 <= (row.day - other.day).days < 90
        and not other.is_warmup
        and (external_kg(other) or 0) > 0
        and is_near_the_limit(other)
        and other.reps
        and other.reps <= 12
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

    @cached_property
    def day(self) -> date:
        return self.row.day

    @cached_property
    def legs(self) -> tuple[str, ...]:
        return (self.row.side,) if self.row.side in LEGS else LEGS

    @cached_property
    def work(self) -> float | None:
        """Repetitions x force, three seconds of a hold for one; None where it is no reference."""
        reps = self.row.reps if self.row.reps else (self.row.hold_s or 0) / 3
        return reps * self.force_bw if self.force_bw and 0 < reps <= 60 else None


# ---------- §8.1: which sets count


def is_unrated(row: Set) -> bool:
    return row.rpe is None and row.rir is None


def is_never_hard(row: Set) -> bool:
    return (row.rpe is not None and row.rpe <= 5) or (row.rir is not None and row.rir >= 5)


def is_rated_hard(row: Set) -> bool:
    return (row.rpe is not None and row.rpe >= 7) or (row.rir is not None and row.rir <= 3)


def is_near_the_limit(row: Set) -> bool:
    return (row.rpe is not None and row.rpe >= 8) or (row.rir is not None and row.rir <= 2)


def is_hold(row: Set) -> bool:
    return row.exercise in ISOMETRIC or (bool(row.hold_s) and not row.reps)


def held_s(row: Set) -> int:
    return (row.hold_s or 0) * (row.reps or 1)


def hard_set(row: Set, share_of_best: float | None, body_mass_kg: float) -> tuple[bool, bool]:
    """Is it a hard set, and is that only assumed?"""
    share = share_of_best or 0
    if is_never_hard(row) or (is_hold(row) and held_s(row) < 20):
        return False, False
    if is_unrated(row) and -(external_kg(row) or 0) > body_mass_kg:
        return False, False
    if is_hold(row):
        return True, is_unrated(row)
    if is_rated_hard(row):
        return True, False
    if not is_unrated(row):
        return share >= 0.7, False
    reps = row.reps or 0
    if reps < 5:
        return reps > 0 and share >= 0.8, False
    if share >= 0.7:
        return True, False
    return reps <= 30, reps <= 30


def heavy_set(row: Set, force_bw: float | None, is_hard: bool, share_of_best: float | None) -> bool:
    """8.7.6."""
    if force_bw is None:
        return False
    if is_hold(row):
        is_effort_fit = is_unrated(row) or (is_rated_hard(row) and not is_never_hard(row))
        return force_bw >= HEAVY_BW and held_s(row) >= 12 and is_effort_fit
    reps = row.reps or 0
    if not is_hard:
        return False
    if force_bw >= HEAVY_BW and (reps <= 15 or (is_near_the_limit(row) and reps <= 30)):
        return True
    if (external_kg(row) or 0) <= 0 or force_bw < HALF_HEAVY_BW or reps > 15:
        return False
    is_too_easy = (row.rpe is not None and row.rpe < 7) or (row.rir is not None and row.rir > 3)
    return ((share_of_best or 0) >= 0.7 and not is_too_easy) or (reps >= 5 and is_near_the_limit(row))


TIMED_JUMPS = ("rope", "pogo_2", "pogo_1")


def contacts_of(row: Set) -> tuple[float, bool]:
    """Contacts of each leg that jumped, and whether they are only assumed."""
    exercise = exercise_of(row)
    if row.reps or not exercise.contacts:
        return exercise.contacts * (row.reps or 0), False
    return (2 * (row.hold_s or 0) if row.exercise in TIMED_JUMPS else 0), bool(row.hold_s)


def judged_sets(log: Log) -> list[Worked]:
    """Every working set with its credits: §8.1, 8.7.5, 8.7.6, 8.7.14, 8.7.15."""
    worked = []
    for row in log.sets:
        if row.is_warmup or row.exercise is None or row.day > log.as_of:
            continue
        exercise, force = exercise_of(row), set_force_bw(row, log.body_mass_kg)
        contacts, is_assumed = contacts_of(row)
        is_hard = is_heavy = False
        if exercise.gastrocnemius or exercise.soleus:
            best = None if is_hold(row) else best_one_rep_kg(row, log.sets, log.body_mass_kg)
            share = None if best is None else total_load_kg(row, log.body_mass_kg) / best + 1e-12
            is_hard, is_assumed = hard_set(row, share, log.body_mass_kg)
            is_heavy = heavy_set(row, force, is_hard, share)
            is_assumed = is_assumed or (is_heavy and is_hold(row) and is_unrated(row))
        worked.append(
            Worked(
                row,
                gastrocnemius=exercise.gastrocnemius if is_hard else 0,
                soleus=exercise.soleus if is_hard else 0,
                is_heavy=is_heavy or (exercise.contact_bw >= 5 and contacts > 0),
                is_assumed=is_assumed,
                contacts=contacts,
                hip=exercise.hip,
                foot=exercise.foot,
                force_bw=force,
            )
        )
    return worked


# ---------- days


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def back(day: date, count: int) -> date:
    return day - timedelta(days=count)


def within(day: date, first: date, last: date) -> bool:
    return first <= day <= last


def mean(values: Sequence[Fraction]) -> Fraction:
    """Exact; over one denominator, because to add fractions one by one reduces each sum."""
    denominator = lcm(*(value.denominator for value in values))
    return Fraction(sum(value.numerator * (denominator // value.denominator) for value in values), denominator * len(values))


def until(rows: Sequence[Worked], day: date) -> Sequence[Worked]:
    """Of sets in the order of their dates, those up to a date."""
    return rows[: bisect_right(rows, day, key=lambda one: one.day)]


def marked(log: Log, *kinds: str) -> set[date]:
    return {day for mark in log.marks if mark.kind in kinds for day in days(mark.first, mark.last)}


# ---------- §1: history, load of a day, the uncoupled ratio as far as the flags need it


@dataclass(frozen=True)
class Ratio:
    acute: Fraction | None
    chronic: Fraction | None
    uncoupled: Fraction | None
    state: str  # ok, building, missing_days, low_base


class History:
    """When a runner's history began, as seen from a day: a gap of more than 365 days starts it anew."""

    def __init__(self, log: Log) -> None:
        active = sorted({run.day for run in log.runs})
        self.starts = [
            day for before, day in zip([None, *active], active, strict=False) if not before or (day - before).days > 365
        ]

    def start(self, day: date) -> date | None:
        return max((start for start in self.starts if start <= day), default=None)

    def days_since(self, day: date) -> int:
        """Days since the first activity; -1 before it."""
        start = self.start(day)
        return -1 if start is None else (day - start).days


def first_activity(log: Log) -> date | None:
    return min((run.day for run in log.runs), default=None)


def refused_run_days(log: Log) -> set[date]:
    return {row.day for row in log.refused if row.kind == "run"}


def unknown_days(log: Log) -> set[date]:
    """Days with a refused run, and days marked missing on which no run was saved."""
    return refused_run_days(log) | (marked(log, "missing") - {run.day for run in log.runs if run.is_run})


def daily_loads(log: Log) -> dict[str, dict[date, Fraction | None]]:
    """Load of each day from the first activity on: rest is 0, unknown is None. Walks add to the Achilles load alone."""
    unknown = unknown_days(log)
    by_day: dict[date, list[Run]] = {}
    for run in log.runs:
        by_day.setdefault(run.day, []).append(run)
    loads: dict[str, dict[date, Fraction | None]] = {
        name: {} for name in ("distance_m", "moving_s", "fast_steps", "achilles_load")
    }
    for day in days(first_activity(log) or log.as_of, log.as_of):
        for name, load in loads.items():
            runs = [run for run in by_day.get(day, ()) if run.is_run or name == "achilles_load"]
            values = [None if name == "fast_steps" and run.is_fast_by_totals else getattr(run, name) for run in runs]
            is_known = day not in unknown and None not in values
            load[day] = sum((Fraction(value) for value in values), Fraction(0)) if is_known else None
    return loads


def known(load: dict[date, Fraction | None], first: date, last: date) -> list[Fraction]:
    return [value for day in days(first, last) if (value := load.get(day)) is not None]


def ratios(log: Log, load: dict[date, Fraction | None], distance: dict[date, Fraction | None] | None) -> dict[date, Ratio]:
    """Uncoupled 7:21 of §1 with its floors; `distance` where the floor of 5 km a week holds."""
    history = History(log)
    usual: dict[date, Fraction] = {}
    found = {}
    known_days = runs = 0
    runs_of = Counter(run.day for run in log.runs if run.is_run)
    for today, value in load.items():
        if today in history.starts:
            known_days = runs = 0
        known_days += value is not None
        runs += runs_of[today]
        week = known(load, back(today, 6), today)
        three_weeks = known(load, back(today, 27), back(today, 7))
        acute = mean(week) if len(week) >= 6 else None
        chronic = mean(three_weeks) if known_days >= 28 and len(three_weeks) >= 16 else None
        is_low = False
        if chronic is not None:
            usual[today] = chronic
            past = [value for day, value in usual.items() if (today - day).days < 180]
            is_low = chronic == 0 or 4 * chronic < median(past)
            if distance is not None:
                metres = known(distance, back(today, 27), back(today, 7))
                # A day whose run has no distance is not 0 km: then distance cannot tell.
                is_low = is_low or (bool(metres) and len(metres) >= len(three_weeks) and 7 * mean(metres) < 5000)
        if known_days < 28 or runs < 8:
            state = "building"
        elif acute is None or chronic is None:
            state = "missing_days"
        else:
            state = "low_base" if is_low else "ok"
        is_shown = state == "ok" and acute is not None and chronic
        found[today] = Ratio(acute, chronic, acute / chronic if is_shown and acute is not None and chronic else None, state)
    return found


# ---------- §2: fast steps of a run that is known by its totals alone


def fast_steps_by_totals(
    steps: Fraction,
    moving_s: int,
    distance_m: int,
    fast_speed_mps: float | None = None,
    rpe: float | None = None,
    heart_rate_bpm: float | None = None,
    max_heart_rate_bpm: float | None = None,
) -> Fraction | None:
    """All its steps, none of them, or unknown: the first answer that applies."""
    speed_mps = distance_m / moving_s
    heart_rate = heart_rate_bpm / max_heart_rate_bpm if heart_rate_bpm and max_heart_rate_bpm else None
    if (
        (rpe is not None and rpe >= 8)
        or (fast_speed_mps is not None and speed_mps >= fast_speed_mps and moving_s >= 15 * 60)
        or (heart_rate is not None and heart_rate >= 0.88)
    ):
        return steps
    is_slow = fast_speed_mps is not None and speed_mps <= 0.92 * fast_speed_mps
    if (rpe is not None and rpe <= 6) or (is_slow and (heart_rate is None or heart_rate < 0.82)):
        return Fraction(0)
    return None


# ---------- §3: session spikes


@dataclass(frozen=True)
class Outing:
    """Runs with less than 30 minutes between them, as one; a measure that a part lacks is None."""

    day: date
    distance_m: Fraction | None
    moving_s: Fraction | None
    achilles_load: Fraction | None
    ascent_m: Fraction | None
    fast_steps: Fraction | None
    is_fast_by_totals: bool = False


@dataclass(frozen=True)
class Spike:
    day: date
    code: str
    ratio: Fraction | None = None
    is_by_totals: bool = False
    is_third: bool = False  # the third distance spike within 21 days
    over: Fraction = Fraction(0)  # metres or seconds above the outing's own ceiling


DISTANCE = ("RUN_SESSION_SPIKE_SMALL", "RUN_SESSION_SPIKE_MODERATE", "RUN_SESSION_SPIKE_LARGE")
VOLUME = {"RUN_SESSION_SPIKE_MODERATE", "RUN_SESSION_SPIKE_LARGE", "RUN_LOAD_SPIKE", "RUN_DURATION_SPIKE"}
INTENSITY = {"RUN_FAST_SPIKE", "RUN_HILL_SPIKE"}
ACTIVE_DAYS = 14
LEAST_ASCENT_M = 150
LEAST_FAST_STEPS = 1000  # both feet
FLOORS = {"distance_m": (5000, 2000), "moving_s": (1800, 720), "achilles_load": (2300, 1000)}
RESTART_M = 5000
LOAD_ROUNDING = Fraction(2, 100)  # loads are rounded to thousandths of a step: ten times two of them


def outings(runs: Iterable[Run]) -> list[Outing]:
    groups: list[list[Run]] = []
    for run in sorted((run for run in runs if run.is_run), key=lambda run: run.started_at):
        if groups:
            last = groups[-1][-1]
            ended_at = last.started_at + timedelta(seconds=last.elapsed_s or last.moving_s or 0)
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
            is_fast_by_totals=any(run.is_fast_by_totals for run in group),
        )
        for group in groups
    ]


def is_judged(sessions: Sequence[Outing], history: History, day: date) -> bool:
    """8.7.1: 28 days since the first activity and 8 runs since then."""
    start = history.start(day)
    if start is None or (day - start).days < 28:
        return False
    return sum(within(session.day, start, day) for session in sessions) >= 8


def distance_state(distance_m: Fraction, longest_m: Fraction) -> str:
    """reference, below_floor, small, moderate or large (§3), compared without dividing."""
    if 10 * distance_m <= 11 * longest_m:
        return "reference"
    if not reaches_floor("distance_m", distance_m, longest_m):
        return "below_floor"
    if 10 * distance_m <= 13 * longest_m:
        return "small"
    return "moderate" if distance_m <= 2 * longest_m else "large"


def reaches_floor(name: str, value: Fraction, most: Fraction) -> bool:
    least, excess = FLOORS[name]
    return value >= least or value - most > excess


def restart_m(sessions: Sequence[Outing], first: date, last: date) -> Fraction:
    """5 km, or half of the longest outing between two dates if that is more."""
    past = [one.distance_m for one in sessions if within(one.day, first, last) and one.distance_m is not None]
    return max([Fraction(RESTART_M), *(distance / 2 for distance in past)])


def session_spikes(sessions: Sequence[Outing], history: History, unknown: set[date], refused: Iterable[date] = ()) -> list[Spike]:
    """Every spike any session raised: §3, 8.7.1, 8.7.16-18. A refused run lacks every measure."""
    refused = set(refused)
    spikes: list[Spike] = []
    for session in sessions:
        if not is_judged(sessions, history, session.day):
            continue
        window = (back(session.day, 30), back(session.day, 1))
        before = [other for other in sessions if within(other.day, *window)]
        if any(within(day, *window) for day in refused):
            continue
        if before:
            spikes += volume_spikes(session, before) + intensity_spikes(session, before)
        elif session.distance_m is not None and not any(within(day, *window) for day in unknown):
            limit = restart_m(sessions, back(session.day, 180), back(session.day, 1))
            if history.days_since(session.day) > 30 and session.distance_m > limit:
                spikes.append(Spike(session.day, "RUN_NO_BASELINE_30D", over=session.distance_m - limit))
    distance_days = [spike.day for spike in spikes if spike.code in DISTANCE]
    return [
        replace(spike, is_third=sum(within(day, back(spike.day, 20), spike.day) for day in distance_days) >= 3)
        if spike.code in DISTANCE
        else spike
        for spike in spikes
    ]


def volume_spikes(session: Outing, before: Sequence[Outing]) -> list[Spike]:
    spikes = []
    distances = [one.distance_m for one in (session, *before)]
    is_near = None not in distances and not reaches_floor("distance_m", distances[0], max(distances[1:]))
    for name, code in (("distance_m", ""), ("moving_s", "RUN_DURATION_SPIKE"), ("achilles_load", "RUN_LOAD_SPIKE")):
        values = [getattr(one, name) for one in (session, *before)]
        if None in values:
            continue
        value, most = values[0], max(values[1:])
        if name == "distance_m":
            state = distance_state(value, most)
            if state in ("small", "moderate", "large"):
                ratio = value / most if most else None
                spikes.append(Spike(session.day, f"RUN_SESSION_SPIKE_{state.upper()}", ratio, over=value - most * 11 / 10))
            continue
        rounding = LOAD_ROUNDING if name == "achilles_load" else 0
        is_long = value >= FLOORS[name][0] or (reaches_floor(name, value, most) and not is_near)
        if is_long and 10 * value > 13 * most + rounding:
            spikes.append(Spike(session.day, code, over=value - most * 13 / 10))
    return spikes


def intensity_spikes(session: Outing, before: Sequence[Outing]) -> list[Spike]:
    spikes = []
    for name, code, least in (
        ("ascent_m", "RUN_HILL_SPIKE", LEAST_ASCENT_M),
        ("fast_steps", "RUN_FAST_SPIKE", LEAST_FAST_STEPS),
    ):
        values = [getattr(one, name) for one in (session, *before)]
        if None in values or values[0] < least or 10 * values[0] <= 13 * max(values[1:]):
            continue
        is_by_totals = name == "fast_steps" and rests_on_totals(session, before)
        spikes.append(Spike(session.day, code, is_by_totals=is_by_totals))
    return spikes


def rests_on_totals(session: Outing, before: Sequence[Outing]) -> bool:
    """Its own fast steps, or what they are held against, were told by totals."""
    most = max(one.fast_steps for one in before if one.fast_steps is not None)
    by_track = [one.fast_steps for one in before if not one.is_fast_by_totals]
    if session.is_fast_by_totals or most not in by_track:
        return True
    return most == 0 and any(one.is_fast_by_totals for one in before)


def returns_after_break(sessions: Sequence[Outing], history: History, ratio: dict[date, Ratio]) -> list[Spike]:
    """8.7.20."""
    found = []
    for session in sessions:
        past = [
            other.distance_m
            for other in sessions
            if within(other.day, back(session.day, 180), back(session.day, 1)) and other.distance_m is not None
        ]
        is_old_enough = history.days_since(session.day) >= 42 and is_judged(sessions, history, session.day)
        if not is_old_enough or not past or session.distance_m is None:
            continue
        fortnight = [ratio[day] for day in days(back(session.day, 14), back(session.day, 1))]
        is_low = all(one.state == "low_base" or (one.uncoupled is not None and 10 * one.uncoupled < 7) for one in fortnight)
        if is_low and any(one.uncoupled is not None for one in fortnight) and session.distance_m >= median(past):
            found.append(Spike(session.day, "RETURN_AFTER_BREAK"))
    return found


# ---------- §8: the day


@dataclass(frozen=True)
class Channel:
    state: str  # on_track, amber, red
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
    confidence_because: list[str] = field(default_factory=list)
    mode: str = "maintain"
    person_state: str = "usual"
    person_states: list[str] = field(default_factory=list)
    forbids: list[str] = field(default_factory=list)
    unheld: int = -1
    kept: int = -1  # what the days after it hold: a small spike that only colours two days is left out
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
LAGGING = ("C1", "C2")
WORSE = ("on_track", "amber", "red")
LIFTS = {"HIP_STALE": AMBER_LOW, "FOOT_STALE": AMBER_LOW, "PLYO_RAMP": AMBER_LOW, "PLYO_INTRO_RAPID": AMBER}
NORMS = {20: (37, 30), 30: (32, 27), 40: (28, 24), 50: (23, 21), 60: (19, 19), 70: (14, 16), 80: (10, 13)}  # §7, men and women
FLAT_NORM = (25, 24)
ACHILLES_SITES = ("achilles", "achilles_midportion", "achilles_insertion")
LEG_SITES = (*ACHILLES_SITES, "calf", "foot")
DATA_LOW = {
    "DATA_INSUFFICIENT_HISTORY",
    "DATA_NO_STRENGTH_SOURCE",
    "DATA_GAP_SUSPECTED",
    "DATA_STALE_SOURCE",
    "DATA_STALE_RUNS",
    "DATA_STALE_STRENGTH",
    "DATA_ROWS_REFUSED",
    "DATA_MISSING_DAYS",
}
DATA_MEDIUM = {"DATA_RUN_TOTALS", "DATA_EFFORT_ASSUMED"}

LEGS = ("left", "right")

# §10: the states of the person, the first that applies picks the words, and what each forbids to say
STATES = {
    "rupture_suspected": ("exercise", "heavy_dose", "more_load", "ceiling", "room", "keep_running"),
    "pain_gate": ("heavy_dose", "new_exercise", "more_load", "ceiling", "room", "keep_running"),
    "open_injury": ("own_dose", "heavy_dose", "more_load", "ceiling", "room", "keep_running"),
    "silent_after_pain": ("more_load", "keep_running"),
    "under_16": ("heavy_dose", "ceiling", "room", "norms"),
    "ill_or_away": ("more_load", "keep_running"),
    "after_race": ("heavy_dose", "more_load", "ceiling", "room", "keep_running"),
    "coming_back": ("heavy_dose", "more_load"),
    "new_to_calf_work": ("heavy_dose",),
}
# What pain and injuries still forbid while a flag of theirs would be held, three dates.
AFTER = {
    "rupture_suspected": ("heavy_dose", "more_load", "ceiling", "room", "keep_running"),
    "pain_gate": ("heavy_dose", "new_exercise", "more_load", "ceiling", "room", "keep_running"),
    "open_injury": ("heavy_dose", "more_load", "ceiling", "room", "keep_running"),
    "silent_after_pain": ("more_load", "keep_running"),
}
AWAY_TODAY = ("dose", "heavy_dose", "new_exercise", "more_load", "ceiling", "room", "keep_running")
ASKS_FOR_MORE = ("heavy_dose", "new_exercise", "more_load")


CREDIT: dict[str, Callable[[Worked], float]] = {
    "gastrocnemius": lambda one: one.gastrocnemius,
    "soleus": lambda one: one.soleus,
    "achilles_tendon": lambda one: float(one.is_heavy),
}


def legs_of(side: str | None) -> set[str]:
    return {side} if side in LEGS else set(LEGS)


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
        self.history = History(log)
        self.unknown = unknown_days(log)
        self.first_run = first_activity(log)
        self.first_set = min((row.day for row in log.sets), default=None)
        self.run_days = sorted({session.day for session in self.sessions})
        self.spikes: list[Spike] = []
        self.loads: dict[str, dict[date, Fraction | None]] = {}
        self.ratios: dict[str, dict[date, Ratio]] = {}
        if self.first_run is not None:
            self.loads = daily_loads(log)
            self.ratios = {
                name: ratios(log, load, None if name == "fast_steps" else self.loads["distance_m"])
                for name, load in self.loads.items()
            }
            self.spikes = session_spikes(self.sessions, self.history, self.unknown, refused_run_days(log))
            self.spikes += returns_after_break(self.sessions, self.history, self.ratios["achilles_load"])
        self.logged = sorted(
            {run.day for run in log.runs}
            | {row.day for row in log.sets}
            | {row.day for row in log.symptoms}
            | {row.day for row in log.calf_tests}
        )
        self.races = marked(log, "race") | ({log.race_date} if log.race_date else set())
        self.doubles = self.double_spikes()
        self.marked_away = marked(log, "illness", "holiday")
        self.lost = self.unknown & marked(log, "missing") - {row.day for row in log.sets}
        self.paused = self.paused_days()
        self.excused = self.marked_away | marked(log, "missing") | self.unknown | self.after_races()
        self.contacts: dict[tuple[date, str], float] = {}
        for one in self.worked:
            for leg in one.legs:
                self.contacts[one.day, leg] = self.contacts.get((one.day, leg), 0) + one.contacts
        self.fed = {
            (name, leg): sorted((one for one in self.worked if of(one) > 0 and leg in one.legs), key=lambda one: one.day)
            for name, of in CREDIT.items()
            for leg in LEGS
        }
        self.lost_runs = refused_run_days(log)
        self.strength_days = {row.day for row in log.sets} | {row.day for row in log.refused if row.kind == "strength"}
        # Asked of many dates over and over.
        for name in ("is_judged", "is_high_load", "has_risen", "mode", "spike_codes", "is_after_race", "is_coming_back",
                     "answers"):  # fmt: skip
            setattr(self, name, cache(getattr(self, name)))

    def judged(self, since: date | None = None) -> dict[date, Day]:
        first = self.logged[0] if self.logged else self.log.as_of
        first = max(first, since or first)
        found = {day: self.unheld(day) for day in days(first, self.log.as_of)}
        for day, one in found.items():
            # 8.7.21: held for three dates, so the flag is the highest of this date and the three before.
            levels = {day: one.unheld}
            levels |= {other: found[other].kept for number in (1, 2, 3) if (other := back(day, number)) in found}
            highest = max(levels.values())
            last = max(other for other, level in levels.items() if level == highest)
            one.flag, one.priority = FLAGS[highest], max(highest, 0)
            own = {code for code in one.codes if code.startswith("DATA_")}
            one.reasons = sorted({code for code in found[last].codes if not code.startswith("DATA_")} | own)
        return found

    def unheld(self, day: date) -> Day:
        """8.7.25: matrix, lift, history, what the person's state asks for; the days before are held against it later."""
        one = Day(mode=self.mode(day))
        one.channels = self.channels(day, one.mode)
        calf_codes = self.calf_codes(day, one)
        one.capacity_level = self.capacity_level(day, one, calf_codes)
        one.run_level = self.run_level(day, one.capacity_level)
        pain_codes, least = self.pain(day)
        if self.has_history(day):
            pain_codes.add("ACHILLES_HISTORY")
        if any(one.site == "achilles_insertion" and self.is_recent(one, day) for one in self.log.injuries):
            pain_codes.add("INSERTIONAL")
        data_codes = self.data_codes(day)
        one.unheld, one.kept = (max(self.level(day, one.capacity_level, calf_codes, is_kept), least) for is_kept in (False, True))
        self.describe_confidence(one, day, data_codes)
        self.describe_person(one, day, data_codes)
        # §10: beside an open injury, or a possible rupture, calf work is no reason; it colours all the same.
        told = set() if {"exercise", "own_dose"} & set(one.forbids) else self.told_of_calf_work(day, one, calf_codes)
        one.codes = frozenset(self.run_codes(day) | told | pain_codes | data_codes)
        return one

    def told_of_calf_work(self, day: date, one: Day, codes: set[str]) -> set[str]:
        """§10: heavy work is never late up to 16, and what asks for more is not told where load is held."""
        untold = {"TENDON_DETRAIN_28", "TENDON_NOT_HEAVY"} if self.is_young(day) else set()
        if {"heavy_dose", "more_load"} & set(one.forbids):
            untold |= {"BUILD_TOPUP", "NO_PROGRESS"}
        if set(ASKS_FOR_MORE) & set(one.forbids):
            untold.add("PLYO_ABSENT")
        return codes - untold

    def level(self, day: date, capacity: str, codes: set[str], is_kept: bool) -> int:
        """Matrix, lifts and history, with what a race and an open injury leave of them (§10)."""

        def stepped(capacity: str, is_without_race: bool) -> int:
            level = MATRIX.get(self.run_level(day, capacity, is_kept, is_without_race), {}).get(capacity, GREY)
            if level == GREEN:
                level = max([GREEN, *(LIFTS[code] for code in codes if code in LIFTS)])
            return level + 1 if AMBER_LOW <= level <= AMBER_HIGH and self.has_history(day) else level

        def with_injury(is_without_race: bool) -> int:
            level = stepped(capacity, is_without_race)
            if capacity in LAGGING and self.open_injuries(day, LEG_SITES):
                level = max(stepped("C0", is_without_race), min(level, AMBER))
            return level

        return max(with_injury(True), min(with_injury(False), AMBER)) if self.has_race_spike(day) else with_injury(False)

    # ----- run side: §8.3

    def is_judged(self, day: date) -> bool:
        return is_judged(self.sessions, self.history, day)

    def is_grey(self, day: date) -> bool:
        """Four weeks without a run: nothing to judge."""
        last = self.silent_days(self.run_days, day)[0]
        unread = 0 if last is None else sum(within(other, back(last, -1), day) for other in self.lost_runs)
        return self.idle_days(day) + unread >= 28

    def active(self, day: date) -> list[Spike]:
        """8.7.17: the day of the run and the 13 days after."""
        return [spike for spike in self.spikes if 0 <= (day - spike.day).days < ACTIVE_DAYS]

    def has_race_spike(self, day: date) -> bool:
        return any(spike.day in self.races for spike in self.active(day))

    def double_spikes(self) -> list[tuple[date, bool]]:
        """From which day on each pair of a volume and an intensity spike counts, and whether a race is one of the two."""
        countable = [spike for spike in self.spikes if not spike.is_by_totals]
        return [
            (max(one.day, other.day), bool({one.day, other.day} & self.races))
            for one, other in combinations(countable, 2)
            if {one.code, other.code} & VOLUME and {one.code, other.code} & INTENSITY and abs((one.day - other.day).days) <= 7
        ]

    def run_codes(self, day: date) -> set[str]:
        if self.first_run is None or day < self.first_run:
            return set()
        codes = set()
        if self.is_judged(day):
            codes |= {spike.code for spike in self.active(day)}
            if self.is_often_high(day):
                codes.add("FREQ_HIGH_GT5")
            if self.is_high_load(day) and self.is_high_load(back(day, 1)):
                codes.add("BACK_TO_BACK_HIGH")
        if self.has_high_ratio(day):
            codes.add("ACWR_HIGH")
        if any(self.ratios[name][day].state == "low_base" for name in ("distance_m", "moving_s", "achilles_load")):
            codes.add("ACWR_LOW_BASE")
        return codes

    def has_high_ratio(self, day: date) -> bool:
        shown = (self.ratios[name][day].uncoupled for name in ("moving_s", "fast_steps", "achilles_load"))
        return any(ratio is not None and 2 * ratio > 3 for ratio in shown)

    def is_often_high(self, day: date) -> bool:
        return sum(self.is_high_load(other) for other in days(back(day, 6), day)) > 5

    def run_level(self, day: date, capacity: str, is_kept: bool = False, is_without_race: bool = False) -> str:
        """§8.3 for a capacity level: small spikes and fast spikes by totals count by what the calf work says."""
        if not self.is_judged(day) or self.is_grey(day):
            return "unknown"
        active = [spike for spike in self.active(day) if not (is_without_race and spike.day in self.races)]
        is_double = any(
            0 <= (day - since).days < ACTIVE_DAYS and not (is_without_race and has_race) for since, has_race in self.doubles
        )
        if is_double or {spike.code for spike in active} & {"RUN_SESSION_SPIKE_LARGE", "RUN_NO_BASELINE_30D"}:
            return "R2"
        if any(self.counts(spike, day, capacity, is_kept) for spike in active) or self.is_often_high(day):
            return "R1"
        return "RW" if self.has_high_ratio(day) and not self.is_after_gap(day) else "R0"

    def counts(self, spike: Spike, day: date, capacity: str, is_kept: bool) -> bool:
        """Whether an active spike is more than a note."""
        if spike.is_by_totals:
            return capacity in LAGGING
        if spike.code != "RUN_SESSION_SPIKE_SMALL" or capacity in LAGGING or spike.is_third or self.has_history(day):
            return True
        return not is_kept and (day - spike.day).days < 2

    def is_high_load(self, day: date) -> bool:
        """§8.3: Achilles load above 1.25 x the mean of run days, or fast steps, ascent or contacts."""
        load: dict[date, Fraction] = {}  # of what was recorded, also on a day that is unknown
        for run in self.log.runs:
            if within(run.day, back(day, 27), day) and run.achilles_load is not None:
                load[run.day] = load.get(run.day, Fraction(0)) + run.achilles_load
        today = load.get(day)
        fast = self.loads["fast_steps"].get(day)
        return (
            (bool(today) and 4 * today > 5 * mean(list(load.values())))  # type: ignore[operator]
            or (fast is not None and fast >= LEAST_FAST_STEPS)
            or sum(run.ascent_m or 0 for run in self.log.runs if run.day == day and run.is_run) >= 300
            or self.most_contacts(day) >= 60
        )

    # ----- chain: §8.1, §8.2

    def paused_days(self) -> set[date]:
        """8.7.28 and §10: illness and holiday, at most 14 days in any 60, and the 14 days after a race."""
        paused: set[date] = set()
        for day in sorted(self.marked_away):
            if sum(within(other, back(day, 59), day) for other in paused) < 14:
                paused.add(day)
        return paused | self.after_races()

    def after_races(self) -> set[date]:
        return {back(race, -number) for race in self.races for number in range(1, 15)}

    def is_recent(self, injury: Injury, day: date) -> bool:
        """Open on the day, or ended less than 365 days ago."""
        return injury.onset <= day and (injury.resolved is None or (day - injury.resolved).days < 365)

    def has_history(self, day: date) -> bool:
        """8.7.25: symptoms within 365 days, or an Achilles injury that is open or ended within them."""
        until = self.log.history_until
        is_told = until is not None and until <= self.log.as_of and (day - until).days < 365
        return is_told or any(one.site in ACHILLES_SITES and self.is_recent(one, day) for one in self.log.injuries)

    def open_injuries(self, day: date, sites: Sequence[str]) -> list[Injury]:
        return [
            one
            for one in self.log.injuries
            if one.site in sites and one.onset <= day and (one.resolved is None or day < one.resolved)
        ]

    def taper_since(self, day: date) -> date | None:
        """8.7.11: from 10 days before to 7 days after a race."""
        return min((back(race, 10) for race in self.races if within(day, back(race, 10), back(race, -7))), default=None)

    def has_risen(self, day: date) -> bool:
        """The 28-day mean of L is more than 20 % above the 28 days before, or above none at all (8.7.3)."""
        if self.history.days_since(day) < 55:
            return False
        load = self.loads["achilles_load"]
        new, old = known(load, back(day, 27), day), known(load, back(day, 55), back(day, 28))
        return len(new) >= 21 and len(old) >= 21 and 100 * mean(new) > 120 * mean(old)

    def spike_codes(self, day: date) -> set[str]:
        """Active spikes that build load (8.7.3): no return, no fast spike by totals, no small spike that counts by lag alone."""
        if not self.is_judged(day):
            return set()
        return {
            spike.code
            for spike in self.active(day)
            if spike.code != "RETURN_AFTER_BREAK"
            and not spike.is_by_totals
            and (spike.code != "RUN_SESSION_SPIKE_SMALL" or spike.is_third or self.has_history(day))
        }

    def mode(self, day: date) -> str:
        """8.7.11: the first that applies of rehab, taper, build, maintain."""
        hurts = any((row.pain_0_10 or 0) >= 1 and 0 <= (day - row.day).days < 14 for row in self.log.symptoms)
        if self.open_injuries(day, ACHILLES_SITES) or (self.has_history(day) and hurts):
            return "rehab"
        if self.taper_since(day):
            return "taper"
        if self.is_after_race(day):
            return "maintain"
        is_built = self.has_risen(day) or self.spike_codes(day) or self.is_coming_back(day)
        return "build" if is_built else "maintain"

    def is_after_race(self, day: date) -> bool:
        return any(0 <= (day - race).days <= 14 for race in self.races)

    def is_coming_back(self, day: date) -> bool:
        """28 days from the first run after 21 or more days without one, with 60 days of history; or from the end of an injury."""
        if any(one.site in LEG_SITES and one.resolved and within(one.resolved, back(day, 27), day) for one in self.log.injuries):
            return True
        for before, run_day in zip(self.run_days, self.run_days[1:], strict=False):
            if within(run_day, back(day, 27), day) and self.history.days_since(run_day) >= 60:
                empty = [other for other in days(back(before, -1), back(run_day, 1)) if other not in self.unknown]
                if len(empty) >= 21:
                    return True
        return False

    def is_building(self, day: date) -> bool:
        return self.first_set is not None and 0 <= (day - self.first_set).days < 28

    def is_young(self, day: date) -> bool:
        return self.log.birth_year is not None and day.year - self.log.birth_year <= 16

    def days_since(self, dates: Iterable[date], day: date, is_tendon: bool = False) -> int | None:
        """Dates since the last of them, without paused ones; the tendon's clock stands still only while the pause lasts."""
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
        return (day - last).days - len(paused | {other for other in self.lost if last < other <= day})

    def legs(self, day: date) -> tuple[list[str], bool]:
        """8.7.29: the legs that are judged, and whether one stands for both because the other never had calf work."""
        calf = [one for one in self.worked if one.day <= day and (one.gastrocnemius or one.soleus or one.is_heavy)]
        ever = {leg for one in calf for leg in one.legs}
        now = {leg for one in calf if (day - one.day).days < 28 for leg in one.legs}
        return (sorted(now), True) if len(now) == len(ever) == 1 else (list(LEGS), False)

    def longest_wait(self, past: list[Worked], day: date) -> int | None:
        """Days since the last of these sets on the leg that waits longest, of those that ever had one."""
        per_leg = [self.days_since((one.day for one in past if leg in one.legs), day) for leg in LEGS]
        return max((since for since in per_leg if since is not None), default=None)

    def channels(self, day: date, mode: str) -> dict[str, Channel]:
        if self.first_set is None or day < self.first_set:
            return {}
        legs, is_one_sided = self.legs(day)
        found = {}
        for name, of in CREDIT.items():
            per_leg = [self.one_leg(name, until(self.fed[name, leg], day), of, day, mode) for leg in legs]
            worse = max(
                per_leg, key=lambda one: (WORSE.index(one.state), one.days_since is None, one.days_since or 0, -one.mean_sets)
            )
            found[name] = replace(worse, codes=worse.codes | ({"SIDE_ONLY"} if is_one_sided else set()))
        return found

    def limits(self, day: date, mode: str) -> tuple[int, int]:
        """From how many days on G and S are amber, and above how many red (8.7.12)."""
        since = self.taper_since(day)
        if mode == "taper" and since:
            return 12, 21 + min((day - since).days + 1, 10)
        return (8, 14) if mode in ("build", "rehab") else (11, 21)

    def tendon_limit(self, mode: str) -> float:
        return 15 * 1.5 if mode == "taper" else 15

    def floor_sets(self, day: date) -> int:
        return 4 if self.log.birth_year is not None and day.year - self.log.birth_year >= 60 else 2

    def has_build_target(self, day: date, mode: str) -> bool:
        return mode == "rehab" or (mode == "build" and self.has_risen(day))

    def one_leg(self, name: str, past: Sequence[Worked], of: Callable[[Worked], float], day: date, mode: str) -> Channel:
        """State of gastrocnemius, soleus or tendon of one leg, from its credited sets."""
        if name == "achilles_tendon":
            since = self.days_since((one.day for one in past[-1:]), day, is_tendon=True)
            if since is None or since > 28:
                return Channel("red", since, codes=frozenset({"TENDON_DETRAIN_28"}))
            is_amber = since >= self.tendon_limit(mode)
            return Channel("amber" if is_amber else "on_track", since, codes=frozenset({"TENDON_NOT_HEAVY"} if is_amber else ()))

        prefix = "GAST" if name == "gastrocnemius" else "SOL"
        # Credits are whole sets, halves and quarters, which floats add up exactly.
        week, month = (Fraction(sum(of(one) for one in past[len(until(past, back(day, span))) :])) for span in (7, 28))
        true_sets = sum(one.soleus >= 1 for one in past[len(until(past, back(day, 28))) :])
        lost = sum(within(other, back(day, 27), day) for other in self.lost)
        weeks = Fraction(max(28 - sum(within(other, back(day, 27), day) for other in self.paused | self.lost), 14), 7)
        maintenance = Fraction(self.floor_sets(day))
        target = maintenance / 2 if mode == "taper" else maintenance
        is_short = 4 * month / weeks < 3 * target  # as far as is known: nothing shows that credit keeps it up
        is_low = is_short and lost <= 14
        amber_from, red_above = self.limits(day, mode)
        counted = past if name == "gastrocnemius" else [one for one in past if one.soleus >= 1]
        since = self.days_since((one.day for one in counted[-1:]), day)

        state, codes = "on_track", set()
        if since is None or since >= amber_from:
            # 8.7.13 and "soleus credit, made precise": credit turns a red soleus into SOL_ONLY_CREDIT.
            is_credit_enough = mode in ("maintain", "taper") or (
                mode == "build" and not self.has_risen(day) and self.spike_codes(day) <= {"RUN_SESSION_SPIKE_SMALL"}
            )
            is_without_bent = since is None or since > 14
            if prefix == "SOL" and is_without_bent and is_credit_enough and not is_short:
                state, codes = "amber", {"SOL_ONLY_CREDIT"}
            else:
                state, codes = "red" if since is None or since > red_above else "amber", {f"{prefix}_STALE"}
        if is_low:
            is_red = 2 * month / weeks < target and month / weeks < maintenance and week < target  # 8.7.4
            state, codes = worst_of(state, "red" if is_red else "amber"), codes | {f"{prefix}_LOW_VOLUME"}
        elif self.has_build_target(day, mode):
            is_bent_short = prefix == "SOL" and 4 * true_sets / weeks < 3 * 3
            if 4 * month / weeks < 3 * 6 or is_bent_short:
                codes.add("BUILD_TOPUP")
        return Channel(state, since, float(week), float(month / weeks), frozenset(codes))

    def is_tendon_a_note(self, day: date, channels: dict[str, Channel]) -> bool:
        """§8.2: beginners and children are not asked for heavy work."""
        if self.is_young(day):
            return True
        month = known(self.loads.get("distance_m", {}), back(day, 27), day)
        is_little = len(month) >= 21 and 7 * mean(month) < 20_000
        is_calf_red = not self.is_building(day) and "red" in (channels["gastrocnemius"].state, channels["soleus"].state)
        return is_little and not is_calf_red and not self.has_history(day)

    def capacity_level(self, day: date, one: Day, codes: set[str]) -> str:
        """C of §8.4: worst of gastrocnemius, soleus and tendon; 8.7.8-10, 8.7.27, 8.7.30."""
        if not one.channels:
            return "unknown"
        judged = dict(one.channels)
        if self.is_tendon_a_note(day, one.channels):
            del judged["achilles_tendon"]
        if self.is_building(day):
            amber_from, _ = self.limits(day, one.mode)
            fresh = [
                channel.days_since is not None
                and channel.days_since < (self.tendon_limit(one.mode) if name == "achilles_tendon" else amber_from)
                for name, channel in judged.items()
            ]
            return "C0" if all(fresh) else "building"
        state = worst_of(*(channel.state for channel in judged.values()))
        if codes & {"GAST_ASYM", "SOL_ASYM", "CAPACITY_BELOW_NORM"}:
            state = worst_of(state, "red" if self.capacity_test(day) == "red" else "amber")
        is_painful = one.mode == "rehab" and (self.held_score(day) or 0) > 3
        if state == "red" and (is_painful or self.is_mostly_unmapped(day) or self.refused_rows(day, "strength")):
            state = "amber"
        return {"on_track": "C0", "amber": "C1", "red": "C2"}[state]

    def calf_codes(self, day: date, one: Day) -> set[str]:
        if not one.channels:
            return set()
        codes = {code for channel in one.channels.values() for code in channel.codes}
        codes |= {
            f"{prefix}_ASYM" for prefix, name in (("GAST", "gastrocnemius"), ("SOL", "soleus")) if self.is_uneven(name, day)
        }
        if self.is_building(day):
            return codes & {"SIDE_ONLY", "GAST_ASYM", "SOL_ASYM"}
        stretch = 1.5 if one.mode == "taper" else 1
        hip = self.longest_wait([one for one in self.worked if one.hip > 0], day)
        if hip is not None and hip >= 15 * stretch:
            codes.add("HIP_STALE")
        foot = self.longest_wait([one for one in self.worked if one.foot > 0], day)
        if foot is not None and foot > 21 * stretch:
            codes.add("FOOT_STALE")
        codes |= self.plyometric_codes(day)
        if self.capacity_test(day) in ("amber", "red"):
            codes.add("CAPACITY_BELOW_NORM")
        if any(self.has_no_progress(name, day) for name in ("gastrocnemius", "soleus")):
            codes.add("NO_PROGRESS")
        return codes

    # ----- plyometrics, sides, tests, progress

    def most_contacts(self, day: date) -> float:
        return max(self.contacts.get((day, leg), 0) for leg in LEGS)

    def plyometric_codes(self, day: date) -> set[str]:
        codes = set()
        for today in days(back(day, 13), day):
            for leg in LEGS:
                contacts = self.contacts.get((today, leg), 0)
                if not contacts:
                    continue
                most = max(self.contacts.get((other, leg), 0) for other in days(back(today, 30), back(today, 1)))
                if most > 0 and 10 * contacts > 13 * most:
                    codes.add("PLYO_RAMP")
                if contacts > 100 and not any(self.contacts.get((other, leg)) for other in days(back(today, 27), back(today, 1))):
                    codes.add("PLYO_INTRO_RAPID")
        fast = self.loads.get("fast_steps", {})
        runs_fast = any((fast.get(other) or 0) >= LEAST_FAST_STEPS for other in days(back(day, 27), day))
        if runs_fast and not any(self.most_contacts(other) for other in days(back(day, 20), day)):
            codes.add("PLYO_ABSENT")
        return codes

    def is_uneven(self, name: str, day: date) -> bool:
        """Weaker leg below 85 % of the stronger: mean repetitions x force of the three best sets of 60 days on each."""
        means = []
        for leg in LEGS:
            works = [
                one.work
                for one in self.worked
                if one.row.side == leg
                and (one.gastrocnemius if name == "gastrocnemius" else one.soleus) >= 1
                and one.work is not None
                and 0 <= (day - one.day).days < 60
            ]
            if len(works) < 3:
                return False
            means.append(sum(sorted(works)[-3:]) / 3)
        return min(means) < 0.85 * max(means) - 1e-9

    def capacity_test(self, day: date) -> str | None:
        """amber below 75 % of the smaller norm, red when the side also lost 7 repetitions; None: not assessed or fine."""
        found = []
        for side in LEGS:
            tests = sorted(
                (test for test in self.log.calf_tests if test.side == side and test.day <= day), key=lambda test: test.day
            )
            if not tests or (day - tests[-1].day).days >= 180 or self.log.sex is None or self.log.birth_year is None:
                continue
            age = tests[-1].day.year - self.log.birth_year
            if age < 20 or self.is_young(day):
                continue
            is_woman = self.log.sex in ("f", "female")
            norm = min(NORMS[min(age // 10 * 10, 80)][is_woman], FLAT_NORM[is_woman])
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
                if credit >= 1 and one.work is not None and within(one.day, first, last):
                    by_day[one.day] = max(by_day.get(one.day, 0), one.work)
            return list(by_day.values())

        new, old = best_sets(back(day, 27), day), best_sets(back(day, 55), back(day, 28))
        return bool(new and old) and sum(new) / len(new) < 0.95 * sum(old) / len(old)

    def unmapped_share(self, day: date) -> Fraction:
        rows = [row for row in self.log.sets if not row.is_warmup and 0 <= (day - row.day).days < 28]
        return Fraction(sum(row.exercise is None for row in rows), len(rows)) if rows else Fraction(0)

    def is_mostly_unmapped(self, day: date) -> bool:
        return 5 * self.unmapped_share(day) > 1

    # ----- pain and symptoms: §8.4, 8.7.26, §10

    def told(self, name: str, day: date, worst: Callable[..., float] = max, leg: str | None = None) -> list[tuple[date, float]]:
        """Answers to one question up to a date, of one leg or of both, the worst of each date, oldest first."""
        return [(other, answer) for other, answer in self.answers(name, worst, leg) if other <= day]

    def answers(self, name: str, worst: Callable[..., float], leg: str | None) -> list[tuple[date, float]]:
        """All answers to a question, whenever they were given."""
        found: dict[date, list[float]] = {}
        for row in self.log.symptoms:
            if (leg is None or leg in legs_of(row.side)) and getattr(row, name) is not None:
                found.setdefault(row.day, []).append(getattr(row, name))
        return [(other, worst(values)) for other, values in sorted(found.items())]

    def held_score(self, day: date) -> float | None:
        """The newest pain score of each leg while it holds: the higher one."""
        newest = [scores[-1] for leg in LEGS if (scores := self.told("pain_0_10", day, leg=leg))]
        return max((score for other, score in newest if (day - other).days < 7), default=None)

    def is_worse_twice(self, day: date) -> bool:
        """The newest two answers about the morning of a leg, both worse, at most 7 days apart, the newest held."""
        for leg in LEGS:
            mornings = self.told("is_worse_next_morning", day, leg=leg)[-2:]
            if len(mornings) < 2 or not all(is_worse for _, is_worse in mornings):
                continue
            if (mornings[1][0] - mornings[0][0]).days <= 7 and (day - mornings[1][0]).days < 7:
                return True
        return False

    def is_worse(self, day: date) -> bool:
        """The newest answer about the morning of a leg, while it holds."""
        newest = [answers[-1] for leg in LEGS if (answers := self.told("is_worse_next_morning", day, leg=leg))]
        return any(is_worse and (day - other).days < 7 for other, is_worse in newest)

    def is_at_gate(self, day: date) -> bool:
        return (self.held_score(day) or 0) > 5 or self.is_worse_twice(day)

    def suspected_rupture(self, day: date) -> bool:
        events = [row for row in self.log.symptoms if row.event in ("pop", "cannot_raise") and row.day <= day]
        return any(not self.legs_looked_at(row, day) >= legs_of(row.side) for row in events)

    def legs_looked_at(self, event: Symptom, day: date) -> set[str]:
        """Legs that were examined, or got an injury, since an event; an injury answers an event without a side wherever it is."""
        legs: set[str] = set()
        for row in self.log.symptoms:
            if row.event == "examined" and event.day <= row.day <= day:
                legs |= legs_of(row.side)
        for one in self.log.injuries:
            if one.site in LEG_SITES and event.day <= one.onset <= day:
                legs |= legs_of(one.side if event.side else None)
        return legs

    def unanswered_days(self, day: date) -> int | None:
        """How long the last trouble was reported without a word since; None where there is none."""
        asked = []
        for leg in LEGS:
            scores, mornings = self.told("pain_0_10", day, leg=leg), self.told("is_worse_next_morning", day, leg=leg)
            if scores and scores[-1][1] > 3:
                asked.append(scores[-1][0])
            if mornings and mornings[-1][1] and not (scores and scores[-1][0] > mornings[-1][0]):
                asked.append(mornings[-1][0])
        return min((age for other in asked if (age := (day - other).days) >= 7), default=None)

    def is_rising(self, day: date) -> bool:
        stiffness = self.told("morning_stiffness_min", day)
        if stiffness and (day - stiffness[-1][0]).days <= 14:
            newest, minutes = stiffness[-1]
            three = [value for other, value in stiffness[-3:] if (newest - other).days <= 28]
            if minutes >= 30 or (len(three) == 3 and minutes - three[0] >= 10):
                return True
        visa = self.told("visa_a", day, min)
        if not visa or (day - visa[-1][0]).days > 14:
            return False
        newest, score = visa[-1]
        before = [value for other, value in visa[:-1] if (newest - other).days <= 28]
        return bool(before) and max(before) - score >= 12

    def has_long_pain(self, day: date) -> bool:
        """Four weeks at 4 or more on one leg: time to see a clinician."""
        return any(self.days_of_long_pain(self.told("pain_0_10", day, leg=leg), day) >= 28 for leg in LEGS)

    def days_of_long_pain(self, scores: list[tuple[date, float]], day: date) -> int:
        """Since when every score was 4 or more, if the last one holds."""
        if not scores or (day - scores[-1][0]).days >= 7:
            return 0
        first = None
        for other, score in reversed(scores):
            if score < 4 or (first is not None and (first - other).days > 28):
                break
            first = other
        return 0 if first is None else (day - first).days

    def pain(self, day: date) -> tuple[set[str], int]:
        """Codes of the family pain, and the level that the flag has at least."""
        unanswered = self.unanswered_days(day)
        found = [
            (self.suspected_rupture(day), "RED_FLAG_RUPTURE", RED),
            (self.is_at_gate(day), "PAIN_GATE", RED),
            ((self.held_score(day) or 0) > 3, "PAIN_GATE", AMBER),
            (bool(self.open_injuries(day, LEG_SITES)), "OPEN_INJURY", AMBER),
            (unanswered is not None, "PAIN_UNANSWERED", AMBER if (unanswered or 0) <= 28 else GREY),
            (self.is_rising(day), "SYMPTOMS_RISING", AMBER),
        ]
        return {code for is_raised, code, _ in found if is_raised}, max(
            [GREY, *(least for is_raised, _, least in found if is_raised)]
        )

    def describe_person(self, one: Day, day: date, data_codes: set[str]) -> None:
        applies = {
            "rupture_suspected": self.suspected_rupture(day),
            "pain_gate": self.is_at_gate(day),
            "open_injury": bool(self.open_injuries(day, LEG_SITES)),
            "silent_after_pain": 7 <= (self.unanswered_days(day) or 0) <= 28,
            "under_16": self.is_young(day),
            "ill_or_away": any(within(other, back(day, 7), day) for other in self.marked_away),
            "after_race": self.is_after_race(day),
            "coming_back": self.is_coming_back(day),
            "new_to_calf_work": self.has_no_calf_work(day) or self.has_begun_calf_work(day),
        }
        one.person_states = [name for name in STATES if applies[name]] or ["usual"]
        one.person_state = one.person_states[0]
        forbidden = {what for name in one.person_states for what in STATES.get(name, ())}
        forbidden |= self.forbidden_by_symptoms(day)
        # Tables begin with the first run or set: what was before is known of no day after it.
        begun = min((first for first in (self.first_run, self.first_set) if first), default=day)
        for other in days(max(back(day, 3), begun), back(day, 1)):
            forbidden |= self.forbidden_by_symptoms(other) | self.forbidden_after(other)
        if day in self.marked_away:
            forbidden |= set(AWAY_TODAY)
        if self.is_worse(day):
            forbidden |= {"heavy_dose", "more_load"}
        if "DATA_STALE_RUNS" in data_codes or self.open_injuries(day, ("other",)) or self.has_unread_runs(day):
            forbidden.add("keep_running")
        one.forbids = sorted(forbidden)

    def forbidden_by_symptoms(self, day: date) -> set[str]:
        forbidden = set()
        if (self.held_score(day) or 0) > 3 or self.is_rising(day):
            forbidden.add("more_load")
        if (self.held_score(day) or 0) > 3 and self.is_worse(day):
            forbidden.add("heavy_dose")
        return forbidden

    def forbidden_after(self, day: date) -> set[str]:
        """What the pain and the injuries of a date forbid on the three that follow it."""
        applies = {
            "rupture_suspected": self.suspected_rupture(day),
            "pain_gate": self.is_at_gate(day),
            "open_injury": bool(self.open_injuries(day, LEG_SITES)),
            "silent_after_pain": 7 <= (self.unanswered_days(day) or 0) <= 28,
        }
        return {what for name, words in AFTER.items() if applies[name] for what in words}

    @cached_property
    def calf_days(self) -> list[date]:
        return sorted({row.day for row in self.worked if row.gastrocnemius or row.soleus})

    def has_no_calf_work(self, day: date) -> bool:
        """A strength log, and no hard calf set in 60 days."""
        if self.first_set is None or day < self.first_set:
            return False
        return not any(0 <= (day - other).days < 60 for other in self.calf_days)

    def has_begun_calf_work(self, day: date) -> bool:
        """From a first calf session on, of somebody who had none before: two weeks, and until three sessions were done."""
        if self.has_no_calf_work(day):
            return False
        firsts = [other for other in self.calf_days if other <= day and self.has_no_calf_work(back(other, 1))]
        if not firsts:
            return False
        done = [other for other in self.calf_days if firsts[-1] <= other <= day]
        return (day - firsts[-1]).days < 14 or len(done) < 3

    # ----- data

    def is_after_gap(self, day: date) -> bool:
        """§1: five dates or more without anything, in someone who usually logs on three days a week; kept for 28 days."""
        return any(0 <= (day - other).days <= 28 for other in self.gap_days)

    @cached_property
    def gap_days(self) -> set[date]:
        """Every date from the fifth of a suspected gap to its last."""
        excused = marked(self.log, "illness", "holiday", "race", "missing") | self.unknown | self.races | self.after_races()
        logged = set(self.logged)
        found: set[date] = set()
        start = None
        for today in days(self.logged[0], self.log.as_of) if self.logged else []:
            is_empty = today not in logged and today not in excused
            start = (start or today) if is_empty else None
            if start is not None and (today - start).days + 1 >= 5 and self.usual_week(logged, back(start, 1)) >= 3:
                found.add(today)
        return found

    def usual_week(self, active: set[date], last: date) -> float:
        """Median of active dates in the eight 7-day weeks up to a date, of those since the first entry; 0 without any."""
        weeks = [
            sum(other in active for other in days(back(last, 7 * number + 6), back(last, 7 * number)))
            for number in range(8)
            if back(last, 7 * number + 6) >= min(active)
        ]
        return median(weeks) if weeks else 0

    def silent_days(self, active: Iterable[date], day: date) -> tuple[date | None, int]:
        """The last active date, and the dates since then that nothing explains."""
        last = max((other for other in active if other <= day), default=None)
        if last is None:
            return None, 0
        return last, sum(other not in self.excused for other in days(back(last, -1), day))

    def idle_days(self, day: date) -> int:
        return self.silent_days(self.run_days, day)[1]

    def has_stale_runs(self, day: date) -> bool:
        last, idle = self.silent_days(self.run_days, day)
        if last is None or not self.is_judged(day):
            return False
        trains = any(0 <= (day - other).days < 14 for other in self.strength_days)
        return idle >= 28 or (idle >= 14 and trains and self.usual_week(set(self.run_days), last) >= 3)

    def has_stale_strength(self, day: date) -> bool:
        lifted = self.strength_days
        last, idle = self.silent_days(lifted, day)
        runs = any(0 <= (day - other).days < 14 for other in self.run_days)
        return last is not None and idle >= 14 and runs and self.usual_week(lifted, last) >= 1

    def refused_rows(self, day: date, kind: str) -> int:
        return sum(row.kind == kind and 0 <= (day - row.day).days < 28 for row in self.log.refused)

    def has_unread_runs(self, day: date) -> bool:
        """A run refused within four weeks, or within the 30 days before a run that still counts."""
        if self.refused_rows(day, "run"):
            return True
        if not self.lost_runs:
            return False
        counting = [one.day for one in self.sessions if within(one.day, back(day, 13), day) and self.is_judged(one.day)]
        return any(within(lost, back(other, 30), back(other, 1)) for lost in self.lost_runs for other in counting)

    def data_codes(self, day: date) -> set[str]:
        month = [run for run in self.log.runs if 0 <= (day - run.day).days < 28 and run.is_run]
        recent = [one for one in self.worked if 0 <= (day - one.day).days < 28]
        found = {
            "DATA_INSUFFICIENT_HISTORY": not self.is_judged(day),
            "DATA_MISSING_DAYS": bool(self.loads) and self.ratio_state(day) == "missing_days",
            "DATA_GAP_SUSPECTED": self.is_after_gap(day),
            "DATA_STALE_SOURCE": bool(self.logged) and not any(within(other, back(day, 6), day) for other in self.logged),
            "DATA_STALE_RUNS": self.has_stale_runs(day),
            "DATA_STALE_STRENGTH": self.has_stale_strength(day),
            "DATA_ROWS_REFUSED": self.has_unread_runs(day) or self.refused_rows(day, "strength") > 0,
            "DATA_NO_STRENGTH_SOURCE": self.first_set is None or day < self.first_set,
            "DATA_UNMAPPED_EXERCISE": self.unmapped_share(day) > 0,
            "DATA_EFFORT_ASSUMED": any(one.is_assumed for one in recent),
            "DATA_RUN_TOTALS": any(run.quality in "CD" for run in month),
            "DATA_NO_CADENCE": any(not run.has_cadence for run in month),
            "DATA_NO_INTENSITY": any(run.fast_steps is None for run in month),
            "DATA_DUPLICATE_MERGED": any(run.is_merged for run in month),
        }
        return {code for code, is_raised in found.items() if is_raised}

    def ratio_state(self, day: date) -> str:
        ratio = self.ratios["moving_s"].get(day)
        return "building" if ratio is None else ratio.state

    def describe_confidence(self, one: Day, day: date, codes: set[str]) -> None:
        low = codes & DATA_LOW | ({"DATA_UNMAPPED_EXERCISE"} if self.is_mostly_unmapped(day) else set())
        one.confidence = "low" if low else "medium" if codes & DATA_MEDIUM else "high"
        one.confidence_because = sorted(low or codes & DATA_MEDIUM)


def worst_of(*states: str) -> str:
    return max(states, key=WORSE.index)


# ---------- §1 and §3(e): next week's room


@dataclass(frozen=True)
class Room:
    """None where three weeks without a run leave no week to compare with, and where nobody knows whether there was a run."""

    longest_run_m: int | None
    usual_week_m: int | None
    week_distance_m: int | None
    usual_week_s: int | None
    week_moving_s: int | None


def next_week_room(log: Log, threshold: Fraction = Fraction(3, 2)) -> Room:
    """What the seven days after the as-of date may hold without a session spike on any of them and without ACWR_HIGH on the last.

    §1: the usual week is the mean of the last three, a spike run counting at most its own ceiling; the ceiling is threshold x
    usual. §3(e): 1.10 x the longest run, of those that will still be within 30 days of the last of the seven; 8.7.19: while a
    distance spike is active, of the 30 days before that run. Without one, half of the longest of 180 days or 5 km; no more than
    that of the 180 days before it while a run too far after a break is active. No longest run is longer than the week.
    """
    judge_ = Judge(log)
    today = log.as_of
    restart = restart_m(judge_.sessions, back(today, 180), today)
    recent = [one.distance_m for one in judge_.sessions if within(one.day, back(today, 23), today) and one.distance_m is not None]
    longest = max(recent) * 11 / 10 if recent else restart
    for spike in judge_.active(today):
        if spike.code in DISTANCE:
            before = [one.distance_m for one in judge_.sessions if within(one.day, back(spike.day, 30), back(spike.day, 1))]
            longest = min(longest, max(distance for distance in before if distance is not None) * 11 / 10)
        elif spike.code in ("RUN_NO_BASELINE_30D", "RETURN_AFTER_BREAK"):
            longest = min(longest, restart_m(judge_.sessions, back(spike.day, 180), back(spike.day, 1)))
    usual_m = usual_week(judge_, "distance_m", (*DISTANCE, "RUN_NO_BASELINE_30D"))
    usual_s = usual_week(judge_, "moving_s", ("RUN_DURATION_SPIKE",))
    week_m, week_s = (None if usual is None else threshold * usual for usual in (usual_m, usual_s))
    if week_m is not None:
        longest = min(longest, week_m)
    is_unknown = not recent and (bool(judge_.unknown & set(days(back(today, 23), today))) or not judge_.sessions)
    is_unmeasured = any(one.distance_m is None and within(one.day, back(today, 29), today) for one in judge_.sessions)
    is_unmeasured |= any(within(day, back(today, 29), today) for day in refused_run_days(log))
    told = None if is_unknown or is_unmeasured else floor(longest)
    return Room(told, *(None if one is None else floor(one) for one in (usual_m, week_m, usual_s, week_s)))


def usual_week(judge_: Judge, name: str, codes: Sequence[str]) -> Fraction | None:
    """Mean week of the known days among the last 21, without what spike runs went beyond their own ceilings."""
    today = judge_.log.as_of
    window = days(max(back(today, 20), judge_.history.start(today) or today), today)
    load = {day: value for day in window if (value := judge_.loads.get(name, {}).get(day)) is not None}
    for spike in judge_.spikes:
        if spike.code in codes and spike.day in load:
            load[spike.day] -= spike.over
    usual = 7 * mean(list(load.values())) if len(load) >= 16 else None
    return usual or None
