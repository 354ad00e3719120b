"""Clocks of one file that disagree: which is believed, and what the run is then. All runs: 3 m/s for 20 minutes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest import approx

from flows.intake.run_summary import RunSummary, summarise
from flows.readers.fit import read_fit
from flows.readers.gpx import read_gpx
from flows.readers.tcx import read_tcx
from flows.readers.track_clock import on_one_clock
from flows.records import TRACK_COLUMNS, Activity
from tests.unit.readers.fit_builder import Message, at, even_run, file_id, fit_file, record, session, steady_records, timer

START = datetime(2026, 5, 1, 6, tzinfo=UTC)
DAY_S = 86_400.0
ROLLOVER = timedelta(weeks=1024)


def run(started_at: datetime | None = START, **fields: object) -> Activity:
    """20 minutes at 3 m/s, a point a second, as a device counts them."""
    seconds = np.arange(1201.0)
    return Activity(sport="running", started_at=started_at, track=track(START.timestamp() + seconds, 3 * seconds), **fields)


def track(time_s: Sequence[float] | np.ndarray, distance_m: Sequence[float] | np.ndarray, **more: object) -> pd.DataFrame:
    columns = {"time_s": time_s, "distance_m": distance_m, **more}
    return pd.DataFrame(columns, columns=list(TRACK_COLUMNS)).astype(float)


def with_points(activity: Activity, before: Sequence[float] = (), after: Sequence[float] = ()) -> Activity:
    """The run with points at other times, epoch seconds, before and after it in the file."""
    assert activity.track is not None
    first, last = (track(times, np.full(len(times), metres)) for times, metres in ((before, 0.0), (after, 3600.0)))
    return replace(activity, track=pd.concat([first, activity.track, last], ignore_index=True))


def told(activity: Activity) -> tuple[datetime | None, RunSummary, set[str]]:
    mended = on_one_clock(activity)
    summary = summarise(mended)
    assert summary is not None
    return mended.started_at, summary, {*mended.notes, *summary.notes}


def assert_is_the_run(activity: Activity, *notes: str) -> None:
    started_at, summary, found = told(activity)
    assert started_at == START
    assert (summary.distance_m, summary.moving_s, summary.elapsed_s) == (3600, 1200, 1200)
    assert found == set(notes)


def test_a_run_whose_clocks_agree_is_left_as_it_is():
    assert_is_the_run(run(elapsed_s=1200.0, moving_s=1200.0))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (datetime(1990, 1, 2, tzinfo=UTC).timestamp() + np.arange(5), ()),
        (START.timestamp() - 6 * DAY_S + np.arange(11), ()),
        ((), [datetime(2106, 2, 7, tzinfo=UTC).timestamp()]),
        ([-62_000_000_000.0], [250_000_000_000.0]),  # the years 5 and 9892
        ([0.0], [START.timestamp() + 27 * DAY_S]),
    ],
    ids=["1990", "stale", "2106", "year 5", "both"],
)
def test_points_days_away_are_left_out(before, after):
    assert_is_the_run(with_points(run(), before, after), "points_days_away")
    first_s = min([*before, START.timestamp()])
    if first_s > 0:  # where the start was taken from the first point, it is that of the first one kept
        assert_is_the_run(with_points(run(datetime.fromtimestamp(first_s, UTC)), before, after), "points_days_away")


def test_a_stage_of_the_next_day_is_no_stray():
    seconds = np.concatenate([np.arange(1201.0), 1.5 * DAY_S + np.arange(301)])
    metres = np.concatenate([3 * np.arange(1201.0), 3600 + 3 * np.arange(301)])
    activity = Activity(sport="running", started_at=START, track=track(START.timestamp() + seconds, metres))
    _, summary, notes = told(activity)
    assert (summary.moving_s, summary.elapsed_s, notes) == (1500, 1.5 * DAY_S + 300, set())


def test_nothing_lasts_longer_than_ten_days():
    # A point an hour for 30 days: no day is silent.
    hours = np.arange(720) * 3600.0
    activity = Activity(sport="running", started_at=START, track=track(START.timestamp() + hours, hours / 3600))
    assert told(activity)[1].elapsed_s <= 10 * DAY_S


def test_the_start_is_that_of_the_points_where_the_summary_is_days_away():
    assert_is_the_run(run(datetime(1989, 12, 31, 0, 0, 5, tzinfo=UTC)), "start_from_points")
    assert_is_the_run(run(START - timedelta(days=6)), "start_from_points")
    assert told(run(START - timedelta(hours=2)))[0] == START - timedelta(hours=2)  # a day is none


def test_the_start_is_that_of_the_summary_where_the_points_bear_a_dead_clock():
    activity = run()
    assert activity.track is not None
    dead = activity.track.assign(time_s=activity.track["time_s"] - START.timestamp() + 631_238_400)
    assert_is_the_run(replace(activity, track=dead), "start_from_summary")


def test_of_two_starts_1024_weeks_apart_the_later_is_right():
    assert_is_the_run(run(START - ROLLOVER), "week_rollover")
    activity = run()
    assert activity.track is not None
    early = activity.track.assign(time_s=activity.track["time_s"] - ROLLOVER.total_seconds())
    assert_is_the_run(replace(activity, track=early), "week_rollover")


def test_a_length_of_twelve_days_is_dropped_and_the_run_stays():
    mended = on_one_clock(run(elapsed_s=12 * DAY_S))
    assert (mended.elapsed_s, mended.notes) == (None, ("elapsed_dropped",))
    assert on_one_clock(run(elapsed_s=5 * 3600.0)).elapsed_s == 5 * 3600.0


@pytest.mark.parametrize("at_second", [1, 300, 1100])
@pytest.mark.parametrize("start", [START, None])
def test_a_clock_set_back_by_an_hour_goes_on(at_second, start):
    activity = run()
    assert activity.track is not None
    time_s = activity.track["time_s"].to_numpy().copy()
    time_s[at_second:] -= 3600
    started_at = start or datetime.fromtimestamp(time_s.min(), UTC)  # what a reader takes
    assert_is_the_run(replace(activity, started_at=started_at, track=activity.track.assign(time_s=time_s)), "clock_set_back")


def test_a_late_point_does_not_set_the_clock_back():
    activity = run()
    assert activity.track is not None
    late = activity.track.iloc[[*range(600), *range(620, 1201), *range(600, 620)]]
    assert_is_the_run(replace(activity, track=late.reset_index(drop=True)))


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=1, max_size=30))
def test_no_time_can_make_a_number_that_storage_cannot_hold(times):
    activity = Activity(sport="running", started_at=START, track=track(times, np.arange(len(times))), elapsed_s=1e12)
    summary = summarise(on_one_clock(activity))
    if summary is not None:
        assert 0 <= summary.elapsed_s <= 10 * DAY_S
        assert 0 <= (summary.distance_m or 0) <= 9 * 10 * DAY_S


# --- the timer's events -------------------------------------------------------------------------------


def fit_run(*messages: Message) -> tuple[RunSummary, set[str]]:
    (activity,) = read_fit(fit_file(file_id(), *messages)).activities
    _, summary, notes = told(activity)
    return summary, notes


def records(start: int = 0, seconds: int = 1200, **fields: object) -> list[Message]:
    return steady_records(start, seconds, cadence=82, **fields)


WHOLE = session(0, 1200, total_distance=3600)
TIMERS = {
    "stops only": [timer(0, "stop"), timer(1200, "stop_all")],
    "stop in the middle": [timer(0, "start"), timer(300, "stop"), timer(1200, "stop_all")],
    "starts only, the first late": [timer(900, "start")],
    "last stop early": [timer(0, "start"), timer(60, "stop_all")],
}


@pytest.mark.parametrize("events", TIMERS.values(), ids=TIMERS.keys())
@pytest.mark.parametrize("summary", [[WHOLE], []], ids=["with its session", "cut off"])
def test_stops_in_which_the_records_go_on_are_not_believed(events, summary):
    found, notes = fit_run(*records(), *events, *summary)
    assert (found.distance_m, found.moving_s, found.steps) == (3600, 1200, approx(3280, abs=0.01))
    assert notes == {"timer_events_unpaired"}


@pytest.mark.parametrize("events", TIMERS.values(), ids=TIMERS.keys())
def test_without_any_distance_the_files_own_timer_total_decides(events):
    pulse = [record(second, heart_rate=150, cadence=82) for second in range(1201)]
    found, notes = fit_run(*pulse, *events, WHOLE)
    assert (found.moving_s, found.steps, notes) == (1200, approx(3280, abs=0.01), {"timer_events_unpaired"})


def test_a_real_stop_beside_an_unpaired_one_stays_a_pause():
    # A stop without records from 300 to 400; then a stop at 700 with no start after it.
    points = [*records(0, 300), *(record(400 + i, distance=900 + 3 * i, speed=3.0, cadence=82) for i in range(901))]
    events = [timer(0, "start"), timer(300, "stop"), timer(400, "start"), timer(700, "stop"), timer(1300, "stop_all")]
    found, notes = fit_run(*points, *events, session(0, 1300, total_timer_time=1200))
    assert (found.distance_m, found.moving_s, found.pause_s) == (3600, 1200, 100)
    assert notes == {"timer_events_unpaired"}


def test_a_stop_that_was_never_written_is_a_pause_where_the_timers_total_says_so():
    points = [*records(0, 300), *(record(500 + i, distance=900 + 3 * i, speed=3.0, cadence=82) for i in range(901))]
    found, _ = fit_run(*points, timer(0, "start"), timer(500, "start"), session(0, 1400, total_timer_time=1200))
    assert (found.distance_m, found.moving_s, found.pause_s) == (approx(3600, abs=1), approx(1200, abs=1), approx(200, abs=1))


def test_records_of_a_runner_who_stands_in_a_stop_do_not_contradict_it():
    points = [
        *records(0, 300),
        *(record(301 + i, distance=900, speed=0.0, cadence=0) for i in range(199)),
        *(record(500 + i, distance=900 + 3 * i, speed=3.0, cadence=82) for i in range(901)),
    ]
    events = [timer(0, "start"), timer(300, "stop"), timer(500, "start"), timer(1400, "stop_all")]
    found, notes = fit_run(*points, *events, session(0, 1400, total_timer_time=1200))
    assert (found.distance_m, found.moving_s, found.pause_s, notes) == (3600, 1200, 200, set())


def test_events_of_the_last_leg_alone_leave_the_first_leg_its_time():
    first, last = records(0, 1200), [record(1300 + i, distance=3600 + 3 * i, speed=3.0) for i in range(601)]
    data = fit_file(
        file_id(), *first, *last, timer(1300, "start"), timer(1900, "stop_all"),
        session(0, 1200, total_distance=3600), session(1300, 600, sport="cycling", total_distance=1800),
    )  # fmt: skip
    _, summary, notes = told(read_fit(data).activities[0])
    assert (summary.distance_m, summary.moving_s, notes) == (3600, 1200, {"timer_events_unpaired"})


# --- FIT and GPX --------------------------------------------------------------------------------------


def test_a_fit_session_of_the_fit_epoch_takes_the_start_of_its_records():
    data = fit_file(file_id(), *even_run(0, 1200)[:-1], session(0, 1200, start_time=datetime(1989, 12, 31, 0, 0, 5, tzinfo=UTC)))
    started_at, summary, notes = told(read_fit(data).activities[0])
    assert (started_at, summary.moving_s, notes) == (START, 1200, {"start_from_points"})


def test_a_leg_of_the_fit_epoch_keeps_its_place_among_the_others():
    dead = datetime(1989, 12, 31, 0, 0, 5, tzinfo=UTC)
    messages = [*even_run(0, 600), *even_run(700, 600)[:-1], session(700, 600, start_time=dead)]
    first, second = read_fit(fit_file(file_id(), *messages)).activities
    assert (first.started_at, second.started_at) == (at(0), at(700))
    assert [told(leg)[1].moving_s for leg in (first, second)] == [600, 600]
    assert "start_from_points" in second.notes


def test_stale_records_before_a_first_leg_of_no_records_are_left_out():
    stale = [record(-6 * 86_400 + second, distance=0.0) for second in range(11)]
    messages = [*stale, session(-60, 50, sport="transition"), *even_run(0, 600)]
    first, second = read_fit(fit_file(file_id(), *messages)).activities
    assert (first.track, first.notes) == (None, ("points_days_away",))
    assert told(second)[1].moving_s == 600


@pytest.mark.parametrize("points_year", [1990, 2026])
def test_a_tcx_starts_when_the_clock_says_that_can_be_true(points_year):
    points = "".join(
        f"<Trackpoint><Time>{points_year}-05-01T06:{second // 60:02}:{second % 60:02}Z</Time>"
        f"<DistanceMeters>{3 * second}</DistanceMeters></Trackpoint>"
        for second in range(1201)
    )
    data = (
        '<TrainingCenterDatabase><Activities><Activity Sport="Running"><Id>2026-05-01T06:00:00Z</Id>'
        f'<Lap StartTime="2026-05-01T06:00:00Z"><Track>{points}</Track></Lap></Activity></Activities></TrainingCenterDatabase>'
    )
    (activity,) = read_tcx(data.encode()).activities
    assert_is_the_run(activity, *(["start_from_summary"] if points_year == 1990 else []))


def test_times_at_both_ends_alone_are_spread_over_the_way():
    # A loop: 1,800 m out and back on a meridian, 1,201 points of which the first and the last have a time.
    degree_m = 2 * np.pi * 6_371_008.8 / 360
    metres = 3 * np.concatenate([np.arange(601), np.arange(599, -1, -1)])
    ends = {0: "<time>2026-05-01T06:00:00Z</time>", 1200: "<time>2026-05-01T06:20:00Z</time>"}
    points = "".join(f'<trkpt lat="{10 + way / degree_m:.9f}" lon="20">{ends.get(i, "")}</trkpt>' for i, way in enumerate(metres))
    content = read_gpx(f"<gpx><trk><type>running</type><trkseg>{points}</trkseg></trk></gpx>".encode())
    started_at, summary, notes = told(content.activities[0])
    assert (started_at, notes) == (START, {"times_by_way"})
    assert (summary.distance_m, summary.moving_s) == (approx(3600, abs=0.1), 1200)


@pytest.mark.parametrize("is_timed", [lambda i: not 300 < i < 900, lambda i: i % 7 != 3])
def test_points_without_a_time_in_the_middle_leave_no_hole(is_timed):
    degree_m = 2 * np.pi * 6_371_008.8 / 360
    points = "".join(
        f'<trkpt lat="{10 + 3 * i / degree_m:.9f}" lon="20">'
        f"<time>{f'{START + timedelta(seconds=i):%Y-%m-%dT%H:%M:%SZ}' if is_timed(i) else 'error'}</time></trkpt>"
        for i in range(1202)
    )
    content = read_gpx(f"<gpx><trk><type>running</type><trkseg>{points}</trkseg></trk></gpx>".encode())
    _, summary, notes = told(content.activities[0])
    assert (summary.distance_m, summary.moving_s) == (approx(3603, abs=6), approx(1201, abs=2))
    assert notes == (set() if is_timed(450) else {"times_by_way"})
