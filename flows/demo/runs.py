"""Runs a plan: each cell of a week becomes a track on a loop in the open sea."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flows.demo.formats import Point, Track
from flows.demo.plans import Runner, noise_of

JOG_S = 120  # easy jog after each fast repeat
WARM_UP_M = 2000.0
COOL_DOWN_M = 1500.0
EARTH_RADIUS_M = 6_371_008.8
LOOP_M = 1600.0
LOOP_CENTRE_DEG = (0.5, -0.5)  # nothing but the Gulf of Guinea for 400 km around
FEELS = {"easy": 3, "long": 4, "fast": 7}  # CR10
LONG_RUN_KM = 12
SHARE_OF_RUNS_WITH_A_PAUSE = 0.2


@dataclass(frozen=True)
class Segment:
    speed_mps: float
    distance_m: float


def segments_of(runner: Runner, run: str) -> list[Segment]:
    """The segments of a cell of the plan: 8 km easy, or a warm-up, five times 3 min fast and a jog, and a cool-down."""
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
    detour = noise.uniform(0.985, 1.015)  # no run ends exactly on the kilometre
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
    """The runner's position, altitude and cadence after `distance_m` on the loop."""
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
