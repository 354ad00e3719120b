"""marts.load_ratio a second time, as loops over days: what the definition says, not how SQL does it.

Windows are worked out in exact fractions, so that a comparison on the line is decided as on paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from statistics import median, stdev

Loads = Sequence[float | None]


@dataclass(frozen=True)
class Day:
    acute: float | None
    chronic_coupled: float | None
    chronic_uncoupled: float | None
    acwr_coupled: float | None
    acwr_uncoupled: float | None
    acwr_ewma: float | None
    week_over_week: float | None
    monotony: float | None
    strain: float | None
    known_days_28: int
    ratio_state: str


COLUMNS = tuple(Day.__dataclass_fields__)


def load_ratio(loads: Loads, distance_m: Loads | None, runs: list[int]) -> list[dict[str, object]]:
    """Every day's columns for one athlete and measure.

    `loads` is None on days on which the measure is unknown. `distance_m` is the same runner's distance for a
    measure that the floor of 5 km a week is judged for, None for the others.
    """
    exact = [None if load is None else Fraction(str(load)) for load in loads]
    metres = None if distance_m is None else [None if load is None else Fraction(str(load)) for load in distance_m]
    first, second = weighted_average(loads, 7), weighted_average(loads, 28)
    shown_chronic: list[Fraction | None] = []
    days = []
    for today in range(len(loads)):
        week = between(exact, today - 6, today)
        week_before = between(exact, today - 13, today - 7)
        four_weeks = between(exact, today - 27, today)
        three_weeks = between(exact, today - 27, today - 7)
        known_days = len(between(exact, 0, today))
        runs_so_far = sum(runs[: today + 1])

        # A strength log older than the running says nothing about the running before its first day.
        running_days = today - runs.index(1) + 1 if runs_so_far else 0
        has_days, has_runs = known_days >= 28, runs_so_far >= 8
        has_history = has_runs and min(known_days, running_days) >= 28
        acute = mean(week) if len(week) >= 6 else None
        coupled = mean(four_weeks) if has_days and len(four_weeks) >= 21 else None
        uncoupled = mean(three_weeks) if has_days and len(three_weeks) >= 16 else None
        shown_chronic.append(uncoupled)
        usual = [chronic for chronic in shown_chronic[max(0, today - 179) :] if chronic is not None]

        is_low = uncoupled is not None and (uncoupled == 0 or uncoupled < Fraction(1, 4) * median(usual))
        if metres is not None:
            known_metres = between(metres, today - 27, today - 7)
            weekly_metres = mean(known_metres)
            # A day whose run has no distance is not 0 km: then distance cannot tell.
            is_told = weekly_metres is not None and len(known_metres) >= len(three_weeks)
            is_low = is_low or (is_told and 7 * weekly_metres < 5000)

        if not has_history:
            state = "building"
        elif acute is None or coupled is None or uncoupled is None:
            state = "missing_days"
        else:
            state = "low_base" if is_low else "ok"

        is_weighted_shown = has_runs and min(known_days, running_days) >= 42 and acute is not None and coupled is not None
        spread = stdev(week) if len(week) == 7 and len(set(week)) > 1 else None
        monotony = None if spread is None else float(sum(week)) / 7 / float(spread)
        days.append(
            Day(
                acute=number(acute),
                chronic_coupled=number(coupled),
                chronic_uncoupled=number(uncoupled),
                acwr_coupled=number(over(acute, coupled)) if has_history else None,
                acwr_uncoupled=number(over(acute, uncoupled)) if has_history and not is_low else None,
                acwr_ewma=first[today] / second[today] if is_weighted_shown and second[today] else None,
                week_over_week=number(over(total(week), total(week_before))) if len(week) == len(week_before) == 7 else None,
                monotony=monotony,
                strain=None if monotony is None else float(sum(week)) * monotony,
                known_days_28=len(four_weeks),
                ratio_state=state,
            )
        )
    return [asdict(day) for day in days]


def weighted_average(loads: Loads, span_days: int) -> list[float]:
    """E_d = λ x_d + (1 − λ) E_(d−1) with λ = 2 / (N + 1), from the mean of the first 28 calendar days on."""
    known_at_first = [load for load in loads[:28] if load is not None]
    average = sum(known_at_first) / len(known_at_first)
    rate = 2 / (span_days + 1)
    averages = []
    for load in loads:
        if load is not None:
            average = rate * load + (1 - rate) * average
        averages.append(average)
    return averages


def between(loads: list[Fraction | None], first: int, last: int) -> list[Fraction]:
    """The known loads of the days from first to last."""
    return [load for load in loads[max(first, 0) : max(last + 1, 0)] if load is not None]


def total(loads: list[Fraction]) -> Fraction:
    return sum(loads, start=Fraction(0))


def mean(loads: list[Fraction]) -> Fraction | None:
    return total(loads) / len(loads) if loads else None


def over(part: Fraction | None, whole: Fraction | None) -> Fraction | None:
    return part / whole if part is not None and whole else None


def number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)
