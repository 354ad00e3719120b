"""Decides which clock is believed if those of one file disagree: its points, its summary, its timer events.

Strays    Points more than a day away from all others are left out: they were written before the clock was set, or are
          stale. A tenth of the points or more are not strays, as long as all lie within ten days.
Set back  If time goes back once by whole hours, give or take a minute, the points after it are shifted to follow on.
Start     A summary dated more than a day away from its points takes their start, unless only its own is possible.
By way    If points without a time would leave a gap, those between two timed points get times in proportion to their way.
Rollover  Of two starts exactly 1,024 weeks apart the later is right: the counter of GPS weeks ran over.
Elapsed   A total elapsed time that exceeds that of the points by more than a day is dropped.
Timer     A timer stop during which records go on and the distance grows did not happen. If a stop holds records
          without a distance, the file's own timer total decides, and without one a runner's speed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from flows.records import Activity

DAY_S = 86_400.0
LONGEST_S = 10 * DAY_S
STRAY_SHARE = 0.1  # a smaller share of the points are strays
ROLLOVER_S = 1024 * 7 * DAY_S
HOUR_S = 3600.0
SAME_HOUR_S = 60.0  # the step between the points includes a short pause besides the whole hours
# No watch that writes these files is older; a clock that was never set says 1989, 1990 or 1999.
EARLIEST_S = datetime(2000, 1, 1, tzinfo=UTC).timestamp()
LATEST_S = datetime(2100, 1, 1, tzinfo=UTC).timestamp()

NO_TIME_S = 1e12  # some 30,000 years

RECORDS_GO_ON_S = 10.0  # a shorter interval between records is not a gap
STANDING_BELOW_MPS = 0.5
RUNNING_FROM_MPS = 2.0
TIMER_AGREES_S, TIMER_AGREES_SHARE = 5.0, 0.02

Pauses = tuple[tuple[float, float], ...]


def on_one_clock(activity: Activity) -> Activity:
    """The activity with one start and a track without strays; `notes` lists the decisions."""
    if activity.track is None or activity.track.empty:
        return activity
    time_s = activity.track["time_s"].to_numpy(dtype=float, copy=True)
    time_s[~(np.abs(time_s) < NO_TIME_S)] = np.nan
    said_first_s = np.fmin.reduce(time_s)
    notes = list(activity.notes)

    pauses = activity.pauses
    if (turn := clock_turn(time_s)) is not None:
        place, back_s = turn
        time_s[place:] += back_s
        pauses = ()  # the timer's events may be on either clock
        notes.append("clock_set_back")
    is_kept = ~is_stray(time_s)
    if not is_kept.all():
        notes.append("points_days_away")
    track, time_s = activity.track[is_kept].assign(time_s=time_s[is_kept]).reset_index(drop=True), time_s[is_kept]
    if not np.isfinite(time_s).any():
        return replace(activity, track=track, notes=tuple(notes))

    first_s, last_s = float(np.nanmin(time_s)), float(np.nanmax(time_s))
    started_at, elapsed_s = activity.started_at, activity.elapsed_s
    if started_at is not None and first_s != said_first_s and abs(started_at.timestamp() - said_first_s) < 1:
        started_at = datetime.fromtimestamp(first_s, UTC)  # it was that of a point whose time is corrected now
    if started_at is not None and not first_s - DAY_S <= started_at.timestamp() <= last_s + DAY_S:
        shift_s, code = points_shift(started_at.timestamp(), first_s)
        notes.append(code)
        track = track.assign(time_s=time_s + shift_s)
        pauses = tuple((start_s + shift_s, end_s + shift_s) for start_s, end_s in pauses)
        if not abs(first_s + shift_s - started_at.timestamp()) <= DAY_S:
            started_at = datetime.fromtimestamp(first_s + shift_s, UTC)
    if elapsed_s is not None and elapsed_s > last_s - first_s + DAY_S:
        elapsed_s = None
        notes.append("elapsed_dropped")
    return replace(activity, track=track, started_at=started_at, elapsed_s=elapsed_s, pauses=pauses, notes=tuple(notes))


def clock_turn(time_s: np.ndarray) -> tuple[int, float] | None:
    """The first point, in the file's order, after the clock was set back, and by how many seconds; None if it was not."""
    steps_s = np.diff(time_s)
    (back,) = np.nonzero(steps_s < -SAME_HOUR_S)
    if len(back) != 1:
        return None
    step_s = float(steps_s[back[0]])
    hours = round(-step_s / HOUR_S)
    if not 1 <= hours <= 14 or abs(step_s + hours * HOUR_S) > SAME_HOUR_S:  # noqa: PLR2004
        return None
    return int(back[0]) + 1, hours * HOUR_S


def is_stray(time_s: np.ndarray) -> np.ndarray:
    """Which points lie days away from the bulk of the others; False for a point without a time."""
    known = np.flatnonzero(np.isfinite(time_s))
    result = np.zeros(len(time_s), dtype=bool)
    if not len(known):
        return result
    order = known[np.argsort(time_s[known], kind="stable")]
    group = np.concatenate([[0], np.cumsum(np.diff(time_s[order]) > DAY_S)])
    counts = np.bincount(group)
    bulk = len(counts) - 1 - int(np.argmax(counts[::-1]))  # of two equal ones the later: a clock that is not set is too early
    is_far = np.abs(time_s[order] - time_s[order][group == bulk][0]) > LONGEST_S
    is_few = (counts < STRAY_SHARE * len(known))[group]
    result[order[(group != bulk) & (is_few | is_far)]] = True
    # More than ten days without a day's gap are not a run: keep the last ten days.
    result[order[time_s[order] < time_s[order][~result[order]][-1] - LONGEST_S]] = True
    return result


def points_shift(start_s: float, first_s: float) -> tuple[float, str]:
    """By how much the points' clock is wrong if the summary starts days away from them, and the note for it."""
    if abs(abs(start_s - first_s) - ROLLOVER_S) <= DAY_S:
        return (ROLLOVER_S if start_s > first_s else 0.0), "week_rollover"
    if EARLIEST_S <= start_s < LATEST_S and not EARLIEST_S <= first_s < LATEST_S:
        return start_s - first_s, "start_from_summary"
    return 0.0, "start_from_points"


def start_among(times_s: np.ndarray, said_s: float, ended_s: float | None, length_s: float | None) -> float:
    """A session's start in epoch seconds: as stated, or if that lies days away from all records, its end minus its length."""
    known_s = times_s[~is_stray(times_s) & np.isfinite(times_s)]
    if not len(known_s) or ended_s is None or length_s is None:
        return said_s
    first_s, last_s = known_s.min() - DAY_S, known_s.max() + DAY_S
    reckoned_s = ended_s - length_s
    return reckoned_s if not first_s <= said_s <= last_s and first_s <= reckoned_s <= last_s else said_s


def leaves_dark(time_s: np.ndarray) -> bool:
    """Whether points without a time are most of a track, or lie in a gap between those with one."""
    timed = np.flatnonzero(np.isfinite(time_s))
    if len(timed) < 2:  # noqa: PLR2004
        return False
    is_between = np.diff(timed) > 1
    is_silence = np.diff(time_s[timed]) > RECORDS_GO_ON_S
    return bool((is_between & is_silence).any()) or 2 * len(timed) < len(time_s)


def times_by_way(time_s: np.ndarray, place_m: np.ndarray) -> np.ndarray:
    """Times of all points between two timed ones, in proportion to the way between; NaN where a position is unknown.

    `place_m` are the points' positions (x, y, z in m), in the file's order.
    """
    placed = np.flatnonzero(np.isfinite(place_m).all(axis=1))
    if len(placed) < 2:  # noqa: PLR2004
        return time_s
    way_m = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(place_m[placed], axis=0), axis=1))])
    is_timed = np.isfinite(time_s[placed])
    if not is_timed.any():
        return time_s
    first, last = placed[is_timed][[0, -1]]
    result = time_s.copy()
    result[placed] = np.interp(way_m, way_m[is_timed], time_s[placed][is_timed])
    between = np.arange(len(time_s))
    return np.where(np.isfinite(time_s) | (between < first) | (between > last), time_s, result)


def believed_pauses(points: dict[str, np.ndarray], pauses: Pauses, total_s: float | None, way_m: np.ndarray) -> Pauses:
    """The timer stops that the records do not contradict.

    `points` by TRACK_COLUMNS, sorted by time; `total_s` is the file's own timer time, `way_m` the metres of each interval by
    speed or positions, regardless of the timer.
    """
    time_s = points["time_s"]
    if not pauses:
        return ()
    interval_s = np.diff(time_s)
    goes_on = interval_s <= RECORDS_GO_ON_S
    recorded_s = np.concatenate([[0.0], np.cumsum(np.where(goes_on, interval_s, 0.0))])
    walked_m = np.concatenate([[0.0], np.cumsum(np.where(goes_on, np.nan_to_num(way_m), 0.0))])
    is_way_known = bool(np.isfinite(way_m).any())
    # Some devices record the last steps before a stop within it: only steps at half the usual speed or more contradict it.
    usual_mps = walked_m[-1] / recorded_s[-1] if recorded_s[-1] > 0 else 0.0
    going_on_mps = max(STANDING_BELOW_MPS, usual_mps / 2)

    believed, doubtful = [], []
    for start_s, end_s in pauses:
        first, last = np.searchsorted(time_s, [start_s, end_s], side="left")
        last = min(int(last), len(time_s) - 1)
        inside_s = recorded_s[last] - recorded_s[first] if last > first else 0.0
        if inside_s <= RECORDS_GO_ON_S:
            believed.append((start_s, end_s))
            continue
        counted_m = points["distance_m"][first : last + 1]
        counted_m = counted_m[np.isfinite(counted_m)]
        if len(counted_m) > 1:
            if counted_m[-1] - counted_m[0] < going_on_mps * inside_s:
                believed.append((start_s, end_s))
            continue
        doubtful.append((inside_s, walked_m[last] - walked_m[first], (start_s, end_s)))

    # Stops without a distance are judged together: the remaining time must match the timer's total, if the file has one.
    missing_s = sum(inside_s for inside_s, _, _ in doubtful)
    is_run = total_s is None and (not is_way_known and missing_s >= recorded_s[-1] - RECORDS_GO_ON_S)
    if doubtful and total_s is not None:
        running_s = time_s[-1] - time_s[0] - paused_by(time_s, (*believed, *(pause for _, _, pause in doubtful))).sum()
        tolerance_s = max(TIMER_AGREES_S, TIMER_AGREES_SHARE * total_s)
        off_s = abs(running_s - total_s)
        is_run = off_s > tolerance_s and abs(running_s + missing_s - total_s) < off_s
    is_unsure = total_s is None and is_way_known
    believed += [
        pause for inside_s, metres, pause in doubtful if not (is_run or (is_unsure and metres >= RUNNING_FROM_MPS * inside_s))
    ]
    return tuple(sorted(believed))


def paused_by(time_s: np.ndarray, pauses: Pauses) -> np.ndarray:
    """Seconds for which the timer was stopped within each interval between two points."""
    if not pauses:
        return np.zeros(len(time_s) - 1)
    edges_s = np.maximum.accumulate(np.array(sorted(pauses)).ravel())
    paused_s = np.concatenate([[0.0], np.cumsum(np.where(np.arange(len(edges_s) - 1) % 2 == 0, np.diff(edges_s), 0.0))])
    return np.diff(np.interp(time_s, edges_s, paused_s))
