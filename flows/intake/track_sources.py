"""Decides which source of distance and speed is believed: the one place that compares the sources of a track.

A track may give its way three times: as a distance that the device counts, a speed, and positions. They are
compared over stretches of a minute; two disagree if they differ by more than 20 % on most of the
track. Every decision is a note, a code of sql/seeds/run_notes.csv.

Counting  A distance that restarts from 0 (at each lap) is continued from where it was. A distance per interval
          instead of a running total is summed up, if positions, speed or the file's total then agree.
Units     A distance in km, miles, yards or feet and a speed in km/h, mph or the like are converted, if the
          ratio to the other sources, or else to the file's total, is that of the unit.
Zero      A speed that is always 0, and a distance that never changes, were not measured.
Dispute   Of two that disagree, the one nearer to the file's own total is believed, if it is near at all.
          Without such a total, positions are believed, unless they stand still while the others move. Indoors,
          on a treadmill and in virtual runs the distance is believed, then the speed; positions that stand
          still are ignored.
Total     Indoors the runner corrects the distance on the watch: the track is scaled to the total.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from flows.intake import bounds
from flows.records import Activity

FASTEST_MPS = float(bounds.RUNNING_MPS)  # no runner holds this; sprinters touch it for seconds
STRETCH_S = 60.0  # long enough to even out a jittery position
UNLIKE_SHARE = 0.2
LEAST_DIFFERENCE_MPS = 0.2  # positions of a runner who stands wander this much: no dispute
MOST_SHARE = 0.5
UNIT_SHARE = 0.04  # how close a ratio must be to that of a unit: ft/s and km/h differ by 9 %
STANDING_SHARE = 0.2  # positions that cover less of the way than this only wander about one place
CORRECTED_SHARE = 0.02
SLOWEST_MPS = 0.2  # a total below that is in another unit
MOST_CORRECTED = 4.0  # a total further off than this is not a correction
LEAST_M = 1e-6  # less than this is no movement, in any unit
RESTART_AGREES_POINTS = 5
SHORT_STEP_S = 10.0  # a longer step may hold a pause
YARD_M = 0.9144
YARD_SHARE = 0.01
INDOOR_WORDS = ("treadmill", "indoor", "virtual")

DISTANCE_UNITS_M = (1000.0, 1609.344, 0.3048)  # km, mile, foot
SPEED_UNITS_MPS = (1 / 3.6, 0.44704, 1852 / 3600, 0.3048, 0.01, 0.001)  # km/h, mph, knot, ft/s, cm/s, mm/s

Points = Mapping[str, np.ndarray]


def believed_sources(
    points: Points, timer_s: np.ndarray, place_m: np.ndarray, activity: Activity
) -> tuple[dict[str, np.ndarray], np.ndarray, tuple[str, ...]]:
    """The points with distance_m (m) and speed_mps (m/s) set to NaN where not believed; the metres between positions,
    NaN where not believed; and the notes. `timer_s` and `place_m` have one value per interval."""
    place_notes: list[str] = []
    total_m = activity.distance_m or 0.0
    is_indoors = runs_indoors(activity)
    if is_indoors and not covers_ground(place_m, timer_s):
        place_m = place_m * np.nan  # a runner on a treadmill stays in one place

    speed_mps, speed_notes = without_zero_speed(points["speed_mps"])
    speed_m = metres_of_speed(speed_mps, timer_s)
    witnesses = [metres for metres in (place_m, speed_m) if covers_ground(metres, timer_s)]
    distance_m, distance_notes = rightly_counted(points["distance_m"], points["time_s"], timer_s, witnesses, total_m)
    counted_m = metres_of_distance(distance_m, timer_s)
    if disagree(counted_m, place_m, timer_s):
        if is_believed(counted_m, place_m, total_m, timer_s, is_indoors=is_indoors):
            place_m, place_notes = place_m * np.nan, [] if is_indoors else ["positions_not_believed"]
        else:
            distance_m, counted_m, distance_notes = distance_m * np.nan, counted_m * np.nan, ["distance_against_positions"]

    if not (np.isnan(counted_m) & (timer_s > 0)).any():  # the speed is needed nowhere, so it is not checked
        return {**points, "distance_m": distance_m, "speed_mps": bounded(speed_mps)}, place_m, (*place_notes, *distance_notes)
    witnesses = [metres for metres in (place_m, counted_m) if covers_ground(metres, timer_s)]
    unit_mps = fitting_unit(speed_m, SPEED_UNITS_MPS, witnesses, total_m, timer_s)
    speed_notes += ["speed_in_other_unit"] if unit_mps != 1 else []
    speed_mps = bounded(speed_mps * unit_mps)
    speed_m = metres_of_speed(speed_mps, timer_s)
    if disagree(speed_m, place_m, timer_s):
        if is_believed(speed_m, place_m, total_m, timer_s, is_indoors=is_indoors):
            place_m, place_notes = place_m * np.nan, [] if is_indoors else ["positions_not_believed"]
        else:
            speed_mps, speed_m, speed_notes = speed_mps * np.nan, speed_m * np.nan, ["speed_against_positions"]
    if disagree(speed_m, counted_m, timer_s):
        if is_believed(speed_m, counted_m, total_m, timer_s, is_indoors=False):
            distance_m, distance_notes = distance_m * np.nan, ["distance_against_speed"]
        else:
            speed_mps, speed_notes = speed_mps * np.nan, ["speed_against_distance"]
    has_other = np.isfinite(distance_m).any() or np.isfinite(speed_mps).any()
    if not has_other and stands_still(place_m, total_m, timer_s):
        place_m, place_notes = place_m * np.nan, ["positions_not_believed"]
    notes = (*place_notes, *distance_notes, *speed_notes)
    return {**points, "distance_m": distance_m, "speed_mps": speed_mps}, place_m, notes


def runs_indoors(activity: Activity) -> bool:
    """Whether the file says that the run was indoors, on a treadmill or virtual."""
    said = f"{activity.sport} {activity.sub_sport}".lower()
    return any(word in said for word in INDOOR_WORDS)


def scaled_to_total(
    metres: np.ndarray, moving_s: np.ndarray, unmeasured_s: float, activity: Activity
) -> tuple[np.ndarray, tuple[str, ...]]:
    """The metres of each moving interval (NaN where unknown), scaled so that an indoor track adds up to the corrected total.

    The track's share of the total is its share of the time; the rest of the total was run in `unmeasured_s`.
    """
    seen_s, way_m = moving_s[np.isfinite(metres)].sum(), np.nansum(metres)
    if not (activity.distance_m and way_m > 0 and runs_indoors(activity)):
        return metres, ()
    seen_m = activity.distance_m * seen_s / (seen_s + unmeasured_s)
    factor = seen_m / way_m
    is_correction = 1 / MOST_CORRECTED <= factor <= MOST_CORRECTED and SLOWEST_MPS <= seen_m / seen_s <= FASTEST_MPS
    if not is_correction:
        return metres, ()
    return metres * factor, ("treadmill_scaled",) if abs(factor - 1) > CORRECTED_SHARE else ()


# --- each source alone -------------------------------------------------------------------------------


def without_zero_speed(speed_mps: np.ndarray) -> tuple[np.ndarray, list[str]]:
    known = speed_mps[np.isfinite(speed_mps)]
    if len(known) and not known.any():
        return speed_mps * np.nan, ["speed_always_zero"]
    return speed_mps, []


def rightly_counted(
    distance_m: np.ndarray, time_s: np.ndarray, timer_s: np.ndarray, witnesses: list[np.ndarray], total_m: float
) -> tuple[np.ndarray, list[str]]:
    """The device's distance in metres from the start, NaN where it was not measured; and notes on how it was converted."""
    going_on, restarts = without_restarts(distance_m, time_s)
    summed = np.where(np.isfinite(distance_m), np.nancumsum(distance_m), np.nan)
    is_even = not changes(distance_m)
    ways = [] if is_even else [(going_on, ["distance_restarted"] if restarts else [])]
    # A distance that never falls is a running total already, unless it disagrees with everything else in the file.
    ways += [(summed, ["distance_of_each_step"])] if np.nansum(distance_m) > 0 else []
    for counted, notes in ways:
        metres = metres_of_distance(counted, timer_s)
        is_first = not is_even and counted is going_on
        if is_first and witnesses and is_in_yards(metres, witnesses[0], total_m, timer_s):
            return counted * YARD_M, [*notes, "distance_in_other_unit"]
        if is_first and witnesses and not disagree(metres, witnesses[0], timer_s):
            return counted, notes
        unit_m = fitting_unit(metres, DISTANCE_UNITS_M, witnesses, total_m, timer_s)
        if unit_m != 1:
            return counted * unit_m, [*notes, "distance_in_other_unit"]
        if not is_first and fits(metres, witnesses, total_m, timer_s):
            return counted, notes
    return (distance_m * np.nan, []) if is_even else ways[0]


def without_restarts(distance_m: np.ndarray, time_s: np.ndarray) -> tuple[np.ndarray, int]:
    """A distance that restarts, as at each lap, counted on from where it was; and how often it restarted."""
    known = np.flatnonzero(np.isfinite(distance_m))
    values, times_s = distance_m[known], time_s[known]
    falls = np.flatnonzero(np.diff(values) < 0) + 1
    around = RESTART_AGREES_POINTS
    if len(falls) * around > len(values):  # it falls too often to be a running total
        return distance_m, 0
    restarts = [
        place
        for place in falls.tolist()
        if values[place] <= FASTEST_MPS * (times_s[place] - times_s[place - 1])
        and values[place : place + around].max() < values[max(place - around, 0) : place].min()
    ]
    if not restarts:
        return distance_m, 0
    before = np.zeros(len(values))
    for place in restarts:
        before[place] = values[place - 1]
        # After a restart at 0 the way since the last point is missing: assume the speed before it.
        seconds, seconds_before = times_s[place] - times_s[place - 1], times_s[place - 1] - times_s[max(place - 2, 0)]
        if values[place] == 0 and 0 < seconds <= SHORT_STEP_S and seconds_before > 0:
            before[place] += (values[place - 1] - values[place - 2]) / seconds_before * seconds
    counted = distance_m.copy()
    counted[known] = values + np.cumsum(before)
    return counted, len(restarts)


def changes(values: np.ndarray) -> bool:
    return bool((np.diff(values[np.isfinite(values)]) != 0).any())


def bounded(speed_mps: np.ndarray) -> np.ndarray:
    return np.where((speed_mps >= 0) & (speed_mps <= FASTEST_MPS), speed_mps, np.nan)


def metres_of_speed(speed_mps: np.ndarray, timer_s: np.ndarray) -> np.ndarray:
    """Metres of each interval from the mean of the speeds at its ends, or from the only known one."""
    before, after = speed_mps[:-1], speed_mps[1:]
    either = np.where(np.isnan(before), after, before)
    return np.where(np.isnan(before) | np.isnan(after), either, (before + after) / 2) * timer_s


def metres_of_distance(distance_m: np.ndarray, timer_s: np.ndarray) -> np.ndarray:
    """Metres of each interval from a distance since the start, spread evenly over points without one."""
    known = np.flatnonzero(np.isfinite(distance_m))
    if len(known) < 2:  # noqa: PLR2004
        return np.full(len(timer_s), np.nan)
    clock_s = np.concatenate([[0.0], np.cumsum(timer_s)])
    metres = np.diff(np.interp(clock_s, clock_s[known], distance_m[known]))
    metres[: known[0]] = metres[known[-1] :] = np.nan
    return metres


# --- comparing sources -------------------------------------------------------------------------------


def covers_ground(metres: np.ndarray, timer_s: np.ndarray) -> bool:
    """Whether a source's mean speed lies between SLOWEST_MPS and FASTEST_MPS."""
    known_s = timer_s[np.isfinite(metres)].sum()
    return bool(known_s > 0 and SLOWEST_MPS * known_s <= np.nansum(metres) <= FASTEST_MPS * known_s)


def stretches(one_m: np.ndarray, other_m: np.ndarray, timer_s: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Metres by each source and seconds, per stretch, over the intervals that both sources know."""
    both = np.isfinite(one_m) & np.isfinite(other_m) & (timer_s > 0)
    stretch = np.cumsum(np.diff(np.cumsum(timer_s[both]) // STRETCH_S, prepend=0) > 0)
    one, other, seconds = (np.bincount(stretch, values[both]) for values in (one_m, other_m, timer_s))
    return one, other, seconds


def share_of(holds: np.ndarray, seconds: np.ndarray, timer_s: np.ndarray) -> float:
    return float(seconds[holds].sum() / timer_s.sum()) if timer_s.any() else 0.0


def disagree(one_m: np.ndarray, other_m: np.ndarray, timer_s: np.ndarray) -> bool:
    """Whether two sources differ by more than 20 % over most of the time that either of them covers."""
    if not np.isfinite(one_m).any() or not np.isfinite(other_m).any():
        return False
    one, other, seconds = stretches(one_m, other_m, timer_s)
    difference = np.abs(one - other)
    is_unlike = (difference > UNLIKE_SHARE * np.maximum(np.abs(one), np.abs(other))) & (
        difference > LEAST_DIFFERENCE_MPS * seconds
    )
    told_s = np.where(np.isfinite(one_m) | np.isfinite(other_m), timer_s, 0.0)
    return share_of(is_unlike, seconds, told_s) > MOST_SHARE


def fitting_unit(
    metres: np.ndarray, units: tuple[float, ...], witnesses: list[np.ndarray], total_m: float, timer_s: np.ndarray
) -> float:
    """The factor that converts a source: the unit whose ratio fits a witness (another source), or the file's total; else 1."""
    if not np.nansum(metres) > LEAST_M:
        return 1.0
    known_s = np.where(np.isfinite(metres), timer_s, 0.0)
    for witness in witnesses:
        one, other, seconds = stretches(metres, witness, timer_s)
        moves = (one > LEAST_M) & (other > LEAST_M)
        if not moves.any():
            continue
        unit = nearest_unit(float(np.median(other[moves] / one[moves])), units)
        is_alike = np.abs(one * unit - other) <= UNLIKE_SHARE * other
        if unit != 1 and share_of(is_alike, seconds, known_s) > MOST_SHARE:
            return unit
    if witnesses or not is_plausible(total_m, timer_s):
        return 1.0
    return nearest_unit(total_m / float(np.nansum(metres)), units)


def nearest_unit(ratio: float, units: tuple[float, ...]) -> float:
    """The unit within 4 % of a ratio; else 1."""
    unit = min(units, key=lambda unit: abs(math.log(ratio / unit)))
    return unit if abs(math.log(ratio / unit)) <= UNIT_SHARE else 1.0


def is_in_yards(metres: np.ndarray, witness: np.ndarray, total_m: float, timer_s: np.ndarray) -> bool:
    """Whether a source is in yards. A yard is so close to a metre that both the witness and the file's total must show it."""
    both = np.isfinite(metres) & np.isfinite(witness)
    told = ((witness[both].sum(), metres[both].sum()), (total_m, np.nansum(metres)))
    return is_plausible(total_m, timer_s) and all(abs(other - YARD_M * way) <= YARD_SHARE * other for other, way in told)


def is_plausible(total_m: float, timer_s: np.ndarray) -> bool:
    return 0 < SLOWEST_MPS * timer_s.sum() <= total_m <= FASTEST_MPS * timer_s.sum()


def fits(metres: np.ndarray, witnesses: list[np.ndarray], total_m: float, timer_s: np.ndarray) -> bool:
    """Whether a source agrees with the first witness, or without witnesses with the file's total."""
    if witnesses:
        return covers_ground(metres, timer_s) and not disagree(metres, witnesses[0], timer_s)
    return is_plausible(total_m, timer_s) and abs(np.nansum(metres) - total_m) <= UNIT_SHARE * total_m


def stands_still(place_m: np.ndarray, way_m: float, timer_s: np.ndarray) -> bool:
    """Whether positions only wander about one place although `way_m` is a way that a runner could have covered in the time."""
    known_s = timer_s[np.isfinite(place_m)].sum()
    is_far = np.nansum(place_m) < STANDING_SHARE * way_m <= STANDING_SHARE * FASTEST_MPS * timer_s.sum()
    return bool(is_far and known_s > MOST_SHARE * timer_s.sum())


def is_believed(metres: np.ndarray, other_m: np.ndarray, total_m: float, timer_s: np.ndarray, *, is_indoors: bool) -> bool:
    """Whether a source is believed over one that disagrees. If one of the two is positions, they are `other_m`."""
    if is_indoors and covers_ground(metres, timer_s):
        return True
    way_m, other_way_m = float(np.nansum(metres)), float(np.nansum(other_m))
    is_total_plausible = is_plausible(total_m, timer_s)
    off, other_off = (
        abs(math.log(total_m / way)) if is_total_plausible and way > 0 else math.inf for way in (way_m, other_way_m)
    )
    if min(off, other_off) <= UNLIKE_SHARE:
        return off < other_off
    return stands_still(other_m, way_m, timer_s)
