"""Pauses of the runner, pauses of the timer, and gaps in the record."""

from __future__ import annotations

import numpy as np

from flows.intake.interval_metres import interval_metres
from flows.intake.smoothing import filled, running_total, smoothed_speed, weighted_median
from flows.readers.track_clock import RECORDS_GO_ON_S, TIMER_AGREES_S, TIMER_AGREES_SHARE, Pauses, believed_pauses, paused_by
from flows.records import Activity

PAUSE_LONGER_THAN_S = 10.0
STANDING_BELOW_MPS = 0.5
STANDING_SHARE = 1 / 3  # of the usual speed: a runner who climbs at 0.9 m/s does not stand at 0.45
CLIMBING_FROM_MPS = 0.05  # up or down: 180 m an hour, more than a barometer drifts or a slow walker strolls
CLIMBING_LEAST_M = 1.0
GAP_LONGER_THAN_S = 300.0  # smart recording writes at least every minute or so


def timer_pauses(activity: Activity, points: dict[str, np.ndarray], interval_s: np.ndarray) -> tuple[Pauses, tuple[str, ...]]:
    """The timer stops that the records confirm, and a note if some are not confirmed."""
    is_recorded = interval_s <= RECORDS_GO_ON_S
    if paused_by(points["time_s"], activity.pauses)[is_recorded].sum() <= RECORDS_GO_ON_S:
        return activity.pauses, ()
    way_m, _, _ = interval_metres(points, interval_s, interval_s, activity)
    pauses = believed_pauses(points, activity.pauses, activity.moving_s, way_m)
    return pauses, () if len(pauses) == len(activity.pauses) else ("timer_events_unpaired",)


def pauses_and_gaps(
    total_s: float | None, has_timer: bool, timer_s: np.ndarray, metres: np.ndarray, is_standing: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Which whole intervals are pauses without a timer event, and which are gaps; `total_s` is the file's timer time."""
    is_long = timer_s > PAUSE_LONGER_THAN_S
    if has_timer:
        is_pause = is_long & is_standing
        # Stops are missing from the events if their time is closer to the timer's total without the long standing intervals.
        running_s = timer_s.sum()
        is_unwritten = (
            total_s is not None
            and running_s - total_s > max(TIMER_AGREES_S, TIMER_AGREES_SHARE * total_s)
            and abs(running_s - timer_s[is_pause].sum() - total_s) < running_s - total_s
        )
        return is_pause & is_unwritten, (timer_s > GAP_LONGER_THAN_S) & ~(is_pause & is_unwritten)
    is_pause = is_standing & (is_long | (total_s is None))
    is_gap = (is_long & np.isnan(metres)) | (timer_s > GAP_LONGER_THAN_S)
    return is_pause, is_gap & ~is_pause


def standing(points: dict[str, np.ndarray], timer_s: np.ndarray, metres: np.ndarray) -> np.ndarray:
    """Which intervals lie in a stretch of standing longer than PAUSE_LONGER_THAN_S while the timer runs."""
    is_known = np.isfinite(metres) & (timer_s > 0)
    if not is_known.any():
        return is_known
    own_mps = np.divide(metres, timer_s, out=np.full_like(metres, np.nan), where=is_known)
    smooth_mps = smoothed_speed(running_total(timer_s), running_total(np.nan_to_num(metres)))
    usual_mps = weighted_median(np.nan_to_num(own_mps), np.nan_to_num(metres)) if np.nansum(metres) > 0 else np.inf
    # An interval's own speed finds the ends of a stretch, the smoothed one bridges a jittery position.
    is_slow = is_known & (np.fmin(own_mps, smooth_mps) < min(STANDING_BELOW_MPS, STANDING_SHARE * usual_mps))
    is_standing = long_stretches(is_slow, timer_s)
    return is_standing & ~climbing(points, is_standing, metres)


def climbing(points: dict[str, np.ndarray], is_slow: np.ndarray, metres: np.ndarray) -> np.ndarray:
    """Which intervals belong to a slow stretch that leads up or down; a height above the length of the way is not a slope."""
    altitude_m = points["altitude_m"]
    if not (np.isfinite(altitude_m).any() and is_slow.any()):
        return np.zeros_like(is_slow)
    altitude_m = filled(points["time_s"], altitude_m)
    turns = np.flatnonzero(np.diff(is_slow, prepend=False, append=False))
    result = np.zeros_like(is_slow)
    for start, end in zip(turns[::2], turns[1::2], strict=True):
        height_m = abs(altitude_m[end] - altitude_m[start])
        length_s = points["time_s"][end] - points["time_s"][start]
        is_steep = height_m >= max(CLIMBING_LEAST_M, CLIMBING_FROM_MPS * length_s)
        result[start:end] = is_steep and height_m <= np.nansum(metres[start:end])
    return result


def long_stretches(is_standing: np.ndarray, interval_s: np.ndarray) -> np.ndarray:
    """The standing intervals whose unbroken stretch is long enough for a pause."""
    stretch = np.cumsum(np.diff(is_standing, prepend=is_standing[:1]))
    return is_standing & (np.bincount(stretch, interval_s)[stretch] > PAUSE_LONGER_THAN_S)
