"""Repeated events of a calendar on the next four weeks: what dateutil says of the same rules is the second definition."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.intake.contents import Job
from flows.intake.lay_out import lay_out
from flows.intake.store import create_memory, insert
from flows.models import layers, seeds
from flows.readers.sniff import read_content
from flows.state import database
from tests.models.harness import build_models, with_what_they_read

AS_OF = date(2027, 2, 14)  # a Sunday; the 28 days after it end in March
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[database.Connection]:
    folder = tmp_path_factory.mktemp("repeats")
    memory, path = folder / "memory.duckdb", folder / "work.duckdb"
    with database.writer(memory) as connection:
        create_memory(connection)
        insert(connection, "athletes", [{"athlete_id": "amara", "is_in_squad_file": True, "timezone": "Europe/Berlin"}])
    layers.start_work(path, memory)
    seeds.load_seeds(path, "UTC")
    layers.set_as_of(path, AS_OF)
    with database.writer(path) as connection:
        yield connection


def planned(work: database.Connection, events: list[str], folder: object) -> list[tuple[int, date]]:
    """(event number, day) of each planned day by the models."""
    inside = "".join(f"BEGIN:VEVENT\nUID:{number}\n{event}\nEND:VEVENT\n" for number, event in enumerate(events, start=1))
    content = read_content("plan.ics", f"BEGIN:VCALENDAR\nVERSION:2.0\n{inside}END:VCALENDAR\n".encode())
    assert content.refused_rows == ()
    parsed = lay_out(Job("amara", "f1", folder, "amara/plan.ics"), content)  # type: ignore[arg-type]
    work.execute("delete from raw.plan; delete from raw.contents")
    insert(work, "contents", [{"athlete_id": "amara", "file_id": "f1", "format": "ics", "outcome": "loaded", "is_partial": False,
                               "may_be_run": False, "may_be_strength": False}])  # fmt: skip
    insert(work, "plan", parsed.rows["plan"])
    build_models(work, with_what_they_read(work, ["planned"]))
    return work.execute("select row_number, plan_date from activities.planned order by all").fetchall()


@st.composite
def rules(draw: st.DrawFn) -> tuple[date, str]:
    """A first day and a rule of the kinds that people write."""
    start = AS_OF + timedelta(days=draw(st.integers(-1200, 25)))
    every = draw(st.sampled_from(["DAILY", "WEEKLY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={every}"]
    if (interval := draw(st.integers(1, 4))) > 1:
        parts.append(f"INTERVAL={interval}")
    weekdays = draw(st.lists(st.sampled_from(DAYS), max_size=4, unique=True))
    if weekdays and every in ("DAILY", "WEEKLY"):
        parts.append(f"BYDAY={','.join(weekdays)}")
    if every == "MONTHLY":
        ordinal = draw(st.sampled_from(["", "1", "2", "4", "5", "-1", "-2"]))
        if weekdays:
            parts.append(f"BYDAY={','.join(ordinal + one for one in weekdays)}")
        elif days := draw(st.lists(st.sampled_from([1, 14, 28, 29, 31, -1, -3]), max_size=3, unique=True)):
            parts.append(f"BYMONTHDAY={','.join(map(str, days))}")
    if every == "YEARLY" and draw(st.booleans()):
        parts.append("BYMONTH=2,3")
    if every == "WEEKLY":
        parts.append(f"WKST={draw(st.sampled_from(['MO', 'SU']))}")
    end = draw(st.sampled_from(["", "", "COUNT", "UNTIL"]))
    if end == "COUNT":
        parts.append(f"COUNT={draw(st.integers(1, 300))}")
    if end == "UNTIL":
        parts.append(f"UNTIL={start + timedelta(days=draw(st.integers(0, 1300))):%Y%m%d}")
    return start, ";".join(parts)


@settings(max_examples=12)
@given(st.lists(rules(), min_size=25, max_size=25))
def test_a_rule_stands_on_the_days_that_dateutil_gives_it(
    work: database.Connection, tmp_path_factory: pytest.TempPathFactory, found: list[tuple[date, str]]
) -> None:
    # A distance for each, so that none is taken for another's copy.
    events = [
        f"DTSTART;VALUE=DATE:{start:%Y%m%d}\nRRULE:{rule}\nSUMMARY:Easy {number} km"
        for number, (start, rule) in enumerate(found, 1)
    ]
    expected = [
        (number, one.date())
        for number, (start, rule) in enumerate(found, start=1)
        for one in rrulestr(rule, dtstart=datetime.combine(start, time())).between(
            datetime.combine(AS_OF, time()), datetime.combine(AS_OF + timedelta(days=29), time())
        )
    ]
    assert planned(work, events, tmp_path_factory.getbasetemp()) == sorted(expected)


def test_an_evening_in_new_york_is_the_morning_after_in_berlin(
    work: database.Connection, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """10 pm on Monday and Thursday there is 4 am on Tuesday and Friday here; one is left out, one moved."""
    found = planned(
        work,
        [
            "DTSTART;TZID=America/New_York:20270201T220000\nRRULE:FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=20270301T000000Z\n"
            "EXDATE;TZID=America/New_York:20270218T220000\nSUMMARY:Easy 8 km",
            "DTSTART;VALUE=DATE:20270216\nSUMMARY:Long 18 km",
            "DTSTART:20270217T230000\nSUMMARY:Long 19 km",
        ],
        tmp_path_factory.getbasetemp(),
    )
    assert found == [
        (1, date(2027, 2, 16)),
        (1, date(2027, 2, 23)),
        (1, date(2027, 2, 26)),
        (2, date(2027, 2, 16)),
        (3, date(2027, 2, 17)),
    ]
