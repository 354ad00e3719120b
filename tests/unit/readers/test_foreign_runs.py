"""Runs in forms that no reader knows are refused one by one, with their day; what holds no run stays aside."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from flows.intake import ingest
from flows.readers.sniff import read_content
from flows.records import FileContent, UnknownTable
from flows.state import database
from tests.lib.squads import write_files
from tests.unit.readers.test_archive import zipped

MAY_1 = date(2026, 5, 1)
HUAWEI = {"recordDay": 20260501, "sportType": 4, "totalDistance": 10000, "totalTime": 3600000, "startTime": 1777615200000}
FITBIT = {"logId": 1, "activityName": "Run", "startTime": "05/01/26 06:00:00", "duration": 3600000, "distance": 6.2}
GOOGLE = {
    "fitnessActivity": "running",
    "startTime": "2026-05-01T06:00:00Z",
    "endTime": "2026-05-01T07:00:00Z",
    "duration": "3600s",
    "segment": [{"fitnessActivity": "running", "startTime": "2026-05-01T06:00:00Z", "endTime": "2026-05-01T07:00:00Z"}],
}
NIKE = {"type": "run", "start_epoch_ms": 1777615200000, "active_duration_ms": 3600000, "summaries": [{"metric": "distance"}]}
AUTO_EXPORT = {
    "name": "Outdoor Run",
    "start": "2026-05-01 06:00:00 +0000",
    "duration": 3600,
    "distance": {"qty": 10, "units": "km"},
    "activeEnergyBurned": {"qty": 700},
}
POLAR_2 = {
    "startTime": "2026-05-01T06:00:00",
    "durationMillis": "3600000",
    "distanceMeters": "10000.0",
    "sport": {"id": "1"},
}
SAMSUNG = (
    "com.samsung.shealth.exercise,6313008,11\n"
    "com.samsung.health.exercise.exercise_type,com.samsung.health.exercise.start_time,com.samsung.health.exercise.duration,"
    "com.samsung.health.exercise.distance\n"
    "1002,2026-05-01 06:00:00.000,3600000,10000\n"
)
ZEPP = "type,startTime,sportTime(s),maxPace(/meter),distance(m),calories(kcal)\n1,2026-05-01 06:00:00+0000,3600,0.4,10000.0,700\n"
AUTO_EXPORT_TABLE = (
    "Workout Type,Start,End,Duration,Distance (km)\nOutdoor Run,2026-05-01 06:00,2026-05-01 07:00,01:00:00,10\n"
    "Pool Swim,2026-05-02 06:00,2026-05-02 07:00,01:00:00,2\n"
)
UNKNOWN = "schoen,merk\nGhost,Brooks\n"


def read(document: Any) -> FileContent:
    return read_content("export.json", json.dumps(document).encode())


@pytest.mark.parametrize(
    ("document", "app", "day"),
    [
        ([HUAWEI], "Huawei Health", MAY_1),
        ([FITBIT], "Fitbit", None),  # month or day first, nobody says
        (GOOGLE, "Google Fit", MAY_1),
        ({"activities": [NIKE]}, "Nike Run Club", MAY_1),
        ({"data": {"workouts": [AUTO_EXPORT], "metrics": []}}, "Health Auto Export", MAY_1),
        ({"exportVersion": "2.0", "exercises": [POLAR_2]}, "Polar Flow", MAY_1),
        # As intervals.icu lists activities: nearly as Strava does.
        ([{"type": "Run", "start_date_local": "2026-05-01T06:00:00", "moving_time": 3600, "distance": 10000.0}], "", MAY_1),
        ([{"sport": "Run", "start_date": "May 1, 2026", "distance": 10}], "", MAY_1),
        ([{"sport": "Trail Running", "begin_time": "2026-05-01", "duration_min": 60}], "", MAY_1),
    ],
)
def test_a_run_in_json_is_refused_with_its_day_and_what_to_export(document: Any, app: str, day: date | None) -> None:
    content = read(document)
    (refused,) = content.refused_rows
    assert content.activities == () and content.nothing_because is None
    assert app in refused.reason and app in content.notes[0]
    assert refused.activity_date == day
    assert any(word in refused.remedy for word in ("TCX", "GPX", "export.zip"))


@pytest.mark.parametrize(
    ("table", "app", "place"),
    [
        (SAMSUNG, "Samsung Health", "row 3"),
        (ZEPP, "Zepp", "row 2"),
        (AUTO_EXPORT_TABLE, "Health Auto Export", "row 2"),
        ("Sportart;Beginn;Dauer\nLaufen;2026-05-01 06:00;01:00:00\n", "", "row 2"),
    ],
)
def test_a_run_in_a_table_is_refused_with_its_day(table: str, app: str, place: str) -> None:
    content = read_content("export.csv", table.encode())
    (refused,) = content.refused_rows
    assert (refused.place, refused.activity_date) == (place, MAY_1)
    assert app in refused.reason


@pytest.mark.parametrize(
    "document",
    [
        {"sleep": [{"startTime": "2026-05-01T22:00:00", "duration": 28800, "note": "after a run"}]},
        [{"activityName": "Bike", "startTime": "05/01/26 06:00:00", "duration": 3600000, "distance": 20}],
        {"metrics": [{"name": "walking_running_distance", "units": "km", "data": [{"date": "2026-05-01", "qty": 10}]}]},
        # A plan of Garmin's account export.
        {"workoutName": "Easy Run", "createdDate": "2026-05-01", "scheduledDate": "2026-05-02", "estimatedDurationInSecs": 3600},
        {"workoutName": "Easy Run", "startTime": "2026-05-01T06:00:00", "estimatedDurationInSecs": 3600},
        {"calendarDate": "2026-05-01", "sport": "RUNNING", "vo2MaxValue": 50},
        {"shoes": "Run shoes", "dateBegin": "2026-05-01", "maximumMeters": 800000},
        {"type": 4, "startTime": 1777615200000, "duration": 60},  # a number alone, and no distance
        {"type": "running", "startTime": None, "duration": 60},
        {"type": "running", "startTime": "2026-05-01"},
        [[[[]]] * 1000, {"a": [{}] * 1000}],
    ],
)
def test_what_holds_no_run_stays_aside(document: Any) -> None:
    content = read(document)
    assert content.refused_rows == () and content.nothing_because


def test_a_ride_beside_a_run_is_not_refused_and_odd_values_do_no_harm() -> None:
    ride = FITBIT | {"activityName": "Bike"}
    odd = [
        FITBIT | {"startTime": value} for value in (True, 1e300, 10**400, "99999999", "2026-99-99", [], {"a": 1}, "x" * 10_000)
    ]
    content = read([ride, FITBIT, *odd])
    assert len(content.refused_rows) == 1 + sum(value not in ([], {}) for value in (one["startTime"] for one in odd))
    assert {row.activity_date for row in content.refused_rows} == {None}


def test_a_list_of_a_known_app_in_a_list_is_refused_too() -> None:
    (refused,) = read(
        [[{"activityType": {"typeKey": "running"}, "startTimeLocal": "2026-05-01 06:00:00", "duration": 1}]]
    ).refused_rows
    assert refused.activity_date == MAY_1


def test_a_table_without_a_run_is_unknown() -> None:
    for table in (
        UNKNOWN,
        "Type,Date,Duration\nBike,2026-05-01,60\n",
        "Date,Distance (m),Running duration (ms)\n2026-05-01,9,9\n",
    ):
        with pytest.raises(UnknownTable):
            read_content("export.csv", table.encode())


def test_a_file_has_the_same_state_plain_gzipped_and_zipped(tmp_path: Path) -> None:
    files: dict[str, str] = {"unknown.csv": UNKNOWN, "zepp.csv": ZEPP, "fitbit.json": json.dumps([FITBIT]), "other.json": "{}"}
    ways: dict[str, str | bytes] = {}
    for number, (name, content) in enumerate(files.items()):
        # Another row each, for the same content at two paths is a duplicate.
        plain, packed, inside = (content.replace("\n", "\n" + "\n" * extra, 1) + " " * extra for extra in (0, 1, 2))
        ways |= {f"ada/{name}": plain, f"ada/{name}.gz": gzip.compress(packed.encode(), mtime=0)}
        ways[f"ada/{number}.zip"] = zipped({name: inside})
    raw = write_files(tmp_path / "raw", ways)
    write_files(
        raw, {"ben/export.zip": zipped({"activities.csv": "", "activities/1.txt": "", "unknown.csv": UNKNOWN, "z.csv": ZEPP})}
    )
    memory = tmp_path / "memory.duckdb"
    ingest.import_files(raw, memory, workers=1)
    with database.reader(memory) as connection:
        states = dict(
            connection.execute("select path, outcome from raw.paths join raw.contents using (athlete_id, file_id)").fetchall()
        )
        days = connection.execute("select distinct activity_date from raw.refused_rows where reason like '%Zepp%'").fetchall()
    for number, name in enumerate(files):
        wanted = "ignored" if name == "other.json" else "quarantined"
        assert [states[path] for path in (f"ada/{name}", f"ada/{name}.gz", f"ada/{number}.zip!{name}")] == [wanted] * 3, name
    # Within the export of an account an unknown table is no loss; runs are, there too.
    assert (states["ben/export.zip!unknown.csv"], states["ben/export.zip!z.csv"]) == ("ignored", "quarantined")
    assert days == [(MAY_1,)]
