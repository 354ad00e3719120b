"""Seeded squads of healthy runners and of runners who need a call, as plain logs.

`python -m bench.judged_squads DIR [--seed N] [--runners N] [KIND ...]` writes DIR/raw (squad.csv, a folder a runner) and
DIR/windows.csv (athlete_id, kind, from_date, to_date, level): between the dates a runner of a healthy kind should be coloured
no more often than the goal of the kind allows (level "quiet"); one of an alarm kind must be at least at the level named. The
distributions are fixed here, so that a figure means the same to everybody. Nothing about these runners is real.
"""

from __future__ import annotations

import argparse
import csv
import random
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

FIRST_MONDAY, WEEKS, ALARM_WEEKS = date(2026, 1, 5), 30, 24
STRAIGHT, BENT, HINGE = (
    "Single Leg Standing Calf Raise (Dumbbell)",
    "Single-leg bent-knee calf raise",
    "Single Leg Romanian Deadlift",
)
RUNNERS, SEED = 60, 1

Row = dict[str, Any]


class Runner:
    """One made-up runner: what the squad file, the running log and the strength log say."""

    def __init__(self, name: str, seed: int) -> None:
        self.name, self.random = name, random.Random(f"{name}-{seed}")
        self.about: Row = {}
        self.runs: list[Row] = []
        self.sets: list[Row] = []
        self.missed_run = self.missed_calf = 0.05

    def day(self, week: int, weekday: int) -> date:
        return FIRST_MONDAY + timedelta(7 * (week - 1) + weekday)

    def run(
        self,
        week: int,
        weekday: int,
        km: float,
        pace: float = 5.5,
        hour: float = 7.0,
        noise: float = 0.06,
        ascent: float | None = None,
        missed: float | None = None,
        rpe: int | None = None,
    ) -> None:
        """A run, unless it is missed; its length and pace (min/km) vary."""
        draw = self.random
        if draw.random() < (self.missed_run if missed is None else missed):
            return
        km, pace = km * draw.uniform(1 - noise, 1 + noise), pace * draw.uniform(0.97, 1.03)
        start = datetime.combine(self.day(week, weekday), time(int(hour), int(hour % 1 * 60)))
        self.runs.append(
            {
                "started_at": start.isoformat(),
                "distance_km": f"{km:.3f}",
                "moving_time": f"{km * pace:.2f}",
                "ascent_m": "" if ascent is None else round(ascent * draw.uniform(0.85, 1.15)),
                "rpe": rpe or "",
            }
        )

    def lift(
        self, week: int, weekday: int, exercise: str, sets: int, reps: int, kg: float | None = None, rpe: float | None = None
    ) -> None:
        for number in range(1, sets + 1):
            self.sets.append(
                {
                    "performed_at": f"{self.day(week, weekday)}T18:00",
                    "exercise": exercise,
                    "set": number,
                    "reps": reps,
                    "weight_kg": "" if kg is None else kg,
                    "rpe": "" if rpe is None else rpe,
                }
            )

    def calf(
        self, week: int, weekday: int, sets: int = 3, hip: bool = True, kg: float | None = 15, rpe: float | None = 8
    ) -> None:
        """A calf session, unless it is missed."""
        if self.random.random() < self.missed_calf:
            return
        weekday = min(6, max(0, weekday))
        self.lift(week, weekday, STRAIGHT, sets, 10, kg, rpe)
        self.lift(week, weekday, BENT, sets, 10, kg, rpe)
        if hip:
            self.lift(week, weekday, HINGE, 2, 8, 15, 8)

    def moved(self) -> int:
        """By how many days a session is moved this time."""
        return self.random.choice([-1, 0, 0, 0, 1])


# ---------- healthy: the same week after week, or a plan that coaches call normal


def steady(r: Runner) -> None:
    base = r.random.uniform(6, 11)
    long = base * r.random.uniform(1.5, 1.9)
    days = r.random.choice([(1, 3, 5, 6), (0, 1, 3, 5, 6), (1, 2, 4, 6), (0, 2, 4, 5, 6)])
    for w in range(1, WEEKS + 1):
        for x in days:
            r.run(w, x, long if x == 6 else base * r.random.choice([0.8, 1, 1]))
        for x in (0, 3):
            r.calf(w, x + r.moved())


def irregular(r: Runner, times: int) -> None:
    for w in range(1, WEEKS + 1):
        for x in sorted(r.random.sample(range(7), r.random.choice([2, 3, 3, 4]))):
            r.run(w, x, r.random.uniform(4, 10), 5.9, noise=0, missed=0)
        days = (r.random.choice([0, 1, 2]), r.random.choice([3, 4, 5])) if times == 2 else (r.random.choice([0, 2, 4]),)
        for x in days:
            r.calf(w, x)


LONG_MI = [6, 7, 5, 9, 10, 7, 12, 13, 10, 15, 16, 12, 18, 14, 20, 12, 8, 26.2]
MID_MI = [
    (3, 3), (3, 3), (3, 4), (3, 4), (3, 5), (3, 5), (3, 6), (3, 6), (3, 7),
    (3, 7), (4, 8), (4, 8), (5, 9), (5, 9), (5, 10), (5, 8), (4, 6), (3, 2),
]  # fmt: skip
BEFORE_PLAN = 8


def marathon(r: Runner) -> None:
    k, pace = r.random.uniform(0.95, 1.05), r.random.uniform(5.2, 6.8)
    r.about["race_date"] = r.day(BEFORE_PLAN + 18, 6)
    late = r.random.random() < 0.5
    for w in range(1, WEEKS + 1):
        v = w - BEFORE_PLAN
        a: float
        m: float
        long: float
        if v < 1:
            a, m, long = 3, 3, 6
        elif v <= 18:
            (a, m), long = MID_MI[v - 1], LONG_MI[v - 1]
        elif v == 19:
            continue
        else:
            a, m, long = 3, 3, [4, 6, 8][min(v - 20, 2)]
        for x, mi in ((1, a), (2, m), (3, a)):
            r.run(w, x, mi * 1.609 * k, pace, noise=0.04)
        r.run(w, 6, long * 1.609 * (k if v != 18 else 1), pace * 1.05, noise=0.015, missed=0 if v == 18 else 0.03)
        if v <= 16 or v >= (21 if late else 20):
            for x in (0, 4):
                r.calf(w, x)
        elif v == 17:
            r.calf(w, 0)


COUCH_KM = [2.2, 2.4, 2.4, 2.7, 2.9, 3.2, 3.4, 3.8, 4.2, 4.5, 5, 5, 5, 5, 5, 5.5, 5.5, 5.5, 6, 6]


def couch_to_5k(r: Runner) -> None:
    sets, rpe = r.random.choice([2, 3]), r.random.choice([None, 7, 8])
    for w in range(1, WEEKS + 1):
        for x in (1, 3, 5):
            r.run(w, x, COUCH_KM[min(w - 1, 19)], r.random.uniform(7.2, 8.2), noise=0.04)
        for x in (0, 4):
            if r.random.random() > 0.05:
                r.lift(w, x, "Calf raise", sets, 12, None, rpe)
                r.lift(w, x, "Bent-knee calf raise", sets, 12, None, rpe)
                r.lift(w, x, "Glute bridge", 2, 12)


def elite(r: Runner) -> None:
    r.about |= {"threshold_pace_s_per_km": 190, "body_mass_kg": 60}
    for w in range(1, WEEKS + 1):
        k = 150 / 170 * (0.82 if w % 4 == 0 else 1)
        for x in range(7):
            if x == 6:
                r.run(w, x, 34 * k, 3.9)
            elif x in (1, 4):
                if r.random.random() < 0.03:
                    continue
                r.run(w, x, 5 * k, 4.4, 7, missed=0)
                r.run(w, x, 10 * k, 3.1, 7.42, missed=0)
                r.run(w, x, 4 * k, 4.6, 8, missed=0)
                r.run(w, x, 8 * k, 4.4, 17)
            else:
                r.run(w, x, 16 * k, 4.2)
                if x in (0, 2, 3):
                    r.run(w, x, 8 * k, 4.5, 17)
        for x in (0, 3):
            r.calf(w, x + r.moved(), kg=32)


def middle_distance(r: Runner) -> None:
    r.about |= {"threshold_pace_s_per_km": 225, "body_mass_kg": 55}
    for w in range(1, WEEKS + 1):
        for x, km in ((1, 4), (4, 3)):
            if r.random.random() < 0.04:
                continue
            r.run(w, x, 4, 5.3, 17, missed=0)
            r.run(w, x, km * r.random.uniform(0.85, 1.15), 3.3, 17.42, missed=0, rpe=8)
            r.run(w, x, 3, 5.5, 17.83, missed=0)
        for x, km in ((0, 10), (2, 11), (6, 16)):
            r.run(w, x, km, 4.9, rpe=4)
        for x in (2, 5):
            r.calf(w, x)
        r.lift(w, 1, "Pogo", 3, 20)
        r.lift(w, 1, "Box Jump", 3, 6)


def ultra(r: Runner) -> None:
    r.about |= {"threshold_pace_s_per_km": 255, "body_mass_kg": 60}
    for w in range(1, WEEKS + 1):
        k = 0.6 if w % 4 == 0 else 1
        for x, km, up in ((1, 12, 200), (3, 14, 320), (5, 28, 1150), (6, 18, 700)):
            r.run(w, x, km * k, 6.6, ascent=up * k)
        r.calf(w, r.random.choice([0, 0, 2]), kg=20)


def masters(r: Runner) -> None:
    r.about |= {"birth_year": 1964, "body_mass_kg": 74}
    sets = r.random.choice([2, 3])
    for w in range(1, WEEKS + 1):
        for x, km in ((1, 8), (3, 8), (5, 6), (6, 13)):
            r.run(w, x, km, 6.1)
        for x in (0, 4):
            r.calf(w, x + r.moved(), sets=sets, kg=None, rpe=r.random.choice([7, 8, 8]))


def calf_only(r: Runner) -> None:
    base = r.random.uniform(7, 10)
    for w in range(1, WEEKS + 1):
        for x in (1, 3, 5, 6):
            r.run(w, x, base * 1.6 if x == 6 else base)
        for x in (0, 4):
            r.calf(w, x + r.moved(), hip=False, kg=None, rpe=None)


def machine_15(r: Runner) -> None:
    r.about |= {"body_mass_kg": 78}
    for w in range(1, WEEKS + 1):
        for x, km in ((1, 8), (3, 8), (6, 13)):
            r.run(w, x, km, 5.2)
        for x in (0, 4):
            if r.random.random() > 0.05:
                r.lift(w, x, "Leg press calf raise", 3, 15, 130, 8)
                r.lift(w, x, "Seated calf raise", 3, 15, 50, 8)


def parkrun(r: Runner) -> None:
    r.about |= {"threshold_pace_s_per_km": 270}
    base, twice = r.random.uniform(6, 9), r.random.random() < 0.5
    for w in range(1, WEEKS + 1):
        for x in (1, 3, 6):
            r.run(w, x, base * 1.7 if x == 6 else base, 6)
        if r.random.random() < 0.3:
            r.run(w, 5, 2, 6, 8.5, missed=0)
            r.run(w, 5, 5, 4.35, 9, noise=0.005, missed=0, rpe=9)
        elif r.random.random() < 0.5:
            r.run(w, 5, base * 0.8, 6)
        for x in (0, 3) if twice else (r.random.choice([0, 2]),):
            r.calf(w, x + (r.moved() if twice else 0))


HEALTHY: dict[str, Callable[[Runner], None]] = {
    "steady": steady,
    "irregular_twice": lambda r: irregular(r, 2),
    "irregular_once": lambda r: irregular(r, 1),
    "marathon": marathon,
    "couch_to_5k": couch_to_5k,
    "elite": elite,
    "middle_distance": middle_distance,
    "ultra": ultra,
    "masters": masters,
    "calf_only": calf_only,
    "machine_15": machine_15,
    "parkrun": parkrun,
}

# ---------- alarms: (first week, weekday, last week, weekday, level)

ALARMS = {
    "calf_stops": (17, 3, 24, 6, "amber"),
    "stops_then_22": (20, 6, 22, 5, "red"),
    "stops_then_50": (20, 6, 22, 5, "red"),
    "stops_12d_22": (18, 6, 19, 4, "amber"),
    "stops_12d_50": (18, 6, 20, 5, "amber"),
    "long_120": (20, 6, 22, 5, "amber"),
    "long_50": (20, 6, 22, 5, "amber"),
    "long_22": (20, 6, 21, 0, "amber"),
    "history_22": (20, 6, 22, 5, "amber"),
    "speed": (20, 1, 24, 6, "red"),
    "gym_only": (8, 0, 24, 6, "amber"),
    "gym_then_50": (20, 6, 22, 5, "red"),
    "token": (8, 0, 24, 6, "amber"),
    "two_legs": (8, 0, 24, 6, "amber"),
    "two_legs_then_50": (20, 6, 22, 5, "red"),
    "beginner_no_calf": (8, 0, 24, 6, "amber"),
    "beginner_jump": (20, 5, 22, 4, "amber"),
    "six_week_break": (22, 6, 23, 6, "red"),
}
CALF_WORK_STOPS = ("calf_stops", "stops_then_22", "stops_then_50", "stops_12d_22", "stops_12d_50", "six_week_break")
JUMPS_IN_WEEK_20 = {
    "stops_then_22": 1.22,
    "stops_then_50": 1.5,
    "long_120": 2.2,
    "long_50": 1.5,
    "long_22": 1.22,
    "gym_then_50": 1.5,
    "two_legs_then_50": 1.5,
    "history_22": 1.22,
}
JUMPS_IN_WEEK_18 = {"stops_12d_22": 1.22, "stops_12d_50": 1.5}


def alarm(r: Runner, kind: str) -> None:
    """A runner who needs a call in the window of the kind."""
    r.about |= {"threshold_pace_s_per_km": 270}
    base = r.random.uniform(6, 9)
    long = base * 1.7
    r.missed_run = 0.03
    if kind == "history_22":
        r.about["achilles_history_until"] = FIRST_MONDAY - timedelta(30)
    for w in range(1, ALARM_WEEKS + 1):
        if kind == "six_week_break" and 16 <= w <= 21:
            continue
        if kind.startswith("beginner"):
            _week_of_a_beginner(r, kind, w)
            continue
        for x in (1, 3, 5):
            if kind == "speed" and w >= 20 and x in (1, 3):
                r.run(w, x, 2, 5.8, 7, missed=0)
                r.run(w, x, base - 3, 4.1, 7.3, noise=0.02, missed=0, rpe=8)
                r.run(w, x, 1, 6, 7.9, missed=0)
            else:
                r.run(w, x, base)
        jumps = JUMPS_IN_WEEK_20 if w == 20 else JUMPS_IN_WEEK_18 if w == 18 else {}
        r.run(w, 6, long * jumps.get(kind, 1), 5.7, noise=0.015, missed=0)
        for x in (0, 3):
            _strength_of_an_alarm(r, kind, w, x)


def _week_of_a_beginner(r: Runner, kind: str, w: int) -> None:
    for x in (1, 3, 5):
        km = 7.5 if kind != "beginner_jump" else 5.6 if (w, x) == (20, 5) else 2.4
        r.run(w, x, km, 7.8, noise=0.03, missed=0)
    for x in (0, 4):
        if kind == "beginner_no_calf":
            r.lift(w, x, "Bench Press", 3, 10, 30, 8)
        else:
            r.lift(w, x, "Calf raise", 2, 12)
            r.lift(w, x, "Bent-knee calf raise", 2, 12)


def _strength_of_an_alarm(r: Runner, kind: str, w: int, x: int) -> None:
    stops = 16 if kind in CALF_WORK_STOPS else 99
    if kind in ("gym_only", "gym_then_50", "speed"):
        r.lift(w, x, "Bench Press", 3, 10, 60, 8)
        r.lift(w, x, "Squat (Barbell)", 3, 8, 80, 8)
    elif kind == "token":
        r.lift(w, x, "Single-leg calf raise", 2, 8, None, 3)
        r.lift(w, x, BENT, 2, 8, None, 3)
    elif kind.startswith("two_legs"):
        r.lift(w, x, "Calf raise", 3, 15, None, 7)
        r.lift(w, x, "Bent-knee calf raise", 3, 15, None, 7)
    elif w < stops or (kind.startswith("stops_12d") and (w, x) == (16, 3)):
        r.calf(w, x)


# ---------- files


def write_squads(folder: Path, kinds: Sequence[str] = (), seed: int = SEED, runners: int = RUNNERS) -> Path:
    """Write the logs and windows of some kinds (all if none is named) and return the input folder."""
    squad, windows = [], []
    for kind in kinds or [*HEALTHY, *ALARMS]:
        for number in range(runners):
            r = Runner(f"{kind}_{number:03d}", seed)
            if kind in HEALTHY:
                HEALTHY[kind](r)
                start, end, level = FIRST_MONDAY + timedelta(42), FIRST_MONDAY + timedelta(7 * WEEKS - 1), "quiet"
                if kind == "marathon":
                    start, end = r.day(BEFORE_PLAN + 7, 0), r.day(BEFORE_PLAN + 17, 6)
            else:
                alarm(r, kind)
                first_week, first_day, last_week, last_day, level = ALARMS[kind]
                start, end = r.day(first_week, first_day), r.day(last_week, last_day)
            _write(folder / "raw" / r.name / "runs.csv", sorted(r.runs, key=lambda row: str(row["started_at"])))
            _write(folder / "raw" / r.name / "strength.csv", r.sets)
            squad.append({"athlete_id": r.name, "squad": kind, **r.about})
            windows.append({"athlete_id": r.name, "kind": kind, "from_date": start, "to_date": end, "level": level})
    _write(folder / "raw" / "squad.csv", squad)
    _write(folder / "windows.csv", windows)
    return folder / "raw"


def _write(path: Path, rows: list[Row]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with path.open("w", newline="", encoding="utf-8") as stream:
        out = csv.DictWriter(stream, columns, restval="")
        out.writeheader()
        out.writerows(rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("kinds", nargs="*")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--runners", type=int, default=RUNNERS)
    asked = parser.parse_args()
    write_squads(asked.folder, asked.kinds, asked.seed, asked.runners)
