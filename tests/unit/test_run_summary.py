"""Totals and bins of a track: sums a reader can redo, and what must hold for every run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest import approx

from flows.intake.run_summary import RunSummary, summarise
from flows.readers.fit import read_fit
from flows.records import TRACK_COLUMNS, Activity

MORNING_S = 1_777_615_200.0  # 2026-05-01T06:00:00Z


def track(seconds: Sequence[float], **columns: object) -> pd.DataFrame:
    """A track with only the columns that matter; the others are missing."""
    known = {"time_s": MORNING_S + np.asarray(seconds, dtype=float), **columns}
    return pd.DataFrame(known, columns=list(TRACK_COLUMNS)).astype(float)


def summary_of(
    points: pd.DataFrame,
    pauses: Sequence[tuple[float, float]] = (),
    sport: str | None = "running",
    moving_s: float | None = None,
) -> RunSummary:
    timer = tuple((MORNING_S + start, MORNING_S + end) for start, end in pauses)
    summary = summarise(Activity(sport=sport, track=points, pauses=timer, moving_s=moving_s))
    assert summary is not None
    return summary


def even(seconds: int, speed_mps: float = 3.0, every_s: int = 1, **columns: object) -> pd.DataFrame:
    times = np.arange(0, seconds + 1, every_s)
    return track(times, distance_m=speed_mps * times, **columns)


def northward(metres: Sequence[float]) -> dict[str, np.ndarray]:
    """Positions on a meridian: one degree is a 360th of a great circle of mean radius 6,371,008.8 m."""
    degree_m = 2 * np.pi * 6_371_008.8 / 360
    return {"latitude_deg": 46 + np.asarray(metres) / degree_m, "longitude_deg": np.full(len(metres), 6.5)}


# --- totals ------------------------------------------------------------------------------------------


def test_an_even_run_fills_one_bin():
    summary = summary_of(even(600, 3.0, cadence_per_min=82))
    assert (summary.distance_m, summary.moving_s, summary.elapsed_s) == (1800, 600, 600)
    assert (summary.pause_s, summary.gap_s, summary.spike_points, summary.points) == (0, 0, 0, 601)
    assert summary.started_at_s == MORNING_S
    (only_bin,) = summary.speed_bins.to_dict("records")
    assert only_bin == {
        "speed_bin": 15,  # 3.0 / 0.2
        "grade_bin": 0,
        "seconds": 600,
        "steps": 2 * 82 * 10,
        "metres": 1800,
    }


def test_what_the_track_cannot_tell_is_none():
    summary = summary_of(track(range(61)), pauses=[(0, 0)])
    assert (summary.moving_s, summary.elapsed_s) == (60, 60)
    assert summary.distance_m is None
    assert summary.ascent_m is None
    assert summary.descent_m is None
    assert summary.avg_heart_rate_bpm is None
    assert summary.avg_cadence_spm is None
    assert summary.steps is None
    assert summary.cadence_factor is None
    assert summary.speed_bins.empty
    assert summary.heart_rate_bins.empty


@pytest.mark.parametrize(
    "points",
    [None, track([]), track([5]), track([5, 5]), track([np.nan, np.nan])],
    ids=["no track", "no points", "one point", "one instant", "no times"],
)
def test_without_two_instants_there_is_no_summary(points):
    assert summarise(Activity(sport="running", track=points)) is None


def test_heart_rate_alone_still_gives_minutes_and_beats():
    summary = summary_of(track(range(0, 61), heart_rate_bpm=150), pauses=[(0, 0)])
    (only_bin,) = summary.heart_rate_bins.to_dict("records")
    assert only_bin["heart_rate_bin_bpm"] == 150
    assert (only_bin["seconds"], only_bin["beats"]) == (60, 150)
    assert np.isnan(only_bin["metres"])
    assert summary.distance_m is None


# --- metres ------------------------------------------------------------------------------------------


def test_metres_come_from_the_device_else_from_speed_else_from_positions():
    seconds = np.arange(11)
    device = {"distance_m": 3.0 * seconds}
    speed = {"speed_mps": np.full(11, 2.8)}
    place = northward(2.6 * seconds)
    assert summary_of(track(seconds, **device, **speed, **place)).distance_m == 30
    assert summary_of(track(seconds, **speed, **place)).distance_m == 28
    assert summary_of(track(seconds, **place)).distance_m == approx(26, abs=0.001)


def test_a_device_distance_that_never_grows_was_not_measured():
    seconds = np.arange(11)
    assert summary_of(track(seconds, distance_m=0.0, speed_mps=3.0)).distance_m == 30


def test_a_device_distance_known_now_and_then_is_spread_over_the_time_between():
    distance_m = [0, np.nan, np.nan, 9, np.nan, 15]
    summary = summary_of(track(range(6), distance_m=distance_m, speed_mps=8.0))
    assert summary.distance_m == 15


def test_positions_at_zero_zero_or_off_the_globe_are_missing():
    place = northward(3.0 * np.arange(31))
    place["latitude_deg"][10], place["longitude_deg"][10] = 0, 0
    place["latitude_deg"][20] = 146
    assert summary_of(track(range(31), **place)).distance_m == approx(90, abs=0.001)


def test_a_position_that_jumps_away_and_back_adds_nothing():
    metres = 3.0 * np.arange(61)
    metres[30] += 500
    summary = summary_of(track(range(61), **northward(metres)))
    assert summary.distance_m == approx(180, abs=0.001)
    assert summary.spike_points == 1


def test_one_bad_first_point_cannot_lose_a_run():
    metres = 3.0 * np.arange(601)
    metres[0] = 300_000
    summary = summary_of(track(range(601), **northward(metres)))
    assert summary.distance_m == approx(3 * 599, abs=0.001)  # the way from the bad point is unknown
    assert summary.moving_s == 600


def test_the_drive_home_is_not_run():
    metres = np.concatenate([3.0 * np.arange(601), 1800 + 20.0 * np.arange(1, 601)])
    summary = summary_of(track(range(1201), distance_m=metres))
    assert 1800 <= summary.distance_m < 1800 + 9 * 2
    assert summary.spike_points > 590


def test_a_jump_of_the_devices_distance_is_left_out_and_the_run_goes_on():
    metres = 3.0 * np.arange(601)
    metres[300:] += 1000
    assert summary_of(track(range(601), distance_m=metres)).distance_m == approx(1800 - 3)


# --- moving, pauses, gaps ----------------------------------------------------------------------------


def test_the_timers_pause_is_no_moving_time():
    seconds = [*range(301), *range(360, 661)]
    metres = [*(3.0 * np.arange(301)), *(900 + 3.0 * np.arange(301))]
    summary = summary_of(track(seconds, distance_m=metres), pauses=[(0, 0), (300, 360), (660, 660)])
    assert (summary.moving_s, summary.pause_s, summary.elapsed_s) == (600, 60, 660)
    assert summary.distance_m == 1800


def test_a_pause_within_an_interval_takes_only_its_own_seconds():
    summary = summary_of(track([0, 10, 20], distance_m=[0, 30, 45]), pauses=[(0, 0), (12, 17)])
    assert (summary.moving_s, summary.pause_s, summary.distance_m) == (15, 5, 45)


def test_a_walk_between_two_positions_of_a_pause_is_not_run():
    place = northward([0, 30, 130, 160])
    summary = summary_of(track([0, 10, 110, 120], **place), pauses=[(0, 0), (10, 110)])
    assert summary.moving_s == 20
    assert summary.distance_m == approx(60, abs=0.001)


def standing_at_a_light() -> pd.DataFrame:
    """100 s of running, 60 s of standing, 100 s of running; one point a second all the while."""
    metres = np.concatenate([3.0 * np.arange(101), np.full(60, 300.0), 300 + 3.0 * np.arange(1, 101)])
    return track(range(261), **northward(metres), cadence_per_min=np.where(np.diff(metres, prepend=-3) > 0, 80, 0))


def test_standing_while_the_timer_runs_is_moving_time_without_steps():
    summary = summary_of(standing_at_a_light(), pauses=[(0, 0), (260, 260)])
    assert (summary.moving_s, summary.pause_s) == (260, 0)
    assert summary.steps == approx(200 / 60 * 160, rel=0.01)


def test_standing_counts_as_moving_where_the_file_tells_its_own_timer():
    assert summary_of(standing_at_a_light(), moving_s=260).moving_s == 260


def test_standing_is_a_pause_where_no_timer_is_known():
    summary = summary_of(standing_at_a_light())
    assert (summary.moving_s, summary.pause_s) == (200, 60)
    assert summary.distance_m == approx(600, abs=0.001)


def test_a_long_silence_without_way_is_a_pause_and_smart_recording_is_not():
    lights = track([0, 5, 95, 100], distance_m=[0, 15, 18, 33])
    assert (summary_of(lights).moving_s, summary_of(lights).pause_s) == (10, 90)
    smart = even(210, 3.0, every_s=15)
    assert (summary_of(smart).moving_s, summary_of(smart).pause_s) == (210, 0)


def test_silence_of_more_than_five_minutes_is_a_gap_whatever_the_timer_says():
    points = track([0, 5, 405, 410], distance_m=[0, 15, 1215, 1230])
    for pauses in ([], [(0, 0), (410, 410)]):
        summary = summary_of(points, pauses)
        assert (summary.moving_s, summary.gap_s, summary.pause_s) == (10, 400, 0)
        assert summary.distance_m == 30


def test_a_watch_left_on_for_27_days_ran_two_minutes():
    days_s = 27 * 86_400
    points = track([*range(121), days_s], distance_m=[*(3.0 * np.arange(121)), 360])
    summary = summary_of(points, pauses=[(0, 0), (120, days_s)])
    assert (summary.moving_s, summary.elapsed_s, summary.distance_m) == (120, days_s, 360)  # the end itself: see track_clock


def test_points_of_one_instant_become_one():
    points = track([0, 1, 1, 2], distance_m=[0, 3, np.nan, 6], heart_rate_bpm=[150, np.nan, 150, 150])
    summary = summary_of(points)
    assert (summary.distance_m, summary.moving_s, summary.avg_heart_rate_bpm) == (6, 2, 150)
    assert (summary.points, summary.spike_points) == (4, 0)


def test_a_late_heart_beat_with_the_newest_place_does_not_make_the_run_zigzag():
    # Sports Tracker: place of second 8 at its time, then heart beats of seconds 3 and 6 with that same place
    seconds = [second for i in range(4, 101, 4) for second in (i, i - 5, i - 2)]
    metres = [3.0 * i for i in range(4, 101, 4) for _ in range(3)]
    summary = summary_of(track(seconds, **northward(metres), heart_rate_bpm=150), moving_s=100)
    assert summary.distance_m == approx(3 * 96, abs=0.001)


# --- heart rate and cadence --------------------------------------------------------------------------


def test_heart_rate_is_weighted_by_time():
    points = track([0, 60, 70, 90], distance_m=[0, 180, 210, 270], heart_rate_bpm=[100, 100, 160, 160])
    # 60 s at 100, 10 s between the two at 130, 20 s at 160
    assert summary_of(points, [(0, 0)]).avg_heart_rate_bpm == approx((6000 + 1300 + 3200) / 90, abs=0.001)


def test_a_heart_rate_that_is_lost_holds_for_ten_seconds():
    heart_rate = np.where(np.arange(111) < 10, 150.0, np.nan)
    summary = summary_of(even(110, heart_rate_bpm=heart_rate))
    assert summary.heart_rate_bins["seconds"].sum() == 9 + 10
    assert summary.heart_rate_bins["metres"].sum() == approx(3 * 19)


@pytest.mark.parametrize("wrong_bpm", [0, 24, 251, 900])
def test_a_heart_rate_that_nobody_has_is_missing(wrong_bpm):
    heart_rate = np.where(np.arange(61) == 30, wrong_bpm, 140.0)
    assert summary_of(even(60, heart_rate_bpm=heart_rate)).avg_heart_rate_bpm == approx(140)


def test_heart_rate_bins_hold_five_beats_each():
    heart_rate = np.repeat([144.0, 152.0], [60, 61])
    bins = summary_of(even(120, heart_rate_bpm=heart_rate)).heart_rate_bins.set_index("heart_rate_bin_bpm")
    assert bins.loc[140, "seconds"] == 59
    assert bins.loc[145, "seconds"] == 1  # the second between, at 148
    assert bins.loc[150, "seconds"] == 60
    assert bins.loc[150, "beats"] == 152
    assert bins["beats"].sum() == approx((59 * 144 + 148 + 60 * 152) / 60, abs=0.001)


@pytest.mark.parametrize(
    ("speed_mps", "counted", "factor"),
    [
        (3.0, 82, 2),
        (3.0, 164, 1),
        (5.5, 95, 2),
        (5.5, 190, 1),
        (2.1, 76, 2),
        (1.9, 75, 2),  # a slow jog
        (1.4, 55, 2),  # a walk
        (1.4, 110, 1),
    ],
)
def test_cadence_counts_one_foot_or_both(speed_mps, counted, factor):
    summary = summary_of(even(120, speed_mps, cadence_per_min=counted))
    assert summary.cadence_factor == factor
    assert summary.steps == approx(counted * factor * 2)
    assert summary.avg_cadence_spm == counted * factor


def test_without_a_speed_the_sport_tells_the_usual_cadence():
    points = track(range(61), cadence_per_min=80)
    assert summary_of(points, [(0, 0)], sport="running").cadence_factor == 2
    points = track(range(61), cadence_per_min=105)
    assert summary_of(points, [(0, 0)], sport="walking").cadence_factor == 1


# --- bins --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("speed_mps", "speed_bin"), [(0.6, 3), (2.99, 14), (3.0, 15), (3.19, 15), (3.2, 16)])
def test_a_speed_bin_begins_at_its_edge(speed_mps, speed_bin):
    assert summary_of(even(60, speed_mps), moving_s=60).speed_bins["speed_bin"].tolist() == [speed_bin]


@pytest.mark.parametrize(("grade", "grade_bin"), [(0.0, 0), (0.009, 0), (0.011, 1), (0.10, 5), (-0.10, -5), (0.8, 23)])
def test_a_slope_falls_into_the_nearest_bin_of_two_percent(grade, grade_bin):
    points = even(300, altitude_m=400 + grade * 3.0 * np.arange(301))
    assert summary_of(points).speed_bins["grade_bin"].tolist() == [grade_bin]  # 0.8 is held at 0.45


def test_a_jittery_altimeter_on_a_standing_runner_makes_no_slope():
    jitter = 400 + 3.0 * (np.arange(301) % 2)
    summary = summary_of(even(300, 0.4, altitude_m=jitter), pauses=[(0, 0)])
    assert set(summary.speed_bins["grade_bin"]) == {0}


def test_a_hill_is_climbed_and_descended_once():
    hill = 400 + 50 * np.interp(np.arange(1201), [0, 600, 1200], [0, 1, 0])
    summary = summary_of(even(1200, altitude_m=hill))
    assert summary.ascent_m == approx(50, abs=1)
    assert summary.descent_m == approx(50, abs=1)


def test_best_efforts_are_the_most_metres_of_3_6_12_and_20_minutes():
    # Ten minutes easy, five hard, ten easy: 1800, 1500 and 1800 m.
    speed_mps = np.repeat([3.0, 5.0, 3.0], [600, 300, 600])
    summary = summary_of(track(range(1501), distance_m=np.concatenate([[0], np.cumsum(speed_mps)])))
    assert summary.best_efforts_m == {
        180: 900,  # within the hard part
        360: 1680,  # five minutes hard, one easy
        720: 2760,  # and seven easy
        1200: 4200,  # and fifteen easy
    }


def test_a_run_has_no_effort_longer_than_itself():
    assert summary_of(even(719)).best_efforts_m == {180: 540, 360: 1080}
    assert summary_of(even(720)).best_efforts_m == {180: 540, 360: 1080, 720: 2160}
    assert summary_of(track(range(1201), heart_rate_bpm=150), pauses=[(0, 0)]).best_efforts_m == {}


def test_no_effort_holds_a_pause_of_the_timer():
    # Two minutes at 4 m/s, the timer stopped for ten minutes, two minutes more: nobody ran three minutes on end.
    seconds = [*range(121), *range(720, 841)]
    distance_m = [4.0 * second for second in [*range(121), *range(120, 241)]]
    summary = summary_of(track(seconds, distance_m=distance_m), pauses=[(120, 720)])
    assert summary.best_efforts_m == {}


@pytest.mark.parametrize("has_timer", [True, False])
def test_no_effort_holds_standing_whoever_stops_the_clock(has_timer):
    # 16 min at 2.6 m/s, four of standing, 16 more: the pace never changes.
    seconds = np.arange(36 * 60 + 1)
    metres = 2.6 * np.interp(seconds, [0, 960, 1200, 2160], [0, 960, 960, 1920])
    summary = summary_of(track(seconds, distance_m=metres), pauses=[(0, 0)] if has_timer else [])
    assert summary.best_efforts_m == {180: approx(468), 360: approx(936), 720: approx(1872)}
    assert (summary.moving_s, summary.distance_m) == (2160 if has_timer else 1920, approx(4992))


def test_a_light_of_ten_seconds_is_no_stop():
    seconds = np.arange(401)
    metres = 3.0 * np.interp(seconds, [0, 100, 110, 400], [0, 100, 100, 390])
    assert summary_of(track(seconds, distance_m=metres), pauses=[(0, 0)]).best_efforts_m[360] == approx(3 * 350)


def test_standing_loses_its_minutes_and_keeps_its_metres():
    # 90 s of 0.3 m/s between two runs; the same again as one silence.
    for seconds in ([*range(301)], [*range(101), *range(190, 301)]):
        metres = np.interp(seconds, [0, 100, 190, 300], [0, 300, 327, 657])
        summary = summary_of(track(seconds, distance_m=metres))
        assert (summary.distance_m, summary.moving_s, summary.pause_s) == (approx(657), approx(210, abs=5), approx(90, abs=5))
        assert summary.speed_bins["metres"].sum() == approx(630, abs=5)  # what no step carried is in no bin


def test_a_silence_of_six_minutes_keeps_no_metres():
    assert summary_of(track([0, 5, 365, 370], distance_m=[0, 15, 115, 130])).distance_m == 30


def test_a_slow_steep_climb_is_no_standing():
    # Flat at 3 m/s for ten minutes, then 0.45 m/s up a slope of 40 %: ten minutes, 108 m up.
    seconds = np.arange(1201)
    metres = np.interp(seconds, [0, 600, 1200], [0, 1800, 2070])
    altitude_m = np.interp(seconds, [0, 600, 1200], [500, 500, 608])
    climb = summary_of(track(seconds, **northward(metres), altitude_m=altitude_m))
    assert (climb.moving_s, climb.distance_m) == (1200, approx(2070, abs=0.1))
    flat = summary_of(track(seconds, **northward(metres), altitude_m=np.full(1201, 500.0)))
    assert (flat.moving_s, flat.distance_m) == (approx(600, abs=10), approx(2070, abs=0.1))


def test_who_is_slow_all_the_way_does_not_stand():
    # A point each 26 s, by turns 0.45 and 0.9 m/s.
    seconds = 26.0 * np.arange(93)
    metres = np.concatenate([[0], np.cumsum(26 * np.where(np.arange(92) % 2, 0.9, 0.45))])
    summary = summary_of(track(seconds, **northward(metres)), sport="hiking")
    assert (summary.distance_m, summary.moving_s) == (approx(1614.6, abs=0.1), 2392)


def test_a_lift_is_no_climb():
    # Standing for two minutes while the altitude rises by 60 m and the place stays.
    seconds = np.arange(321)
    metres = np.interp(seconds, [0, 100, 220, 320], [0, 300, 300, 600])
    altitude_m = np.interp(seconds, [0, 100, 220, 320], [500, 500, 560, 560])
    assert summary_of(track(seconds, **northward(metres), altitude_m=altitude_m)).moving_s == approx(200, abs=5)


def test_intervals_keep_their_own_metres_when_their_bin_is_smoothed():
    seconds = np.arange(61)
    metres = np.cumsum(np.where(seconds % 2, 4.0, 2.0)) - 2  # 4 m and 2 m by turns: 3 m/s on average
    summary = summary_of(track(seconds, distance_m=metres))
    assert summary.distance_m == metres[-1]
    assert set(summary.speed_bins["speed_bin"]) <= {14, 15, 16}


# --- what must hold for every run --------------------------------------------------------------------


@st.composite
def runs(draw: st.DrawFn, slowest_mps: float = 0.0) -> pd.DataFrame:
    """A run as a watch may record it: uneven steps in time, standing, hills, holes in every column."""
    count = draw(st.integers(2, 60))
    steps_s = draw(st.lists(st.sampled_from([1, 1, 1, 2, 7, 11, 400]), min_size=count, max_size=count))
    pace = st.sampled_from([slowest_mps, 0.3, 1.4, 2.5, 3.0, 5.5])
    speeds = draw(st.lists(pace, min_size=count, max_size=count))
    seconds = np.concatenate([[0], np.cumsum(steps_s)])
    metres = np.concatenate([[0.0], np.cumsum(np.multiply(steps_s, speeds))])
    known = st.lists(st.booleans(), min_size=count + 1, max_size=count + 1)

    def with_holes(values: np.ndarray) -> np.ndarray:
        return np.where(draw(known), values, np.nan)

    place = northward(metres)
    return track(
        seconds,
        distance_m=with_holes(metres),
        latitude_deg=with_holes(place["latitude_deg"]),
        longitude_deg=place["longitude_deg"],
        heart_rate_bpm=with_holes(120 + 40 * np.sin(seconds)),
        cadence_per_min=with_holes(np.where(np.arange(count + 1) % 5, 81.0, 0.0)),
        altitude_m=with_holes(400 + 0.05 * metres),
    )


def with_timer(points: pd.DataFrame) -> list[tuple[float, float]]:
    middle = float(points["time_s"].iloc[len(points) // 2] - MORNING_S)
    return [(0, 0), (middle - 0.5, middle + 3)]


@given(runs(), st.booleans())
def test_bins_add_up_to_the_totals(points, has_timer):
    summary = summary_of(points, with_timer(points) if has_timer else [])
    assert summary.moving_s + summary.pause_s + summary.gap_s == approx(summary.elapsed_s, abs=0.002)
    assert summary.heart_rate_bins["seconds"].sum() <= summary.moving_s + 0.01
    if summary.distance_m is not None:
        assert summary.speed_bins["seconds"].sum() == approx(summary.moving_s, abs=1e-6)
        standing_m = summary.distance_m - summary.speed_bins["metres"].sum()
        # Below half a metre a second, by the speed smoothed over 15 s.
        assert -1e-6 <= standing_m <= 0.5 * (summary.pause_s + 15) + 1e-6
        assert not summary.speed_bins.duplicated(["speed_bin", "grade_bin"]).any()
    if summary.steps is not None and summary.distance_m is not None:
        assert summary.speed_bins["steps"].sum() == approx(summary.steps, abs=1e-6)


def figures(summary: RunSummary) -> list:
    totals = [getattr(summary, name) for name in RunSummary.__slots__ if not name.endswith("_bins")][1:]
    return [*totals, summary.speed_bins.to_csv(), summary.heart_rate_bins.to_csv()]


@given(runs(), st.integers(-(10**9), 10**9))
def test_the_hour_of_a_run_changes_nothing_but_its_start(points, shift_s):
    later = points.assign(time_s=points["time_s"] + shift_s)
    assert figures(summary_of(later)) == figures(summary_of(points))


# Standing still is left out: only a place that repeats the one before it is judged by the file's order.
@given(runs(slowest_mps=0.3), st.randoms(use_true_random=False))
def test_the_order_of_points_does_not_matter(points, random):
    shuffled = points.sample(frac=1, random_state=random.randrange(2**32))
    assert figures(summary_of(shuffled)) == figures(summary_of(points))


@given(st.floats(2.0, 5.5), st.integers(72, 98), st.integers(30, 300))
def test_single_and_double_counts_give_the_same_steps(speed_mps, strides, seconds):
    one_foot = summary_of(even(seconds, speed_mps, cadence_per_min=strides))
    both_feet = summary_of(even(seconds, speed_mps, cadence_per_min=2 * strides))
    assert one_foot.steps == both_feet.steps == approx(2 * strides * seconds / 60, abs=0.01)


@given(st.floats(1.0, 5.0), st.integers(1, 119), st.booleans())
def test_one_jump_of_12_m_in_a_second_changes_less_than_itself(speed_mps, place, comes_back):
    metres = speed_mps * np.arange(121)
    jumped = metres.copy()
    if comes_back:
        jumped[place] += 12
    else:
        jumped[place:] += 12 - speed_mps
    for column in ({"distance_m": jumped}, northward(jumped)):
        summary = summary_of(track(range(121), **column), pauses=[(0, 0)])
        assert abs(summary.distance_m - metres[-1]) < 12
        assert summary.moving_s == 120


# --- real files --------------------------------------------------------------------------------------

ON_FOOT = {"running", "walking"}
# Where the track cannot tell what the watch's summary tells:
HALF_A_TRACK = {"fitparse_strava-android-app-201.10-b1218918.fit"}  # damaged; the summary survives
DISTANCE_STOPS_EARLY = {
    # its last 42 s have a speed of 1.7 m/s (we count 30 m), while the watch's distance is written no more
    "gc_Move_2020_01_15_19_27_16_Running.fit",
}


def test_real_tracks_agree_with_the_summaries_of_their_watches(shared_data):
    checked = 0
    for path in sorted(shared_data.glob("fit_*/*.fit")):
        if path.name in HALF_A_TRACK:
            continue
        for activity in read_fit(path.read_bytes()).activities:
            if activity.sport not in ON_FOOT or activity.moving_s is None:
                continue
            checked += 1
            summary = summarise(activity)
            assert summary.moving_s == approx(activity.moving_s, abs=max(5, 0.02 * activity.moving_s)), path
            if activity.distance_m and path.name not in DISTANCE_STOPS_EARLY:
                off_m = max(20, 0.01 * activity.distance_m)
                assert summary.distance_m == approx(activity.distance_m, abs=off_m), path
            if activity.avg_heart_rate_bpm is not None:
                assert summary.avg_heart_rate_bpm == approx(activity.avg_heart_rate_bpm, abs=2), path
    assert checked >= 37


def test_real_cadence_gives_the_steps_of_the_watch(shared_data):
    """Against total_strides of the session, doubled, for runs of more than a kilometre."""
    # COROS writes 4,067 strides but 92 a minute over 48.7 min; fenix 5X writes 116 strides for 1 km
    contradict_themselves = {"sportslib_6916663933.fit", "connectstats_activity_2545022458.fit"}
    checked = 0
    for path in sorted(shared_data.glob("fit_run/*.fit")):
        for activity in read_fit(path.read_bytes()).activities:
            is_long = activity.sport == "running" and (activity.distance_m or 0) > 1000
            if is_long and activity.steps and path.name not in contradict_themselves:
                checked += 1
                assert summarise(activity).steps == approx(activity.steps, rel=0.02), path
    assert checked >= 15


def test_a_run_kept_as_two_files_with_and_without_pause_records_is_the_same_run(shared_data):
    whole, without = (
        summarise(read_fit((shared_data / "fit_run" / name).read_bytes()).activities[0])
        for name in ("sportslib_6909950168.fit", "sportslib_6909950168-no-pause-records.fit")
    )
    assert (whole.distance_m, whole.moving_s) == (without.distance_m, without.moving_s)
