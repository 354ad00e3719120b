"""Writes numbers, dates and amounts for readers, in the current language; nothing here affects a result.

Symbols of units (km, mi, kg, lb, h, min, s, m, bpm) are the same in every language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from math import ceil, floor, log10
from typing import Any

import numpy as np
from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal
from numpy.typing import NDArray

from flows.words.language import ENGLISH, gettext, locale, locale_of, ngettext, plural_of, spoken

METRES_PER_MILE = 1609.344
MINUTE_S = 60
WEEK_DAYS = 7
KG_PER_LB = 0.45359237
NOTHING = "–"
WHOLE_FROM = 10  # smaller distances keep a decimal
UNIT_AFTER = re.compile(r"(?<=\d) (?=(?:km|mi|m|h|min|s|%)\b|[×%])|(?<=[×]) (?=\d)")
RANGE_DASH = re.compile(r"(?<=\d)–(?=\d)")
# Nouns that are counted, in singular and plural; {} is the number.
NOUNS = {
    "athlete": plural_of("{} athlete", "{} athletes"),
    "cause": plural_of("{} cause", "{} causes"),
    "check": plural_of("{} check", "{} checks"),
    "column": plural_of("{} column", "{} columns"),
    "contact": plural_of("{} contact", "{} contacts"),
    "day": plural_of("{} day", "{} days"),
    "event": plural_of("{} event", "{} events"),
    "file": plural_of("{} file", "{} files"),
    "injury": plural_of("{} injury", "{} injuries"),
    "leg": plural_of("{} leg", "{} legs"),
    "m of ascent": plural_of("{} m of ascent", "{} m of ascent"),
    "morning": plural_of("{} morning", "{} mornings"),
    "note": plural_of("{} note", "{} notes"),
    "pair": plural_of("{} pair", "{} pairs"),
    "contradiction": plural_of("{} contradiction", "{} contradictions"),
    "recording": plural_of("{} recording", "{} recordings"),
    "repetition": plural_of("{} repetition", "{} repetitions"),
    "report": plural_of("{} report", "{} reports"),
    "row": plural_of("{} row", "{} rows"),
    "rule": plural_of("{} rule", "{} rules"),
    "run": plural_of("{} run", "{} runs"),
    "runner": plural_of("{} runner", "{} runners"),
    "set": plural_of("{} set", "{} sets"),
    "site": plural_of("{} site", "{} sites"),
    "step": plural_of("{} step", "{} steps"),
    "week": plural_of("{} week", "{} weeks"),
}
# Units in the warehouse that are nouns, and their key in NOUNS.
UNIT_NOUNS = {
    "checks": "check",
    "columns": "column",
    "contacts": "contact",
    "days": "day",
    "events": "event",
    "files": "file",
    "injuries": "injury",
    "legs": "leg",
    "m of ascent": "m of ascent",
    "mornings": "morning",
    "contradictions": "contradiction",
    "recordings": "recording",
    "repetitions": "repetition",
    "rows": "row",
    "runs": "run",
    "sets": "set",
    "sites": "site",
    "steps": "step",
}


@dataclass(frozen=True)
class Scale:
    """How one measure is shown: its unit, the factor from the table's unit, and the decimals."""

    unit: str
    factor: float = 1.0
    digits: int = 0
    # The unit of a mean, if it is not "unit a week".
    mean_unit: str = ""

    def of(self, value: float | None) -> float | None:
        """The value in the shown unit, not rounded."""
        return None if value is None else value * self.factor

    @property
    def a_week(self) -> str:
        """The unit of a weekly amount: km a week; of a relative measure % of the 28-day mean."""
        return self.mean_unit or gettext("{unit} a week").format(unit=self.unit)

    @property
    def weekly(self) -> Scale:
        """The scale that shows a daily mean as seven such days; a relative measure stays a share of its mean day."""
        return self if self.mean_unit else replace(self, factor=7 * self.factor)

    def all(self, values: Sequence[float | None] | NDArray[Any], extra_digits: int = 0) -> NDArray[Any]:
        """The values in the shown unit, rounded to `digits` plus `extra_digits`; an unknown value is NaN."""
        digits = self.digits + extra_digits
        rounded = np.round(np.asarray(values, dtype=float) * self.factor, digits)
        # Integers are written without ".0", which saves space: a page holds thousands.
        return rounded if digits or np.isnan(rounded).any() else rounded.astype(int)

    def drawn(self, values: NDArray[Any], largest: float) -> NDArray[Any]:
        """The values in the shown unit, in steps of at most 1/200 of the figure's largest: finer ones are less than a pixel."""
        shown = largest * self.factor
        return self.all(values, max(0, ceil(log10(200 / shown)) - self.digits) if shown else 0)

    def text(self, value: float | None) -> str:
        """The value in the shown unit as text with its unit."""
        return NOTHING if value is None else f"{number(self.of(value), self.digits)} {self.unit}"

    def ceiling_text(self, value: float | None) -> str:
        """Like `text`, but rounded down, so that a shown ceiling never exceeds the real one."""
        if value is None:
            return NOTHING
        steps = 10**self.digits
        return f"{number(floor(round(value * self.factor * steps, 6)) / steps, self.digits)} {self.unit}"


def distance_scale(units: str) -> Scale:
    """Kilometres or miles, as the athlete counts."""
    return Scale("mi", 1 / METRES_PER_MILE, 1) if units == "mi" else Scale("km", 1 / 1000, 1)


def about(metres: float, units: str) -> str:
    """21330 m as 21, 9130 m as 9.1: a distance for one line, without its unit."""
    scale = distance_scale(units)
    value = metres * scale.factor
    return number(value) if value >= WHOLE_FROM else plain(value, scale.digits)


def whole_down(metres: float, units: str) -> str:
    """14460 m as 14 km, 9990 m as 9.9 km: a ceiling for one line, never rounded up."""
    scale = distance_scale(units)
    steps = 1 if metres * scale.factor >= WHOLE_FROM else 10**scale.digits
    return f"{plain(floor(round(metres * scale.factor * steps, 6)) / steps)} {scale.unit}"


def rough(value: float) -> str:
    """7531 as 7,500: two digits that matter."""
    return number(round(value, 1 - floor(log10(value)))) if value >= WHOLE_FROM else number(value)


def measure_scale(measure: str, unit: str, units: str, month_mean: float | None = None) -> Scale:
    """The scale of a measure of marts.load_ratio; `units` is the athlete's km or mi.

    Achilles load is relative: it is shown against the runner's own 28-day mean, never as the number in the table.
    """
    if measure == "distance_m":
        return distance_scale(units)
    if measure == "achilles_load_steps" and month_mean:
        return Scale("%", 100 / month_mean, 0, gettext("% of the 28-day mean"))
    return Scale("min", 1 / 60) if unit == "s" else Scale(gettext(unit))


def number(value: float | None, digits: int = 0) -> str:
    """1234.5 as 1,234 or 1,234.5; an unknown value as a dash."""
    if value is None:
        return NOTHING
    pattern = "#,##0" + (f".{'0' * digits}" if digits else "")
    return _written(str(round(value, digits)), pattern, spoken()).replace("-", "−")


def number_or_nothing(value: float | None) -> str:
    """A bare number for a script to sort by; empty if it is unknown."""
    return "" if value is None else f"{value:.0f}"


def km(metres: float | None) -> str:
    """27843.1 m as 27.8, the bare number of a file; empty if it is unknown."""
    return "" if metres is None else f"{metres / 1000:.1f}"


def signed(value: float | None) -> str:
    """+13, −1, 0: a number with its sign; an unknown value as a dash."""
    return NOTHING if value is None else f"{'+' if value > 0 else ''}{number(value)}"


def plain(value: float | None, digits: int = 2) -> str:
    """A number without needless decimals: 8 and not 8.0."""
    return NOTHING if value is None else _written(str(round(value, digits)), f"#,##0.{'#' * digits}", spoken())


@lru_cache(maxsize=1 << 16)
def _written(value: str, pattern: str, language: str) -> str:
    """A number in a language. Pages say the same numbers over and over, and to write one costs as much as a line of a page."""
    return str(format_decimal(Decimal(value), pattern, locale=locale_of(language)))


def counted(count: int, noun: str) -> str:
    """1 file, 2 files: a count with its noun of NOUNS."""
    return plural(*NOUNS[noun], count)


def plural(one: str, many: str, count: int, **values: Any) -> str:
    """A message about a number of things, in singular or plural; {} is the number."""
    return ngettext(one, many, count).format(number(count), **values)


def hours_minutes(seconds: float | None) -> str:
    """21330 s as 5 h 56 min."""
    if seconds is None:
        return NOTHING
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min"


def seconds(value: float) -> str:
    """Whole minutes as 30 min or 2 h 00 min, anything else in seconds: nothing is lost by rounding."""
    return hours_minutes(value) if value >= MINUTE_S and value % MINUTE_S == 0 else f"{plain(value)} s"


def clock(seconds: float | None) -> str:
    """2500 s as 41:40, 8220 s as 2:17:00."""
    if seconds is None:
        return NOTHING
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def pace(seconds_per_km: float | None, units: str) -> str:
    """Time for one kilometre or mile, as 5:10."""
    if seconds_per_km is None:
        return NOTHING
    return clock(seconds_per_km / (1000 * distance_scale(units).factor))


def weight_scale(unit: str | None) -> Scale:
    """Kilograms or pounds, as the athlete counts weights."""
    return Scale("lb", 1 / KG_PER_LB, 2) if unit == "lb" else Scale("kg", 1.0, 2)


def weight(kilograms: float | None, unit: str | None) -> str:
    """20.41 kg as 20.41, or as 45 in pounds; the head of the table names the unit."""
    return plain(weight_scale(unit).of(kilograms))


def long_date(day: date | None) -> str:
    """Sunday 15 November 2026; in another language its own full date."""
    if day is None:
        return NOTHING
    return str(format_date(day, "EEEE d MMMM y" if spoken() == ENGLISH else "full", locale=locale()))


def short_date(day: date | None) -> str:
    """Sun 15 Nov; in another language the same parts in its own order."""
    if day is None:
        return NOTHING
    if spoken() == ENGLISH:
        return str(format_date(day, "EEE d MMM", locale=locale()))
    return str(format_skeleton("MMMEd", datetime.combine(day, time()), locale=locale()))


def day_month(day: date) -> str:
    """27 November; in another language the same parts in its own order."""
    if spoken() == ENGLISH:
        return str(format_date(day, "d MMMM", locale=locale()))
    return str(format_skeleton("MMMMd", datetime.combine(day, time()), locale=locale()))


def short_day(day: date) -> str:
    """15 Nov; in another language the same parts in its own order."""
    if spoken() == ENGLISH:
        return str(format_date(day, "d MMM", locale=locale()))
    return str(format_skeleton("MMMd", datetime.combine(day, time()), locale=locale()))


def month_year(day: date) -> str:
    """May 2026; in another language the same parts in its own order."""
    return str(format_skeleton("yMMMM", datetime.combine(day, time()), locale=locale()))


def ago(days: int | None) -> str:
    """0 as today, 1 as yesterday, 24 as 24 days ago; None as never."""
    if days is None:
        return gettext("never")
    return {0: gettext("today"), 1: gettext("yesterday")}.get(days) or gettext("{days} days ago").format(days=number(days))


def value_with_unit(value: float | None, unit: str | None, units: str | None = "km") -> str:
    """A reason's value or threshold: 2.83 ×, 38 days, 13.9 km, 3 h 47 min a week; `units` is the athlete's km or mi."""
    if value is None:
        return NOTHING
    if unit == "ratio":
        return f"{number(value, 2)} ×"
    if unit == "share":
        return f"{number(100 * value)} %"
    if unit == "0-10":
        return gettext("{value} of 10").format(value=plain(value))
    if unit == "m":
        return distance(value, units)
    if unit == "s":
        return hours_minutes(value)
    if unit in A_WEEK:
        return gettext("{amount} a week").format(amount=A_WEEK[unit](value, units))
    if unit in UNIT_NOUNS:
        one, many = NOUNS[UNIT_NOUNS[unit]]
        return ngettext(one, many, value).format(plain(value))
    return f"{plain(value)} {gettext(unit or '')}".strip()


def distance(metres: float | None, units: str | None) -> str:
    """61691 m as 61.7 km, or in miles."""
    return distance_scale(units or "km").text(metres)


# How weekly amounts are written, by their unit in the warehouse.
A_WEEK: dict[str, Callable[[float, str | None], str]] = {
    "m a week": distance,
    "s a week": lambda value, units: hours_minutes(value),
    "sets a week": lambda value, units: plain(round(value, 1)),
}


def unbroken(text: str) -> str:
    """A sentence that breaks neither between numbers and their units nor within 3 × 8–12."""
    return RANGE_DASH.sub("\u2060–\u2060", UNIT_AFTER.sub("\u00a0", text))


FILTERS: dict[str, Any] = {
    "ago": ago,
    "clock": clock,
    "counted": counted,
    "distance": distance,
    "hours_minutes": hours_minutes,
    "km": km,
    "long_date": long_date,
    "number": number,
    "number_or_nothing": number_or_nothing,
    "pace": pace,
    "plain": plain,
    "short_date": short_date,
    "signed": signed,
    "unbroken": unbroken,
    "value_with_unit": value_with_unit,
    "weight": weight,
}
