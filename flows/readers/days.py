"""The day named in a text, such as a cell of a refused row or the name of a file that could not be read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from babel.dates import get_month_names

from flows.texts import plain_letters

# If two languages share a word the later one wins; in none of these does it mean different months.
LANGUAGES = ("ja", "cs", "pl", "sv", "nb", "da", "nl", "pt", "it", "es", "fr", "de", "en")
# Spellings of one language: months are shortened otherwise in Britain than in America.
LOCALES = {
    "en": ("en", "en_GB"), "es": ("es", "es_MX", "es_PE"), "pt": ("pt", "pt_PT"), "de": ("de", "de_AT"), "fr": ("fr", "fr_CA"),
}  # fmt: skip
MONTHS_OF_A_YEAR = 12
SHORTEST_MONTH = 3  # letters; apps shorten a month to three or four, in ways of their own
LOOKED_AT = 500  # characters: searching a row of a million digits would take minutes

YEAR = r"((?:19|20)\d\d)"
# 2026-05-01, 2026_05_01, 2026.05.01, and 20260501 alone, before a T or before a time of four or six digits
YEAR_FIRST = re.compile(rf"(?<!\d){YEAR}([-_./ ])(\d\d?)\2(\d\d?)(?!\d)")
COMPACT = re.compile(rf"(?<!\d){YEAR}(\d\d)(\d\d)(?=\D|$|\d{{4}}(?:\d\d)?(?!\d))")
# 1 May 2026, 1. Mai 2026, 01-May-2026, 8 de set. de 2026; May 1, 2026
NAMED = re.compile(rf"(?<!\d)(\d\d?)(?:st|nd|rd|th|er)?[\W_]+(?:de[\W_]+|of[\W_]+)?([^\W\d_]+)\.?[\W_]+(?:de[\W_]+)?{YEAR}(?!\d)")
MONTH_FIRST = re.compile(rf"([^\W\d_]+)\.?[\W_]+(\d\d?)(?:st|nd|rd|th)?[\W_]+{YEAR}(?!\d)")
JAPANESE = re.compile(rf"{YEAR}年\s?(\d\d?)月\s?(\d\d?)日")
# 01.05.2026; 20/5/2026 and 5/20/2026, where a day above 12 shows the order
YEAR_LAST = re.compile(rf"(?<!\d)(\d\d?)([-_./ ])(\d\d?)\2{YEAR}(?!\d)")
# 2026-05-01T06:00:00Z, 2026-05-01 06:00:00+02:00
MOMENT = re.compile(r"(?<!\d)\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?\s?(?:Z|[+-]\d\d:?\d\d)(?!\d)")
ONE_ACTIVITY = re.compile(r"\.(fit|gpx|tcx)(\.gz)?$", re.IGNORECASE)
# Tables and archives are named after the day of their export, which is not the day of a run.
MANY = re.compile(r"activit|export|backup|history|takeout|\bruns\b|\.zip\b", re.IGNORECASE)


def when(text: str | None) -> dict[str, Any]:
    """The moment in a text as keywords of RefusedRow: started_at (aware) or activity_date (local), or nothing."""
    for said in MOMENT.findall((text or "")[:LOOKED_AT]):
        try:
            return {"started_at": datetime.fromisoformat(re.sub(r"\s(?=[Z+-])", "", said).replace(",", ".")).astimezone(UTC)}
        except (ValueError, OverflowError):
            continue
    return {"activity_date": day_in(text)}


def day_in(text: str | None) -> date | None:
    """The first day in a text, in any way that people and watches write it; None if day and month may be swapped."""
    words = unicodedata.normalize("NFC", (text or "")[:LOOKED_AT]).casefold()
    for pattern, order in (
        (YEAR_FIRST, lambda year, _, month, day: (year, month, day)),
        (COMPACT, lambda year, month, day: (year, month, day)),
        (JAPANESE, lambda year, month, day: (year, month, day)),
        (NAMED, lambda day, month, year: (year, _months().get(month), day)),
        (MONTH_FIRST, lambda month, day, year: (year, _months().get(month), day)),
        (YEAR_LAST, _year_last),
    ):
        for match in pattern.finditer(words):
            try:
                return date(*(int(part or 0) for part in order(*match.groups())))
            except ValueError:
                continue
    return None


def day_of_file(path: str) -> date | None:
    """The day of the one activity in a file, by the file's name; None for names of tables and archives."""
    name = re.split("[/!]", path)[-1]
    return None if MANY.search(name) and not ONE_ACTIVITY.search(name) else day_in(name)


def month_of(word: str) -> int | None:
    """The month that a word names in any of the languages, in full or shortened; None if it is not clear."""
    said = plain_letters(word.strip(". "))
    known = _plain_months()
    if said in known:
        return known[said]
    meant = {number for name, number in known.items() if name.startswith(said)}
    return meant.pop() if len(said) >= SHORTEST_MONTH and len(meant) == 1 else None


@cache
def _plain_months() -> dict[str, int]:
    return {plain_letters(name): number for name, number in _months().items()}


def _year_last(first: str, mark: str, second: str, year: str) -> tuple[str, str, str]:
    is_day_first = mark == "." or int(first) > MONTHS_OF_A_YEAR or first == second
    if not is_day_first and int(second) <= MONTHS_OF_A_YEAR:
        raise ValueError("day or month first?")
    return (year, second, first) if is_day_first else (year, first, second)


@cache
def _months() -> dict[str, int]:
    return months_of(LANGUAGES)


def months_of(languages: Iterable[str]) -> dict[str, int]:
    """Names and short names of the months in these languages; of two with one word, the later language wins."""
    return {
        unicodedata.normalize("NFC", name).casefold().strip("."): number
        for language in languages
        for locale in reversed(LOCALES.get(language, (language,)))
        for width in ("wide", "abbreviated")
        for context in ("format", "stand-alone")
        for number, name in get_month_names(width, context, locale).items()
    }
