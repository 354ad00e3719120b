"""Writes the sentences about reasons from their message keys and facts, in the current language."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from functools import cache, lru_cache
from typing import Any

from babel.dates import format_date, format_skeleton

from flows.words import links, reasons
from flows.words.amounts import MINUTE_S, WEEK_DAYS, about, distance_scale, hours_minutes, number, plain, rough, seconds
from flows.words.language import ENGLISH, gettext, locale, ngettext, spoken

PLACE = re.compile(r"\{(\w+)(?::(\w+))?\}")
YEAR_FROM_DAYS = 180  # an earlier day is written with its year
MONTH_DAYS, YEAR_DAYS = 30.4375, 365.25
MONTHS_FROM, YEARS_FROM = 63, 731  # shorter stretches are told in weeks, and in months
DAYS = ("day", "weekday", "on_day", "on_short", "on_date", "short_day", "month")
DISTANCES = ("distance", "ceiling", "about", "bare")
Facts = Mapping[str, Any]


def evidence(row: Mapping[str, Any], units: str, today: date) -> str | None:
    """One sentence about a raised or clear reason; None if it is not assessed."""
    return None if row["state"] == "not_assessed" else sentence(clauses(row, units, today))


def because(row: Mapping[str, Any], units: str, today: date) -> str | None:
    """Why a reason is not assessed, in lower case for use within a sentence; None if it is assessed."""
    return clauses(row, units, today) if row["state"] == "not_assessed" else None


def clauses(row: Mapping[str, Any], units: str, today: date) -> str:
    """The clauses about a reason, joined by semicolons, without a capital and a full stop."""
    if row["message"] is None:
        raise ValueError("it has no message")
    facts = json.loads(row["facts"]) if isinstance(row["facts"], str) else row["facts"]
    return "; ".join(said(key, facts, units, today) for key in row["message"].split("+"))


def action(text: str, rules: Facts, ceiling_m: float | None, place: str, units: str, is_floor: bool = False) -> str:
    """What to do, with placeholders filled.

    They are {ceiling} of a run and {ceiling_time} for the same in minutes, {place} where raises are done, {floor} for the same of
    a raise that everybody does on the floor, {on_floor} of one that may be done anywhere, or the key of any rule or day in it.
    `is_floor`: trouble where the tendon meets the heel.
    """
    ceiling = gettext(reasons.USUAL_LENGTH) if ceiling_m is None else distance_scale(units).ceiling_text(ceiling_m)
    ceiling_s = rules.get("longest_run_ceiling_s")
    there = gettext(place)
    own = {
        "ceiling": ceiling,
        "ceiling_time": gettext(reasons.USUAL_LENGTH) if ceiling_s is None else hours_minutes(ceiling_s // MINUTE_S * MINUTE_S),
        "place": there,
        "floor": there if is_floor else gettext(reasons.ON_THE_FLOOR),
        "on_floor": f", {there}" if is_floor else "",
    }

    def filled(found: re.Match[str]) -> str:
        name, way = found.group(1), found.group(2) or ""
        if name in own:
            return own[name]
        by_name = "seconds" if name.endswith("_s") else _way_of(name)
        value, way = rules.get(name), way or (by_name if by_name in OF_A_RULE else "plain")
        if by_name == "day" and isinstance(value, str):
            return written(name, way if found.group(2) in DAYS else by_name, rules, units, None)
        # A squad's own text may hold braces that are not placeholders.
        is_known = isinstance(value, int | float) and way in OF_A_RULE
        return written(name, way, rules, units, None) if is_known else found.group(0)

    return PLACE.sub(filled, gettext(text))


def headline(status: Facts, leading: Sequence[str]) -> str:
    """Why the flag has its colour, in one sentence: the clauses that lead, and how long it has been held."""
    words = list(leading) or [said("headline.in_step", {}, "km", None)]
    if status["held_days"]:
        words.append(said("headline.held", status, "km", None))
    # A question ends its sentence.
    return " ".join(sentence(part) for part in "; ".join(words).replace("?; ", "?\n").split("\n"))


def sentence(words: str) -> str:
    """Words without a capital and a full stop, as a sentence."""
    return f"{words[:1].upper()}{words[1:]}{'' if words.endswith('?') else '.'}"


def said(key: str, facts: Facts, units: str, today: date | None) -> str:
    """One clause of the catalogue with its facts filled in. Raises KeyError if a fact is missing."""
    message = reasons.MESSAGES.get(key) or links.messages()[key]
    text = ngettext(message.text, message.many, facts[message.count]) if message.many else gettext(message.text)
    if message.outing:
        facts = {**facts, "outing": _outing(fill(gettext(message.outing), facts, units, today), facts["outing_date"], today)}
    return fill(text, facts, units, today)


def fill(text: str, facts: Facts, units: str, today: date | None) -> str:
    """A template with its placeholders filled."""
    parts = _parts(text)
    return "".join(part if isinstance(part, str) else written(*part, facts, units, today) for part in parts)


@cache
def _parts(text: str) -> tuple[str | tuple[str, str], ...]:
    """A template split into literal text and placeholders; a placeholder is its name and its format (may be empty)."""
    parts: list[str | tuple[str, str]] = []
    end = 0
    for found in PLACE.finditer(text):
        parts += [text[end : found.start()], (found.group(1), found.group(2) or "")]
        end = found.end()
    return (*parts, text[end:])


def written(name: str, way: str, facts: Facts, units: str, today: date | None) -> str:
    """One fact as text: in the format of its placeholder, else by the unit in its name."""
    value = facts[name]
    way = way or _way_of(name)
    if way == "plus":
        return _amount(way, value, facts["line"], spoken())
    if way in DAYS:
        return _day(way, value, today, spoken())
    if way in DISTANCES:
        return _amount(way, value, units, spoken())
    if way == "plain" and isinstance(value, str):
        return value
    return _amount(way, value, None, spoken())


@cache
def _way_of(name: str) -> str:
    if "ascent" in name and name.endswith("_m"):
        return "metres"
    ways = {"m": "distance", "s": "time", "steps": "steps", "date": "day", "days": "days", "ratio": "plus", "share": "percent"}
    return ways.get(name.rpartition("_")[2], "plain")


def _outing(what: str, day: str, today: date | None) -> str:
    """What was done on a day: Sunday's 9.0 km, or the 9.0 km on 1 November."""
    is_recent = today is not None and (today - date.fromisoformat(day)).days < WEEK_DAYS
    if is_recent:
        return gettext(reasons.RECENT_OUTING).format(weekday=_day("weekday", day, today, spoken()), what=what)
    return gettext(reasons.EARLIER_OUTING).format(day=_day("day", day, today, spoken()), what=what)


# Cached: many sentences share days and amounts, and Babel takes longer to format one than all the rest takes.
@lru_cache(maxsize=50_000)
def _day(way: str, value: str, today: date | None, language: str) -> str:
    """A day as a sentence names it, with its year if it is more than YEAR_FROM_DAYS back."""
    day = date.fromisoformat(value)
    if way == "short_weekday":
        return str(format_date(day, "EEE", locale=locale()))
    if way == "weekday":
        return str(format_date(day, "EEEE", locale=locale()))
    if way in ("on_day", "on_short", "on_date"):
        is_recent = today is not None and (today - day).days < WEEK_DAYS
        recent = "short_weekday" if way == "on_short" else "weekday"
        earlier = "day" if way == "on_date" else "short_day"
        named = _day(recent if is_recent else earlier, value, today, language)
        return gettext(reasons.ON_WEEKDAY if is_recent else reasons.ON_DAY).format(weekday=named, day=named)
    if way == "month":
        return str(format_date(day, "MMMM y", locale=locale()))
    if way == "short_day":
        return _short_day(day, today)
    is_long_ago = today is not None and (today - day).days > YEAR_FROM_DAYS
    return str(format_date(day, "d MMMM y" if is_long_ago else "d MMMM", locale=locale()))


def _short_day(day: date, today: date | None) -> str:
    """3 Nov, or Nov 2025 if it is more than YEAR_FROM_DAYS back."""
    is_long_ago = today is not None and abs((today - day).days) > YEAR_FROM_DAYS
    if spoken() == ENGLISH:
        return str(format_date(day, "MMM y" if is_long_ago else "d MMM", locale=locale()))
    return str(format_skeleton("yMMM" if is_long_ago else "MMMd", datetime.combine(day, time()), locale=locale()))


@lru_cache(maxsize=50_000)
def _amount(way: str, value: Any, beside: Any, language: str) -> str:
    if way in WAYS:
        return WAYS[way](value, beside)
    one, many = reasons.COUNTED[way]
    return ngettext(one, many, value).format(n=number(value))


def _plus(ratio: float, line: float) -> str:
    """A ratio as what it is more or less: +63 %; finer, or in words, if it would otherwise read as equal to the line."""
    for digits in (0, 1):
        if abs(ratio - line) <= 1e-9 or _more(ratio, digits) != _more(line, digits):  # noqa: PLR2004  equal but for arithmetic
            return _more(ratio, digits)
    return gettext(reasons.JUST_OVER if ratio > line else reasons.JUST_UNDER).format(line=_more(line))


def _more(ratio: float, digits: int = 0) -> str:
    more = round(100 * (ratio - 1), digits)
    return f"{'+' if more >= 0 else ''}{number(more, digits)} %"


def _span(days: float) -> str:
    return gettext(reasons.SPANS[int(days)]) if days in reasons.SPANS else _amount("days", days, None, spoken())


def _weeks(days: float) -> str:
    """A number of days as weeks if it is whole weeks, else as days."""
    weeks, rest = divmod(days, WEEK_DAYS)
    return _amount("days", days, None, spoken()) if rest else _amount("weeks", weeks, None, spoken())


def _stretch(days: float) -> str:
    """9 days, 2 weeks, 20 days, 4 weeks, 18 months, 3 years: never longer than it was."""
    if days < 2 * WEEK_DAYS:
        return _amount("days", int(days), None, spoken())
    if days < 4 * WEEK_DAYS:
        return _weeks(int(days))
    for way, length, upto in (("weeks", WEEK_DAYS, MONTHS_FROM), ("months", MONTH_DAYS, YEARS_FROM)):
        if days < upto:
            return _amount(way, int(days // length), None, spoken())
    return _amount("years", int(days // YEAR_DAYS), None, spoken())


def _part(share: float) -> str:
    return gettext(reasons.HALF) if share == 0.5 else f"{number(100 * share)} %"  # noqa: PLR2004  a half has a word


# The formats of facts by name, besides those of reasons.COUNTED.
WAYS: dict[str, Callable[[Any, Any], str]] = {
    "about": lambda value, units: f"{about(value, units)} {distance_scale(units).unit}",
    "bare": about,
    "bare_minutes": lambda value, _: number(value / 60),
    "ceiling": lambda value, units: distance_scale(units).ceiling_text(value),
    "distance": lambda value, units: distance_scale(units).text(value),
    "iso": lambda value, _: str(value),
    "measure": lambda value, _: gettext(reasons.MEASURES[value]),
    "minutes": lambda value, _: f"{number(value / 60)} min",
    "metres": lambda value, _: f"{number(value)} m",
    "part": lambda value, _: _part(value),
    "percent": lambda value, _: f"{number(100 * value)} %",
    "plain": lambda value, _: plain(value),
    "plus": _plus,
    "plus_line": lambda value, _: _more(value),
    "rise": lambda value, _: f"{number(100 * (value - 1))} %",
    "rough": lambda value, _: rough(value),
    "seconds": lambda value, _: seconds(value),
    "site": lambda value, _: gettext(str(value).replace("_", " ")),
    "span": lambda value, _: _span(value),
    "steps": lambda value, _: number(value),
    "stretch": lambda value, _: _stretch(value),
    "tenths": lambda value, _: plain(value, 1),
    "time": lambda value, _: hours_minutes(value),
    "whole_weeks": lambda value, _: _weeks(value),
    "work": lambda value, _: gettext(links.works()[value]),
}
# The formats that suit the value of a rule.
OF_A_RULE = (WAYS.keys() | reasons.COUNTED.keys()) - {"iso", "measure", "plus", "site", "work"}
