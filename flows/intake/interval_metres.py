"""The metres of each interval of a track, and GPS spikes: places that no runner could have reached."""

from __future__ import annotations

import math

import numpy as np

from flows.intake.smoothing import CARRY_S, running_total
from flows.intake.track_sources import FASTEST_MPS, believed_sources, metres_of_speed
from flows.readers.globe import on_the_globe
from flows.records import Activity

BELIEVED_AFTER_POINTS = 5  # a new place is believed after so many points that agree
SHORTEST_STEP_S = 1.0  # below a second, a position's own noise looks like speed


def interval_metres(
    points: dict[str, np.ndarray], interval_s: np.ndarray, timer_s: np.ndarray, activity: Activity
) -> tuple[np.ndarray, int, tuple[str, ...]]:
    """Metres of each interval (NaN where unknown), how many points were dropped as spikes, and what was decided."""
    time_s = points["time_s"]
    # The way between two positions may have been walked in a pause.
    by_place, place_spikes = measured(time_s, time_s, timer_s, on_the_globe(points["latitude_deg"], points["longitude_deg"]))
    points, by_place, notes = believed_sources(points, timer_s, by_place, activity)
    # The device counts only while its timer runs.
    counted_m = points["distance_m"].reshape(-1, 1)
    by_device, device_spikes = measured(time_s, running_total(timer_s), timer_s, counted_m)
    by_speed = metres_of_speed(points["speed_mps"], timer_s)
    # Over a long gap in the records, two positions are more reliable than two speeds.
    first, second = np.where(interval_s > CARRY_S, [by_place, by_speed], [by_speed, by_place])
    metres = np.where(np.isnan(by_device), np.where(np.isnan(first), second, first), by_device)
    return metres, int((device_spikes | place_spikes).sum()), notes


def measured(time_s: np.ndarray, clock_s: np.ndarray, timer_s: np.ndarray, place_m: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Metres of each interval, spread evenly over `clock_s` between believed places; and which points are spikes."""
    metres = np.full(len(timer_s), np.nan)
    known = np.flatnonzero(np.isfinite(place_m).all(axis=1))
    if len(known) < 2:  # noqa: PLR2004
        return metres, np.zeros(len(time_s), dtype=bool)
    believed, is_break = believed_places(time_s[known], place_m[known])
    is_spike = np.zeros(len(time_s), dtype=bool)
    is_spike[np.delete(known, believed)] = True
    anchors = known[believed]

    step_m = np.linalg.norm(np.diff(place_m[anchors], axis=0), axis=1)
    step_m[is_break] = np.nan
    step_s = np.diff(clock_s[anchors])
    rate_mps = np.divide(step_m, step_s, out=np.zeros_like(step_m), where=step_s > 0)
    step = np.searchsorted(anchors, np.arange(len(timer_s)), side="right") - 1
    between = (step >= 0) & (step < len(rate_mps))
    metres[between] = rate_mps[step[between]] * timer_s[between]
    return metres, is_spike


def believed_places(time_s: np.ndarray, place_m: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Indices of the places a runner could have reached, and which steps between them are breaks.

    A break is the step to a new place that was believed because several points agree on it.
    """
    count = len(time_s)
    needed_s = np.maximum(np.diff(time_s), SHORTEST_STEP_S)
    too_fast = np.flatnonzero(np.linalg.norm(np.diff(place_m, axis=0), axis=1) > FASTEST_MPS * needed_s)
    if not len(too_fast):
        return np.arange(count), np.zeros(count - 1, dtype=bool)

    times, places = time_s.tolist(), place_m.tolist()

    def reachable(start: int, end: int) -> bool:
        seconds = max(times[end] - times[start], SHORTEST_STEP_S)
        return math.dist(places[start], places[end]) <= FASTEST_MPS * seconds

    believed, breaks = [0], []
    doubted: list[int] = []  # dropped places that agree with each other
    point = 1
    while point < count:
        if believed[-1] == point - 1:  # back on track: skip to the next step that is too fast
            following = np.searchsorted(too_fast, point - 1)
            end = int(too_fast[following]) + 1 if following < len(too_fast) else count
            believed += range(point, end)
            point = end
            if point == count:
                break
        if reachable(believed[-1], point):
            believed.append(point)
            doubted = []
        else:
            if doubted and not reachable(doubted[-1], point):
                doubted = []
            doubted.append(point)
            if len(doubted) == BELIEVED_AFTER_POINTS:
                breaks.append(len(believed) - 1)
                believed += doubted
                doubted = []
        point += 1
    is_break = np.zeros(len(believed) - 1, dtype=bool)
    is_break[breaks] = True
    return np.array(believed), is_break
