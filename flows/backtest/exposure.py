"""Which days of which athletes count, and which injuries: the first one of each athlete, and later ones apart.

Days lie in one array, athlete after athlete without a gap. All here is a pure function of such arrays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from flows.words.backtest import FIRST_DAYS, WASHOUT_DAYS

Booleans = NDArray[np.bool_]
Integers = NDArray[np.int64]

OUTCOME_SITES = ("achilles_midportion", "achilles_insertion", "achilles", "calf")


@dataclass(frozen=True)
class Days:
    """Athlete `a` has the days first_days[a], first_days[a] + 1, ... in the rows starts[a] to starts[a + 1] - 1."""

    starts: Integers
    first_days: Integers

    @cached_property
    def athlete_of(self) -> Integers:
        """The athlete of each row."""
        return np.repeat(np.arange(len(self.first_days)), np.diff(self.starts))

    @cached_property
    def start_of(self) -> Integers:
        """The first row of each row's athlete."""
        return np.repeat(self.starts[:-1], np.diff(self.starts))

    def __len__(self) -> int:
        return int(self.starts[-1])


@dataclass(frozen=True, slots=True)
class Injury:
    """An injury of an athlete by number, its first and last day as numbers of days; `last_day` is None while it is open."""

    athlete: int
    onset_day: int
    last_day: int | None
    is_outcome: bool  # of the Achilles or the calf; any other only takes its days out


@dataclass(frozen=True, slots=True)
class Exposure:
    """The rows on which a first injury could begin and be counted, those on which one did, and the later ones apart."""

    is_open: Booleans  # rows that count but for an earlier injury, which has healed
    is_at_risk: Booleans  # those of them up to the first injury
    is_onset: Booleans
    is_recurrence: Booleans
    left_out: int  # injuries that began on a day that does not count


@dataclass(frozen=True, slots=True)
class Episode:
    """Onsets that are one injury: each within WASHOUT_DAYS of the end of the one before."""

    onset_day: int
    last_day: float


def exposure_of(days: Days, is_grey: Booleans, injuries: Sequence[Injury]) -> Exposure:
    """Take out the days that cannot count, and tell first injuries from later ones.

    Out are an athlete's first days, days whose eve is grey (what was known in the morning counts, for an injury colours its own
    day), days injured, and the days of the washout. Whoever had a first injury is no longer at risk of one.
    """
    is_open = ~before(days, is_grey) & (np.arange(len(days)) - days.start_of >= FIRST_DAYS)
    is_onset, is_recurrence = np.zeros((2, len(days)), dtype=bool)
    left_out = 0
    ordered = sorted(injuries, key=lambda injury: (injury.athlete, injury.onset_day))
    after_first = np.zeros(len(days), dtype=bool)
    for athlete, found in groupby(ordered, key=lambda injury: injury.athlete):
        own = list(found)
        start, end = int(days.starts[athlete]), int(days.starts[athlete + 1])
        first_day = int(days.first_days[athlete])
        episodes = list(episodes_of(own))

        def take_out(from_day: float, to_day: float, start: int = start, end: int = end, first_day: int = first_day) -> None:
            low, high = (int(min(max(start + day - first_day, start), end)) for day in (from_day, to_day + 1))
            is_open[low : max(low, high)] = False

        for injury in own:
            if not injury.is_outcome:
                take_out(injury.onset_day + 1, np.inf if injury.last_day is None else injury.last_day)
        for episode in episodes:
            take_out(episode.onset_day + 1, episode.last_day + WASHOUT_DAYS)
        seen = [start + episode.onset_day - first_day for episode in episodes]
        for number, row in enumerate(row for row in seen if start + FIRST_DAYS <= row < end):
            left_out += not is_open[row]
            (is_recurrence if number else is_onset)[row] = is_open[row]
            if not number:
                after_first[row + 1 : end] = True
    return Exposure(is_open, is_open & ~after_first, is_onset, is_recurrence, left_out)


def episodes_of(injuries: Sequence[Injury]) -> Iterator[Episode]:
    """The episodes of one athlete's injuries of the outcome, which are in the order of their onsets."""
    current: Episode | None = None
    for injury in injuries:
        if not injury.is_outcome:
            continue
        last = np.inf if injury.last_day is None else float(injury.last_day)
        if current and injury.onset_day <= current.last_day + WASHOUT_DAYS:
            current = Episode(current.onset_day, max(current.last_day, last))
            continue
        if current:
            yield current
        current = Episode(injury.onset_day, last)
    if current:
        yield current


def before(days: Days, signal: Booleans) -> Booleans:
    """The signal of the day before; on the first day of an athlete nothing is known."""
    return held_within(days, signal, 1, 1)


def held_within(days: Days, signal: Booleans, nearest: int, furthest: int) -> Booleans:
    """Whether the signal held on any of the days from `furthest` to `nearest` days before each day; 0 is the day itself."""
    counted = np.concatenate(([0], np.cumsum(signal)))
    rows = np.arange(len(days))
    low = np.maximum(rows - furthest, days.start_of)
    high = np.maximum(rows - nearest + 1, low)
    return np.asarray(counted[high] > counted[low])


def holds_ahead(days: Days, signal: Booleans, nearest: int, furthest: int) -> Booleans:
    """Whether the signal holds on any of the days from `nearest` to `furthest` days after each day."""
    counted = np.concatenate(([0], np.cumsum(signal)))
    rows = np.arange(len(days))
    end_of = np.repeat(days.starts[1:], np.diff(days.starts))
    high = np.minimum(rows + furthest + 1, end_of)
    low = np.minimum(rows + nearest, high)
    return np.asarray(counted[high] > counted[low])
