"""Sessions of Polar Flow's account export: totals, tracks, offsets, and what is odd."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from flows.intake.run_summary import summarise
from flows.readers.sniff import read_content
from flows.records import FileContent

EXERCISE = {
    "startTime": "2026-05-01T08:00:00.000",
    "stopTime": "2026-05-01T09:05:00.000",
    "timezoneOffset": 120,
    "duration": "PT1H2M3.5S",
    "distance": 10000.0,
    "sport": "RUNNING",
    "ascent": 50.0,
    "heartRate": {"min": 90, "avg": 150, "max": 170},
}
SESSION = {"exportVersion": "1.6", "name": "Lunch", "startTime": "2026-05-01T08:00:00.000", "exercises": [EXERCISE]}


def read(**session: Any) -> FileContent:
    return read_content("training-session-2026-05-01-1-a.json", json.dumps(SESSION | session).encode())


def test_totals_are_those_of_the_exercise() -> None:
    content = read()
    (run,) = content.activities
    assert (content.format, content.refused_rows) == ("polar_json", ())
    assert (run.sport, run.started_at, run.started_local) == ("running", datetime(2026, 5, 1, 6, tzinfo=UTC), None)
    assert (run.distance_m, run.moving_s, run.elapsed_s) == (10000, 3723.5, 3900)
    assert (run.ascent_m, run.avg_heart_rate_bpm, run.title) == (50, 150, "Lunch")


def test_without_an_offset_the_time_is_the_runners_own() -> None:
    (run,) = read(exercises=[{key: value for key, value in EXERCISE.items() if key != "timezoneOffset"}]).activities
    assert (run.started_at, run.started_local) == (None, datetime(2026, 5, 1, 8))
    (run,) = read(exercises=[EXERCISE | {"timezoneOffset": None}], timeZoneOffset=-60).activities
    assert run.started_at == datetime(2026, 5, 1, 9, tzinfo=UTC)


def test_samples_become_a_track_with_speed_in_metres_a_second() -> None:
    """20 minutes at 10.8 km/h are 3.6 km."""
    at = [f"2026-05-01T08:{second // 60:02}:{second % 60:02}.000" for second in range(1201)]
    samples = {
        "speed": [{"dateTime": time, "value": 10.8} for time in at],
        "distance": [{"dateTime": time, "value": 3.0 * second} for second, time in enumerate(at)],
        "heartRate": [{"dateTime": time, "value": 150} for time in at] + [{"dateTime": "lost", "value": 1}, 7, {}],
        "cadence": "none",
    }
    (run,) = read(exercises=[EXERCISE | {"samples": samples}]).activities
    assert run.track is not None and run.started_at is not None
    assert run.track["time_s"].iloc[0] == run.started_at.timestamp()
    summary = summarise(run)
    assert summary is not None
    assert summary.distance_m == pytest.approx(3600, rel=0.01)
    assert (summary.moving_s, summary.avg_heart_rate_bpm) == (pytest.approx(1200, abs=2), pytest.approx(150))


def test_heart_beats_without_a_way_are_no_track() -> None:
    samples = {"heartRate": [{"dateTime": f"2026-05-01T08:00:0{second}.000", "value": 100} for second in range(5)]}
    (run,) = read(exercises=[EXERCISE | {"samples": samples}]).activities
    assert run.track is None


def test_an_exercise_without_a_start_is_refused_alone_and_leaves_the_day_of_its_session() -> None:
    lost = {key: value for key, value in EXERCISE.items() if key != "startTime"}
    content = read(exercises=[EXERCISE | {"sport": "CYCLING"}, lost, 7, EXERCISE])
    assert [activity.sport for activity in content.activities] == ["cycling", "running"]
    assert [(row.place, row.activity_date) for row in content.refused_rows] == [
        ("activity 2", date(2026, 5, 1)),
        ("activity 3", date(2026, 5, 1)),
    ]


@pytest.mark.parametrize(
    "value", [None, True, "PT", "PT99999999999999S", 1e400, "x", [], {}, 10**400, "0001-01-01T00:00:00", "9999-12-31T23:59:59"]
)
@pytest.mark.parametrize(
    "key", ["startTime", "stopTime", "timezoneOffset", "duration", "distance", "heartRate", "samples", "sport"]
)
def test_odd_values_are_left_out(key: str, value: Any) -> None:
    content = read(exercises=[EXERCISE | {key: value}, EXERCISE])
    assert len(content.activities) + len(content.refused_rows) == 2
    assert content.activities[-1].distance_m == 10000
