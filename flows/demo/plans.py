"""A runner of the demo squad: profile, pace, and the plan of each week."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta

SEED = 20261115
FIRST_MONDAY = date(2026, 7, 27)
WEEKS = 16
LAST_DAY = FIRST_MONDAY + timedelta(weeks=WEEKS, days=-1)  # Sunday 2026-11-15
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True)
class Exercise:
    """One exercise of every strength session of a runner, as that runner logs it."""

    name: str
    sets: int
    reps: int | None = None
    hold_s: int | None = None
    weight: float | None = None  # in the runner's strength_weight_unit
    rpe: int | None = None
    sides: tuple[str, ...] = ("",)
    is_warmup: bool = False
    until: date = LAST_DAY
    fit_category: int = 65534  # 65534 = unknown to the watch
    fit_subtype: int = 65535


@dataclass(frozen=True)
class Body:
    sex: str
    birth_year: int
    mass_kg: float
    resting_hr_bpm: int
    max_hr_bpm: int


@dataclass(frozen=True)
class Gait:
    easy_mps: float
    threshold_mps: float
    fast_mps: float
    cadence_spm: float  # at 3 m/s, both feet


@dataclass(frozen=True)
class Runner:
    """Who runs, how fast, and what they did each week.

    A line of `weeks` is: week or weeks, seven days (`.` rest, `8` = 8 km easy, `5x3` = five times three
    minutes fast), then the days of calf and hip work. `untold` names the squad.csv columns left empty.
    """

    athlete_id: str
    name: str
    squad: str
    timezone: str
    run_time: time  # local
    body: Body
    gait: Gait
    hill_m: float  # half the height of the hill on the loop
    sources: tuple[tuple[int, str], ...]  # (from this week, runs come as this)
    weeks: str
    exercises: tuple[Exercise, ...] = ()
    strength_as: str = "csv"
    foot_strike: str = ""
    achilles_history_until: str = ""
    race_date: str = ""
    units: str = "km"
    strength_weight_unit: str = "kg"
    rates_effort: bool = False  # tells the watch how hard each run felt
    gpx_type: str = "running"
    gpx_counts: str = "steps"  # what <cad> counts: steps of both feet, or strides of one
    untold: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlannedDay:
    day: date
    week: int
    run: str  # "." on a day without a run
    has_strength: bool


def planned_days(runner: Runner) -> Iterator[PlannedDay]:
    """Yield every day in the runner's table of weeks, in order."""
    for line in runner.weeks.strip().splitlines()[1:]:
        # 13-15   .  5x3  .   8   .   6  14   Mon Thu
        weeks, *cells = line.split()
        runs, strength_days = cells[:7], cells[7:]
        first, _, last = weeks.partition("-")
        for week in range(int(first), int(last or first) + 1):
            for number, (weekday, run) in enumerate(zip(WEEKDAYS, runs, strict=True)):
                day = FIRST_MONDAY + timedelta(weeks=week - 1, days=number)
                yield PlannedDay(day, week, run, weekday in strength_days)


def source_of(runner: Runner, week: int) -> str:
    return [source for from_week, source in runner.sources if from_week <= week][-1]


def noise_of(runner: Runner, day: date, kind: str) -> random.Random:
    """Noise that depends on runner, day and kind only, so that adding runners changes no other file."""
    return random.Random(f"{SEED} {runner.athlete_id} {day} {kind}")  # noqa: S311 - nothing secret here
