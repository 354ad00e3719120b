"""Calendars (.ics): each event that names a run or strength work is a planned day, a repeated one with the rule of its repeats.

Where RFC 5545 allows more than people write (every second, the third working day of a month), the event is refused and named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import islice, takewhile
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from dateutil.rrule import rrulestr

from flows.readers.plan_titles import planned_in
from flows.readers.refusals import RowError, refuse_hopeless, shown, understood
from flows.records import FileContent, PlannedDay, RefusedRow, UnreadableFile

Component = Any  # of icalendar; a property of it may be of thirty types

FORMATS = ("ics",)
BEGINS = "BEGIN:VCALENDAR"
ENDS = b"END:VCALENDAR"
EVENT_ENDS = re.compile(rb"^[ \t]*END:VEVENT", re.IGNORECASE | re.MULTILINE)
EVENT_BEGINS = re.compile(rb"^[ \t]*BEGIN:VEVENT", re.IGNORECASE | re.MULTILINE)
OURS = "-//Tendonwatch//"  # begins the PRODID of the calendars on our own pages
LARGEST_BYTES = 20 * 1024**2
MOST_EVENTS = 20_000
MOST_REPEATS = 2000  # of a rule that counts them; a weekly run for 38 years
LONGEST_COUNT = timedelta(days=60 * 366)
EVERY = {"DAILY": "daily", "WEEKLY": "weekly", "MONTHLY": "monthly", "YEARLY": "yearly"}
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LARGEST = 1_000_000  # of a version or an interval: beyond it none is newer, and nothing repeats
PARTS = {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "WKST", "UNTIL", "COUNT"}
LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
EXPORT_AGAIN = "Export the calendar again as .ics."


@dataclass
class Series:
    """The events of one UID: the repeated or single one, and those that replace single days of it."""

    whole: list[tuple[int, Any]] = field(default_factory=list)  # event number and event
    single: list[tuple[int, Any]] = field(default_factory=list)


def is_calendar(head: str) -> bool:
    """Whether a file that begins so is a calendar."""
    return head.lstrip("\ufeff \t\r\n")[: len(BEGINS)].upper() == BEGINS


def read_ics(data: bytes) -> FileContent:
    """Every event that plans a run or strength work; one that is not understood is refused, cancelled and other ones are left."""
    from icalendar import Calendar  # noqa: PLC0415 - slow to load, and few squads have a calendar

    if len(data) > LARGEST_BYTES:
        raise UnreadableFile("", "The calendar is larger than 20 MB", "Export only the calendar of this runner's training.")
    try:
        calendars: list[Component] = list(Calendar.from_ical(_closed(data), multiple=True))
    except (ValueError, IndexError, KeyError) as error:
        raise UnreadableFile("line 1", f"The calendar is damaged ({error})"[:300], EXPORT_AGAIN) from error
    if any(str(calendar.get("PRODID", "")).startswith(OURS) for calendar in calendars):
        return FileContent(format="ics", parser="icalendar", nothing_because="our own calendar of a plan")
    events = list(islice((event for calendar in calendars for event in calendar.walk("VEVENT")), MOST_EVENTS + 1))
    if len(events) > MOST_EVENTS:
        raise UnreadableFile(
            "", f"The calendar has more than {MOST_EVENTS:,} events", "Export only the calendar of this runner's training."
        )
    days: list[PlannedDay] = []
    refused: list[RefusedRow] = []
    for series in _series(events):
        for number, found in _planned(series):
            if isinstance(found, RowError):
                title = str(events[number - 1].get("SUMMARY", ""))
                refused.append(RefusedRow(f"event {number}", found.reason, found.remedy, title))
                refuse_hopeless(refused, len(days))
            else:
                days += found
    left = len(events) - len({day.row for day in days}) - len(refused)
    notes = (f"{left} event{'' if left == 1 else 's'} without a run or strength work, or cancelled",) if left > 0 else ()
    cut_off = len(EVENT_BEGINS.findall(data)) - len(events)
    partly = f"{cut_off} event{'' if cut_off == 1 else 's'} at its end cut off" if cut_off > 0 else None
    nothing = None if days or refused or partly else "no run and no strength work in it"
    return FileContent(
        format="ics",
        parser="icalendar",
        plan=tuple(sorted(days, key=lambda day: (day.row or 0, day.plan_date, day.is_strength))),
        refused_rows=tuple(refused),
        nothing_because=nothing,
        partly_because=partly,
        notes=notes if nothing is None else (),
    )


def _closed(data: bytes) -> bytes:
    """The calendar without what broke off at its end: of one that is not closed the library reads nothing."""
    if data.rstrip().upper().endswith(ENDS):
        return data
    ends = [found.end() for found in EVENT_ENDS.finditer(data)]
    return data[: ends[-1]] + b"\r\n" + ENDS + b"\r\n" if ends else data


def _series(events: Iterable[Component]) -> Iterable[Series]:
    by_uid: dict[str, Series] = {}
    for number, event in enumerate(events, start=1):
        series = by_uid.setdefault(str(event.get("UID") or f"event {number}"), Series())
        (series.single if "RECURRENCE-ID" in event else series.whole).append((number, event))
    return by_uid.values()


def _planned(series: Series) -> Iterator[tuple[int, list[PlannedDay] | RowError]]:
    """What each event of a series plans, or why it cannot be understood."""
    moved: list[date] = []
    for number, event in series.single:
        try:
            moved.append(understood(_day_replaced, event))
            yield number, understood(partial(_days_of, number=number, moved=()), event)
        except RowError as why:
            yield number, why
    if series.whole:
        # A calendar that was exported twice into one file holds the newer event beside the older one.
        number, event = max(series.whole, key=lambda one: (_version(one[1]), one[0]))
        try:
            yield number, understood(partial(_days_of, number=number, moved=moved), event)
        except RowError as why:
            yield number, why


def _day_replaced(event: Component) -> date:
    said: date = event["RECURRENCE-ID"].dt
    return said.date() if isinstance(said, datetime) else said


def _version(event: Component) -> int:
    try:
        return min(int(event.get("SEQUENCE", 0)), LARGEST)
    except (TypeError, ValueError):
        return 0


def _days_of(event: Component, number: int, moved: Iterable[date]) -> list[PlannedDay]:
    """The planned days of one event: none if it is cancelled or plans nothing, two rows if it plans a run and strength work."""
    title = " ".join(str(event.get("SUMMARY", "")).split())
    planned = planned_in(title)
    if str(event.get("STATUS", "")).upper() == "CANCELLED" or not (planned.is_run or planned.is_strength):
        return []
    plan_date, start_time, time_zone = _start(event)
    day = PlannedDay(
        plan_date=plan_date,
        kind=planned.kind,
        is_strength=False,
        distance_m=planned.distance_m,
        moving_s=planned.moving_s,
        title=title,
        start_time=start_time,
        time_zone=time_zone,
        event_id=str(event["UID"]) if "UID" in event else None,
        event_version=_version(event),
        row=number,
    )
    if "RRULE" in event and "RECURRENCE-ID" not in event:
        day = _repeated(day, event, tuple(moved))
    more = [replace(_once(day), plan_date=extra) for extra in _dates(event, "RDATE")]
    days = [day, *more]
    runs = days if planned.is_run else []
    work = [replace(one, kind="strength", is_strength=True, distance_m=None, moving_s=None) for one in days]
    return runs + (work if planned.is_strength else [])


def _start(event: Component) -> tuple[date, time | None, str | None]:
    """The local day, and the time with its zone unless the event lasts all day; a zone that nobody knows is told in UTC."""
    if "DTSTART" not in event or any(name == "DTSTART" for name, _ in event.errors):
        raise RowError("The event has no start that can be read", "Give it a date in the calendar.")
    said: date = event["DTSTART"].dt
    if not isinstance(said, datetime):
        return said, None, None
    if said.tzinfo is None:
        return said.date(), said.time(), None
    zone = said.tzinfo.key if isinstance(said.tzinfo, ZoneInfo) else None
    if zone is None or zone not in available_timezones():
        said, zone = said.astimezone(UTC), "UTC"
    return said.date(), said.time().replace(tzinfo=None), zone


def _dates(event: Component, name: str) -> list[date]:
    said = event.get(name)
    if any(broken == name for broken, _ in event.errors):
        raise RowError(f"{name} of the event cannot be read", EXPORT_AGAIN)
    lists = said if isinstance(said, list) else [said] if said is not None else []
    found = [one.dt for each in lists for one in each.dts]
    found = [one[0] if isinstance(one, tuple) else one for one in found]  # a period is its beginning
    return sorted({one.date() if isinstance(one, datetime) else one for one in found})


def _once(day: PlannedDay) -> PlannedDay:
    return replace(
        day, repeat_every=None, repeat_interval=None, repeat_weekdays=None, repeat_month_days=None, repeat_months=None,
        repeat_week_start=None, repeat_until=None, repeat_except=None,
    )  # fmt: skip


def _repeated(day: PlannedDay, event: Component, moved: tuple[date, ...]) -> PlannedDay:
    """The event with its rule of repeats. Raises RowError for one that is not understood: it is never a single day."""
    remedy = "Repeat it every so many days, weeks or months in the calendar, or enter its days one by one."
    rule = event["RRULE"]
    if isinstance(rule, list) or any(name == "RRULE" for name, _ in event.errors):
        raise RowError("The rule of its repeats cannot be read", remedy)
    text = rule.to_ical().decode()
    every = EVERY.get(rule.get("FREQ", [""])[0])
    weekdays = tuple(str(one) for one in rule.get("BYDAY", ()))
    month_days = tuple(int(one) for one in rule.get("BYMONTHDAY", ()))
    months = tuple(int(one) for one in rule.get("BYMONTH", ()))
    is_ordinal = any(one not in WEEKDAYS for one in weekdays)
    is_known = (
        every is not None
        and not set(rule) - PARTS
        and not (is_ordinal and every in ("daily", "weekly"))
        and not (every == "weekly" and month_days)
        and not (every == "yearly" and (weekdays or month_days) and not months)
        and all(one[-2:] in WEEKDAYS for one in weekdays)
        and all(abs(one) <= max(LONGEST_MONTHS[month - 1] for month in months or range(1, 13)) for one in month_days)
    )
    if not is_known or every is None:
        raise RowError(f"Its repeats are {shown(text)}, which is not understood", remedy)
    start = day.plan_date
    if every == "weekly":
        weekdays = weekdays or (WEEKDAYS[start.weekday()],)
    elif every in ("monthly", "yearly"):
        months = months or ((start.month,) if every == "yearly" else ())
        month_days = month_days or (() if weekdays else (start.day,))
    return replace(
        day,
        repeat_every=every,
        repeat_interval=min(max(1, int(rule.get("INTERVAL", [1])[0])), LARGEST),
        repeat_weekdays=weekdays or None,
        repeat_month_days=month_days or None,
        repeat_months=months or None,
        repeat_week_start=WEEKDAYS.index(str(rule.get("WKST", ["MO"])[0])),
        repeat_until=_until(rule, text, day, remedy),
        repeat_except=tuple(sorted({*_dates(event, "EXDATE"), *moved})) or None,
    )


def _until(rule: Any, text: str, day: PlannedDay, remedy: str) -> date | None:
    """The last day of the repeats; None if they are endless."""
    if "COUNT" in rule:
        if int(rule["COUNT"][0]) > MOST_REPEATS:
            raise RowError(f"It repeats more than {MOST_REPEATS:,} times", remedy)
        start = datetime.combine(day.plan_date, time())
        latest = start + LONGEST_COUNT
        days = list(takewhile(lambda one: one <= latest, rrulestr(text, dtstart=start)))
        return days[-1].date() if days else day.plan_date - timedelta(days=1)
    if "UNTIL" not in rule:
        return None
    until: date = rule["UNTIL"][0]
    if not isinstance(until, datetime):
        return until
    if until.tzinfo is not None and day.time_zone is not None:
        until = until.astimezone(ZoneInfo(day.time_zone))
    # A day whose start is later than the end is not among the repeats.
    is_too_late = day.start_time is not None and day.start_time > until.time()
    return until.date() - timedelta(days=1) if is_too_late else until.date()
