"""What the title of a calendar's event plans: "Long run 18 km", "45 min easy", "Kraft"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from flows.readers.cells import parse_number
from flows.readers.sports import ON_FOOT, OTHER, STRENGTH, kinds_in, normalised
from flows.seed_files import seed_rows

LONGEST_TITLE = 200  # characters that are looked at
# Of several kinds in one title the first of these counts: "Long run with race pace" is fast.
KINDS = ("race", "fast", "long", "easy")
REST = "rest"
METRES_PER_UNIT = {"km": 1000.0, "mi": 1609.344}
SECONDS_PER_HOUR, SECONDS_PER_MINUTE = 3600.0, 60.0

AMOUNT = r"(?<![\d.,:/])(\d{1,3}(?:[.,]\d{1,2})?)"
# The upper end of "16-18 km" counts.
RANGE = rf"{AMOUNT}(?:\s*(?:-|–|to|bis|à|a)\s*(\d{{1,3}}(?:[.,]\d{{1,2}})?))?"
DISTANCE = re.compile(rf"{RANGE}\s*(km|kms|k|kilomet\w*|mi|miles?|meilen?)\b", re.IGNORECASE)
HOURS = re.compile(
    r"(?<![\d.,:/])(\d{1,2})(?:(?::(\d\d)\s*(?:h|hours?|std)\b)|\s*h\s*(\d\d)?(?:\s*min\b)?(?![\w/]))", re.IGNORECASE
)
MINUTES = re.compile(rf"{RANGE}\s*(?:min|mins|minutes?|minuten?|minuti|minutos?|minuter|′|')(?![\w/])", re.IGNORECASE)
# Of "6 x 1 km" nobody knows how long the whole run is.
TIMES = re.compile(r"\d+\s*[x×*]\s*\(?\s*$", re.IGNORECASE)
INTERVALS = re.compile(r"\d+\s*[x×*]\s*\(?\s*\d+(?:[.,]\d+)?\s*(?:m|km|k|mi)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Planned:
    """What a title plans: a run, strength work, both, or neither."""

    is_run: bool = False
    is_strength: bool = False
    kind: str | None = None  # of the run: easy, long, fast, race; None if the title names none
    distance_m: float | None = None
    moving_s: float | None = None


def planned_in(title: str) -> Planned:
    """What a title plans, by the words of sql/seeds/plan_words.csv and sports.csv and its km and minutes."""
    text = title[:LONGEST_TITLE]
    words = normalised(text)
    sports = kinds_in(words)
    found = _kinds(words)
    kinds = set(found)
    is_strength = STRENGTH in kinds or STRENGTH in sports
    distance_m, moving_s = distance_in(text), moving_time_in(text)
    has_intervals = INTERVALS.search(text) is not None
    has_run = "run" in sports or any(found[kind] for kind in kinds & set(KINDS))
    has_other = OTHER in sports or bool(sports & set(ON_FOOT) - {"run"})
    if (REST in kinds and not has_run and distance_m is None) or (has_other and not has_run):
        return Planned(is_strength=is_strength and REST not in kinds)
    has_amount = distance_m is not None or (moving_s is not None and bool(kinds & set(KINDS)))
    is_run = has_run or has_amount or has_intervals
    if not is_run:
        return Planned(is_strength=is_strength)
    kind = next((kind for kind in KINDS if kind in kinds), None)
    if kind != "race" and has_intervals:
        kind = "fast"
    return Planned(True, is_strength, kind, distance_m, moving_s)


def distance_in(text: str) -> float | None:
    """The distance of the whole run; parts joined by a plus are added, else the longest counts."""
    found = [
        parse_number(match[2] or match[1], "km") * METRES_PER_UNIT["mi" if match[3].lower().startswith("m") else "km"]
        for match in DISTANCE.finditer(text)
        if not TIMES.search(text[: match.start()])
    ]
    return _whole(found, text)


def moving_time_in(text: str) -> float | None:
    """The time of the whole run, likewise."""
    found = [
        int(match[1]) * SECONDS_PER_HOUR + int(match[2] or match[3] or 0) * SECONDS_PER_MINUTE for match in HOURS.finditer(text)
    ]
    rest = HOURS.sub(" ", text)
    found += [
        parse_number(match[2] or match[1], "min") * SECONDS_PER_MINUTE
        for match in MINUTES.finditer(rest)
        if not TIMES.search(rest[: match.start()])
    ]
    return _whole(found, text)


def _whole(found: list[float], text: str) -> float | None:
    positive = [amount for amount in found if amount > 0]
    if not positive:
        return None
    return sum(positive) if "+" in text else max(positive)


def _kinds(words: str) -> dict[str, bool]:
    """The kinds named in normalised words, and whether one of their words names a run on its own; longer phrases first."""
    left = f" {words} "
    found: dict[str, bool] = {}
    for word, kind, is_clear in _vocabulary():
        sought = f" {word.removesuffix('*')}" if word.endswith("*") else f" {word} "
        if sought in left:
            found[kind] = found.get(kind, False) or is_clear
            left = left.replace(sought, "  ")
    return found


@cache
def _vocabulary() -> tuple[tuple[str, str, bool], ...]:
    rows = {(row["word"], row["kind"], row["is_clear"] == "true") for row in seed_rows("plan_words")}
    return tuple(sorted(rows, key=lambda row: (-len(row[0]), row)))
