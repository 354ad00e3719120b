"""squad.csv: who the athletes are. A wrong cell is refused and the default stands in for it."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from flows.records import RefusedRow, UnreadableFile
from flows.settings import time_zones
from flows.squad.small_tables import OPEN_QUOTE, SmallTable, read_small_table
from flows.texts import athlete_of

SQUAD_FILE = "squad.csv"


@dataclass(frozen=True, slots=True)
class Squad:
    """Rows for raw.athletes, and what could not be taken of the file."""

    athletes: tuple[dict[str, Any], ...] = ()
    refused_rows: tuple[RefusedRow, ...] = ()
    refused_because: str | None = None
    remedy: str | None = None
    broken: tuple[str, ...] = ()  # athlete_ids of rows that cannot be told apart into cells


def _between(low: float, high: float, unit: str) -> Callable[[str], float]:
    def read(text: str) -> float:
        number = float(text.replace(",", "."))
        if not low <= number <= high:
            raise ValueError(f"{text} is outside {low:g} to {high:g} {unit}")
        return number

    return read


def _one_of(*words: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text.lower() not in words:
            raise ValueError(f"{text!r} is none of {', '.join(words)}")
        return text.lower()

    return read


def _time_zone(text: str) -> str:
    zones = time_zones()
    if text not in zones:
        close = difflib.get_close_matches(text, zones, n=1)
        raise ValueError(f"{text!r} is no IANA time zone" + (f" (did you mean {close[0]}?)" if close else ""))
    return text


READ_CELL: dict[str, Callable[[str], Any]] = {
    "name": str,
    "squad": str,
    "sex": lambda text: _one_of("f", "m", "female", "male")(text)[0],
    "birth_year": lambda text: int(_between(1900, 2100, "years")(text)),
    "body_mass_kg": _between(20, 250, "kg"),
    "timezone": _time_zone,
    "resting_hr_bpm": _between(25, 120, "bpm"),
    "max_hr_bpm": _between(100, 250, "bpm"),
    "threshold_pace_s_per_km": _between(120, 900, "s per km"),
    "foot_strike": _one_of("rearfoot", "midfoot", "forefoot", "unknown"),
    "achilles_history_until": date.fromisoformat,
    "race_date": date.fromisoformat,
    "units": _one_of("km", "mi"),
    "strength_weight_unit": _one_of("kg", "lb"),
}


def read_squad(path: Path) -> Squad:
    """Read squad.csv; without the file everyone is a default."""
    if not path.is_file():
        return Squad()
    try:
        return _read_rows(read_small_table(path.read_bytes(), ("athlete_id",)))
    except UnreadableFile as refusal:
        return Squad(refused_because=f"{refusal.place}: {refusal.reason}", remedy=refusal.remedy)
    except OSError as error:
        return Squad(refused_because=str(error), remedy="Save it as a CSV file in UTF-8.")


def _read_rows(table: SmallTable) -> Squad:
    athletes: dict[str, dict[str, Any]] = {}
    refused = [
        RefusedRow("row 1", f"unknown column {name!r}{_nearest_column(name)}", "Rename it or leave it out.", name)
        for name in table.header
        if name and name != "athlete_id" and name not in READ_CELL
    ]
    broken = []
    for line in table.rows:
        place, text = line.place, line.text
        athlete_id = line.cells.get("athlete_id", "").strip() and athlete_of(line.cells["athlete_id"])
        if line.is_broken:
            refused.append(RefusedRow(place, OPEN_QUOTE, "What it said before holds until it is mended.", text))
            broken.append(athlete_id)
            continue
        if not athlete_id:
            refused.append(RefusedRow(place, "athlete_id is empty", "Write the folder's name there.", text))
            continue
        if athlete_id in athletes:
            refused.append(RefusedRow(place, f"{athlete_id} has a row already", "Keep one row per athlete.", text))
            continue
        row: dict[str, Any] = {"athlete_id": athlete_id}
        for column, read in READ_CELL.items():
            cell = line.cells.get(column, "")
            if not cell:
                continue
            try:
                row[column] = read(cell)
            except ValueError as error:
                remedy = f"The default is used for {athlete_id} until it is mended."
                refused.append(RefusedRow(place, f"{column}: {error}", remedy, text))
        athletes[athlete_id] = row
    return Squad(tuple(athletes.values()), tuple(refused), broken=tuple(broken))


def _nearest_column(name: str) -> str:
    close = difflib.get_close_matches(name, READ_CELL, n=1)
    return f" (did you mean {close[0]}?)" if close else ""
