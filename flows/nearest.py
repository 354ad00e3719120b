"""Suggests the known name that a mistyped one probably means; every suggestion of the program is made here."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz, process

LIKE_ENOUGH = 60.0  # of 100: below that, two names share letters only by chance


def nearest(name: str, known: Iterable[str], at_least: float = LIKE_ENOUGH) -> str | None:
    """The known name most similar to this one, ignoring case; None if none scores `at_least` (0 to 100)."""
    found = process.extractOne(name, sorted(known), scorer=fuzz.ratio, processor=str.casefold, score_cutoff=at_least)
    return found[0] if found else None


def nearest_by_words(names: Iterable[str], known: Iterable[str]) -> tuple[str, float]:
    """The known name most similar to any of `names`, ignoring word order, and its score (0 to 100)."""
    choices = list(known)
    found = (process.extractOne(name, choices, scorer=fuzz.token_sort_ratio) for name in names)
    best, score, _ = max(found, key=lambda match: match[1])
    return best, score


def did_you_mean(name: str, known: Iterable[str], at_least: float = LIKE_ENOUGH) -> str:
    """The suggestion to append to an error text; empty if there is none."""
    meant = nearest(name, known, at_least)
    return f" (did you mean {meant}?)" if meant else ""
