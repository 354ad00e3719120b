"""Speed, grade, climb and carried values along a run's clock: windows, running totals and medians."""

from __future__ import annotations

import numpy as np

SPEED_WINDOW_S = 15.0
GRADE_WINDOW_S = 40.0
GRADE_SHORTEST_M = 20.0
STEEPEST_GRADE = 0.45  # where Minetti's measurements end
CLIMB_STEP_M = 1.0  # a rise or fall counts once it is this high: less is the altimeter's noise
CLIMB_WINDOW_S = 20.0
CARRY_S = 10.0


def running_total(values: np.ndarray) -> np.ndarray:
    return np.concatenate([[0.0], np.cumsum(values)])


def filled(clock_s: np.ndarray, values: np.ndarray) -> np.ndarray:
    known = np.isfinite(values)
    return np.interp(clock_s, clock_s[known], values[known])


def window_mean(clock_s: np.ndarray, values: np.ndarray, low_s: np.ndarray, high_s: np.ndarray) -> np.ndarray:
    """Mean of `values` from low_s to high_s on the clock."""
    area = running_total((values[1:] + values[:-1]) / 2 * np.diff(clock_s))
    length_s = high_s - low_s
    part = np.interp(high_s, clock_s, area) - np.interp(low_s, clock_s, area)
    return np.divide(part, length_s, out=np.interp(low_s, clock_s, values), where=length_s > 0)


def weighted_median(values: np.ndarray, weights: np.ndarray) -> float:
    order = np.argsort(np.where(weights > 0, values, np.inf), kind="stable")
    total = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(total, total[-1] / 2)])


def smoothed_speed(clock_s: np.ndarray, distance_m: np.ndarray) -> np.ndarray:
    """Speed (m/s) around the middle of each interval."""
    middle_s = (clock_s[1:] + clock_s[:-1]) / 2
    low_s = np.maximum(middle_s - SPEED_WINDOW_S / 2, clock_s[0])
    high_s = np.minimum(middle_s + SPEED_WINDOW_S / 2, clock_s[-1])
    metres = np.interp(high_s, clock_s, distance_m) - np.interp(low_s, clock_s, distance_m)
    return np.divide(metres, high_s - low_s, out=np.zeros_like(metres), where=high_s > low_s)


def smoothed_grade(clock_s: np.ndarray, distance_m: np.ndarray, altitude_m: np.ndarray) -> np.ndarray:
    """Rise over run around the middle of each interval: mean of the window's second half minus its first."""
    if not np.isfinite(altitude_m).any():
        return np.zeros(len(clock_s) - 1)
    altitude_m = filled(clock_s, altitude_m)
    middle_s = (clock_s[1:] + clock_s[:-1]) / 2
    low_s = np.maximum(middle_s - GRADE_WINDOW_S / 2, clock_s[0])
    high_s = np.minimum(middle_s + GRADE_WINDOW_S / 2, clock_s[-1])
    rise_m, run_m = (
        window_mean(clock_s, values, middle_s, high_s) - window_mean(clock_s, values, low_s, middle_s)
        for values in (altitude_m, distance_m)
    )
    covered_m = np.interp(high_s, clock_s, distance_m) - np.interp(low_s, clock_s, distance_m)
    is_sure = (covered_m >= GRADE_SHORTEST_M) & (run_m > 0)
    grade = np.divide(rise_m, run_m, out=np.zeros_like(rise_m), where=is_sure)
    return np.clip(grade, -STEEPEST_GRADE, STEEPEST_GRADE)


def climbed(clock_s: np.ndarray, altitude_m: np.ndarray) -> tuple[float | None, float | None]:
    """Metres up and metres down of the smoothed altitude, in rises and falls of at least CLIMB_STEP_M."""
    if np.isfinite(altitude_m).sum() < 2:  # noqa: PLR2004
        return None, None
    altitude_m = filled(clock_s, altitude_m)
    centre_s = np.arange(clock_s[0], clock_s[-1] + CLIMB_WINDOW_S / 2, CLIMB_WINDOW_S / 2)
    low_s = np.maximum(centre_s - CLIMB_WINDOW_S / 2, clock_s[0])
    high_s = np.minimum(centre_s + CLIMB_WINDOW_S / 2, clock_s[-1])
    smooth_m = window_mean(clock_s, altitude_m, low_s, high_s).tolist()
    up_m = down_m = 0.0
    turn_m = smooth_m[0]
    for height_m in smooth_m:
        if height_m - turn_m >= CLIMB_STEP_M:
            up_m, turn_m = up_m + height_m - turn_m, height_m
        elif turn_m - height_m >= CLIMB_STEP_M:
            down_m, turn_m = down_m + turn_m - height_m, height_m
    return milli(up_m), milli(down_m)


def carried(time_s: np.ndarray, moving_s: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The value of each interval, and for how many of its moving seconds it is known.

    Between two known points it is their mean; after the last known one it is carried on for CARRY_S.
    """
    before, after = values[:-1], values[1:]
    last_known = np.maximum.accumulate(np.where(np.isfinite(before), np.arange(len(before)), -1))
    last_value = np.where(last_known >= 0, before[last_known], np.nan)
    left_s = CARRY_S - (time_s[:-1] - time_s[last_known])
    both = np.isfinite(before) & np.isfinite(after)
    value = np.where(both, (before + after) / 2, last_value)
    share = np.where(both, 1.0, np.clip(left_s / np.diff(time_s), 0.0, 1.0))
    return value, np.where(np.isfinite(value), share * moving_s, 0.0)


def milli(value: float) -> float:
    return round(float(value), 3)
