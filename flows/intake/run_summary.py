"""From a track to totals and bins: the one place that decides on moving time, pauses, gaps and GPS spikes.

Order     Points are sorted by time; points of one instant become one, where the last known value wins. A
          point written late (its time before one already written) that repeats the place of the point before
          it in the file has no place of its own.
Missing   Positions 0/0 or off the globe, heart rate outside 25-250 bpm, cadence outside 0-300, speed outside
          0-9 m/s, altitude outside -450-9000 m, a negative distance.
Sources   flows/intake/track_sources.py decides which of device distance, speed and positions is believed.
Spikes    A place (or a device distance) that would need more than 9 m/s from the last good one is dropped,
          and the next is measured from the last good one. Five dropped places that agree with each other are
          believed from then on, so that one bad first point cannot lose a run; the way from the last good
          place to the first of them is unknown, not run. Such points keep their time, heart rate and cadence.
Metres    Of each interval between two points: device distance where known on both sides, else speed x
          seconds, else the way between positions (those two change places over more than 10 s); else none.
Pauses    By timer events if there are any that the records confirm (track_clock); then standing counts as
          moving, as on the watch. Without them an interval of more than 10 s in which the runner stands is a
          pause. If the file does not give its timer time either (a bare GPX), so is every stretch of standing of
          more than 10 s. A pause up to 5 min keeps its metres, which are in the total but in no bin.
Standing  Slower than 0.5 m/s, or for a runner who is slow throughout, than a third of the usual speed; but not
          if the altitude changes by 5 cm a second: a steep climb is slow.
Efforts   A best effort holds no pause, no gap and no stretch of more than 10 s of standing.
Gaps      Without timer events an interval of more than 10 s whose metres are unknown; with or without, one of
          more than 5 min. A gap is neither moving time nor a pause. Smart recording (a point every few
          seconds) is moving time.
Carrying  Heart rate and cadence are carried on for at most 10 s after their last value, then they are unknown.
Bins      Seconds, steps and metres of an interval are its own, exactly; only the choice of its bin uses speed
          smoothed over 15 s, and grade smoothed over 40 s (flat where that is less than 20 m), both on the
          moving clock. Numbers are rounded to thousandths at the very end.
Cadence   One foot or both? Over the whole run, the count as it is and the doubled count are compared: the one
          with the median nearer to what runners do at the median speed is taken.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from flows.intake.bins import GRADE_BIN, HEART_RATE_BIN_BPM, SPEED_BIN_MPS
from flows.intake.interval_metres import interval_metres
from flows.intake.pauses import GAP_LONGER_THAN_S, PAUSE_LONGER_THAN_S, pauses_and_gaps, standing, timer_pauses
from flows.intake.smoothing import carried, climbed, milli, running_total, smoothed_grade, smoothed_speed, weighted_median
from flows.intake.track_sources import scaled_to_total
from flows.readers.sports import look_up
from flows.readers.track_clock import paused_by
from flows.records import TRACK_COLUMNS, Activity

RUNNING_FROM_MPS = 2.0
PLACE = slice(1, 4)  # latitude, longitude and altitude among TRACK_COLUMNS
POSSIBLE = {  # lowest and highest possible value
    "latitude_deg": (-90, 90),
    "longitude_deg": (-180, 180),
    "altitude_m": (-450, 9000),  # the Dead Sea to Everest; FIT writes -500 for "not known"
    "distance_m": (0, 1e9),  # in any unit: track_sources finds out which
    "speed_mps": (0, 1e6),
    "heart_rate_bpm": (25, 250),
    "cadence_per_min": (0, 300),
}

SPEED_COLUMNS = ["speed_bin", "grade_bin", "seconds", "steps", "metres"]
EFFORT_DURATIONS_S = (180, 360, 720, 1200)  # critical speed is fitted on these
HEART_RATE_COLUMNS = ["heart_rate_bin_bpm", "seconds", "steps", "metres", "beats"]


@dataclass(frozen=True, slots=True)
class RunSummary:
    """Totals and bins of one track; None for what the track does not show.

    elapsed_s = moving_s + pause_s + gap_s; distance_m is that of the bins and of short pauses. `speed_bins` has
    SPEED_COLUMNS, one row per speed_bin (floor of m/s / 0.2) and grade_bin (nearest 2 %), and is empty without any
    metres; `heart_rate_bins` has HEART_RATE_COLUMNS, one row per 5 bpm. Steps (both feet) and metres are NaN where
    a bin has none.
    """

    started_at_s: float
    elapsed_s: float
    moving_s: float
    pause_s: float
    gap_s: float
    unmeasured_s: float  # gaps, and moving time with unknown metres
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


@dataclass(frozen=True, slots=True)
class Way:
    """The intervals between the points of a track: moving time and metres of each, and which are pauses or gaps."""

    moving_s: np.ndarray
    metres: np.ndarray
    is_stop: np.ndarray
    has_metres: bool
    pause_s: float
    gap_s: float
    unmeasured_s: float
    standing_m: float  # of short pauses
    spike_points: int
    notes: tuple[str, ...]


def way_of(activity: Activity, points: dict[str, np.ndarray]) -> Way:
    """Which intervals are moving, pauses or gaps, and the metres of each."""
    time_s = points["time_s"]
    interval_s = np.diff(time_s)
    pauses, timer_notes = timer_pauses(activity, points, interval_s)
    timer_s = interval_s - paused_by(time_s, pauses)
    metres, spikes, source_notes = interval_metres(points, interval_s, timer_s, activity)
    is_standing = standing(points, timer_s, metres)
    has_timer = bool(pauses) and not timer_notes
    is_pause, is_gap = pauses_and_gaps(activity.moving_s, has_timer, timer_s, metres, is_standing)
    moving_s = np.where(is_pause | is_gap, 0.0, timer_s)
    moving = moving_s > 0
    unmeasured_s = timer_s[is_gap | (moving & np.isnan(metres))].sum()
    scaled_m, scale_notes = scaled_to_total(np.where(moving, metres, 0.0), moving_s, unmeasured_s, activity)
    return Way(
        moving_s=moving_s,
        metres=np.nan_to_num(scaled_m),
        is_stop=is_pause | is_gap | is_standing | (interval_s - timer_s > PAUSE_LONGER_THAN_S),
        has_metres=bool(np.isfinite(metres[moving]).any()),
        pause_s=np.where(is_pause, interval_s, interval_s - timer_s).sum(),
        gap_s=timer_s[is_gap].sum(),
        unmeasured_s=unmeasured_s,
        standing_m=np.nansum(metres[is_pause & (interval_s <= GAP_LONGER_THAN_S)]),
        spike_points=spikes,
        notes=(*timer_notes, *source_notes, *scale_notes),
    )


def summarise(activity: Activity) -> RunSummary | None:
    """Totals and bins of the activity's track; None without two points at different times."""
    if activity.track is None:
        return None
    points = cleaned(activity.track)
    time_s = points["time_s"]
    if len(time_s) < 2:  # noqa: PLR2004
        return None
    way = way_of(activity, points)
    moving_s, metres, has_metres = way.moving_s, way.metres, way.has_metres
    moving = moving_s > 0

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
        pause_s=milli(way.pause_s),
        gap_s=milli(way.gap_s),
        unmeasured_s=milli(way.unmeasured_s),
        distance_m=milli(totals["metres"].sum() + way.standing_m) if has_metres else None,
        ascent_m=ascent_m,
        descent_m=descent_m,
        avg_heart_rate_bpm=ratio(heart_rate_bins["beats"].sum() * 60, heart_rate_bins["seconds"].sum()),
        avg_cadence_spm=ratio(np.nansum(steps) * 60, stepping_s.sum()),
        steps=milli(totals["steps"].sum()) if totals["steps"].notna().any() else None,
        cadence_factor=factor,
        spike_points=way.spike_points,
        points=len(activity.track),
        speed_bins=speed_bins,
        heart_rate_bins=heart_rate_bins,
        best_efforts_m=best_efforts(clock_s, running_total(metres), way.is_stop) if has_metres else {},
        notes=way.notes,
    )


def cleaned(track: pd.DataFrame) -> dict[str, np.ndarray]:
    """The track sorted by time, one point per instant, with NaN for values outside POSSIBLE."""
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


def cadence_factor(cadence: np.ndarray, speed_mps: np.ndarray | None, stepping_s: np.ndarray, sport: str | None) -> int | None:
    """1 if the cadence counts both feet, 2 if it counts one; None without cadence."""
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


def floored(values: np.ndarray) -> np.ndarray:
    """Floor that does not fall below a bin's edge by a rounding error: 0.6 / 0.2 is 3, not 2."""
    return np.floor(np.round(np.nan_to_num(values), 6)).astype(np.int64)


def binned(intervals: dict[str, np.ndarray], counts: np.ndarray, columns: list[str]) -> pd.DataFrame:
    """Sums per bin over the intervals that count, rounded to milli-units; NaN if a measure is unknown throughout a bin."""
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


def ratio(part: float, whole: float) -> float | None:
    return milli(part / whole) if whole > 0 else None
