"""A large squad as plain logs, from a seed: runs five days a week, calf work on three, over whole years.

`python -m bench.squads DIR [RUNNERS] [DAYS] [SEED]` writes DIR/<athlete>/runs.csv and strength.csv, and DIR/squad.csv.
"""

from __future__ import annotations

import random
import sys
from datetime import date, timedelta
from pathlib import Path

RUNNERS, DAYS, SEED = 300, 1_096, 20261127
LAST_DAY = date(2026, 11, 20)
RUN_DAYS, CALF_DAYS = (0, 1, 3, 5, 6), (0, 2, 4)  # Monday is 0
CALF_WORK = ("Single Leg Standing Calf Raise", "Single Leg Seated Calf Raise")


def write_squad(raw: Path, runners: int = RUNNERS, days: int = DAYS, seed: int = SEED) -> Path:
    """Write the input folder of a squad whose logs end on LAST_DAY, and return it; the same seed gives the same bytes."""
    raw.mkdir(parents=True, exist_ok=True)
    lines = ["athlete_id,name,squad,sex,birth_year,max_hr_bpm,resting_hr_bpm,threshold_pace_s_per_km"]
    for number in range(runners):
        draw = random.Random(f"{seed}-{number}")
        athlete_id = f"runner-{number:04d}"
        folder = raw / athlete_id
        folder.mkdir(exist_ok=True)
        (folder / "runs.csv").write_text(_runs(draw, days), encoding="utf-8")
        (folder / "strength.csv").write_text(_strength(draw, days), encoding="utf-8")
        lines.append(
            f"{athlete_id},Runner {number},squad {number % 10},{draw.choice('fm')},{draw.randint(1956, 2004)},"
            f"{draw.randint(170, 200)},{draw.randint(42, 60)},{draw.randint(210, 330)}"
        )
    (raw / "squad.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return raw


def _runs(draw: random.Random, days: int) -> str:
    usual_km, usual_s_per_km = draw.uniform(5, 12), draw.uniform(270, 390)
    lines = ["started_at,distance_km,moving_time,ascent_m,avg_heart_rate_bpm,cadence_spm,rpe"]
    for day in _days(days, RUN_DAYS):
        kilometres = usual_km * draw.uniform(0.7, 1.3) * (1.7 if day.weekday() == 6 else 1)
        seconds = round(kilometres * usual_s_per_km * draw.uniform(0.92, 1.08))
        clock = f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
        lines.append(
            f"{day}T07:{draw.randint(0, 59):02d},{kilometres:.3f},{clock},{draw.randint(0, 220)},"
            f"{draw.randint(125, 172)},{draw.randint(160, 186)},{draw.randint(2, 9)}"
        )
    return "\n".join(lines) + "\n"


def _strength(draw: random.Random, days: int) -> str:
    lines = ["performed_at,exercise,set,reps,weight_kg,rpe"]
    for day in _days(days, CALF_DAYS):
        for exercise in CALF_WORK:
            for number in (1, 2, 3):
                lines.append(f"{day}T18:00,{exercise},{number},{draw.randint(6, 15)},{draw.randint(0, 40)},{draw.randint(6, 9)}")
    return "\n".join(lines) + "\n"


def _days(days: int, weekdays: tuple[int, ...]) -> list[date]:
    first = LAST_DAY - timedelta(days=days - 1)
    return [day for number in range(days) if (day := first + timedelta(days=number)).weekday() in weekdays]


if __name__ == "__main__":
    folder, *numbers = sys.argv[1:]
    write_squad(Path(folder), *map(int, numbers))
