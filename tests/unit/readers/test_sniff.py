"""The sniffer: what a file is follows from its content; what it is not is said in a coach's words."""

from __future__ import annotations

import gzip
import random
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.readers.sniff import read_content
from flows.records import UnreadableFile

SAMPLES = Path(__file__).parents[2] / "samples"
BROKEN = SAMPLES / "broken"

FORMATS = {
    "easy_run.gpx": "gpx",
    "undeclared_prefix.gpx": "gpx",
    "two_laps.tcx": "tcx",
    "runs.csv": "runs_csv",
    "strength.csv": "strength_csv",
    "symptoms.csv": "symptoms_csv",
    "injuries.csv": "injuries_csv",
    "calf_tests.csv": "calf_tests_csv",
    "marks.csv": "marks_csv",
}


def refusal_of(name: str, data: bytes) -> UnreadableFile:
    with pytest.raises(UnreadableFile) as refusal:
        read_content(name, data)
    assert refusal.value.place
    assert refusal.value.remedy
    return refusal.value


@pytest.mark.parametrize(("name", "expected"), FORMATS.items())
@pytest.mark.parametrize("called", ["as it is", "upload.bin", "run.fit"])
def test_the_format_follows_from_the_content_whatever_the_name(name, expected, called):
    data = (SAMPLES / name).read_bytes()
    content = read_content(name if called == "as it is" else called, data)
    assert content.format == expected
    assert content.refused_rows == ()
    assert content.nothing_because is None


@pytest.mark.parametrize(("name", "expected"), FORMATS.items())
def test_a_gzipped_file_is_read_like_the_plain_one(name, expected):
    data = (SAMPLES / name).read_bytes()
    packed = read_content("upload", gzip.compress(data))
    plain = read_content(name, data)
    assert packed.format == expected
    assert len(packed.activities) == len(plain.activities)
    assert packed.strength_sets == plain.strength_sets


def test_fit_is_known_by_its_mark_at_byte_8(shared_data):
    data = (shared_data / "fit_run" / "activitylog2_310xt-run.fit").read_bytes()
    assert read_content("morning.gpx", data).format == "fit"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("empty.fit", "The file is empty"),
        ("pdf_renamed.fit", "This is a PDF, not a running log"),
        ("picture_renamed.gpx", "This is a picture"),
        ("archive_renamed.gpx", "This is a zip archive"),
        ("activities.json", "This is a JSON file of activities, but not as Garmin"),
        ("web_page.gpx", "This is a web page"),
        ("google_earth.gpx", "its outermost element is <kml>"),
        ("truncated.gpx.gz", "cut short or damaged"),
        ("secret.txt", "is not the heading of any log we know"),
    ],
)
def test_what_is_no_log_is_refused_by_what_it_is(name, reason):
    assert reason in refusal_of(name, (BROKEN / name).read_bytes()).reason


def test_a_log_with_hardly_a_known_heading_is_judged_by_its_file_name():
    refusal = refusal_of("Runs.csv", b"start,km,time\n2026-11-20,10,50:00\n")
    assert "This runs log has no column started_at" in refusal.reason
    assert read_content("ada/symptoms.csv", b"date,note\n2026-11-20,fine\n").symptoms[0].note == "fine"


@pytest.mark.parametrize(
    "piece",
    [random.Random(2).randbytes(1 << 16), b"\0", b"a", b"a,b\n", b"<", b"%PDF-1.7\n"],
    ids=["noise", "zeros", "one letter", "two columns", "angle brackets", "pages"],
)
def test_200_mb_of_garbage_are_refused_from_their_beginning_alone(piece):
    garbage = piece * ((200 << 20) // len(piece))
    tracemalloc.start()
    refusal_of("run.fit", garbage)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak_bytes < 4 << 20


def test_a_gzip_bomb_is_refused_before_it_fills_the_memory():
    bomb = gzip.compress(bytes(300 << 20))
    assert "unpacks to more than" in refusal_of("run.gpx.gz", bomb).reason


def test_a_log_that_repeats_itself_is_no_bomb():
    data = b"started_at,distance_km,moving_time\n" + b"2026-11-20,10,50:00\n" * 20_000
    packed = gzip.compress(data)
    assert len(data) > 200 * len(packed)
    assert len(read_content("runs.csv.gz", packed).activities) == 20_000


@pytest.mark.parametrize(
    ("packed", "reason"),
    [
        (gzip.compress(b""), "holds an empty file"),
        (gzip.compress(gzip.compress(b"started_at")), "packed twice"),
        (b"\x1f\x8b" + bytes(50), "damaged"),
        (gzip.compress(b"started_at,distance_km,moving_time\n")[:-4], "cut short"),
    ],
    ids=["empty", "packed twice", "damaged", "cut short"],  # a gzip header holds the time: no name for a test
)
def test_a_gz_file_that_gives_nothing_is_refused(packed, reason):
    assert reason in refusal_of("runs.csv.gz", packed).reason


@settings(deadline=None)
@given(data=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_with_a_remedy(data):
    beginnings = (
        b"",
        b"\x1f\x8b\x08",
        b"<gpx>",
        b"<?xml version='1.0'?><TrainingCenterDatabase>",
        b"\xff\xfe",
        b"date,pain_0_10\n",
    )
    for beginning in beginnings:
        try:
            assert read_content("upload", beginning + data).format
        except UnreadableFile as refusal:
            assert refusal.remedy
