"""From a track to totals and bins: the one place that decides on moving time, pauses, gaps and GPS spikes.

Order     Points are sorted by time; points of one instant become one, where the last known value wins. A
          point written late (its time before one already written) that repeats the place of the point before
          it in the file has no place of its own.
Missing   Positions 0/0 or off the globe, heart rate outside 25-250 bpm, cadence outside 0-300, speed outside
          0-9 m/s, altitude outside -450-9000 m, a negative distance.
Sources   Which of device distance, speed and positions is believed: flows/intake/track_sources.py.
Spikes    A place (or a device distance) that would need more than 9 m/s from the last good one is dropped,
          and the next is measured from the last good one. Five dropped places that agree with each other are
          believed from then on, so that one bad first point cannot lose a run; the way from the last good
          place to the first of them is unknown, not run. Time, heart rate and cadence of such points stay.
Metres    Of each interval between two points: device distance where known on both sides, else speed x
          seconds, else the way between positions (those two change places over more than 10 s); else none.
Pauses    By timer events where there are any that the records bear out (track_clock); then standing counts as
          moving, as on the watch. Without them an interval of more than 10 s in which the runner stands is a
          pause. Where the file does not even tell its timer time (a bare GPX), so is every stretch of more than
          10 s. A pause up to 5 min keeps its metres, which are in the total but in no bin.
Standing  Slower than 0.5 m/s, or than a third of the usual speed of who is slow all the way; but not where the
          altitude changes by 5 cm a second: a steep climb is slow.
Efforts   A best effort holds no pause, no gap and no stretch of more than 10 s of standing.
Gaps      Without timer events an interval of more than 10 s whose metres are unknown; with or without, one of
          more than 5 min. A gap neither moves nor pauses. Smart recording (a point every few seconds) moves.
Carrying  Heart rate and cadence hold for at most 10 s after their last value, then they are unknown.
Bins      Seconds, steps and metres of an interval are its own, exactly; only the choice of its bin uses speed
          smoothed over 15 s, and grade smoothed over 40 s (flat where that is less than 20 m), both on the
          moving clock. Numbers are rounded to thousandths at the very end.
Cadence   One foot or both? For the whole run the count (as it is, or doubled) is taken whose median lies
          nearer to what runners do at the median speed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from flows.intake.track_sources import FASTEST_MPS, believed_sources, metres_of_speed, scaled_to_total
from flows.readers.globe import on_the_globe
from flows.readers.sports import look_up
from flows.readers.track_clock import RECORDS_GO_ON_S, TIMER_AGREES_S, TIMER_AGREES_SHARE, Pauses, believed_pauses, paused_by
from flows.records import TRACK_COLUMNS, Activity

BELIEVED_AFTER_POINTS = 5  # a new place is believed after so many points that agree
SHORTEST_STEP_S = 1.0  # below a second, a position's own noise looks like speed
PAUSE_LONGER_THAN_S = 10.0
STANDING_BELOW_MPS = 0.5
STANDING_SHARE = 1 / 3  # of the usual speed: who climbs at 0.9 m/s does not stand at 0.45
CLIMBING_FROM_MPS = 0.05  # up or down: 180 m an hour, more than a barometer drifts or a slow walker strolls
CLIMBING_LEAST_M = 1.0
GAP_LONGER_THAN_S = 300.0  # smart recording writes at least every minute or so
CARRY_S = 10.0
RUNNING_FROM_MPS = 2.0
PLACE = slice(1, 4)  # latitude, longitude and altitude among TRACK_COLUMNS
POSSIBLE = {  # lowest and highest value that can be true
    "latitude_deg": (-90, 90),
    "longitude_deg": (-180, 180),
    "altitude_m": (-450, 9000),  # the Dead Sea to Everest; FIT writes -500 for "not known"
    "distance_m": (0, 1e9),  # in whatever unit: track_sources judges that
    "speed_mps": (0, 1e6),
    "heart_rate_bpm": (25, 250),
    "cadence_per_min": (0, 300),
}
SPEED_WINDOW_S = 15.0
GRADE_WINDOW_S = 40.0
GRADE_SHORTEST_M = 20.0
STEEPEST_GRADE = 0.45  # where Minetti's measurements end
SPEED_BIN_MPS = 0.2
GRADE_BIN = 0.02
HEART_RATE_BIN_BPM = 5
CLIMB_STEP_M = 1.0  # a rise or fall counts once it is this high: less is the altimeter's noise
CLIMB_WINDOW_S = 20.0

SPEED_COLUMNS = ["speed_bin", "grade_bin", "seconds", "steps", "metres"]
EFFORT_DURATIONS_S = (180, 360, 720, 1200)  # what critical speed is fitted on
HEART_RATE_COLUMNS = ["heart_rate_bin_bpm", "seconds", "steps", "metres", "beats"]


@dataclass(frozen=True, slots=True)
class RunSummary:
    """Totals and bins of one track; None for what the track cannot tell.

    elapsed_s = moving_s + pause_s + gap_s; distance_m is that of the bins and of short pauses. `speed_bins` has
    SPEED_COLUMNS, one row per speed_bin (floor of m/s / 0.2) and grade_bin (nearest 2 %), and is empty without any
    metres; `heart_rate_bins` has HEART_RATE_COLUMNS, one row per 5 bpm. Steps (both feet) and metres are NaN where
    a bin knows none.
    """

    started_at_s: float
    elapsed_s: float
    moving_s: float
    pause_s: float
    gap_s: float
    unmeasured_s: float  # gaps, and moving time whose metres nobody knows
    distance_m: float | None
    ascent_m: float | None
    descent_m: float | None
    avg_heart_rate_bpm: float | None  # weighted by seconds, over moving time with heart rate
    avg_cadence_spm: float | None  # steps a minute, over moving time with cadence above 0
    steps: float | None
    cadence_factor: int | None  # 2 where the file counts one foot
    spike_points: int  # places that no runner could have reached
    points: int
    speed_bins: pd.DataFrame
    heart_rate_bins: pd.DataFrame
    best_efforts_m: dict[int, float]  # seconds -> the most metres of any stretch of so much moving time
    notes: tuple[str, ...]  # codes of sql/seeds/run_notes.csv


def summarise(activity: Activity) -> RunSummary | None:
    """Totals and bins of the activity's track; None without two points at different times."""
    if activity.track is None:
        return None
    points = cleaned(activity.track)
    time_s = points["time_s"]
    if len(time_s) < 2:  # noqa: PLR2004
        return None
    interval_s = np.diff(time_s)
    pauses, timer_notes = timer_pauses(activity, points, interval_s)
    timer_s = interval_s - paused_by(time_s, pauses)
    metres, spikes, source_notes = interval_metres(points, interval_s, timer_s, activity)
    is_standing = standing(points, timer_s, metres)
    has_timer = bool(pauses) and not timer_notes
    is_pause, is_gap = pauses_and_gaps(activity.moving_s, has_timer, timer_s, metres, is_standing)
    moving_s = np.where(is_pause | is_gap, 0.0, timer_s)
    moving = moving_s > 0
    has_metres = bool(np.isfinite(metres[moving]).any())
    standing_m = np.nansum(metres[is_pause & (interval_s <= GAP_LONGER_THAN_S)])
    unmeasured_s = timer_s[is_gap | (moving & np.isnan(metres))].sum()
    metres, scale_notes = scaled_to_total(np.where(moving, metres, 0.0), moving_s, unmeasured_s, activity)
    metres = np.nan_to_num(metres)
    is_stop = is_pause | is_gap | is_standing | (interval_s - timer_s > PAUSE_LONGER_THAN_S)

    clock_s = running_total(moving_s)
    speed_mps = smoothed_speed(clock_s, running_total(metres))
    grade = smoothed_grade(clock_s, running_total(metres), points["altitude_m"])
    ascent_m, descent_m = climbed(clock_s, points["altitude_m"])
    heart_rate_bpm, heart_rate_s = carried(time_s, moving_s, points["heart_rate_bpm"])
    cadence, cadence_s = carried(time_s, moving_s, points["cadence_per_min"])
    stepping_s = np.where(cadence > 0, cadence_s, 0.0)
    factor = cadence_factor(cadence, speed_mps if has_metres else None, stepping_s, activity.sport)
    steps = np.where(cadence_s > 0, cadence * (factor or 1) * cadence_s / 60, np.nan)

    intervals = {
        "speed_bin": floored(speed_mps / SPEED_BIN_MPS),
        "grade_bin": floored(grade / GRADE_BIN + 0.5),
        "heart_rate_bin_bpm": HEART_RATE_BIN_BPM * floored(heart_rate_bpm / HEART_RATE_BIN_BPM),
        "seconds": moving_s,
        "steps": steps,
        "metres": metres if has_metres else np.full_like(metres, np.nan),
        "beats": heart_rate_bpm * heart_rate_s / 60,
    }
    heart_rate_share = heart_rate_s / np.where(moving, moving_s, 1.0)
    with_heart_rate = intervals | {name: intervals[name] * heart_rate_share for name in ("seconds", "steps", "metres")}
    speed_bins = binned(intervals, moving & has_metres, SPEED_COLUMNS)
    heart_rate_bins = binned(with_heart_rate, heart_rate_share > 0, HEART_RATE_COLUMNS)

    totals = speed_bins if has_metres else pd.DataFrame(intervals)[moving]
    return RunSummary(
        started_at_s=float(time_s[0]),
        elapsed_s=milli(time_s[-1] - time_s[0]),
        moving_s=milli(totals["seconds"].sum()),
        pause_s=milli(np.where(is_pause, interval_s, interval_s - timer_s).sum()),
        gap_s=milli(timer_s[is_gap].sum()),
        unmeasured_s=milli(unmeasured_s),
        distance_m=milli(totals["metres"].sum() + standing_m) if has_metres else None,
        ascent_m=ascent_m,
        descent_m=descent_m,
        avg_heart_rate_bpm=ratio(heart_rate_bins["beats"].sum() * 60, heart_rate_bins["seconds"].sum()),
        avg_cadence_spm=ratio(np.nansum(steps) * 60, stepping_s.sum()),
        steps=milli(totals["steps"].sum()) if totals["steps"].notna().any() else None,
        cadence_factor=factor,
        spike_points=spikes,
        points=len(activity.track),
        speed_bins=speed_bins,
        heart_rate_bins=heart_rate_bins,
        best_efforts_m=best_efforts(clock_s, running_total(metres), is_stop) if has_metres else {},
        notes=(*timer_notes, *source_notes, *scale_notes),
    )


def cleaned(track: pd.DataFrame) -> dict[str, np.ndarray]:
    """The track sorted by time, one point per instant, with NaN for what no body and no place can be."""
    values = track[list(TRACK_COLUMNS)].to_numpy(dtype=float, copy=True)
    values[~np.isfinite(values)] = np.nan
    values = values[np.isfinite(values[:, 0])]
    values[is_late_copy(values), PLACE] = np.nan
    values = values[np.argsort(values[:, 0], kind="stable")]
    if (np.diff(values[:, 0]) == 0).any():
        values = pd.DataFrame(values).groupby(0, as_index=False).last().to_numpy()  # last that is not missing
    points = dict(zip(TRACK_COLUMNS, values.T, strict=True))
    for name, (lowest, highest) in POSSIBLE.items():
        points[name] = np.where((points[name] >= lowest) & (points[name] <= highest), points[name], np.nan)
    is_nowhere = (points["latitude_deg"] == 0) & (points["longitude_deg"] == 0)
    points["latitude_deg"] = np.where(is_nowhere, np.nan, points["latitude_deg"])
    return points


def is_late_copy(values: np.ndarray) -> np.ndarray:
    """Which points, in the file's order, repeat the place of the point before them at an earlier time.

    Sports Tracker writes the time of a heart beat with the place of the position that came after it.
    """
    is_late = values[:, 0] < np.maximum.accumulate(values[:, 0])
    repeats = np.concatenate([[False], (np.diff(values[:, PLACE], axis=0) == 0).all(axis=1)])
    return is_late & repeats


def interval_metres(
    points: dict[str, np.ndarray], interval_s: np.ndarray, timer_s: np.ndarray, activity: Activity
) -> tuple[np.ndarray, int, tuple[str, ...]]:
    """Metres of each interval (NaN where unknown), how many points were dropped as spikes, and what was decided."""
    time_s = points["time_s"]
    # Between two positions one may have walked in a pause.
    by_place, place_spikes = measured(time_s, time_s, timer_s, on_the_globe(points["latitude_deg"], points["longitude_deg"]))
    points, by_place, notes = believed_sources(points, timer_s, by_place, activity)
    # The device counts only while its timer runs.
    counted_m = points["distance_m"].reshape(-1, 1)
    by_device, device_spikes = measured(time_s, running_total(timer_s), timer_s, counted_m)
    by_speed = metres_of_speed(points["speed_mps"], timer_s)
    # Over a long silence two positions know more than two speeds.
    first, second = np.where(interval_s > CARRY_S, [by_place, by_speed], [by_speed, by_place])
    metres = np.where(np.isnan(by_device), np.where(np.isnan(first), second, first), by_device)
    return metres, int((device_spikes | place_spikes).sum()), notes


def measured(time_s: np.ndarray, clock_s: np.ndarray, timer_s: np.ndarray, place_m: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Metres of each interval, spread evenly over `clock_s` between believed places; which are spikes."""
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
        if believed[-1] == point - 1:  # all is well: on to the next step that is too fast
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


def timer_pauses(activity: Activity, points: dict[str, np.ndarray], interval_s: np.ndarray) -> tuple[Pauses, tuple[str, ...]]:
    """The stops of the timer that the records bear out, and the note where some are not."""
    is_recorded = interval_s <= RECORDS_GO_ON_S
    if paused_by(points["time_s"], activity.pauses)[is_recorded].sum() <= RECORDS_GO_ON_S:
        return activity.pauses, ()
    way_m, _, _ = interval_metres(points, interval_s, interval_s, activity)
    pauses = believed_pauses(points, activity.pauses, activity.moving_s, way_m)
    return pauses, () if len(pauses) == len(activity.pauses) else ("timer_events_unpaired",)


def pauses_and_gaps(
    total_s: float | None, has_timer: bool, timer_s: np.ndarray, metres: np.ndarray, is_standing: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Which whole intervals are pauses that no timer event tells, and which are gaps; `total_s` is the file's timer time."""
    is_long = timer_s > PAUSE_LONGER_THAN_S
    if has_timer:
        is_pause = is_long & is_standing
        # Where a stop was not written, standing silences alone take the events' time to the timer's own total.
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
    """Which intervals lie in a stretch of more than PAUSE_LONGER_THAN_S without a step, while the timer runs."""
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
    """Which intervals belong to a slow stretch that leads up or down; not by more than its way, which is no slope."""
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
    """The standing intervals that together, one after the other, last long enough for a pause."""
    stretch = np.cumsum(np.diff(is_standing, prepend=is_standing[:1]))
    return is_standing & (np.bincount(stretch, interval_s)[stretch] > PAUSE_LONGER_THAN_S)


def carried(time_s: np.ndarray, moving_s: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Value of each interval, and for how many of its moving seconds it is known.

    Between two known points it is their mean; after the last known one it holds for CARRY_S.
    """
    before, after = values[:-1], values[1:]
    last_known = np.maximum.accumulate(np.where(np.isfinite(before), np.arange(len(before)), -1))
    last_value = np.where(last_known >= 0, before[last_known], np.nan)
    left_s = CARRY_S - (time_s[:-1] - time_s[last_known])
    both = np.isfinite(before) & np.isfinite(after)
    value = np.where(both, (before + after) / 2, last_value)
    share = np.where(both, 1.0, np.clip(left_s / np.diff(time_s), 0.0, 1.0))
    return value, np.where(np.isfinite(value), share * moving_s, 0.0)


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


def cadence_factor(cadence: np.ndarray, speed_mps: np.ndarray | None, stepping_s: np.ndarray, sport: str | None) -> int | None:
    """1 where the cadence counts both feet, 2 where it counts one; None without any."""
    if not stepping_s.any():
        return None
    usual_spm = usual_cadence_spm(None if speed_mps is None else weighted_median(speed_mps, stepping_s), sport)
    counted = weighted_median(cadence, stepping_s)
    return min((1, 2), key=lambda factor: abs(math.log(factor * counted / usual_spm)))


def usual_cadence_spm(speed_mps: float | None, sport: str | None) -> float:
    """Steps a minute to expect at a speed: 165 + 6.5 (v - 3.04) within 140-200 running (recreational runners,
    pubmed 31284825), about 110 at 1.4 m/s walking; without a speed what the sport's name suggests."""
    if speed_mps is None:
        said = look_up(sport)
        return 110.0 if said and said.kind in {"walk", "hike"} else 165.0
    if speed_mps >= RUNNING_FROM_MPS:
        return float(np.clip(165 + 6.5 * (speed_mps - 3.04), 140, 200))
    return float(np.clip(110 + 35 * (speed_mps - 1.4), 80, 130))


def weighted_median(values: np.ndarray, weights: np.ndarray) -> float:
    order = np.argsort(np.where(weights > 0, values, np.inf), kind="stable")
    total = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(total, total[-1] / 2)])


def best_efforts(clock_s: np.ndarray, distance_m: np.ndarray, is_stop: np.ndarray) -> dict[int, float]:
    """The most metres of any stretch of each of EFFORT_DURATIONS_S on the moving clock that holds no stop."""
    stops = running_total(is_stop)
    efforts_m = {}
    for seconds in EFFORT_DURATIONS_S:
        end_s = clock_s + seconds
        end = np.searchsorted(clock_s, end_s)  # the first point that the effort does not pass
        is_whole = end_s <= clock_s[-1]
        is_whole[is_whole] = stops[end[is_whole]] == stops[is_whole]
        if is_whole.any():
            efforts_m[seconds] = milli((np.interp(end_s[is_whole], clock_s, distance_m) - distance_m[is_whole]).max())
    return efforts_m


def window_mean(clock_s: np.ndarray, values: np.ndarray, low_s: np.ndarray, high_s: np.ndarray) -> np.ndarray:
    """Mean of `values` from low_s to high_s on the clock."""
    area = running_total((values[1:] + values[:-1]) / 2 * np.diff(clock_s))
    length_s = high_s - low_s
    part = np.interp(high_s, clock_s, area) - np.interp(low_s, clock_s, area)
    return np.divide(part, length_s, out=np.interp(low_s, clock_s, values), where=length_s > 0)


def filled(clock_s: np.ndarray, values: np.ndarray) -> np.ndarray:
    known = np.isfinite(values)
    return np.interp(clock_s, clock_s[known], values[known])


def running_total(values: np.ndarray) -> np.ndarray:
    return np.concatenate([[0.0], np.cumsum(values)])


def floored(values: np.ndarray) -> np.ndarray:
    """Floor that does not fall below a bin's edge by a rounding error: 0.6 / 0.2 is 3, not 2."""
    return np.floor(np.round(np.nan_to_num(values), 6)).astype(np.int64)


def binned(intervals: dict[str, np.ndarray], counts: np.ndarray, columns: list[str]) -> pd.DataFrame:
    """Sums per bin over the intervals that count, rounded to milli-units; NaN where a bin knows nothing of a measure."""
    found = {name: intervals[name][counts] for name in columns}
    keys = [name for name in columns if "_bin" in name]
    order = np.lexsort([found[name] for name in reversed(keys)])
    found = {name: values[order] for name, values in found.items()}
    is_first = np.ones(len(order), dtype=bool)
    is_first[1:] = np.logical_or.reduce([np.diff(found[name]) != 0 for name in keys])
    starts = np.flatnonzero(is_first)
    bins = {name: found[name][starts] for name in keys}
    for name in columns[len(keys) :]:
        known = ~np.isnan(found[name])
        sums = np.add.reduceat(np.where(known, found[name], 0.0), starts)
        bins[name] = np.where(np.add.reduceat(known, starts, dtype=int) > 0, sums.round(3), np.nan)
    return pd.DataFrame(bins)


def milli(value: float) -> float:
    return round(float(value), 3)


def ratio(part: float, whole: float) -> float | None:
    return milli(part / whole) if whole > 0 else None
