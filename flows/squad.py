"""squad.csv: who the athletes are. A wrong cell is refused and the default stands in for it."""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from flows.folders import athlete_of
from flows.records import RefusedRow, UnreadableFile

SQUAD_FILE = "squad.csv"


@dataclass(frozen=True, slots=True)
class Squad:
    """Rows for raw.athletes, and what could not be taken of the file."""

    athletes: tuple[dict[str, Any], ...] = ()
    refused_rows: tuple[RefusedRow, ...] = ()
    refused_because: str | None = None
    remedy: str | None = None


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
    zones = available_timezones()
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
        text = decode(path.read_bytes())
        reader = csv.DictReader(io.StringIO(text), delimiter=";" if text.split("\n", 1)[0].count(";") else ",")
        header = [name.strip().lower() for name in reader.fieldnames or []]
        reader.fieldnames = header
        if "athlete_id" not in header:
            raise UnreadableFile("row 1", "the column athlete_id is missing", f"Found: {', '.join(header) or 'nothing'}.")
        return _read_rows(reader, header)
    except UnreadableFile as refusal:
        return Squad(refused_because=f"{refusal.place}: {refusal.reason}", remedy=refusal.remedy)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        return Squad(refused_because=str(error), remedy="Save it as a CSV file in UTF-8.")


def decode(data: bytes) -> str:
    """Text of a small configuration file: UTF-8 with or without a mark, UTF-16 with one, else Windows-1252."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252")


def _read_rows(reader: csv.DictReader[str], header: list[str]) -> Squad:
    athletes: dict[str, dict[str, Any]] = {}
    refused = [
        RefusedRow("row 1", f"unknown column {name!r}{_nearest_column(name)}", "Rename it or leave it out.", name)
        for name in header
        if name and name != "athlete_id" and name not in READ_CELL
    ]
    for cells in reader:
        place = f"row {reader.line_num}"
        text = ",".join(str(cell) for cell in cells.values() if cell)
        athlete_id = (cells.get("athlete_id") or "").strip() and athlete_of(cells["athlete_id"])
        if not athlete_id:
            if text:
                refused.append(RefusedRow(place, "athlete_id is empty", "Write the folder's name there.", text))
            continue
        if athlete_id in athletes:
            refused.append(RefusedRow(place, f"{athlete_id} has a row already", "Keep one row per athlete.", text))
            continue
        row: dict[str, Any] = {"athlete_id": athlete_id}
        for column, read in READ_CELL.items():
            cell = (cells.get(column) or "").strip()
            if not cell:
                continue
            try:
                row[column] = read(cell)
            except ValueError as error:
                remedy = f"The default is used for {athlete_id} until it is mended."
                refused.append(RefusedRow(place, f"{column}: {error}", remedy, text))
        athletes[athlete_id] = row
    return Squad(tuple(athletes.values()), tuple(refused))


def _nearest_column(name: str) -> str:
    close = difflib.get_close_matches(name, READ_CELL, n=1)
    return f" (did you mean {close[0]}?)" if close else ""
