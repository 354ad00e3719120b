"""Does the backtest find what was planted, and nothing where nothing was? `python -m bench.backtest [--squads 200]`.

Invented squads with flags that last two weeks: do the intervals hold, how often is a difference found where there is none, and is
an effect of the spike's own day found with 200 injuries?
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass

from bench.flagged_squads import Planted, drawn
from flows.backtest.arithmetic import Result, Rule, judge
from flows.backtest.exposure import exposure_of

FLAG = Rule("flag", "flag", family="primary")
SPIKE_RULES = [
    Rule("days 0 to 14", "spike", 0, 14, family="spike"),
    Rule("days 1 to 14", "spike", 1, 14, family="spike"),
    Rule("own day", "spike", 0, 0, told_within=0, family="spike"),
]
NOTHING = Planted()
GROWING = Planted(is_growing=True)
FEW_INJURIES = Planted(athletes=75)
FLAGGED_TWICE = Planted(ratio=2.0)
OWN_DAY_THRICE = Planted(athletes=310, onsets_a_day=1 / 300, spikes_a_day=1 / 30, ratio_of_own_day=3.0)
HELD_PERCENT = 90, 99
FALSE_PERCENT = 2, 9  # of 200 squads, where 5 are meant
FOUND_PERCENT = 80


@dataclass(frozen=True, slots=True)
class Measured:
    """What one kind of squad came to, in percent of the squads, and the mean number of injuries that counted."""

    said: str
    percent: float
    goal: str
    is_reached: bool
    mean_onsets: float

    def __str__(self) -> str:
        return (
            f"{self.said:<64}{self.percent:>6.1f} % (goal {self.goal}), {self.mean_onsets:.0f} injuries in the mean"
            f"{'' if self.is_reached else '   MISSED'}"
        )


def results(planted: Planted, rules: list[Rule], squads: int, first_seed: int) -> list[list[Result]]:
    """The results of each of so many squads."""
    found = []
    for seed in range(first_seed, first_seed + squads):
        squad = drawn(planted, seed)
        found.append(judge(squad.days, exposure_of(squad.days, squad.is_grey, squad.injuries), squad.signals, rules))
    return found


def measure(said: str, verdicts: list[bool], of: list[Result], least: float, most: float = 100) -> Measured:
    """In how many of the squads it was so."""
    percent = 100 * sum(verdicts) / len(verdicts)
    goal = f"{least:g} or more" if most == 100 else f"{least:g} to {most:g}"
    return Measured(said, percent, goal, least <= percent <= most, sum(result.onsets for result in of) / len(of))


def measures(squads: int) -> list[Measured]:
    """Every question of the module's first lines."""
    twice = [found[0] for found in results(FLAGGED_TWICE, [FLAG], squads, 1)]
    nothing = [found[0] for found in results(NOTHING, [FLAG], squads, 10_001)]
    growing = [found[0] for found in results(GROWING, [FLAG], squads, 40_001)]
    few = [found[0] for found in results(FEW_INJURIES, [FLAG], squads, 30_001)]
    thrice = [found[2] for found in results(OWN_DAY_THRICE, SPIKE_RULES, squads, 20_001)]
    return [
        measure("the interval holds the planted ratio of 2", [holds(r, 2.0) for r in twice], twice, *HELD_PERCENT),
        measure("the interval holds 1 where nothing was planted", [holds(r, 1.0) for r in nothing], nothing, *HELD_PERCENT),
        measure("p is below 0.05 where nothing was planted", [is_found(r) for r in nothing], nothing, *FALSE_PERCENT),
        measure("the same where flags grow more common with time", [is_found(r) for r in growing], growing, *FALSE_PERCENT),
        measure("the same with so few injuries", [is_found(r) for r in few], few, 0, FALSE_PERCENT[1]),
        measure("a difference is told where nothing was planted", [is_told(r) for r in nothing], nothing, 0, FALSE_PERCENT[1]),
        measure("a threefold chance on the spike's own day is told", [is_told(r) for r in thrice], thrice, FOUND_PERCENT),
    ]


def holds(result: Result, ratio: float) -> bool:
    """Whether the interval holds the ratio."""
    low, high = result.rate_ratio_low, result.rate_ratio_high
    return low is not None and high is not None and low <= ratio <= high


def is_found(result: Result) -> bool:
    """Whether the probability, adjusted, is below one in twenty."""
    return result.adjusted_p_value is not None and result.adjusted_p_value < 0.05


def is_told(result: Result) -> bool:
    """Whether a difference is told."""
    return result.verdict in ("more_injuries", "fewer_injuries")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--squads", type=int, default=200)
    found = measures(parser.parse_args().squads)
    print(*found, sep="\n")
    sys.exit(0 if all(one.is_reached for one in found) else 1)


if __name__ == "__main__":
    main()
