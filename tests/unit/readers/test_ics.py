"""Calendars: what titles plan, and what becomes of time zones, repeats, moved and cancelled days."""

from __future__ import annotations

from datetime import date, time

import pytest

from flows.readers.plan_titles import Planned, planned_in
from flows.readers.sniff import read_content
from flows.records import FileContent, PlannedDay, UnreadableFile

KM = 1000.0


@pytest.mark.parametrize(
    ("title", "planned"),
    [
        ("Long run 18 km", Planned(True, False, "long", 18 * KM)),
        ("45 min easy", Planned(True, False, "easy", None, 2700)),
        ("Kraft", Planned(False, True)),
        ("Wadenheben", Planned(False, True)),
        ("Lauf 10-12 km locker", Planned(True, False, "easy", 12 * KM)),
        ("Langer Lauf 18,5 km @ 5:30/km", Planned(True, False, "long", 18.5 * KM)),
        ("1h30 long run", Planned(True, False, "long", None, 5400)),
        ("1:30 h locker", Planned(True, False, "easy", None, 5400)),
        ("3 miles easy", Planned(True, False, "easy", 3 * 1609.344)),
        ("5 km easy + 4 km tempo", Planned(True, False, "fast", 9 * KM)),
        ("15 km incl. 5 x 1 km", Planned(True, False, "fast", 15 * KM)),
        # Nobody knows how long the whole run is.
        ("6 x 1 km", Planned(True, False, "fast")),
        ("10 x 400 m", Planned(True, False, "fast")),
        ("Easy run + strength", Planned(True, True, "easy")),
        ("Marathon pace 10 km", Planned(True, False, "fast", 10 * KM)),
        ("Course 10 km", Planned(True, False, None, 10 * KM)),
        ("Easy 8 km, pace 5 min/km", Planned(True, False, "easy", 8 * KM)),
        ("Run", Planned(True)),
        ("Calf raises 3x12", Planned(False, True)),
        ("Dentist", Planned()),
        ("Meeting 30 min", Planned()),
        ("Long meeting", Planned()),
        ("Bike 40 km", Planned()),
        ("Radfahren 40 km", Planned()),
        ("Walk 5 km", Planned()),
        ("Rest day", Planned()),
        ("Ruhetag", Planned()),
        ("", Planned()),
    ],
)
def test_what_a_title_plans(title: str, planned: Planned) -> None:
    assert planned_in(title) == planned


def calendar(*events: str, prodid: str = "-//Somebody//EN") -> FileContent:
    inside = "\n".join(f"BEGIN:VEVENT\n{event.strip()}\nEND:VEVENT" for event in events)
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:{prodid}\n{inside}\nEND:VCALENDAR\n"
    return read_content("training.ics", text.replace("\n", "\r\n").encode())


def only(*events: str) -> PlannedDay:
    (day,) = calendar(*events).plan
    return day


def test_a_whole_day_has_no_time_and_an_evening_keeps_its_zone() -> None:
    whole = only("UID:1\nDTSTART;VALUE=DATE:20261201\nSUMMARY:Long run 18 km")
    assert (whole.plan_date, whole.start_time, whole.time_zone) == (date(2026, 12, 1), None, None)
    evening = only("UID:1\nDTSTART;TZID=America/New_York:20261201T220000\nSUMMARY:Long run 18 km")
    assert (evening.plan_date, evening.start_time, evening.time_zone) == (date(2026, 12, 1), time(22), "America/New_York")
    zulu = only("UID:1\nDTSTART:20261201T220000Z\nSUMMARY:Long run 18 km")
    assert (zulu.start_time, zulu.time_zone) == (time(22), "UTC")
    floating = only("UID:1\nDTSTART:20261201T220000\nSUMMARY:Long run 18 km")
    assert (floating.start_time, floating.time_zone) == (time(22), None)


def test_cancelled_events_and_those_without_training_are_left_and_counted() -> None:
    read = calendar(
        "UID:1\nDTSTART;VALUE=DATE:20261201\nSUMMARY:Long run 18 km\nSTATUS:CANCELLED",
        "UID:2\nDTSTART;VALUE=DATE:20261201\nSUMMARY:Dentist",
        "UID:3\nDTSTART;VALUE=DATE:20261202\nSUMMARY:Easy 8 km",
    )
    assert [day.title for day in read.plan] == ["Easy 8 km"]
    assert read.notes == ("2 events without a run or strength work, or cancelled",)
    assert calendar("UID:2\nDTSTART;VALUE=DATE:20261201\nSUMMARY:Dentist").nothing_because == "no run and no strength work in it"


def test_an_endless_repeat_is_one_row_with_its_rule_and_its_missing_days() -> None:
    day = only(
        "UID:1\nDTSTART;TZID=Europe/Berlin:20261201T180000\nRRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;WKST=SU\n"
        "EXDATE;TZID=Europe/Berlin:20261203T180000\nSUMMARY:Easy 8 km"
    )
    assert (day.repeat_every, day.repeat_interval, day.repeat_weekdays, day.repeat_week_start) == ("weekly", 2, ("TU", "TH"), 6)
    assert (day.repeat_until, day.repeat_except) == (None, (date(2026, 12, 3),))


def test_a_moved_day_of_a_series_is_out_of_it_and_stands_alone() -> None:
    moved, series = calendar(
        "UID:1\nDTSTART;VALUE=DATE:20261201\nRRULE:FREQ=WEEKLY\nSUMMARY:Easy 8 km",
        "UID:1\nRECURRENCE-ID;VALUE=DATE:20261208\nDTSTART;VALUE=DATE:20261209\nSUMMARY:Easy 6 km",
    ).plan[::-1]
    assert (series.repeat_except, series.repeat_weekdays) == ((date(2026, 12, 8),), ("TU",))
    assert (moved.plan_date, moved.distance_m, moved.repeat_every) == (date(2026, 12, 9), 6 * KM, None)


def test_a_cancelled_day_of_a_series_is_out_of_it() -> None:
    (series,) = calendar(
        "UID:1\nDTSTART;VALUE=DATE:20261201\nRRULE:FREQ=DAILY\nSUMMARY:Easy 8 km",
        "UID:1\nRECURRENCE-ID;VALUE=DATE:20261208\nDTSTART;VALUE=DATE:20261208\nSUMMARY:Easy 8 km\nSTATUS:CANCELLED",
    ).plan
    assert series.repeat_except == (date(2026, 12, 8),)


@pytest.mark.parametrize(
    ("rule", "until"),
    [
        ("FREQ=DAILY;COUNT=3", date(2026, 12, 3)),
        ("FREQ=WEEKLY;COUNT=3", date(2026, 12, 15)),
        ("FREQ=MONTHLY;COUNT=3", date(2027, 2, 1)),
        ("FREQ=WEEKLY;UNTIL=20261215", date(2026, 12, 15)),
        # It ends at 5 pm in Berlin, and the run begins at 6.
        ("FREQ=DAILY;UNTIL=20261215T160000Z", date(2026, 12, 14)),
        ("FREQ=DAILY;UNTIL=20261215T170000Z", date(2026, 12, 15)),
    ],
)
def test_a_counted_or_ended_repeat_has_a_last_day(rule: str, until: date) -> None:
    day = only(f"UID:1\nDTSTART;TZID=Europe/Berlin:20261201T180000\nRRULE:{rule}\nSUMMARY:Easy 8 km")
    assert day.repeat_until == until


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=HOURLY;INTERVAL=1",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "FREQ=YEARLY;BYWEEKNO=20",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;COUNT=1000000000",
        "FREQ=FOO",
    ],
)
def test_a_repeat_that_is_not_understood_is_refused_and_never_a_single_day(rule: str) -> None:
    read = calendar(f"UID:1\nDTSTART;VALUE=DATE:20261201\nRRULE:{rule}\nSUMMARY:Easy 8 km")
    (refused,) = read.refused_rows
    assert (read.plan, refused.place, refused.text) == ((), "event 1", "Easy 8 km")
    assert refused.remedy.startswith("Repeat it every so many days, weeks or months")


def test_an_event_without_a_start_is_refused_and_the_others_are_taken() -> None:
    read = calendar("UID:1\nDTSTART:tomorrow\nSUMMARY:Easy 8 km", "UID:2\nDTSTART;VALUE=DATE:20261202\nSUMMARY:Easy 9 km")
    assert [day.title for day in read.plan] == ["Easy 9 km"]
    assert [(row.place, row.reason) for row in read.refused_rows] == [("event 1", "The event has no start that can be read")]


def test_of_two_versions_of_one_event_the_newer_one_counts() -> None:
    day = only(
        "UID:1\nSEQUENCE:2\nDTSTART;VALUE=DATE:20261202\nSUMMARY:Easy 9 km",
        "UID:1\nSEQUENCE:1\nDTSTART;VALUE=DATE:20261201\nSUMMARY:Easy 8 km",
    )
    assert (day.plan_date, day.event_version) == (date(2026, 12, 2), 2)


def test_a_run_and_strength_work_in_one_event_are_two_rows() -> None:
    run, work = calendar("UID:1\nDTSTART;VALUE=DATE:20261201\nSUMMARY:Easy run 8 km + strength").plan
    assert (run.kind, run.distance_m, work.kind, work.distance_m) == ("easy", 8 * KM, "strength", None)


def test_our_own_calendar_is_no_plan() -> None:
    read = calendar("UID:1\nDTSTART;VALUE=DATE:20261201\nSUMMARY:Long run 18 km", prodid="-//Tendonwatch//Plan//EN")
    assert (read.plan, read.nothing_because) == ((), "our own calendar of a plan")


def test_a_damaged_calendar_is_refused_with_a_remedy() -> None:
    with pytest.raises(UnreadableFile) as refusal:
        read_content("training.ics", b"BEGIN:VCALENDAR\r\nnothing\r\nEND:VCALENDAR\r\n")
    assert refusal.value.remedy == "Export the calendar again as .ics."


def test_of_a_calendar_that_broke_off_the_whole_events_are_taken_and_the_others_told() -> None:
    whole = "BEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20261201\r\nSUMMARY:Easy 8 km\r\nEND:VEVENT\r\n"
    read = read_content("training.ics", f"BEGIN:VCALENDAR\r\n{whole}{whole[:60]}\r\n".encode())
    assert read.partly_because == "1 event at its end cut off"
    assert read.nothing_because is None
