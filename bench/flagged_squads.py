"""Invented squads whose flags last 14 days, with injuries that follow them by a known ratio, or do not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flows.backtest.exposure import Booleans, Days, Injury, held_within

FLAG_DAYS = 14
HEALING_DAYS = 21


@dataclass(frozen=True, slots=True)
class Planted:
    """How a squad is drawn. Athletes differ in how often they are flagged and in how easily they are hurt, independently."""

    athletes: int = 150
    days: int = 365
    spikes_a_day: float = 1 / 50
    is_growing: bool = False  # spikes are rare at first and twice as frequent as in the mean in the end
    onsets_a_day: float = 1 / 700
    ratio: float = 1.0  # of the daily chance of an onset on the days that follow a flag
    ratio_of_own_day: float = 1.0  # the same on the day of the spike alone


@dataclass(frozen=True, slots=True)
class Squad:
    """What `flows.backtest` asks of a squad."""

    days: Days
    is_grey: Booleans
    injuries: list[Injury]
    signals: dict[str, Booleans]


def drawn(planted: Planted, seed: int) -> Squad:
    """One squad; each athlete is hurt again and again, as chance has it, and heals in three weeks."""
    random = np.random.default_rng(seed)
    shape = planted.athletes, planted.days
    size = planted.athletes * planted.days
    starts = np.arange(planted.athletes + 1) * planted.days
    days = Days(starts, np.zeros(planted.athletes, dtype=np.int64))
    # Gamma with a mean of 1: the standard deviation of the athletes is 0.5.
    often = planted.spikes_a_day * random.gamma(4, 1 / 4, (planted.athletes, 1))
    if planted.is_growing:
        often = often * np.linspace(0, 2, planted.days)
    spike = (random.random(shape) < often).ravel()
    flag = held_within(days, spike, 0, FLAG_DAYS - 1)
    chance = np.full(size, planted.onsets_a_day) * np.repeat(random.gamma(4, 1 / 4, planted.athletes), planted.days)
    chance[held_within(days, flag, 1, 1)] *= planted.ratio
    chance[spike] *= planted.ratio_of_own_day
    injuries: list[Injury] = []
    healed = np.zeros(planted.athletes, dtype=np.int64)
    for row in np.flatnonzero(random.random(size) < chance):
        athlete, day = divmod(int(row), planted.days)
        if day >= healed[athlete]:
            healed[athlete] = day + HEALING_DAYS + 1
            injuries.append(Injury(athlete, day, day + HEALING_DAYS, is_outcome=True))
    return Squad(days, np.zeros(size, dtype=bool), injuries, {"flag": flag, "spike": spike})
