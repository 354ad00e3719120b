"""The day that a name or a cell speaks of, as people and watches write it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from flows.readers.days import day_in, day_of_file, when
from flows.readers.sniff import read_content
from flows.records import UnreadableFile

MAY = date(2026, 5, 1)


@pytest.mark.parametrize(
    "text",
    [
        "2026-05-01-060000.gpx",
        "2026_05_01 run",
        "20260501T060000.fit",
        "20260501060000",
        "Outdoor Run20260501-0600.tcx",
        "morning run 1 May 2026",
        "May 1st, 2026",
        "01-May-2026",
        "Lauf 1. Mai 2026",
        "1er mai 2026",
        "1 de maio de 2026",
        "1 maja 2026",
        "01.05.2026",
        "2026年5月1日 朝",
        "2026-05-01 25:99",
    ],
)
def test_a_day_is_read_in_the_ways_in_which_it_is_written(text: str) -> None:
    assert day_in(text) == MAY


def test_spellings_of_one_language_are_read_too() -> None:
    assert day_in("5. Jänner 2026") == date(2026, 1, 5)
    assert day_in("2 de setiembre de 2026") == date(2026, 9, 2)
    assert day_in("20 juill. 2026") == date(2026, 7, 20)


@pytest.mark.parametrize("text", ["", None, "run.fit", "12026050112", "2026-02-30", "05-06-2026", "1746079200", "C5B90000"])
def test_a_day_that_is_none_or_may_be_two_is_not_guessed(text: str | None) -> None:
    assert day_in(text) is None


def test_the_higher_of_two_numbers_tells_which_is_the_day() -> None:
    assert day_in("20/5/2026") == day_in("5/20/2026") == date(2026, 5, 20)


def test_tables_and_archives_are_called_by_the_day_of_their_export() -> None:
    assert day_of_file("ada/activities-2026-05-20.json") is None
    assert day_of_file("ada/export 2026-05-20.zip!activities/12.fit") is None
    assert day_of_file("ada/activity_2026-05-01.gpx") == MAY


def test_a_moment_with_its_offset_is_kept_whole() -> None:
    assert when("x,2026-05-01T23:30:00-08:00,10") == {"started_at": datetime(2026, 5, 2, 7, 30, tzinfo=UTC)}
    assert when("2026-05-01T23:30,10") == {"activity_date": MAY}


RUNS = "started_at,distance_km,moving_time,note\n"
STRAVA = "Activity ID,Activity Date,Activity Name,Activity Type,Elapsed Time,Moving Time,Distance,Filename\n"
GARMIN = "Activity Type,Date,Title,Distance,Calories,Time,Avg HR\n"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("runs.csv", RUNS + "2026-05-01T07:00,abc,40:00,since 2026-04-01\n", (MAY, None)),
        ("runs.csv", RUNS + "2026-05-01 25:00,5,40:00,\n", (MAY, None)),
        ("runs.csv", RUNS + '2026-05-01T07:00,5,40:00,"open\n', (MAY, None)),
        ("runs.csv", RUNS + "2026-05-01T07:00Z,abc,40:00,\n", (None, datetime(2026, 5, 1, 7, tzinfo=UTC))),
        ("runs.csv", RUNS + "soon,5,40:00,\n", (None, None)),
        (
            "activities.csv",
            STRAVA + '1,"May 1, 2026, 6:00:00 AM",x,Run,3600,abc,10,\n',
            (None, datetime(2026, 5, 1, 6, tzinfo=UTC)),
        ),
        ("activities.csv", STRAVA + '1,"May 1, 2026, 6:99:00 AM",x,Run,3600,3500,10,\n', (MAY, None)),
        ("Activities.csv", GARMIN + 'Running,2026-05-01 07:00:00,x,"10.00",500,soon,150\n', (MAY, None)),
        (
            "list.json",
            '[{"activityId": 1, "activityType": {"typeKey": "running"}, "startTimeLocal": "2026-05-01 25:00:00"}]',
            (MAY, None),
        ),
    ],
)
def test_a_refused_row_tells_its_day_where_it_can_be_read(
    name: str, content: str, told: tuple[date | None, datetime | None]
) -> None:
    (row,) = read_content(name, content.encode()).refused_rows
    assert (row.activity_date, row.started_at) == told


def test_a_row_of_a_ride_says_so_and_a_row_for_another_says_whose_it_is() -> None:
    header = "started_at,distance_km,moving_time,sport,athlete_id\n"
    (row,) = read_content("runs.csv", f"{header}2026-05-01T07:00,abc,40:00,Cycling,ben\n".encode()).refused_rows
    assert (row.sport, row.athlete_id) == ("cycling", "ben")


@pytest.mark.parametrize(
    ("name", "content", "may_be_run", "told"),
    [
        ("runs.csv", "started_at,distance_km,note\n2026-05-01,5,x\n", True, (None, None)),
        ("strength.csv", "exercise,set,reps,weight_kg\nCalf raise,1,12,20\n", False, (None, None)),
        ("plan.tcx", "<TrainingCenterDatabase><Courses><Course/></Courses></TrainingCenterDatabase>", False, (None, None)),
        (
            "a.gpx",
            "<gpx><trk><name>Run 1 May 2026</name><trkseg><trkpt lat='1' lon='2'/></trkseg></trk></gpx>",
            True,
            (MAY, None),
        ),
        (
            "a.tcx",
            "<TrainingCenterDatabase><Activities><Activity Sport='Running'><Id>2026-05-01T06:00:00Z</Id><Lap/></Activity>"
            "</Activities></TrainingCenterDatabase>",
            True,
            (None, datetime(2026, 5, 1, 6, tzinfo=UTC)),
        ),
    ],
)
def test_a_refused_file_says_whether_a_run_may_be_lost_with_it_and_when(
    name: str, content: str, may_be_run: bool, told: tuple[date | None, datetime | None]
) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        read_content(name, content.encode())
    assert refusal.value.may_be_run is may_be_run
    assert (refusal.value.activity_date, refusal.value.started_at) == told


def test_no_day_is_looked_for_in_the_depth_of_a_text() -> None:
    assert day_in(f"{'9 ' * 200}2026-05-01") == date(2026, 5, 1)
    assert day_in(f"{'9 ' * 300}2026-05-01") is None
    assert when(f"{'9 ' * 300}2026-05-01T06:00:00Z") == {"activity_date": None}
