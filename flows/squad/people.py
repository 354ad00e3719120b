"""squad.csv: who the athletes are. A wrong cell is refused, and the default is used instead."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from flows.nearest import did_you_mean
from flows.places import languages
from flows.records import RefusedRow
from flows.settings import time_zones
from flows.squad.own_tables import OwnTable, Row, RowProblem, Understood, small_table_of
from flows.texts import athlete_of


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
        raise ValueError(f"{text!r} is not an IANA time zone{did_you_mean(text, zones)}")
    return text


def _past_date(text: str) -> date:
    day = date.fromisoformat(text)
    # Somewhere it is tomorrow already.
    if day > datetime.now(UTC).date() + timedelta(days=1):
        raise ValueError(f"{text} is yet to come, and nobody knows when trouble will end")
    return day


def _birth_year(text: str) -> int:
    """A year, or a whole date with a year of four digits: 2012, 2012-05-03, 03.05.2012."""
    whole_date = re.fullmatch(r"(\d{4})([-./])\d{1,2}\2\d{1,2}|\d{1,2}([-./])\d{1,2}\3(\d{4})", text)
    year = (whole_date[1] or whole_date[4]) if whole_date else text
    return int(_between(1900, 2100, "(write the year of birth)")(year))


READ_CELL: dict[str, Callable[[str], Any]] = {
    "name": str,
    "squad": str,
    "sex": lambda text: _one_of("f", "m", "female", "male")(text)[0],
    "birth_year": _birth_year,
    "body_mass_kg": _between(20, 250, "kg"),
    "timezone": _time_zone,
    "resting_hr_bpm": _between(25, 120, "bpm"),
    "max_hr_bpm": _between(100, 250, "bpm"),
    "threshold_pace_s_per_km": _between(120, 900, "s per km"),
    "foot_strike": _one_of("rearfoot", "midfoot", "forefoot", "unknown"),
    "achilles_history_until": _past_date,
    "race_date": date.fromisoformat,
    "units": _one_of("km", "mi"),
    "strength_weight_unit": _one_of("kg", "lb"),
    "language": _one_of(*languages()),
}


EMAIL = "email"  # whose mail brings logs: asked for by a mailbox alone, and kept in no table


def athletes_by_email(raw: Path) -> dict[str, str]:
    """Whose address each one in squad.csv is, in small letters; an address of two people is nobody's."""
    table = small_table_of(PEOPLE, raw / PEOPLE.file)
    found: dict[str, str] = {}
    twice: set[str] = set()
    for row in table.rows if table else ():
        address, athlete_id = row.cells.get(EMAIL, "").lower(), _name_of(row.cells.get("athlete_id", ""))
        if row.is_broken or not address or not athlete_id:
            continue
        if found.setdefault(address, athlete_id) != athlete_id:
            twice.add(address)
    return {address: athlete_id for address, athlete_id in found.items() if address not in twice}


def _name_of(cell: str) -> str:
    return athlete_of(cell) if cell.strip() else ""


def _understood(row: Row) -> Understood:
    athlete_id = _name_of(row.cells.get("athlete_id", ""))
    if not athlete_id:
        raise RowProblem("athlete_id is empty", row.text, "Write the folder's name there.")
    record: dict[str, Any] = {"athlete_id": athlete_id}
    refused = []
    for column, read in READ_CELL.items():
        if not (cell := row.cells.get(column, "")):
            continue
        try:
            record[column] = read(cell)
        except ValueError as error:
            remedy = f"The default is used for {athlete_id} until it is mended."
            refused.append(RefusedRow(row.place, f"{column}: {error}", remedy, row.text, athlete_id=athlete_id))
    return Understood(record, row.text, tuple(refused))


PEOPLE = OwnTable(
    file="squad.csv",
    raw_table="athletes",
    held_rows="is_in_squad_file",
    required=("athlete_id",),
    key=("athlete_id",),
    understand=_understood,
    remedy="Keep one row per athlete.",
    twice=lambda record: f"{record['athlete_id']} has a row already",
    columns=("athlete_id", *READ_CELL, EMAIL),
    name_of=_name_of,
)
