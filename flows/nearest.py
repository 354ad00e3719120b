"""Suggests the known name that a mistyped one probably means; every suggestion of the program is made here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rapidfuzz import fuzz, process

LIKE_ENOUGH = 60.0  # of 100: below that, two names share letters only by chance


def nearest(name: str, known: Iterable[str], at_least: float = LIKE_ENOUGH) -> str | None:
    """The known name most similar to this one, ignoring case; None if none scores `at_least` (0 to 100)."""
    found = process.extractOne(name, sorted(known), scorer=fuzz.ratio, processor=str.casefold, score_cutoff=at_least)
    return found[0] if found else None


def by_words(name: str, known: Iterable[str]) -> Iterator[tuple[str, float]]:
    """The known names and their likeness to this one (0 to 100), the most similar first; the order of words does not count."""
    for match, score, _ in process.extract(name, sorted(known), scorer=fuzz.token_sort_ratio, limit=None):
        yield match, score


def did_you_mean(name: str, known: Iterable[str], at_least: float = LIKE_ENOUGH) -> str:
    """The suggestion to append to an error text; empty if there is none."""
    meant = nearest(name, known, at_least)
    return f" (did you mean {meant}?)" if meant else ""
