"""An export's own table says which sport a track was that does not say so itself: a slow ride is no run."""

from __future__ import annotations

import gzip

import pytest

from tests.lib.squads import Night, night_over, write_files
from tests.unit.readers.test_archive import STRAVA, zipped

RUNNING_MPS, STROLLING_MPS = 3.5, 1.2


def track(day: int, speed_mps: float, sport: str = "") -> bytes:
    """30 minutes at one speed towards the north, without cadence: 111,195 m to the degree."""
    points = "".join(
        f'<trkpt lat="{second * speed_mps / 111_195:.7f}" lon="0">'
        f"<time>2026-11-{day:02}T06:{second // 60:02}:{second % 60:02}Z</time></trkpt>"
        for second in range(0, 1801, 5)
    )
    return gzip.compress(f"<gpx><trk>{sport}<trkseg>{points}</trkseg></trk></gpx>".encode(), mtime=0)


def row(day: int, sport: str, title: str = "") -> str:
    name = title or sport
    return f'{day},"Nov {day}, 2026, 6:00:00 AM",{name},{sport},1800,6.3,,activities/{day}.gpx.gz,1800,1800,6300,\n'


TRACKS = {
    "activities/1.gpx.gz": track(1, RUNNING_MPS),
    "activities/2.gpx.gz": track(2, RUNNING_MPS),
    "activities/3.gpx.gz": track(3, STROLLING_MPS),
    "activities/4.gpx.gz": track(4, RUNNING_MPS, "<type>running</type>"),
    "activities/5.gpx.gz": track(5, RUNNING_MPS),
    "activities/6.gpx.gz": track(6, RUNNING_MPS),
    "activities/7.gpx.gz": track(7, RUNNING_MPS),
}
FIRST = row(1, "Ride") + row(2, "Run") + row(3, "Trail Run") + row(4, "Ride") + row(5, "Run")
# Mended since: the fifth was a ride. The sixth is yoga, which no list knows; no row names the seventh.
LATER = FIRST.replace(row(5, "Run"), row(5, "Ride", "Along the river")) + row(6, "Yoga")


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    folder = tmp_path_factory.mktemp("named")
    files = {
        "ada/running/first.zip": zipped({"activities.csv": STRAVA + FIRST, **TRACKS}),
        "ada/running/later.zip": zipped({"activities.csv": STRAVA + LATER, **TRACKS}),
        "bea/export/activities.csv": STRAVA + LATER + row(8, "Run"),
        "bea/export/activities/2.gpx.gz": TRACKS["activities/2.gpx.gz"],
        "cyd/export.zip": zipped({name: content for name, content in TRACKS.items() if "/1." in name}),
    }
    return night_over(write_files(folder / "raw", files), folder, as_of="2026-11-20", is_guarded=False)


def test_the_table_decides_where_the_track_says_nothing_and_the_track_where_it_does(night: Night) -> None:
    runs = night.rows(
        "select day(run_date) as day, sport, title, source_format from marts.runs where athlete_id = 'ada' order by day"
    )
    assert [(run["day"], run["sport"], run["title"], run["source_format"]) for run in runs] == [
        (2, "run", "Run", "gpx"),
        (3, "run", "Trail Run", "gpx"),  # at the speed of a stroll
        (4, "run", None, "gpx"),
        (7, "run", None, "gpx"),  # by the name of its folder
    ]


def test_what_the_table_calls_no_running_says_so_with_its_word(night: Night) -> None:
    said = night.rows(
        """
        select path, state, reason, remedy from ops.files
        where contains(path, 'first.zip!') and state = 'ignored' order by path
        """
    )
    assert [(file["path"].partition("!")[2], file["reason"]) for file in said] == [
        ("activities/1.gpx.gz", "the table of its export calls it Ride, and that is not on foot"),
        ("activities/5.gpx.gz", "the table of its export calls it Ride, and that is not on foot"),
        ("activities/6.gpx.gz", "the table of its export calls it Yoga, and that is not on foot"),
    ]
    assert {file["remedy"] for file in said} == {"If it was, correct its sport in the app and export again."}


def test_a_table_without_its_tracks_says_how_many_are_missing(night: Night) -> None:
    tables = night.rows("from ops.files where format = 'strava_csv' and path like 'bea/%'")
    (reason,) = [file["reason"] for file in tables]
    # Of the runs 2, 3 and 8 the first has its track; rides and yoga need none.
    assert reason.startswith("tracks that it names and that are not there: 2; their totals count alone; ")
    assert night.value("select count(*) from marts.runs where athlete_id = 'bea'") == 3
    assert "are not there: 2" in (night.site / "data-quality.html").read_text()


def test_a_track_alone_is_a_run_by_its_speed(night: Night) -> None:
    assert [run["sport"] for run in night.rows("from marts.runs where athlete_id = 'cyd'")] == ["run"]
