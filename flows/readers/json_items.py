"""Shared by the JSON readers of activities: items in lists, their numbers, words and times."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from flows.readers import sports
from flows.readers.days import when
from flows.readers.refusals import refuse_hopeless
from flows.readers.time_texts import moment_of, utc_of
from flows.records import Activity, FileContent, RefusedRow, StrengthSet

Item = dict[str, Any]
EXPORT_AGAIN = "Download the file again"
SHOWN_TEXT = 200
LARGEST_NUMBER = 1e15  # a time in ms has 13 digits
SHOWN_KEYS = 12
Reader = tuple[str, Callable[[Item], Activity]]


class NoActivity(ValueError):
    """Why one item of a list is not an activity with a date."""


def read_items(reader: Reader, items: list[Any]) -> FileContent:
    format_, activity_of = reader
    activities: list[Activity] = []
    refused: list[RefusedRow] = []
    for number, item in enumerate(items, start=1):
        try:
            activities.append(_understood(activity_of, item))
        except NoActivity as why:
            reason, remedy = str(why), f"{EXPORT_AGAIN}, or leave it."
            refused.append(RefusedRow(f"activity {number}", reason, remedy, _shown(item), **_day_and_sport(item)))
            refuse_hopeless(refused, len(activities))
    return FileContent(format=format_, parser="json", activities=tuple(activities), refused_rows=tuple(refused))


def _day_and_sport(item: Any) -> dict[str, Any]:
    """What can still be read of a refused item: its day, from any key for a start or date, and its sport."""
    if not isinstance(item, dict):
        return {}
    fields = item | (item["Header"] if isinstance(item.get("Header"), dict) else {})
    starts = [
        value for key, value in fields.items() if isinstance(value, str) and re.match(r"start|begin|date", key, re.IGNORECASE)
    ]
    told = next((said for value in starts if any((said := when(value)).values())), {})
    type_ = item.get("activityType")
    sport = type_.get("typeKey") if isinstance(type_, dict) else type_ or item.get("sport_type") or item.get("type")
    return told | {"sport": text_of(sport)}


def _understood(activity_of: Callable[[Item], Activity], item: Any) -> Activity:
    """The item as an activity. Raises NoActivity also if a part of it does not have the shape that its program writes."""
    if not isinstance(item, dict):
        raise NoActivity("it is not an activity")
    try:
        return activity_of(item)
    except NoActivity:
        raise
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise NoActivity(f"a part of it is not as its program writes it ({error})") from error


def _shown(item: Any) -> str:
    """Enough of an item to recognise it: its first plain values."""
    if isinstance(item, dict):
        plain = ((key, value) for key, value in item.items() if isinstance(value, str | int | float))
        item = {key: value[:SHOWN_TEXT] if isinstance(value, str) else value for key, value in islice(plain, SHOWN_KEYS)}
    return json.dumps(item)[:SHOWN_TEXT] if isinstance(item, dict | str | int | float | None) else "[…]"


def activity_at(
    sport: str | None,
    started_at: datetime | None,
    started_local: datetime | None = None,
    sets: Iterable[StrengthSet] = (),
    **said: Any,
) -> Activity:
    """The activity, with its sets if it was strength work. Raises NoActivity if it has no start."""
    if started_at is None and started_local is None:
        raise NoActivity("it does not say when it started")
    local = None if started_at else started_local
    said["sub_sport"] = said.get("sub_sport") or sports.sub_sport_of(sport)
    kind = sports.look_up(sport)
    is_strength = kind is not None and kind.kind == sports.STRENGTH
    timed = tuple(replace(one, performed_at=started_at, performed_local=local) for one in sets) if is_strength else ()
    return Activity(sport=sport, started_at=started_at, started_local=local, sets=timed, **said)


def number(item: Item, key: str, factor: float = 1.0) -> float | None:
    value = item.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= LARGEST_NUMBER:
        return None
    return value * factor


def text_of(value: Any, as_written: bool = False) -> str | None:
    """Text as written, or in one spelling: CalfRaise, CALF_RAISE and "calf raise" are calf_raise."""
    if not isinstance(value, str) or not value.strip():
        return None
    if as_written:
        return value.strip()
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", value.strip())
    return re.sub(r"[\s_-]+", "_", words).lower()


def sport_of(value: Any) -> str | None:
    """A sport in one spelling: TrailRun, TRAIL_RUN and "Trail run" are trail_run."""
    return sports.normalised(value).replace(" ", "_") or None if isinstance(value, str) else None


def utc(value: Any) -> datetime | None:
    """A time in UTC or with its offset."""
    return utc_of(value) if isinstance(value, str) else None


def local(value: Any) -> datetime | None:
    """A local time; the offset that some programs add wrongly is ignored."""
    moment = moment_of(value) if isinstance(value, str) else None
    return moment and moment.replace(tzinfo=None)


def epoch(item: Item, key: str, seconds: float = 1.0) -> datetime | None:
    since_s = number(item, key, seconds)
    try:
        return None if since_s is None else datetime.fromtimestamp(since_s, UTC)
    except (OverflowError, ValueError, OSError):
        return None
