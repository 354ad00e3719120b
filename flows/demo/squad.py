"""Write the demo squad: eight invented runners, sixteen weeks, a story each, the same bytes every time.

The plans say who did what when; everything under them only turns plans into files.
"""

from __future__ import annotations

import csv
import gzip
import io
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flows.demo.formats import FitSet, Point, Track, fit_run, fit_strength, gpx_route_without_times, gpx_run, tcx_run

SEED = 20261115
FIRST_MONDAY = date(2026, 7, 27)
WEEKS = 16
LAST_DAY = FIRST_MONDAY + timedelta(weeks=WEEKS, days=-1)  # Sunday 2026-11-15
# Older GPX and TCX files are packed, as in a bulk export; the last three weeks were dropped in one by one.
PACKED_BEFORE = date(2026, 10, 26)
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MILE_M = 1609.344


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


BOTH_LEGS_IN_TURN = ("left", "right")

ON_TRACK = Runner(
    athlete_id="linnea",
    name="Linnea Åberg",
    squad="road",
    timezone="Europe/Stockholm",
    run_time=time(6, 40),
    body=Body("female", 1988, mass_kg=61, resting_hr_bpm=50, max_hr_bpm=186),
    gait=Gait(easy_mps=2.85, threshold_mps=3.70, fast_mps=3.90, cadence_spm=172),
    hill_m=5,
    foot_strike="midfoot",
    race_date="2027-04-25",
    rates_effort=True,
    sources=((1, "fit"),),
    # Week 6 is the illness in marks.csv.
    weeks="""
        weeks  Mon Tue Wed Thu Fri Sat Sun  calf and hip work
        1-5     .   8   .  5x3  .   7  15   Wed Sat
        6       .   .   .   .   .   5   8   Sat
        7-12    .   8   .  5x3  .   7  15   Wed Sat
        13-16   .   8   .  5x3  .   7  16   Wed Sat
    """,
    exercises=(
        Exercise("Single Leg Standing Calf Raise", sets=3, reps=12, rpe=8, sides=BOTH_LEGS_IN_TURN),
        Exercise("Single-leg bent-knee calf raise", sets=3, reps=12, rpe=8, sides=BOTH_LEGS_IN_TURN),
        Exercise("Single leg march", sets=2, reps=10, sides=BOTH_LEGS_IN_TURN),
        Exercise("Single Leg Romanian Deadlift", sets=2, reps=8, weight=12, rpe=7, sides=BOTH_LEGS_IN_TURN),
        Exercise("Pogo", sets=2, reps=20),
    ),
)

LONG_RUN_SPIKE = Runner(
    athlete_id="tomas",
    name="Tomás Ibarra",
    squad="road",
    timezone="Europe/Madrid",
    run_time=time(7, 15),
    body=Body("male", 1979, mass_kg=78, resting_hr_bpm=54, max_hr_bpm=180),
    gait=Gait(easy_mps=2.90, threshold_mps=3.75, fast_mps=3.90, cadence_spm=166),
    hill_m=8,
    untold=("threshold_pace_s_per_km", "foot_strike"),
    sources=((1, "gpx"),),
    # The last week: 62 km after weeks of 39, 39 and 40, with 28 km on Sunday where 18 was the longest.
    weeks="""
        weeks  Mon Tue Wed Thu Fri Sat Sun  calf and hip work
        1-4     .   7   .   7   .   6  14   Mon Fri
        5-8     .   8   .   8   .   6  15   Mon Fri
        9-12    .   8   .   8   .   6  16   Mon Fri
        13-14   .   8   .   8   .   6  17   Mon Fri
        15      .   8   .   8   .   6  18   Mon Fri
        16      .  10   .  10   .  14  28   Mon Fri
    """,
    exercises=(
        Exercise("Standing Calf Raise", sets=1, reps=15, sides=("both",), is_warmup=True),
        Exercise("Single-leg calf raise", sets=3, reps=12, rpe=8),
        Exercise("Single-leg bent-knee calf raise", sets=3, reps=12, rpe=8, until=date(2026, 10, 26)),
        Exercise("Single leg march", sets=2, reps=10),
    ),
)

INTERVAL_SPIKE = Runner(
    athlete_id="keisha",
    name="Keisha Monroe",
    squad="track",
    timezone="America/Los_Angeles",
    run_time=time(6, 10),
    body=Body("female", 1997, mass_kg=57, resting_hr_bpm=46, max_hr_bpm=194),
    gait=Gait(easy_mps=3.15, threshold_mps=4.20, fast_mps=4.50, cadence_spm=176),
    hill_m=3,
    foot_strike="forefoot",
    units="mi",
    strength_weight_unit="lb",
    sources=((1, "runs.csv"), (4, "fit.gz")),
    # The last week: 42 fast minutes in two sessions after weeks of 15 in one; distance hardly moves.
    weeks="""
        weeks  Mon Tue Wed Thu Fri Sat Sun  calf and hip work
        1-12    .  5x3  .   8   .   6  13   Mon Thu
        13-15   .  5x3  .   8   .   6  14   Mon Thu
        16      .  7x3  .   6  7x3  .  13   Mon Thu
    """,
    exercises=(
        Exercise("Single Leg Standing Calf Raise (Dumbbell)", sets=3, reps=10, weight=25, rpe=8),
        Exercise("Bent-knee calf raise", sets=2, reps=15, rpe=8, sides=("both",)),
        Exercise("Seated Calf Raise (Machine)", sets=3, reps=12, weight=90, rpe=8, sides=("both",)),
        Exercise("Single leg march", sets=3, reps=10),
        Exercise("Jump Rope", sets=2, reps=40),
    ),
)

RETURN_AFTER_BREAK = Runner(
    athlete_id="jia-wei",
    name="Tan Jia Wei",
    squad="road",
    timezone="Asia/Singapore",
    run_time=time(5, 50),
    body=Body("male", 1984, mass_kg=69, resting_hr_bpm=52, max_hr_bpm=184),
    gait=Gait(easy_mps=2.75, threshold_mps=3.55, fast_mps=3.70, cadence_spm=170),
    hill_m=4,
    achilles_history_until="2026-03-08",
    untold=("threshold_pace_s_per_km",),
    sources=((1, "tcx"),),
    # Neither runs nor calf work for four weeks (12 October to 8 November), then 28 km in five days.
    weeks="""
        weeks  Mon Tue Wed Thu Fri Sat Sun  calf and hip work
        1-6     .   8   .   8   .   7  14   Mon Thu
        7-11    .   9   .   8   .   8  16   Mon Thu
        12-15   .   .   .   .   .   .   .
        16      .   .   6   .   8   .  14
    """,
    exercises=(
        Exercise("SL calf raise", sets=3, reps=12, rpe=8),
        Exercise("Seated Calf Raise (Plate Loaded)", sets=3, reps=12, weight=40, rpe=8, sides=("both",)),
        Exercise("Single leg calf iso", sets=2, hold_s=40, rpe=7, sides=BOTH_LEGS_IN_TURN),
        Exercise("Step Up", sets=2, reps=10, weight=10),
    ),
)

NEW_RUNNER = Runner(
    athlete_id="noah wright",  # folders made by hand have spaces in their names
    name="Noah Wright",
    squad="road",
    timezone="Australia/Sydney",
    run_time=time(6, 20),
    body=Body("male", 2001, mass_kg=84, resting_hr_bpm=66, max_hr_bpm=199),
    gait=Gait(easy_mps=2.50, threshold_mps=3.15, fast_mps=3.30, cadence_spm=163),
    hill_m=4,
    untold=("max_hr_bpm", "resting_hr_bpm", "threshold_pace_s_per_km"),
    gpx_type="9",  # Strava's number for a run
    gpx_counts="strides",
    sources=((1, "gpx"),),
    # The first run ever is on 27 October, 19 days before the end.
    weeks="""
        weeks  Mon Tue Wed Thu Fri Sat Sun  calf and hip work
        14      .   3   .   3   .   .   4   Wed
        15      .  3.5  .   4   .   .   5   Wed Sat
        16      .   4   .   4   .   3   5   Wed Fri
    """,
    exercises=(
        Exercise("Calf raise on step", sets=3, reps=15, sides=("both",)),
        Exercise("Bent-knee calf raise", sets=3, reps=15, sides=("both",)),
        Exercise("Single leg march", sets=2, reps=8),
    ),
)

NO_STRENGTH_LOG = Runner(
    athlete_id="zoe",
    name="Zoë Laurent",
    squad="track",
    timezone="Europe/Paris",
    run_time=time(12, 15),
    body=Body("female", 1992, mass_kg=59, resting_hr_bpm=51, max_hr_bpm=188),
    gait=Gait(easy_mps=3.00, threshold_mps=3.90, fast_mps=4.10, cadence_spm=174),
    hill_m=5,
    untold=("body_mass_kg", "threshold_pace_s_per_km", "foot_strike"),
    sources=((1, "runs.csv"),),
    weeks="""
        weeks  Mon Tue Wed Thu Fri Sat Sun
        1-8     .   8   .   9   .   6  14
        9-16    .   8   .  10   .   6  15
    """,
)

STRAIGHT_KNEE_ONLY = Runner(
    athlete_id="marta",
    name="Márta Kovács",
    squad="track",
    timezone="Europe/Budapest",
    run_time=time(17, 30),
    body=Body("female", 1965, mass_kg=64, resting_hr_bpm=58, max_hr_bpm=172),
    gait=Gait(easy_mps=2.65, threshold_mps=3.40, fast_mps=3.60, cadence_spm=168),
    hill_m=6,
    untold=("sex", "resting_hr_bpm", "max_hr_bpm", "threshold_pace_s_per_km"),
    strength_as="fit",
    sources=((1, "fit"),),
    # In week 7 the watch was lost (marks.csv). Two calf sessions a week, never one with the knee bent.
    weeks="""
        weeks  Mon Tue Wed Thu Fri Sat Sun  calf and hip work
        1-6     5   .   7   .   .   6  12   Tue Fri
        7       .   .   .   .   .   .   .
        8-16    5   .   8   .   .   6  13   Tue Fri
    """,
    exercises=(
        Exercise("standing calf raise", sets=2, reps=15, fit_category=1, fit_subtype=18),
        Exercise("single leg standing calf raise", sets=3, reps=12, fit_category=1, fit_subtype=15),
        Exercise("marching in place", sets=2, reps=10, fit_category=31, fit_subtype=88),
        Exercise("single leg Romanian deadlift", sets=2, reps=8, weight=8, fit_category=8, fit_subtype=14),
    ),
)

BROKEN_UPLOADS = Runner(
    athlete_id="oluwaseun",
    name="Oluwaseun Bello",
    squad="road",
    timezone="Africa/Lagos",
    run_time=time(6, 0),
    body=Body("male", 1990, mass_kg=73, resting_hr_bpm=55, max_hr_bpm=190),
    gait=Gait(easy_mps=2.80, threshold_mps=3.60, fast_mps=3.80, cadence_spm=169),
    hill_m=4,
    untold=("birth_year", "threshold_pace_s_per_km"),
    sources=((1, "runs.csv"), (5, "fit"), (9, "gpx"), (10, "fit")),
    # Running and calf work are in order; `break_uploads` is the story.
    weeks="""
        weeks  Mon Tue Wed Thu Fri Sat Sun  calf and hip work
        1-4     .   6   .   7   .   .  12   Mon Fri
        5-16    .   7   .   8   .   5  13   Mon Fri
    """,
    exercises=(
        Exercise("Single-leg calf raise", sets=3, reps=12, rpe=8),
        Exercise("Soleus raise", sets=3, reps=12, rpe=8),
        Exercise("Single Leg Glute Bridge", sets=2, reps=10),
        Exercise("Short foot", sets=2, reps=10),
    ),
)

SQUAD = (
    ON_TRACK,
    LONG_RUN_SPIKE,
    INTERVAL_SPIKE,
    RETURN_AFTER_BREAK,
    NEW_RUNNER,
    NO_STRENGTH_LOG,
    STRAIGHT_KNEE_ONLY,
    BROKEN_UPLOADS,
)

DEMO_TOML = """\
# The night reads these files as on the day of their newest activity, whatever today is.
as_of = "latest"
"""

MARKS_CSV = """\
athlete_id,from_date,to_date,kind
linnea,2026-08-31,2026-09-04,illness
jia-wei,2026-10-12,2026-10-25,holiday
marta,2026-09-07,2026-09-13,missing
"""

CALF_TESTS_CSV = """\
athlete_id,date,side,repetitions,knee
linnea,2026-08-15,left,26,straight
linnea,2026-08-15,right,27,straight
linnea,2026-10-10,left,28,straight
linnea,2026-10-10,right,28,straight
tomas,2026-08-15,left,24,straight
tomas,2026-08-15,right,22,straight
keisha,2026-10-12,left,31,straight
keisha,2026-10-12,right,29,straight
keisha,2026-10-12,left,27,bent
keisha,2026-10-12,right,26,bent
"""

KEISHA_SYMPTOMS_CSV = """\
date,side,pain_0_10,morning_stiffness_min,visa_a,next_morning_worse,event,note
2026-09-20,left,0,0,98,no,,
2026-10-18,left,1,0,96,no,,new spikes
2026-11-14,left,2,5,,no,,"stiff on the stairs, gone after breakfast"
"""

JIA_WEI_SYMPTOMS_CSV = """\
date,side,pain_0_10,morning_stiffness_min,visa_a,next_morning_worse,event,note
2026-08-02,right,1,5,88,no,,
2026-08-30,right,1,0,92,no,,
2026-09-27,right,0,0,95,no,,
"""

JIA_WEI_INJURIES_CSV = """\
onset_date,site,side,resolved_date,note
2025-12-14,achilles_midportion,right,2026-03-08,after a winter of hill repeats
"""


@dataclass(frozen=True)
class PlannedDay:
    day: date
    week: int
    run: str  # "." where there is none
    has_strength: bool


def planned_days(runner: Runner) -> Iterator[PlannedDay]:
    """Yield every day that the runner's table of weeks speaks about, in order."""
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


@dataclass(frozen=True)
class Segment:
    speed_mps: float
    distance_m: float


def noise_of(runner: Runner, day: date, kind: str) -> random.Random:
    """The same noise for the same runner and day, whatever else is added to the squad."""
    return random.Random(f"{SEED} {runner.athlete_id} {day} {kind}")  # noqa: S311 - nothing secret here


JOG_S = 120  # easy jog after each fast repeat
WARM_UP_M = 2000.0
COOL_DOWN_M = 1500.0
EARTH_RADIUS_M = 6_371_008.8
LOOP_M = 1600.0
LOOP_CENTRE_DEG = (0.5, -0.5)  # nothing but the Gulf of Guinea for 400 km around
FEELS = {"easy": 3, "long": 4, "fast": 7}  # CR10
LONG_RUN_KM = 12
SHARE_OF_RUNS_WITH_A_PAUSE = 0.2


def segments_of(runner: Runner, run: str) -> list[Segment]:
    """What a cell of the plan means: 8 km easy, or warm-up, five times 3 min fast and a jog, cool-down."""
    if "x" not in run:
        return [Segment(runner.gait.easy_mps, float(run) * 1000)]
    repeats, minutes = (int(part) for part in run.split("x"))
    jog_mps = runner.gait.easy_mps * 0.85
    fast_and_jog = [
        Segment(runner.gait.fast_mps, runner.gait.fast_mps * minutes * 60),
        Segment(jog_mps, jog_mps * JOG_S),
    ]
    return [
        Segment(runner.gait.easy_mps, WARM_UP_M),
        *fast_and_jog * repeats,
        Segment(runner.gait.easy_mps, COOL_DOWN_M),
    ]


def effort_of(run: str) -> str:
    if "x" in run:
        return "fast"
    return "long" if float(run) >= LONG_RUN_KM else "easy"


def run_track(runner: Runner, day: date, run: str) -> Track:
    """Run the plan on a loop in the open sea, with smooth noise that depends on runner and day only."""
    noise = noise_of(runner, day, "run")
    body = runner.body
    local_start = datetime.combine(day, runner.run_time, ZoneInfo(runner.timezone))
    start_s = int(local_start.timestamp()) + noise.randrange(-900, 900)
    # Watches record more often while the speed changes.
    effort = effort_of(run)
    step_s = 5 if effort == "fast" else 10
    pause_after_m = math.inf
    # A red light or a shoelace, once, somewhere in the middle.
    if effort != "fast" and noise.random() < SHARE_OF_RUNS_WITH_A_PAUSE:
        pause_after_m = float(run) * 1000 * noise.uniform(0.3, 0.7)

    heart_rate_bpm = body.resting_hr_bpm + 35.0
    points = [point_at(runner, start_s, 0.0, 0.0, heart_rate_bpm)]
    lap_ends, pauses = [], []
    now_s, distance_m, wander = start_s, 0.0, 0.0
    form = noise.gauss(0, 0.012)  # some days are faster than others
    detour = noise.uniform(0.985, 1.015)  # and no loop ends exactly on the kilometre
    segment_end_m = 0.0
    for segment in segments_of(runner, run):
        segment_end_m += segment.distance_m * detour
        while distance_m < segment_end_m - segment.speed_mps * step_s / 2:
            wander = 0.8 * wander + noise.gauss(0, 0.012)
            speed_mps = segment.speed_mps * (1 + form + wander - 1.2 * grade_at(runner, distance_m))
            now_s += step_s
            distance_m += speed_mps * step_s
            drift = 0.02 * min((now_s - start_s) / 3600, 2.0)
            effort_share = min(0.88 * speed_mps / runner.gait.threshold_mps + drift, 0.97)
            goal_bpm = body.resting_hr_bpm + effort_share * (body.max_hr_bpm - body.resting_hr_bpm)
            heart_rate_bpm += (goal_bpm - heart_rate_bpm) * (1 - math.exp(-step_s / 35)) + noise.gauss(0, 0.4)
            points.append(point_at(runner, now_s, distance_m, speed_mps, heart_rate_bpm))
            if distance_m > pause_after_m:
                pause_end_s = now_s + noise.randrange(45, 150)
                pauses.append((now_s, pause_end_s))
                points.append(replace(points[-1], time_s=pause_end_s))
                now_s, pause_after_m = pause_end_s, math.inf
        lap_ends.append(len(points) - 1)
    return Track(tuple(points), tuple(lap_ends), tuple(pauses), FEELS[effort])


def grade_at(runner: Runner, distance_m: float) -> float:
    """Slope of the one smooth hill on the loop, as a decimal."""
    return 2 * math.pi * runner.hill_m / LOOP_M * math.cos(2 * math.pi * distance_m / LOOP_M)


def point_at(runner: Runner, time_s: int, distance_m: float, speed_mps: float, heart_rate_bpm: float) -> Point:
    """Where on the loop, how high and in what rhythm the runner is after so many metres."""
    angle = 2 * math.pi * distance_m / LOOP_M
    radius_deg = math.degrees(LOOP_M / (2 * math.pi) / EARTH_RADIUS_M)
    # 6.5 steps a minute more for each m/s: the slope that recreational runners show
    sway_spm = 2.5 * math.sin(distance_m / 70)
    cadence_spm = runner.gait.cadence_spm + 6.5 * (speed_mps - 3.0) + sway_spm
    return Point(
        time_s=time_s,
        distance_m=distance_m,
        speed_mps=speed_mps,
        altitude_m=20 + runner.hill_m * math.sin(angle),
        heart_rate_bpm=round(heart_rate_bpm),
        cadence_spm=cadence_spm if speed_mps else 0.0,
        latitude_deg=LOOP_CENTRE_DEG[0] + radius_deg * math.cos(angle),
        longitude_deg=LOOP_CENTRE_DEG[1] + radius_deg * math.sin(angle) / math.cos(math.radians(LOOP_CENTRE_DEG[0])),
    )


def csv_bytes(rows: list[dict[str, Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def runs_csv_row(runner: Runner, track: Track) -> dict[str, Any]:
    """A run typed in by hand: local time without offset, distance in the runner's own unit."""
    local_start = datetime.fromtimestamp(track.start_s, ZoneInfo(runner.timezone))
    minutes, seconds = divmod(track.moving_s, 60)
    in_miles = runner.units == "mi"
    distance = track.distance_m / (MILE_M if in_miles else 1000)
    return {
        "started_at": f"{local_start:%Y-%m-%dT%H:%M}",
        "distance_mi" if in_miles else "distance_km": f"{distance:.2f}",
        "moving_time": f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}",
        "avg_heart_rate_bpm": round(track.mean_heart_rate_bpm),
        "cadence_spm": round(track.mean_cadence_spm),
        "rpe": track.rpe,
        "note": "",
    }


def strength_start(runner: Runner, day: date) -> datetime:
    noise = noise_of(runner, day, "strength")
    return datetime.combine(day, time(18, noise.randrange(60)), ZoneInfo(runner.timezone))


def exercises_on(runner: Runner, day: date) -> list[Exercise]:
    return [exercise for exercise in runner.exercises if day <= exercise.until]


def fit_sets(runner: Runner, day: date) -> list[FitSet]:
    return [
        FitSet(exercise.reps or 0, exercise.weight or 0.0, exercise.fit_category, exercise.fit_subtype)
        for exercise in exercises_on(runner, day)
        for _ in range(exercise.sets)
    ]


def strength_csv_rows(runner: Runner, day: date) -> Iterator[dict[str, Any]]:
    for exercise in exercises_on(runner, day):
        for number in range(1, exercise.sets + 1):
            for side in exercise.sides:
                yield {
                    "performed_at": f"{strength_start(runner, day):%Y-%m-%dT%H:%M}",
                    "exercise": exercise.name,
                    "set": number,
                    "reps": exercise.reps,
                    f"weight_{runner.strength_weight_unit}": exercise.weight,
                    "hold_s": exercise.hold_s,
                    "side": side,
                    "rpe": exercise.rpe,
                    "is_warmup": "yes" if exercise.is_warmup else "",
                }


def squad_csv_row(runner: Runner) -> dict[str, Any]:
    row = {
        "athlete_id": runner.athlete_id,
        "name": runner.name,
        "squad": runner.squad,
        "sex": runner.body.sex,
        "birth_year": runner.body.birth_year,
        "body_mass_kg": runner.body.mass_kg,
        "timezone": runner.timezone,
        "resting_hr_bpm": runner.body.resting_hr_bpm,
        "max_hr_bpm": runner.body.max_hr_bpm,
        "threshold_pace_s_per_km": round(1000 / runner.gait.threshold_mps),
        "foot_strike": runner.foot_strike,
        "achilles_history_until": runner.achilles_history_until,
        "race_date": runner.race_date,
        "units": runner.units,
        "strength_weight_unit": runner.strength_weight_unit,
    }
    return {column: "" if column in runner.untold else value for column, value in row.items()}


def write_demo_squad(folder: Path) -> None:
    """Write the demo squad into a new or empty folder; raise FileExistsError where real files might lie."""
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty; the demo squad needs a new or empty folder")
    for runner in SQUAD:
        write_runner(folder / runner.athlete_id, runner)
    break_uploads(folder / BROKEN_UPLOADS.athlete_id)
    write(folder / "squad.csv", csv_bytes([squad_csv_row(runner) for runner in SQUAD]))
    write(folder / "demo.toml", DEMO_TOML.encode())
    write(folder / "marks.csv", MARKS_CSV.encode())
    write(folder / "calf_tests.csv", CALF_TESTS_CSV.encode())
    write(folder / INTERVAL_SPIKE.athlete_id / "symptoms.csv", KEISHA_SYMPTOMS_CSV.encode())
    write(folder / RETURN_AFTER_BREAK.athlete_id / "symptoms.csv", JIA_WEI_SYMPTOMS_CSV.encode())
    write(folder / RETURN_AFTER_BREAK.athlete_id / "injuries.csv", JIA_WEI_INJURIES_CSV.encode())


def write_runner(folder: Path, runner: Runner) -> None:
    """Write every run and every strength session of one runner, each in the format of its week."""
    typed_runs: list[dict[str, Any]] = []
    typed_sets: list[dict[str, Any]] = []
    for planned in planned_days(runner):
        if planned.run != ".":
            track = run_track(runner, planned.day, planned.run)
            source = source_of(runner, planned.week)
            if source == "runs.csv":
                typed_runs.append(runs_csv_row(runner, track))
            else:
                write_track(folder, runner, planned.day, source, track)
        if planned.has_strength and runner.strength_as == "fit":
            content = fit_strength(int(strength_start(runner, planned.day).timestamp()), fit_sets(runner, planned.day))
            write(folder / "strength" / f"{planned.day}-strength.fit", content)
        elif planned.has_strength:
            typed_sets += strength_csv_rows(runner, planned.day)
    if typed_runs:
        write(folder / "runs.csv", csv_bytes(typed_runs))
    if typed_sets:
        write(folder / "strength.csv", csv_bytes(typed_sets))


def write_track(folder: Path, runner: Runner, day: date, source: str, track: Track) -> None:
    path = folder / "runs" / f"{day}-run"
    packed = ".gz" if day < PACKED_BEFORE else ""
    if source == "fit":
        write(path.with_suffix(".fit"), fit_run(track, rates_effort=runner.rates_effort))
    elif source == "fit.gz":
        write(path.with_suffix(".fit.gz"), fit_run(track, rates_effort=runner.rates_effort))
    elif source == "gpx":
        content = gpx_run(track, name="Run", gpx_type=runner.gpx_type, counts=runner.gpx_counts)
        write(path.with_suffix(f".gpx{packed}"), content)
    elif source == "tcx":
        write(path.with_suffix(f".tcx{packed}"), tcx_run(track))
    else:
        raise ValueError(f"{runner.athlete_id}: no writer for runs as {source!r}")


def write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix != ".gz":
        path.write_bytes(content)
        return
    # gzip.compress names the operating system in the header, and not the same one in every Python.
    with path.open("wb") as file, gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
        packed.write(content)


PDF = b"""\
%PDF-1.4
1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj
2 0 obj << /Type /Pages /Kids [] /Count 0 >> endobj
trailer << /Root 1 0 R >>
%%EOF
"""

# The day after 31 August, and a heart rate typed with one nought too many.
IMPOSSIBLE_ROWS = b"""\
2026-08-32T06:05,7.00,0:41:40,146,167,3,
2026-08-22T06:02,5.00,0:29:50,900,167,3,900 bpm is what I read
"""


def break_uploads(folder: Path) -> None:
    """Do to a tidy folder what bad connections and tired people do."""
    runs = folder / "runs"
    cut = runs / "2026-10-01-run.fit"
    whole = cut.read_bytes()
    cut.write_bytes(whole[: len(whole) * 6 // 10])

    write(runs / "2026-10-15-sync-failed.fit", b"")
    write(runs / "training-plan.fit", PDF)
    write(runs / "2026-11-15-run (1).fit", (runs / "2026-11-15-run.fit").read_bytes())

    cyclist = replace(BROKEN_UPLOADS, gait=replace(BROKEN_UPLOADS.gait, easy_mps=7.5, threshold_mps=10.0))
    write(runs / "2026-11-04-ride.fit", fit_run(run_track(cyclist, date(2026, 11, 4), "24"), sport="cycling"))
    planned = run_track(BROKEN_UPLOADS, date(2026, 11, 22), "15")
    write(runs / "next-sunday.gpx", gpx_route_without_times(planned))

    typed = folder / "runs.csv"
    typed.write_bytes(typed.read_bytes() + IMPOSSIBLE_ROWS)
