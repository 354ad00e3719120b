"""Did a rule hold before injuries more often than chance would have it? Rates, their intervals and their probabilities.

A flag lasts for days, and some athletes are flagged and hurt more than others. So intervals draw whole athletes, and the
probability comes from turning each athlete's flags round in time, which keeps both the spells and the athlete.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from flows.backtest.exposure import Booleans, Days, Exposure, held_within, holds_ahead
from flows.words.backtest import LOOKS_BACK_DAYS, NEEDED_ONSETS

Doubles = NDArray[np.float64]

NEEDED_ON_A_SIDE = 5  # onsets on flagged and on other days, below which no interval is told
DRAWS, SEED = 2000, 1
LEVEL_PERCENT = 95
MONTH_DAYS = 365.25 / 12
# In the order in which they were named before anybody looked; the adjustment is made within each.
FAMILIES = ("primary", "spike", "other")


@dataclass(frozen=True, slots=True)
class Rule:
    """A day is flagged if the signal held on any of the days from `furthest` to `nearest` days before it."""

    name: str
    signal: str
    nearest: int = 1
    furthest: int = 1
    told_within: int = LOOKS_BACK_DAYS  # an injury counts as told before if the signal held within so many days
    family: str = "other"
    among: str | None = None  # only days on which this signal holds are compared


@dataclass(frozen=True, slots=True)
class Result:
    """What one rule came to; None is not known, or not told because the injuries are too few."""

    rule: str
    rule_family: str
    exposure_days: int
    flagged_days: int
    onsets: int
    flagged_onsets: int
    onsets_told: int  # with the rule raised shortly before
    told_by_chance_percent: float | None  # of all days that count, those of which the same is true
    recurrences: int
    recurrences_told: int
    alerts: int
    alerts_per_athlete_month: float | None
    lead_days_median: float | None = None
    alerts_right_percent: float | None = None  # followed by an onset within as many days
    days_right_percent: float | None = None  # the same of any day
    rate_ratio: float | None = None
    rate_ratio_low: float | None = None
    rate_ratio_high: float | None = None
    p_value: float | None = None
    adjusted_p_value: float | None = None
    verdict: str = "too_few_injuries"


def judge(days: Days, exposure: Exposure, signals: Mapping[str, Booleans], rules: Sequence[Rule]) -> list[Result]:
    """Every rule's result, adjusted for the number of rules in its family."""
    counted = np.flatnonzero(np.bincount(days.athlete_of, exposure.is_at_risk, len(days.first_days)))
    draws = drawn_athletes(len(counted))
    found = [_judge_one(days, exposure, signals, rule, counted, draws) for rule in rules]
    return adjusted(found)


def _judge_one(
    days: Days, exposure: Exposure, signals: Mapping[str, Booleans], rule: Rule, counted: NDArray[np.int64], draws: Doubles
) -> Result:
    signal = signals[rule.signal]
    at_risk = exposure.is_at_risk & signals[rule.among] if rule.among else exposure.is_at_risk
    onset = exposure.is_onset & at_risk
    flagged = held_within(days, signal, rule.nearest, rule.furthest)
    told = held_within(days, signal, rule.nearest, rule.told_within)
    # What is raised on the day of an injury may be raised by it: only a rule that looks at that day counts it.
    starts = signal & ~held_within(days, signal, 1, 1) & at_risk & (~exposure.is_onset | (rule.nearest == 0))
    recurrence = exposure.is_recurrence & signals[rule.among] if rule.among else exposure.is_recurrence
    exposure_days, onsets, alerts = int(at_risk.sum()), int(onset.sum()), int(starts.sum())
    basic: dict[str, Any] = {
        "rule": rule.name,
        "rule_family": rule.family,
        "exposure_days": exposure_days,
        "flagged_days": int((at_risk & flagged).sum()),
        "onsets": onsets,
        "flagged_onsets": int((onset & flagged).sum()),
        "onsets_told": int((onset & told).sum()),
        "told_by_chance_percent": percent(int((at_risk & told).sum()), exposure_days),
        "recurrences": int(recurrence.sum()),
        "recurrences_told": int((recurrence & told).sum()),
        "alerts": alerts,
        "alerts_per_athlete_month": alerts * MONTH_DAYS / exposure_days if exposure_days else None,
    }
    if onsets < NEEDED_ONSETS:
        return Result(**basic)
    right = holds_ahead(days, onset, rule.nearest, rule.told_within)
    sums = np.array(
        [
            np.bincount(days.athlete_of, part & at_risk, len(days.first_days))[counted]
            for part in (onset & flagged, flagged, onset & ~flagged, ~flagged)
        ]
    )
    low, high = interval(sums, draws)
    is_open = exposure.is_open & signals[rule.among] if rule.among else exposure.is_open
    p_value = probability(*rings(days, is_open, onset, flagged)) if sums[1].sum() and sums[3].sum() else None
    return Result(
        **basic,
        lead_days_median=lead_days(days, signal, onset & told, rule.nearest, rule.told_within),
        alerts_right_percent=percent(int((starts & right).sum()), alerts),
        days_right_percent=percent(int((at_risk & right).sum()), exposure_days),
        rate_ratio=ratio_of_rates(*sums.sum(axis=1)),
        rate_ratio_low=low,
        rate_ratio_high=high,
        p_value=p_value,
    )


def percent(part: int, whole: int) -> float | None:
    """A share in percent; None of nothing."""
    return 100 * part / whole if whole else None


def ratio_of_rates(onsets: float, days: float, other_onsets: float, other_days: float) -> float | None:
    """The rate of onsets on the first days over that on the other days; None where one of both cannot be told."""
    return float(onsets / days / (other_onsets / other_days)) if days and other_days and other_onsets else None


def drawn_athletes(athletes: int, draws: int = DRAWS) -> Doubles:
    """How often each athlete is in each of the draws with replacement; the same ones every time."""
    chances = np.full(athletes, 1 / max(athletes, 1))
    drawn = np.random.default_rng(SEED).multinomial(athletes, chances, size=draws) if athletes else np.zeros((draws, 0))
    return np.asarray(drawn, dtype=np.float64)


def interval(sums: Doubles, draws: Doubles) -> tuple[float | None, float | None]:
    """The 95 % interval of the rate ratio by drawing athletes; None where too few onsets lie on one side.

    `sums`: per athlete the onsets and days flagged, the onsets and days not flagged. Half an onset is added to either side, so
    that a draw without any has a ratio as well.
    """
    if min(sums[0].sum(), sums[2].sum()) < NEEDED_ON_A_SIDE:
        return None, None
    onsets, flagged, other_onsets, other = draws @ sums[0], draws @ sums[1], draws @ sums[2], draws @ sums[3]
    with np.errstate(divide="ignore"):
        drawn = ((onsets + 0.5) / flagged) / ((other_onsets + 0.5) / other)
    tail = (100 - LEVEL_PERCENT) / 2
    low, high = np.percentile(drawn, [tail, 100 - tail])
    return float(low), float(high)


def rings(days: Days, is_open: Booleans, onset: Booleans, flagged: Booleans) -> tuple[list[Booleans], list[Booleans]]:
    """For each athlete with an onset the flags and the onset on the days that count, one after the other.

    Days after the injury has healed belong to them as well: else the injury would always be the last day of the ring, and a rule
    that is met more often as a log gets longer would look as if it told of injuries.
    """
    athletes = np.unique(days.athlete_of[onset])
    rows = [slice(days.starts[athlete], days.starts[athlete + 1]) for athlete in athletes]
    return [flagged[own][is_open[own]] for own in rows], [onset[own][is_open[own]] for own in rows]


def chances_of_turns(flagged: Booleans, onset: Booleans) -> Doubles:
    """How likely each number of onsets on flagged days is if the athlete's flags are turned round by any number of days."""
    places = np.flatnonzero(onset)
    turned = (places[:, None] - np.arange(len(flagged))) % len(flagged)
    return np.asarray(np.bincount(flagged[turned].sum(axis=0), minlength=len(places) + 1) / len(flagged))


def probability(flags: Sequence[Booleans], onsets: Sequence[Booleans]) -> float | None:
    """How likely, both ways, a number of onsets on flagged days as far out as the real one is under turns of each athlete.

    Every turn of every athlete is counted, none is drawn: the chances of the athletes are folded into those of their sum. Half
    of the chance of the real number itself counts as further out (mid-p): counts jump, and would else be judged too mildly.
    """
    if not flags:
        return None
    chances = np.ones(1)
    for flagged, onset in zip(flags, onsets, strict=True):
        chances = np.convolve(chances, chances_of_turns(flagged, onset))
    real = sum(int((flagged & onset).sum()) for flagged, onset in zip(flags, onsets, strict=True))
    itself = chances[real] / 2
    return float(min(1.0, 2 * min(chances[real + 1 :].sum() + itself, chances[:real].sum() + itself)))


def lead_days(days: Days, signal: Booleans, onset: Booleans, nearest: int, furthest: int) -> float | None:
    """The median number of days from the first day of the signal within the window to the onset."""
    leads = []
    for row in map(int, np.flatnonzero(onset)):
        low = max(row - furthest, int(days.start_of[row]))
        leads.append(row - low - int(np.argmax(signal[low : row - nearest + 1])))
    return float(np.median(leads)) if leads else None


def adjusted(results: Sequence[Result]) -> list[Result]:
    """The results with p adjusted within each family (Benjamini and Hochberg) and the verdict that follows."""
    by_rule: dict[str, float] = {}
    for family in FAMILIES:
        asked = [result for result in results if result.rule_family == family and result.p_value is not None]
        values = stats.false_discovery_control([result.p_value for result in asked]) if asked else []
        by_rule |= {result.rule: float(value) for result, value in zip(asked, values, strict=True)}
    return [with_verdict(result, by_rule.get(result.rule)) for result in results]


def with_verdict(result: Result, adjusted_p_value: float | None) -> Result:
    """What may be said of a rule: a difference only where the probability and the interval both show it."""
    if result.onsets < NEEDED_ONSETS:
        verdict = "too_few_injuries"
    elif result.rate_ratio_low is None or result.rate_ratio_high is None or adjusted_p_value is None:
        verdict = "too_few_on_a_side"
    elif adjusted_p_value >= 1 - LEVEL_PERCENT / 100 or result.rate_ratio_low <= 1 <= result.rate_ratio_high:
        verdict = "no_difference"
    else:
        verdict = "more_injuries" if result.rate_ratio_low > 1 else "fewer_injuries"
    return replace(result, adjusted_p_value=adjusted_p_value, verdict=verdict)
