"""What runners of the demo squad type into tables, and the sets that their watches count."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flows.demo.formats import FitSet, Track
from flows.demo.plans import Exercise, Runner, noise_of

MILE_M = 1609.344


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
