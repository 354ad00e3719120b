"""intervals.icu: original files of activities, planned workouts as a plan, and what was written about the day as notes.

An API key of its own, or a coach's key, which reaches the coach's athletes. What came to intervals.icu from Strava is not handed
out by its API and is noted as that. Dates of plans and wellness are the athlete's own; starts are UTC.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flows.fetch.problems import KeyRefused, NotThere, WrongAccount, WrongAnswer
from flows.fetch.sources import Begun, Item
from flows.readers.plan_titles import planned_in
from flows.readers.sports import STRENGTH, look_up

HOME = "https://intervals.icu"
OWN = "0"  # whoever the key belongs to
SPAN = timedelta(days=365)  # of one list of activities
PLANNED_AHEAD = timedelta(days=60)
FROM_STRAVA = "it came from Strava, which forbids intervals.icu to hand it out; connect the watch itself, or use Strava's export"
# An activity with another one of these is an edit: its file may be another one.
TELLING = ("start_date", "start_date_local", "type", "file_type", "distance", "moving_time", "elapsed_time", "icu_rpe", "deleted")
LARGEST = 1e7  # metres or seconds of one activity
FILES = {"fit", "gpx", "tcx"}
SORENESS = {"soreness": "soreness", "injury": "injury"}  # 1 (none) to 4 there: another scale than ours
RUN_HEADINGS = ("started_at", "sport", "distance_m", "moving_time", "avg_heart_rate_bpm", "rpe", "note")
PLAN_HEADINGS = ("date", "kind", "distance_m", "moving_time", "note")
NOTE_HEADINGS = ("date", "kind", "text")


class Intervals:
    """One key, and the athletes that it reaches."""

    lists_all = True

    def __init__(self, begun: Begun) -> None:
        self.begun = begun
        account = begun.account
        if not account.athlete and not account.athletes:
            raise WrongAccount(f"{account.name} names no athlete", 'Write athlete = "..." or athletes = { i123 = "..." }.')
        self.web = begun.web.to(account.url or HOME, auth=("API_KEY", account.secret_text()))
        self.bodies: dict[str, bytes] = {}  # of items that are made from a list

    def list_new(self, since: datetime) -> Iterator[Item]:
        refused: list[KeyRefused | NotThere] = []
        folders = self.begun.account.folders
        for key, athlete_id in folders.items():
            if not self.begun.belongs(athlete_id):
                continue
            try:
                yield from self._of_athlete(key or OWN, athlete_id, since)
            except (KeyRefused, NotThere) as problem:  # of one athlete of a coach's
                refused.append(problem)
                self.lists_all = False
                if len(folders) > 1:
                    self.begun.notes.append(f"{athlete_id} ({key}): {problem}; ask whether this key still reaches them")
        if refused and len(refused) == len(folders):
            raise KeyRefused(str(refused[0]))

    def download(self, item: Item) -> Iterator[bytes]:
        if item.id in self.bodies:
            yield self.bodies.pop(item.id)
            return
        activity = item.id.partition("/")[2]
        yield from self.web.stream(f"/api/v1/activity/{activity}/file", limit_bytes=self.begun.limits.file_mb * 1024**2)

    def reached(self) -> str:
        return ""

    def _of_athlete(self, key: str, athlete_id: str, since: datetime) -> Iterator[Item]:
        today = self.begun.now.date()
        # Local dates: a day more at both ends.
        oldest, newest = since.date() - timedelta(days=1), today + timedelta(days=1)
        yield from self._plan(key, athlete_id, today)
        yield from self._notes(key, athlete_id, oldest.replace(day=1), newest)
        while newest >= oldest:
            first = max(oldest, newest - SPAN)
            for activity in self._list(key, "activities", first, newest):
                if (item := self._item_of(key, athlete_id, activity)) is not None:
                    yield item
            newest = first - timedelta(days=1)

    def _list(self, key: str, what: str, oldest: date, newest: date) -> list[dict[str, Any]]:
        found = self.web.json(f"/api/v1/athlete/{key}/{what}", {"oldest": oldest.isoformat(), "newest": newest.isoformat()})
        if not isinstance(found, list):
            raise WrongAnswer(f"{self.web.base.host} answers with something that is not a list of {what}")
        return [one for one in found if isinstance(one, dict)]

    def _item_of(self, key: str, athlete_id: str, activity: dict[str, Any]) -> Item | None:
        number = activity.get("id")
        if not isinstance(number, str | int) or not str(number).isalnum():
            return None
        item_id, at = f"{key}/{number}", _start_of(activity)
        version = hashlib.sha256(json.dumps([activity.get(name) for name in TELLING]).encode()).hexdigest()[:16]
        if activity.get("source") == "STRAVA" or "strava" in str(activity.get("_note", "")).lower():
            return Item(item_id, version, athlete_id, "", at, withheld=FROM_STRAVA)
        kind = str(activity.get("file_type") or "").lower()
        if kind in FILES:
            return Item(item_id, version, athlete_id, f"{number}.{kind}", at)
        if kind:
            return Item(item_id, version, athlete_id, "", at, withheld=f"its file is of a kind that we do not read ({kind[:10]})")
        # Typed in by hand: there is no file, and its totals are all there is.
        self.bodies[item_id] = _as_log(activity)
        return Item(item_id, version, athlete_id, f"{number}.csv", at) if self.bodies[item_id] else None

    def _plan(self, key: str, athlete_id: str, today: date) -> Iterator[Item]:
        rows = []
        for event in self._list(key, "events", today - timedelta(days=1), today + PLANNED_AHEAD):
            if row := _planned(event):
                rows.append(row)
        yield self._made(f"{key}/plan", athlete_id, "plan.csv", PLAN_HEADINGS, rows)

    def _notes(self, key: str, athlete_id: str, oldest: date, newest: date) -> Iterator[Item]:
        months: dict[str, list[tuple[str, ...]]] = {}
        for day in self._list(key, "wellness", oldest, newest):
            if (text := _note_of(day)) and (at := _date_of(day.get("id"))):
                months.setdefault(at[:7], []).append((at, "note", text))
        for month, rows in sorted(months.items()):
            month_end = datetime.fromisoformat(f"{month}-28").replace(tzinfo=UTC)
            yield self._made(f"{key}/notes-{month}", athlete_id, f"notes-{month}.csv", NOTE_HEADINGS, rows, month_end)

    def _made(
        self,
        item_id: str,
        athlete_id: str,
        name: str,
        headings: tuple[str, ...],
        rows: list[tuple[str, ...]],
        at: datetime | None = None,
    ) -> Item:
        body = _table(headings, sorted(rows))
        self.bodies[item_id] = body
        version = hashlib.sha256(body).hexdigest()[:16]
        return Item(item_id, version, athlete_id, name, at, only_if_known=not rows)


def _start_of(activity: dict[str, Any]) -> datetime | None:
    for name in ("start_date", "start_date_local"):
        try:
            at = datetime.fromisoformat(str(activity.get(name)))
        except ValueError:
            continue
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    return None


def _date_of(value: Any) -> str:
    try:
        return date.fromisoformat(str(value)[:10]).isoformat()
    except ValueError:
        return ""


def _as_log(activity: dict[str, Any]) -> bytes:
    """An activity that was typed in, as a row of runs.csv; b"" if it has no start, sport or amount."""
    start = str(activity.get("start_date_local") or "").removesuffix("Z")
    distance, moving = _number(activity, "distance"), _number(activity, "moving_time")
    if not _date_of(start) or not activity.get("type") or not (distance or moving):
        return b""
    row = (
        start,
        str(activity["type"]),
        distance,
        _clock(moving),
        _number(activity, "average_heartrate"),
        _number(activity, "icu_rpe"),
    )
    return _table(RUN_HEADINGS, [(*row, str(activity.get("name") or ""))])


def _planned(event: dict[str, Any]) -> tuple[str, ...] | None:
    """A planned workout or race as a row of plan.csv; None for what is neither running nor strength work."""
    category, day, name = str(event.get("category", "")), _date_of(event.get("start_date_local")), str(event.get("name") or "")
    is_race = category.startswith("RACE")
    said = look_up(str(event.get("type") or ""))
    if not day or not (is_race or category == "WORKOUT") or said is None:
        return None
    if said.kind == STRENGTH:
        return (day, "strength", "", _clock(_number(event, "moving_time")), name)
    distance = _number(event, "distance") or _number(event, "distance_target")
    moving = _number(event, "moving_time") or _number(event, "time_target")
    if said.kind != "run" or not (distance or moving):
        return None
    kind = "race" if is_race else planned_in(name).kind or "easy"
    return (day, kind, distance, _clock(moving), name)


def _note_of(day: dict[str, Any]) -> str:
    """What was written about a day, and soreness and injury in their own scale: a note, and never a report of pain."""
    words = [str(day["comments"]).strip()] if day.get("comments") else []
    words += [f"{name} {day[key]} of 4 (intervals.icu)" for key, name in SORENESS.items() if day.get(key) in (2, 3, 4)]
    return "; ".join(filter(None, words))


def _number(values: dict[str, Any], key: str) -> str:
    value = values.get(key)
    return f"{value:.10g}" if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < LARGEST else ""


def _clock(seconds: str) -> str:
    whole = round(float(seconds)) if seconds else 0
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}" if whole else ""


def _table(headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(headings)
    writer.writerows(rows)
    return text.getvalue().encode()
