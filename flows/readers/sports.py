"""Words for sports in files: how every reader compares them, and the list of them, sql/seeds/sports.csv.

The list holds single words and short phrases of twelve languages. Combinations of them are recognised too:
"Trail Running", "trail-running", "TrailRun" and "Traillauf" each combine a word for the manner with one for running.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from flows.seed_files import seed_rows

ON_FOOT = ("run", "walk", "hike")
OTHER, STRENGTH, MULTISPORT, UNSTATED, CONTAINER = "other", "strength", "multisport", "unstated", "container"
MANNER, RUN_MANNER = "manner", "run_manner"
TELLING = {*ON_FOOT, OTHER, STRENGTH, MULTISPORT}

MOST_WORDS = 5  # in a phrase of the list
FEWEST_LETTERS = 3  # in a part of a compound: "Traillauf" is trail + lauf
LONGEST_WORD = 40
LONGEST_TEXT = 200  # examined of a name
# Letters that Unicode decomposition leaves as they are.
LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ß": "ss", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})


@dataclass(frozen=True, slots=True)
class Sport:
    """A word or phrase of the list: its kind, the sub-sport that it implies, and a description for the pages."""

    word: str
    kind: str  # run, walk, hike, strength, other, multisport, unstated; in the list also manner, run_manner and container
    sub_sport: str | None = None
    meaning: str = ""
    is_said_in_names: bool = True  # whether the word also means its sport in the name of a file or an activity


NOTHING_SAID = Sport("", UNSTATED)


def normalised(text: str) -> str:
    """Lower case, words separated by one space, accents folded: "Trail-Running", "TRAIL_RUNNING", "TrailRunning" are equal."""
    parted = re.sub(r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", unicodedata.normalize("NFC", text))
    folded = unicodedata.normalize("NFKD", parted.casefold().translate(LETTERS))
    return " ".join(re.findall(r"[^\W\d_]+", "".join(mark for mark in folded if not unicodedata.combining(mark))))


@cache
def known_sports() -> dict[str, Sport]:
    """sql/seeds/sports.csv by its words."""
    return {
        row["word"]: Sport(row["word"], row["kind"], row["sub_sport"] or None, row["meaning"], row["is_said_in_names"] == "true")
        for row in seed_rows("sports")
    }


@cache
def look_up(sport: str | None, sub_sport: str | None = None) -> Sport | None:
    """The meaning of a file's words for a sport; None if not in the list, NOTHING_SAID if empty or unspecific.

    The sub-sport is used if the sport leaves it open: FIT's fitness_equipment with sub-sport treadmill.
    """
    said = _meaning_of(sport) if sport and sport.strip() else NOTHING_SAID
    if said is None or said.kind not in (UNSTATED, CONTAINER) or not sub_sport:
        return said if said is None or said.kind != CONTAINER else _with_kind(said, OTHER)
    narrower = _meaning_of(sub_sport)
    if narrower and narrower.kind in TELLING:
        return narrower
    return said if said.kind != CONTAINER else _with_kind(said, OTHER)


@cache
def sub_sport_of(sport: str | None) -> str | None:
    """The sub-sport implied by the words for a sport, in FIT's terms: treadmill for "Corrida em esteira"."""
    parts = list(_parts(normalised(sport or "")))
    return next((part.sub_sport for part in parts if part and part.sub_sport), None)


def sport_in_names(*texts: str | None) -> Sport | None:
    """The sport in the first of these names that has exactly one; None if none has."""
    for text in texts:
        found = {part.kind: part for part in _parts(normalised((text or "")[:LONGEST_TEXT])) if part and part.is_said_in_names}
        kinds = {kind for kind in found if kind in TELLING and kind != MULTISPORT}
        if kinds == {"walk", "hike"}:
            kinds = {"hike"}
        if len(kinds) == 1:
            return found[kinds.pop()]
    return None


def kinds_in(text: str) -> set[str]:
    """The kinds of all words and phrases of the list in a text."""
    return {part.kind for part in _parts(normalised(text[:LONGEST_TEXT])) if part}


def is_known_whole(text: str) -> bool:
    """Whether every word is in the list: "Running" and "Treadmill run", but not "Walking lunge"."""
    parts = list(_parts(normalised(text)))
    return bool(parts) and None not in parts


def _meaning_of(text: str) -> Sport | None:
    """One kind for a phrase: another sport wins over running ("Ski run"), a sport over a word for the manner."""
    parts = list(_parts(normalised(text[:LONGEST_TEXT])))
    by_kind: dict[str, Sport] = {}
    for part in parts:
        if part:
            by_kind.setdefault(part.kind, part)
    for kind in (MULTISPORT, CONTAINER, OTHER):
        if kind in by_kind:
            return by_kind[kind]
    kinds = [kind for kind in (*ON_FOOT, STRENGTH) if kind in by_kind]
    if len(kinds) == 1:
        return by_kind[kinds[0]]
    if kinds == ["walk", "hike"]:
        return by_kind["hike"]
    if kinds:
        return NOTHING_SAID  # "walk/run"
    if not parts or None in parts:
        return None if parts else NOTHING_SAID
    return _with_kind(by_kind[RUN_MANNER], "run") if RUN_MANNER in by_kind else NOTHING_SAID


def _with_kind(sport: Sport, kind: str) -> Sport:
    return Sport(sport.word, kind, sport.sub_sport, sport.meaning, sport.is_said_in_names)


def _parts(text: str) -> Iterator[Sport | None]:
    """The entries of the list in a text, matched longest first; None for each word in no entry."""
    words, at = text.split(), 0
    while at < len(words):
        for length in range(min(MOST_WORDS, len(words) - at), 0, -1):
            found = known_sports().get(" ".join(words[at : at + length]))
            if found:
                yield found
                at += length
                break
        else:
            yield from _compound(words[at]) or (None,)
            at += 1


@cache
def _compound(word: str) -> Sequence[Sport]:
    """The parts of one long word that consists only of words of the list; else empty."""
    if len(word) > LONGEST_WORD:
        return ()
    for end in range(len(word) - FEWEST_LETTERS, FEWEST_LETTERS - 1, -1):
        first = known_sports().get(word[:end])
        if first is None:
            continue
        rest = word[end:]
        for tail in (rest, rest.removeprefix("s")):  # the s that joins two words: "Gebirgslauf"
            second = known_sports().get(tail)
            parts = (second,) if second else _compound(tail)
            if parts:
                return (first, *parts)
    return ()
