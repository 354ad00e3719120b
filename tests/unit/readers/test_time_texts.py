"""Times that mean ISO 8601 and miss it, alone and in the files that hold them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.readers.cells import parse_moment
from flows.readers.export_tables import moment_of as export_moment
from flows.readers.gpx import read_gpx
from flows.readers.sniff import read_content
from flows.readers.tcx import read_tcx
from flows.readers.time_texts import iso_text, moment_of, utc_of
from flows.records import UnreadableFile

MORNING = datetime(2026, 5, 1, 6, 0, 25, tzinfo=UTC)
EVENING = MORNING + timedelta(hours=12)

SPELLINGS = {
    "2026-05-01T06:00:25Z": MORNING,
    "2026-05-01T06:00:25.000z": MORNING,
    "2026-05-01T06:00:25,000Z": MORNING,
    "2026-05-01 06:00:25 UTC": MORNING,
    "2026-05-01 06:00:25+00:00 UTC": MORNING,
    "2026-05-01 06:00:25 GMT": MORNING,
    "2026-05-01 06:00:25 (UTC)": MORNING,
    "2026-05-01 08:00:25 UTC+2": MORNING,
    "2026-05-01 08:00:25 +0200": MORNING,
    "2026/05/01 06:00:25 Z": MORNING,
    "2026-5-1T6:00:25Z": MORNING,
    "2026-05-01T6:00:25 AMZ": MORNING,
    "2026-05-01T6:00:25 a.m.Z": MORNING,
    "2026-05-01 6:00:25\u202fa.m. UTC": MORNING,
    "2026-05-01T6:00:25 PMZ": EVENING,
    "2026-05-01T6:00:25 p. m. Z": EVENING,
    "2026-05-01T18:00:25 PMZ": EVENING,
    "2026-05-01T12:00:25 AMZ": MORNING - timedelta(hours=6),
    "2026-05-01T12:00:25 PMZ": MORNING + timedelta(hours=6),
    "2026-05-01 8:00:25 pm +0200": EVENING,
}


@pytest.mark.parametrize(("text", "moment"), SPELLINGS.items(), ids=SPELLINGS)
def test_a_spelling_of_a_moment_is_that_moment(text: str, moment: datetime) -> None:
    assert utc_of(text) == moment
    track = read_gpx(gpx(text)).activities[0].track
    assert track is not None
    assert track["time_s"].tolist() == [moment.timestamp()]
    assert read_tcx(tcx(text, point=text)).activities[0].started_at == moment


def test_fractions_are_kept() -> None:
    assert utc_of("2026-05-01T6:00:25.139 AMZ") == MORNING + timedelta(milliseconds=139)
    assert utc_of("2026-05-01T06:00:25,139Z") == MORNING + timedelta(milliseconds=139)
    assert utc_of("2026-05-01T06:00:25,1234567899Z") == MORNING + timedelta(microseconds=123456)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2026-13-01T06:00:00Z", "2026-05-01T25:00:00Z", "0000-01-01T00:00:00Z", "99999-01-01T00:00:00Z", "9" * 999],
)
def test_what_is_no_moment_is_none(text: str) -> None:
    assert utc_of(text) is None


@given(st.text(alphabet="0123456789-/:.,TZ +apmAPMutcUTC()\u202f", max_size=80))
def test_no_text_breaks_it(text: str) -> None:
    moment = moment_of(text)
    assert moment is None or moment.year >= 1
    assert len(iso_text(text)) <= max(len(text), 64)


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)),
    st.sampled_from(["AM/PM", "UTC", "comma"]),
    st.integers(-14, 14).map(lambda hours: timezone(timedelta(hours=hours))),
)
def test_every_moment_comes_back(moment: datetime, spelling: str, zone: timezone) -> None:
    aware = moment.replace(tzinfo=zone)
    text = {
        "AM/PM": f"{aware:%Y-%m-%dT%I:%M:%S.%f %p %z}",
        "UTC": f"{aware.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f} UTC",
        "comma": aware.isoformat().replace(".", ","),
    }[spelling]
    assert utc_of(text) == aware


@pytest.mark.parametrize("text", ["2026-05-01 06:00:25 UTC", "2026-05-01 06:00:25+00:00 UTC", "2026-05-01 06:00:25Z"])
def test_tables_take_utc_as_a_word(text: str) -> None:
    assert export_moment(text, "en", None) == MORNING
    assert parse_moment(text, "started_at") == MORNING


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("20 juill. 2026, 07 h 05 min 09 s", "fr"),
        ("20 juillet 2026 à 07:05:09 TU", "fr"),
        ("20 de julho de 2026 às 07:05:09", "pt"),
        ("20. juli 2026 kl. 07.05.09", "da"),
        ("20/07/2026, 7:05:09 a. m.", "es"),
        ("20/07/2026, 7:05:09\u202fa.m.", "es"),
        ("20.07.2026, 07:05:09", "de"),
        ("20 jul 2026 om 07:05:09", "nl"),
        ("20 juill. 2026, 07:05:09", "de"),
        ("2026年7月20日 7:05:09", "en"),
    ],
)
def test_local_dates_of_the_exports(text: str, language: str) -> None:
    assert export_moment(text, language, True) == datetime(2026, 7, 20, 7, 5, 9)


# --- tracks without a time ----------------------------------------------------------------------------


def gpx(*times: str | None) -> bytes:
    points = "".join(
        f'<trkpt lat="1" lon="{i}">{"" if at is None else f"<time>{at}</time>"}</trkpt>' for i, at in enumerate(times)
    )
    return f"<gpx><trk><trkseg>{points}</trkseg></trk></gpx>".encode()


def tcx(start: str, point: str | None, totals: str = "") -> bytes:
    track = f"<Track><Trackpoint><Time>{point}</Time></Trackpoint></Track>"
    return (
        f'<TrainingCenterDatabase><Activities><Activity Sport="Running"><Id>{start}</Id><Lap StartTime="{start}">{totals}{track}'
        "</Lap></Activity></Activities></TrainingCenterDatabase>"
    ).encode()


def test_times_that_are_all_lost_are_said_as_that_and_not_as_a_plan() -> None:
    with pytest.raises(UnreadableFile, match=r"None of the times of its 2 points can be read \(the first is \"01/05 6h\"\)"):
        read_content("a.gpx", gpx("01/05 6h", "01/05 6h01"))
    with pytest.raises(UnreadableFile, match="This is a planned route"):
        read_content("a.gpx", gpx(None, None))
    with pytest.raises(UnreadableFile, match="None of the times of its 1 points can be read"):
        read_content("a.tcx", tcx("soon", point="soon"))


def test_a_tcx_whose_points_lost_their_times_is_known_by_its_totals() -> None:
    totals = "<TotalTimeSeconds>1200</TotalTimeSeconds><DistanceMeters>3600</DistanceMeters>"
    content = read_content("a.tcx", tcx("2026-05-01T06:00:25Z", point="soon", totals=totals))
    (run,) = content.activities
    assert (run.started_at, run.distance_m, run.moving_s, run.track, run.notes) == (MORNING, 3600, 1200, None, ("times_lost",))


@pytest.mark.parametrize("year", ["0000", "0001", "1066", "9999", "99999"])
def test_a_year_that_no_watch_can_mean_costs_its_point_alone(year: str) -> None:
    (run,) = read_gpx(gpx("2026-05-01T06:00:25Z", f"{year}-05-01T06:00:26Z", "2026-05-01T06:00:27Z")).activities
    assert run.track is not None
    assert (run.started_at, len(run.track)) == (MORNING, 2)
