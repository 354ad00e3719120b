"""TCX: laps, points and totals as the watch's export gives them."""

from __future__ import annotations

import csv
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.readers.tcx import read_tcx
from flows.records import TRACK_COLUMNS, UnreadableFile

SAMPLES = Path(__file__).parents[2] / "samples"
BROKEN = SAMPLES / "broken"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_totals_are_the_sums_over_the_laps():
    (run,) = read_tcx((SAMPLES / "two_laps.tcx").read_bytes()).activities
    assert run.distance_m == 1000.0 + 510.25
    assert run.moving_s == 300.5 + 150
    assert run.avg_heart_rate_bpm is None


def test_sport_start_note_and_points_are_as_the_file_says():
    (run,) = read_tcx((SAMPLES / "two_laps.tcx").read_bytes()).activities
    assert (run.sport, run.note) == ("Running", "calf tight on the second lap")
    assert run.started_at == utc("2026-11-20T06:30:00")
    assert run.track is not None
    assert tuple(run.track.columns) == TRACK_COLUMNS
    start_s = utc("2026-11-20T06:30:00").timestamp()
    assert list(run.track["time_s"] - start_s) == [0, 300, 360, 510]
    assert list(run.track["distance_m"]) == [0, 998, 1000, 1510.25]
    assert list(run.track["heart_rate_bpm"].dropna()) == [120, 150]
    assert list(run.track["speed_mps"].dropna()) == [3.1]


def test_cadence_comes_from_the_foot_pod_or_from_the_point():
    track = read_tcx((SAMPLES / "two_laps.tcx").read_bytes()).activities[0].track
    assert track is not None
    assert list(track["cadence_per_min"].dropna()) == [85, 86]


def test_every_leg_of_a_multisport_session_is_an_activity():
    content = read_tcx((SAMPLES / "multisport.tcx").read_bytes())
    assert [(leg.sport, leg.distance_m, leg.moving_s) for leg in content.activities] == [
        ("Biking", 30000, 3600),
        ("Running", 5000, 1500),
        (None, None, 1800),
    ]
    assert [leg.started_at for leg in content.activities] == [
        utc("2026-11-21T08:00:00"),
        utc("2026-11-21T09:02:00"),
        utc("2026-11-22T10:00:00"),
    ]
    assert content.activities[2].track is None


def test_a_truncated_file_gives_its_points_but_no_total():
    content = read_tcx((BROKEN / "truncated.tcx").read_bytes())
    (run,) = content.activities
    assert run.track is not None
    assert list(run.track["distance_m"]) == [0, 998, 1000]
    assert (run.distance_m, run.moving_s) == (None, None)
    assert content.partly_because == "line 21: the file ends in the middle; what is whole is taken"


def test_a_course_was_never_run():
    with pytest.raises(UnreadableFile, match="nobody ran it yet"):
        read_tcx((BROKEN / "course.tcx").read_bytes())


def test_a_course_beside_an_activity_takes_nothing_from_it_and_adds_nothing():
    course = re.search(rb"<Courses>.*</Courses>", (BROKEN / "course.tcx").read_bytes(), re.DOTALL)
    assert course is not None
    both = (SAMPLES / "two_laps.tcx").read_bytes().replace(b"<Activities>", course[0] + b"<Activities>")
    (run,) = read_tcx(both).activities
    assert run.distance_m == 1510.25
    assert run.track is not None
    assert len(run.track) == 4


def test_laps_that_start_before_the_first_point_are_noted():
    late = (
        (SAMPLES / "two_laps.tcx")
        .read_bytes()
        .replace(b'<Lap StartTime="2026-11-20T06:30:00Z">', b'<Lap StartTime="2026-11-20T06:27:00Z">')
    )
    content = read_tcx(late)
    assert content.activities[0].started_at == utc("2026-11-20T06:30:00")
    assert content.notes == ("activity 1: the first lap starts at 06:27:00 UTC, the first point is later",)


@pytest.mark.parametrize("instead", [b"", b"<DistanceMeters>--</DistanceMeters>"])
def test_a_lap_without_a_readable_distance_leaves_the_total_unknown(instead):
    data = (SAMPLES / "two_laps.tcx").read_bytes()
    (run,) = read_tcx(data.replace(b"<DistanceMeters>510.25</DistanceMeters>", instead, 1)).activities
    assert (run.distance_m, run.moving_s) == (None, 450.5)


def test_an_activity_with_nothing_in_it_is_refused_and_the_others_stand():
    data = (SAMPLES / "two_laps.tcx").read_bytes()
    hollow = b'<Activity Sport="Running"><Id>2026-11-20T05:00:00Z</Id><Lap StartTime="x"/></Activity>'
    content = read_tcx(data.replace(b"<Activities>", b"<Activities>" + hollow))
    assert len(content.activities) == 1
    assert [row.place for row in content.refused_rows] == ["activity 1"]


def test_a_file_without_activities_holds_nothing():
    content = read_tcx(b"<TrainingCenterDatabase><Activities/></TrainingCenterDatabase>")
    assert content.nothing_because == "the TCX file has no track points in it"


def test_an_empty_activity_is_nothing():
    content = read_tcx(b"<TrainingCenterDatabase><Activities><Activity/></Activities></TrainingCenterDatabase>")
    assert (content.activities, content.refused_rows) == ((), ())


def test_real_files_hold_what_the_manifest_measured(shared_data):
    """Start, lap sums, points and means, all measured by another program."""
    with (shared_data / "manifest.csv").open(newline="", encoding="utf-8") as manifest:
        facts = {row["path"]: row["facts"] for row in csv.DictReader(manifest) if row["kind"] == "tcx"}
    assert len(facts) == 8
    for path, fact in facts.items():
        (run,) = read_tcx((shared_data / path).read_bytes()).activities
        measured = dict(re.findall(r"(lap dist sum|lap time sum|span|trackpoints|mean HR|mean cad) ([\d.]+)", fact))
        start = re.search(r"start (\S+ \S+);", fact)
        assert start is not None
        assert run.track is not None
        assert run.started_at is not None
        assert run.started_at.replace(microsecond=0) == datetime.fromisoformat(start[1]), path
        assert run.sport == "Running", path
        assert run.distance_m == pytest.approx(float(measured["lap dist sum"]), abs=0.051), path
        assert run.moving_s == pytest.approx(float(measured["lap time sum"]), abs=0.051), path
        assert len(run.track) == int(measured["trackpoints"]), path
        assert run.track["time_s"].max() - run.track["time_s"].min() == pytest.approx(float(measured["span"]), abs=1e-3), path
        for column, name in (("heart_rate_bpm", "mean HR"), ("cadence_per_min", "mean cad")):
            expected = float(measured[name]) if name in measured else float("nan")
            assert run.track[column].mean() == pytest.approx(expected, abs=0.051, nan_ok=True), path
