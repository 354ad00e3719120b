"""GPX: what the file says, in any dialect, and a plain word about what it does not hold."""

from __future__ import annotations

import csv
import gzip
import math
import re
from datetime import UTC, datetime
from pathlib import Path

import gpxpy
import numpy as np
import pytest
from pandas import isna

from flows.readers.gpx import read_gpx
from flows.records import TRACK_COLUMNS, UnreadableFile

SAMPLES = Path(__file__).parents[2] / "samples"
BROKEN = SAMPLES / "broken"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def points_gpx(*points: str, before: str = "", after: str = "") -> bytes:
    return f"<gpx><trk>{before}<trkseg>{''.join(points)}</trkseg>{after}</trk></gpx>".encode()


def point(time: str, more: str = "") -> str:
    return f'<trkpt lat="0.5" lon="-0.5"><time>{time}</time>{more}</trkpt>'


def manifest_facts(shared_data: Path, suffixes: tuple[str, ...]) -> dict[str, str]:
    with (shared_data / "manifest.csv").open(newline="", encoding="utf-8") as manifest:
        return {row["path"]: row["facts"] for row in csv.DictReader(manifest) if row["path"].endswith(suffixes)}


def content_of_path(path: Path) -> bytes:
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


def haversine_sum_m(latitudes_deg: np.ndarray, longitudes_deg: np.ndarray) -> float:
    # https://en.wikipedia.org/wiki/Haversine_formula with the mean radius of the Earth, 6,371,000 m
    latitude, longitude = np.radians(latitudes_deg), np.radians(longitudes_deg)
    half_chord = (
        np.sin(np.diff(latitude) / 2) ** 2 + np.cos(latitude[:-1]) * np.cos(latitude[1:]) * np.sin(np.diff(longitude) / 2) ** 2
    )
    return float(2 * 6_371_000 * np.arcsin(np.sqrt(half_chord)).sum())


def test_a_strava_export_gives_sport_start_and_every_point_of_both_segments():
    content = read_gpx((SAMPLES / "easy_run.gpx").read_bytes())
    (run,) = content.activities
    assert (content.format, content.partly_because, content.nothing_because) == ("gpx", None, None)
    assert run.sport == "running"
    assert run.started_at == utc("2026-11-20T06:30:00")
    assert run.track is not None
    assert tuple(run.track.columns) == TRACK_COLUMNS
    assert set(run.track.dtypes) == {np.dtype("float64")}
    start_s = utc("2026-11-20T06:30:00").timestamp()
    assert list(run.track["time_s"] - start_s) == [0, 4, 8, 60.25]
    assert list(run.track["latitude_deg"]) == [0.5, 0.5001, 0.5002, 0.5004]
    assert list(run.track["heart_rate_bpm"].dropna()) == [110, 114, 121]
    assert list(run.track["cadence_per_min"].dropna()) == [82, 84]
    assert math.isnan(run.track["altitude_m"][2])
    assert run.track["distance_m"].isna().all()


def test_a_space_before_the_declaration_and_an_undeclared_prefix_lose_nothing():
    content = read_gpx((SAMPLES / "undeclared_prefix.gpx").read_bytes())
    (run,) = content.activities
    assert run.track is not None
    assert list(run.track["cadence_per_min"]) == [81, 83]
    assert list(run.track["heart_rate_bpm"]) == [130, 132]
    assert content.partly_because is None
    assert content.notes == ()


def test_each_track_is_an_activity_and_one_without_times_is_refused_by_its_number():
    content = read_gpx((SAMPLES / "two_tracks.gpx").read_bytes())
    assert [activity.started_at for activity in content.activities] == [
        utc("2026-11-20T17:00:00"),
        utc("2026-11-20T17:19:59"),
    ]
    assert [row.place for row in content.refused_rows] == ["track 2"]
    assert "planned route" in content.refused_rows[0].reason


def test_backward_and_duplicate_times_stay_in_the_order_of_the_file():
    last = read_gpx((SAMPLES / "two_tracks.gpx").read_bytes()).activities[-1]
    start_s = utc("2026-11-20T17:20:00").timestamp()
    assert last.track is not None
    assert list(last.track["time_s"] - start_s) == [0, -1, -1]


def test_times_without_a_zone_are_taken_as_utc_and_noted():
    content = read_gpx((SAMPLES / "two_tracks.gpx").read_bytes())
    assert content.notes == ("track 3: 3 times have no time zone and are taken as UTC",)


def test_speed_of_gpx_1_0_is_read():
    first = read_gpx((SAMPLES / "two_tracks.gpx").read_bytes()).activities[0]
    assert first.track is not None
    assert list(first.track["speed_mps"]) == [2.5, 2.75]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-11-20T06:30:00Z", "2026-11-20T06:30:00"),
        ("2026-11-20T06:30:00.000Z", "2026-11-20T06:30:00"),
        ("2026-11-20T07:30:00+01:00", "2026-11-20T06:30:00"),
        ("2026-11-19T22:30:00.500-08:00", "2026-11-20T06:30:00.500"),
        (" 2026-11-20T06:30:00Z\n", "2026-11-20T06:30:00"),
        ("2026-11-20T06:30:00", "2026-11-20T06:30:00"),
    ],
)
def test_the_start_is_utc_however_the_time_is_written(written, expected):
    assert read_gpx(points_gpx(point(written))).activities[0].started_at == utc(expected)


@pytest.mark.parametrize(
    "extensions",
    [
        "<a:TPX xmlns:a='http://www.garmin.com/xmlschemas/TrackPointExtension/v1'><a:hr>150</a:hr><a:cad>88</a:cad></a:TPX>",
        "<ns3:TPX xmlns:ns3='http://www.garmin.com/xmlschemas/TrackPointExtension/v2'><ns3:hr>150</ns3:hr><ns3:cad>88</ns3:cad></ns3:TPX>",
        "<gpxdata:hr>150</gpxdata:hr><gpxdata:cadence>88</gpxdata:cadence>",
        "<heartrate>150</heartrate><cadence>88</cadence>",
    ],
)
def test_heart_rate_and_cadence_are_found_in_every_usual_extension(extensions):
    track = read_gpx(points_gpx(point("2026-11-20T06:30:00Z", f"<extensions>{extensions}</extensions>"))).activities[0].track
    assert track is not None
    assert (track["heart_rate_bpm"][0], track["cadence_per_min"][0]) == (150, 88)


@pytest.mark.parametrize(
    ("type_element", "sport"),
    [
        ("<type>running</type>", "running"),
        ("<type>Trail Run</type>", "Trail Run"),
        ("<type>9</type>", "running"),
        ("<type>1</type>", "cycling"),
        ("<type>10</type>", "walking"),
        ("<type>4</type>", "hiking"),
        ("<type>  </type>", None),
        ("", None),
    ],
)
def test_the_sport_is_as_the_track_says(type_element, sport):
    data = points_gpx(point("2026-11-20T06:30:00Z", "<type>a tree</type>"), before=type_element)
    assert read_gpx(data).activities[0].sport == sport


def test_elements_that_carry_an_undeclared_prefix_themselves_are_still_read():
    data = points_gpx(point("2026-11-20T06:30:00Z"), before="<type>9</type>")
    prefixed = re.sub(rb"<(/?)(?=\w)", rb"<\1x:", data)
    (run,) = read_gpx(prefixed).activities
    assert (run.sport, run.started_at) == ("running", utc("2026-11-20T06:30:00"))


def test_points_without_a_time_are_left_out_and_counted():
    content = read_gpx(points_gpx(point("2026-11-20T06:30:00Z"), point("soon"), '<trkpt lat="1" lon="2"/>'))
    assert content.activities[0].track is not None
    assert len(content.activities[0].track) == 1
    assert content.notes == ("track 1: 2 points without a readable time are left out",)


def test_an_unreadable_number_is_missing_and_the_point_stays():
    track = read_gpx(points_gpx(point("2026-11-20T06:30:00Z", "<ele>--</ele><hr>900</hr>"))).activities[0].track
    assert track is not None
    assert isna(track["altitude_m"][0])
    assert track["heart_rate_bpm"][0] == 900


def test_a_truncated_file_gives_its_whole_points_and_says_where_it_ends():
    content = read_gpx((BROKEN / "truncated.gpx").read_bytes())
    track = content.activities[0].track
    assert track is not None
    assert len(track) == 2
    assert content.partly_because == "line 10: the file ends in the middle; what is whole is taken"


def points_of_a_cut(data: bytes) -> int:
    """Points read from a file that ends early; 0 where it is refused. What is read must begin the whole."""
    try:
        content = read_gpx(data)
    except UnreadableFile:
        return 0
    whole = read_gpx((SAMPLES / "easy_run.gpx").read_bytes()).activities[0].track
    track = content.activities[0].track
    assert content.partly_because is not None
    assert whole is not None
    assert track is not None
    assert track.equals(whole.head(len(track)))
    return len(track)


def test_a_file_cut_anywhere_gives_exactly_its_whole_points():
    data = (SAMPLES / "easy_run.gpx").read_bytes()
    for cut_at in range(0, data.index(b"</gpx>"), 3):
        assert points_of_a_cut(data[:cut_at]) == data[:cut_at].count(b"</trkpt>"), cut_at


def test_a_cut_file_with_another_fault_before_loses_at_most_the_point_at_the_cut():
    data = (SAMPLES / "easy_run.gpx").read_bytes().replace(b"&amp;", b"&")
    for cut_at in range(0, data.index(b"</gpx>"), 9):
        whole_points = data[:cut_at].count(b"</trkpt>")
        assert whole_points - 1 <= points_of_a_cut(data[:cut_at]) <= whole_points, cut_at


def test_zeros_in_the_middle_keep_the_points_around_and_are_told():
    first, second = point("2026-11-20T06:30:00Z"), point("2026-11-20T06:30:05Z")
    content = read_gpx(points_gpx(first, "\0" * 4096, second))
    assert content.activities[0].track is not None
    assert len(content.activities[0].track) == 2
    assert content.partly_because is not None
    assert "damaged" in content.partly_because


def test_a_second_document_in_the_same_file_is_not_lost_in_silence():
    one = points_gpx(point("2026-11-20T06:30:00Z"))
    content = read_gpx(one + b"\n" + one)
    assert len(content.activities) == 1
    assert content.partly_because == "line 2: the file goes on after its end; what is whole is taken"


def test_a_bare_ampersand_or_latin_1_letters_in_a_name_cost_a_note_only():
    data = points_gpx(point("2026-11-20T06:30:00Z"), before="<name>Tom & R\xe9mi</name>")
    content = read_gpx(data.replace("\xe9".encode(), b"\xe9") + b"\n<!-- the end -->\n")
    assert len(content.activities) == 1
    assert content.partly_because is None
    assert len(content.notes) == 2


def test_utf_16_is_read_like_utf_8():
    text = '<?xml version="1.0" encoding="UTF-16"?>' + points_gpx(point("2026-11-20T06:30:00Z")).decode()
    assert read_gpx(text.encode("utf-16")).activities[0].started_at == utc("2026-11-20T06:30:00")


@pytest.mark.parametrize("claimed", ["UTF-16", "klingon", "iso-8859-1"])
def test_an_encoding_that_the_file_only_claims_stops_nothing(claimed):
    data = f'<?xml version="1.0" encoding="{claimed}"?>'.encode() + points_gpx(point("2026-11-20T06:30:00Z"))
    content = read_gpx(data)
    assert content.activities[0].started_at == utc("2026-11-20T06:30:00")
    assert content.partly_because is None


@pytest.mark.parametrize("name", ["planned_route.gpx", "route_points.gpx"])
def test_a_planned_route_was_never_run(name):
    with pytest.raises(UnreadableFile, match="planned route"):
        read_gpx((BROKEN / name).read_bytes())


def test_a_file_with_a_description_only_holds_nothing():
    content = read_gpx((BROKEN / "metadata_only.gpx").read_bytes())
    assert content.activities == ()
    assert content.nothing_because == "the GPX file has no track points in it"


def test_a_billion_laughs_are_refused_without_being_told():
    with pytest.raises(UnreadableFile, match="grows without end"):
        read_gpx((BROKEN / "billion_laughs.gpx").read_bytes())


def test_an_external_entity_is_never_opened(monkeypatch):
    monkeypatch.chdir(BROKEN)  # where the file that the entity names does exist, and says 199
    assert Path("secret.txt").read_text(encoding="utf-8") == "199"
    (run,) = read_gpx((BROKEN / "external_entity.gpx").read_bytes()).activities
    assert run.track is not None
    assert run.sport is None
    assert isna(run.track["heart_rate_bpm"][0])


def test_an_entity_of_the_file_itself_is_not_expanded():
    declared = b'<!DOCTYPE gpx [<!ENTITY rate "142">]>'
    data = declared + points_gpx(point("2026-11-20T06:30:00Z", "<hr>&rate;</hr>"))
    track = read_gpx(data).activities[0].track
    assert track is not None
    assert isna(track["heart_rate_bpm"][0])


def test_real_files_hold_what_the_manifest_measured(shared_data):
    """Start, number of points, distance, mean heart rate and mean cadence, all measured by other programs."""
    checked = 0
    for path, facts in manifest_facts(shared_data, (".gpx", ".gpx.gz")).items():
        start = re.search(r"start (\S+ [\d:]+[+-]\d\d:\d\d)", facts)
        if start is None:
            continue
        (run,) = read_gpx(content_of_path(shared_data / path)).activities
        assert run.track is not None
        assert run.started_at is not None
        measured = dict(re.findall(r"(points|haversine dist|span|mean HR|mean cad) ([\d.]+)", facts))
        assert run.started_at.replace(microsecond=0) == datetime.fromisoformat(start[1]), path
        assert len(run.track) == int(measured["points"]), path
        assert run.track["time_s"].max() - run.track["time_s"].min() == pytest.approx(float(measured["span"]), abs=0.0015)
        distance_m = haversine_sum_m(run.track["latitude_deg"].values, run.track["longitude_deg"].values)
        assert distance_m == pytest.approx(float(measured["haversine dist"]), rel=1e-4, abs=0.06), path
        for column, fact in (("heart_rate_bpm", "mean HR"), ("cadence_per_min", "mean cad")):
            expected = float(measured[fact]) if fact in measured else math.nan
            assert run.track[column].mean() == pytest.approx(expected, abs=0.051, nan_ok=True), path
        checked += 1
    assert checked == 11


def test_gpxpy_reads_the_same_points_from_real_files(shared_data):
    compared = 0
    for path, facts in manifest_facts(shared_data, (".gpx", ".gpx.gz")).items():
        if "gpxpy ok" not in facts or "start None" in facts:
            continue
        data = content_of_path(shared_data / path)
        theirs = [point for track in gpxpy.parse(data.decode()).tracks for _, point in _walk(track)]
        tracks = [activity.track for activity in read_gpx(data).activities]
        assert len(tracks) == 1
        ours = tracks[0]
        assert ours is not None
        assert [point.latitude for point in theirs] == list(ours["latitude_deg"]), path
        assert [point.longitude for point in theirs] == list(ours["longitude_deg"]), path
        assert np.array_equal(
            np.array([np.nan if point.elevation is None else point.elevation for point in theirs]),
            ours["altitude_m"].values,
            equal_nan=True,
        )
        times_s = [point.time.timestamp() for point in theirs]
        assert np.allclose(times_s, ours["time_s"].values, rtol=0, atol=1e-3), path
        compared += 1
    assert compared == 10


@pytest.mark.parametrize("name", ["easy_run.gpx"])
def test_gpxpy_reads_the_same_points_from_samples(name):
    data = (SAMPLES / name).read_bytes()
    theirs = [point for track in gpxpy.parse(data.decode()).tracks for _, point in _walk(track)]
    ours = read_gpx(data).activities[0].track
    assert ours is not None
    assert [point.time.timestamp() for point in theirs] == list(ours["time_s"])
    assert [point.longitude for point in theirs] == list(ours["longitude_deg"])


def _walk(track):
    return [(number, point) for number, segment in enumerate(track.segments) for point in segment.points]
