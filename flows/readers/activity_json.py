"""JSON files of Garmin Connect, the Strava API and the Suunto app: lists of activities, and one activity with its track.

A session of Polar Flow has a reader of its own, and so have runs of apps that are not read.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count, islice, pairwise
from typing import Any

import numpy as np
import pandas as pd
from garmin_fit_sdk.profile import Profile

from flows.readers import sports
from flows.readers.days import when
from flows.readers.foreign_runs import runs_in_json
from flows.readers.plain_csv import refuse_hopeless
from flows.readers.polar_json import is_polar_session, read_polar_session
from flows.readers.time_texts import moment_of, utc_of
from flows.records import TRACK_COLUMNS, Activity, FileContent, RefusedRow, StrengthSet, UnreadableFile

Item = dict[str, Any]

EXPORT_AGAIN = "Download the file again"
# Large parts of an activity that say nothing we read: left out while parsing, for an account's list may have 100 MB.
HEAVY_KEYS = {"splits", "splitSummaries", "userRoles", "map", "Windows", "summarizedDiveInfo"}

# A list with one of these keys tells of activities, also where we cannot read them; other JSON is of no concern.
ACTIVITY_KEYS = {"activityId", "summaryId", "start_date", "moving_time", "startTimeGMT"}
MILLISECONDS_FACTOR = 999  # elapsed over moving time from which on "elapsed" must be in ms
SHOWN_TEXT = 200
LARGEST_NUMBER = 1e15  # a time in ms has 13 digits
SHOWN_KEYS = 12
# More lists and objects than this, of fewer bytes each, are nesting and no activities: an empty one takes 64 bytes of memory.
BRACKETS_COUNT_FROM, LEAST_BYTES_PER_BRACKET = 200_000, 8
MOST_SETS = 100  # of one exercise in one session: more is a damaged number
RR_LOW_MS, RR_HIGH_MS = 250, 2000  # 240 and 30 beats a minute
SUUNTO_VALUES = {"Latitude", "Longitude", "Altitude", "Distance", "Speed", "HR", "Cadence"}
TRAIL_RUNNING_SUUNTO = 82  # the one id of a Suunto log that public code agrees on; the name is whatever the owner called the mode

# What Garmin's files call their exercises -> codes of the FIT profile, by which the catalogue knows them.
FIT_CATEGORIES = {name: code for code, name in Profile["types"]["exercise_category"].items()}


class NoActivity(ValueError):
    """Why one item of a list is no activity that could be placed on a calendar."""


def read_activity_json(data: bytes) -> FileContent:
    """Every activity of one JSON file, whatever its sport.

    Raises UnreadableFile where the JSON is broken off or damaged, or tells of a run without saying when it was.
    """
    document = _parsed(data)
    if isinstance(document, dict) and isinstance(document.get("DeviceLog"), dict):
        return _read(("suunto_json", suunto_activity), [document["DeviceLog"]])
    if is_polar_session(document):
        return read_polar_session(document)
    items = _items(document)
    known = [item for item in items if isinstance(item, dict)]
    reader = next((reader for item in known if (reader := _reader_of(item))), None)
    if reader:
        return _read(reader, items)
    if isinstance(document, dict) and {"time", "distance"} <= set(document):
        raise UnreadableFile(
            "byte 0",
            "This JSON holds the streams of an activity, but neither its start nor its sport",
            "Export the activity as FIT, GPX or TCX instead.",
        )
    foreign = runs_in_json(document)
    if foreign is None and any(ACTIVITY_KEYS & item.keys() for item in known):
        raise UnreadableFile(
            "byte 0",
            "This is a JSON file of activities, but not as Garmin Connect, Strava or Suunto write it: start or sport is missing",
            "Export the activities as FIT, GPX or TCX instead.",
        )
    nothing = FileContent(format="json", parser="json", nothing_because="a JSON file without activities that we know")
    return foreign or nothing


def _parsed(data: bytes) -> Any:
    brackets = data.count(b"[") + data.count(b"{")
    if brackets > BRACKETS_COUNT_FROM and len(data) < LEAST_BYTES_PER_BRACKET * brackets:
        reason = f"This JSON is no export of activities: {brackets:,} lists and objects, and next to nothing in them"
        raise UnreadableFile("byte 0", reason, f"{EXPORT_AGAIN}.")
    try:
        text = data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
        return _loaded(text)
    except json.JSONDecodeError as error:
        raise UnreadableFile(
            f"line {error.lineno}, column {error.colno}",
            f"The JSON is broken off or damaged here ({error.msg}); nothing of it is taken",
            f"{EXPORT_AGAIN}.",
        ) from error
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"byte {error.start}", "The JSON is no UTF-8 text from here on", f"{EXPORT_AGAIN}.") from error
    except RecursionError as error:
        reason = "This JSON is no export of activities: its lists and objects lie too deep in one another"
        raise UnreadableFile("byte 0", reason, f"{EXPORT_AGAIN}.") from error
    except ValueError as error:
        raise UnreadableFile("byte 0", f"This JSON is no export of activities ({error})", f"{EXPORT_AGAIN}.") from error


def _loaded(text: str) -> Any:
    try:
        return json.loads(text, object_hook=_without_heavy_keys, parse_constant=lambda _: None)
    except json.JSONDecodeError:
        raise
    except ValueError:  # a number of thousands of digits, which no int may have; a float may, and is infinite
        return json.loads(text, object_hook=_without_heavy_keys, parse_constant=lambda _: None, parse_int=float)


def _without_heavy_keys(item: Item) -> Item:
    return {key: value for key, value in item.items() if key not in HEAVY_KEYS} if HEAVY_KEYS & item.keys() else item


def _items(document: Any) -> list[Any]:
    """The activities wherever a file keeps them: bare, in activityList, in Garmin's [{"summarizedActivitiesExport": […]}]."""
    if isinstance(document, dict):
        for key in ("activityList", "summarizedActivitiesExport"):
            if isinstance(document.get(key), list):
                return list(document[key])
        return [document]
    if isinstance(document, list):
        wrapped = [part["summarizedActivitiesExport"] for part in document if _is_wrapper(part)]
        return [item for part in wrapped for item in part] if wrapped else document
    return []


def _is_wrapper(part: Any) -> bool:
    return isinstance(part, dict) and isinstance(part.get("summarizedActivitiesExport"), list)


Reader = tuple[str, Callable[[Item], Activity]]


def _reader_of(item: Item) -> Reader | None:
    if "activityId" in item and isinstance(item.get("activityType"), dict):
        return "garmin_json", garmin_list_activity
    if "activityId" in item and "startTimeGmt" in item:
        return "garmin_json", garmin_account_activity
    if "summaryId" in item and "startTimeInSeconds" in item:
        return "garmin_json", garmin_health_activity
    if "start_date" in item and "moving_time" in item:
        return "strava_json", strava_activity
    return None


def _read(reader: Reader, items: list[Any]) -> FileContent:
    format_, activity_of = reader
    activities: list[Activity] = []
    refused: list[RefusedRow] = []
    for number, item in enumerate(items, start=1):
        try:
            activities.append(_understood(activity_of, item))
        except NoActivity as why:
            reason, remedy = str(why), f"{EXPORT_AGAIN}, or leave it."
            refused.append(RefusedRow(f"activity {number}", reason, remedy, _shown(item), **_told(item)))
            refuse_hopeless(refused, len(activities))
    return FileContent(format=format_, parser="json", activities=tuple(activities), refused_rows=tuple(refused))


def _told(item: Any) -> dict[str, Any]:
    """What can still be read of a refused item: its day, by whatever it calls a start or a date, and its sport."""
    if not isinstance(item, dict):
        return {}
    fields = item | (item["Header"] if isinstance(item.get("Header"), dict) else {})
    starts = [
        value for key, value in fields.items() if isinstance(value, str) and re.match(r"start|begin|date", key, re.IGNORECASE)
    ]
    told = next((said for value in starts if any((said := when(value)).values())), {})
    type_ = item.get("activityType")
    sport = type_.get("typeKey") if isinstance(type_, dict) else type_ or item.get("sport_type") or item.get("type")
    return told | {"sport": _text(sport)}


def _understood(activity_of: Callable[[Item], Activity], item: Any) -> Activity:
    """The item as an activity. Raises NoActivity also where a part of it is of another shape than its program writes."""
    if not isinstance(item, dict):
        raise NoActivity("it is no activity")
    try:
        return activity_of(item)
    except NoActivity:
        raise
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise NoActivity(f"a part of it is not as its program writes it ({error})") from error


def _shown(item: Any) -> str:
    """So much of an item as shows which it is: its first plain values."""
    if isinstance(item, dict):
        plain = ((key, value) for key, value in item.items() if isinstance(value, str | int | float))
        item = {key: value[:SHOWN_TEXT] if isinstance(value, str) else value for key, value in islice(plain, SHOWN_KEYS)}
    return json.dumps(item)[:SHOWN_TEXT] if isinstance(item, dict | str | int | float | None) else "[…]"


# ---------------------------------------------------------------- Garmin


def garmin_list_activity(item: Item) -> Activity:
    """One activity of Garmin Connect's own list: m and s, but elapsedDuration in ms in older lists."""
    moving_s, elapsed_s = _number(item, "duration"), _number(item, "elapsedDuration")
    if moving_s and elapsed_s and elapsed_s >= MILLISECONDS_FACTOR * moving_s:
        elapsed_s /= 1000
    return _activity(
        item,
        sport=_sport(kind.get("typeKey")) if isinstance(kind := item.get("activityType"), dict) else None,
        started_at=_utc(item.get("startTimeGMT")) or _epoch(item, "beginTimestamp", 0.001),
        started_local=_local(item.get("startTimeLocal")),
        distance_m=_number(item, "distance"),
        moving_s=moving_s,
        elapsed_s=elapsed_s,
        ascent_m=_number(item, "elevationGain"),
        descent_m=_number(item, "elevationLoss"),
        avg_heart_rate_bpm=_number(item, "averageHR"),
        avg_cadence_spm=_number(item, "averageRunningCadenceInStepsPerMinute"),
        steps=_number(item, "steps"),
        title=_text(item.get("activityName"), as_written=True),
        note=_text(item.get("description"), as_written=True),
    )


def garmin_account_activity(item: Item) -> Activity:
    """One activity of the account export (summarizedActivities.json): cm, ms, and times in ms since 1970.

    The units are those that public readers of such exports agree on; nothing in the file states them.
    """
    return _activity(
        item,
        sport=_sport(item.get("activityType")),
        started_at=_epoch(item, "startTimeGmt", 0.001) or _epoch(item, "beginTimestamp", 0.001),
        distance_m=_number(item, "distance", 0.01),
        moving_s=_number(item, "duration", 0.001),
        elapsed_s=_number(item, "elapsedDuration", 0.001),
        ascent_m=_number(item, "elevationGain", 0.01),
        descent_m=_number(item, "elevationLoss", 0.01),
        avg_heart_rate_bpm=_number(item, "avgHr"),
        avg_cadence_spm=_number(item, "avgDoubleCadence"),
        steps=_number(item, "steps"),
        title=_text(item.get("name"), as_written=True),
        note=_text(item.get("description"), as_written=True),
    )


def garmin_health_activity(item: Item) -> Activity:
    """One summary of Garmin's Health API. Its cadence is of one foot or of both: it is not read."""
    return _activity(
        item,
        sport=_sport(item.get("activityType")),
        started_at=_epoch(item, "startTimeInSeconds"),
        distance_m=_number(item, "distanceInMeters"),
        moving_s=_number(item, "durationInSeconds"),
        ascent_m=_number(item, "totalElevationGainInMeters"),
        descent_m=_number(item, "totalElevationLossInMeters"),
        avg_heart_rate_bpm=_number(item, "averageHeartRateInBeatsPerMinute"),
        steps=_number(item, "steps"),
        title=_text(item.get("activityName"), as_written=True),
    )


def summarised_sets(item: Item) -> Iterator[StrengthSet]:
    """The sets of Garmin's summarizedExerciseSets: one entry for all sets of an exercise, grams and ms.

    The entry gives totals alone, so each of its sets gets its share: whole repetitions that add up to the total, the mean weight
    of a repetition (volume is g x repetitions; maxWeight would make every set the heaviest), the mean time.
    """
    # {"category": "CALF_RAISE", "subCategory": "SEATED_CALF_RAISE", "reps": 36, "volume": 960000, "duration": 118076, "sets": 4}
    entries = item.get("summarizedExerciseSets")
    number = count(1)
    for entry in entries if isinstance(entries, list) else []:
        if not isinstance(entry, dict):
            continue
        sets, reps, grams = _whole(entry, "sets"), _whole(entry, "reps"), _number(entry, "volume") or 0
        category, name = _text(entry.get("category")), _text(entry.get("subCategory"))
        fit_category = FIT_CATEGORIES.get(category) if category else None
        subtypes = Profile["types"].get(f"{category}_exercise_name", {})
        duration_s = _number(entry, "duration", 0.001)
        for one in range(min(sets, MOST_SETS)):
            yield StrengthSet(
                exercise_name=(name or category or "").replace("_", " ") or None,
                set_number=next(number),
                reps=(reps // sets + (one < reps % sets)) or None,
                weight_kg=grams / reps / 1000 if reps and grams > 0 else None,
                duration_s=duration_s / sets if duration_s else None,
                fit_category=fit_category,
                fit_subtype=next((code for code, known in subtypes.items() if known == name), None),
            )


# ---------------------------------------------------------------- Strava and Suunto


def strava_activity(item: Item) -> Activity:
    """One activity of the Strava API: m, s, and the cadence of one foot."""
    sport = _sport(item.get("sport_type")) or _sport(item.get("type"))
    said = sports.look_up(sport)
    cadence_spm = _number(item, "average_cadence", 2)
    return _activity(
        item,
        sport=sport,
        sub_sport="treadmill" if item.get("trainer") is True and said and said.kind == "run" else None,
        started_at=_utc(item.get("start_date")),
        started_local=_local(item.get("start_date_local")),
        distance_m=_number(item, "distance"),
        moving_s=_number(item, "moving_time") or _number(item, "elapsed_time"),  # 0 was not measured
        elapsed_s=_number(item, "elapsed_time"),
        ascent_m=_number(item, "total_elevation_gain"),
        avg_heart_rate_bpm=_number(item, "average_heartrate"),
        avg_cadence_spm=cadence_spm if said and said.kind in sports.ON_FOOT else None,
        title=_text(item.get("name"), as_written=True),
        gear=_text(item.get("gear_id"), as_written=True),
        note=_text(item.get("description"), as_written=True),
    )


def suunto_activity(log: Item) -> Activity:
    """One log of the Suunto app: m and s, but heart rate and cadence in Hz, places in radians, times with their own offsets.

    The header's Duration counts the pauses. The heart beats are a list of intervals without times: only their mean is read.
    """
    header = log.get("Header")
    if not isinstance(header, dict):
        raise NoActivity("it has no Header")
    elapsed_s, pause_s = _number(header, "Duration"), _number(header, "PauseDuration") or 0
    name = _sport(header.get("Activity"))
    samples = log.get("Samples")
    moments = [sample for sample in samples if isinstance(sample, dict)] if isinstance(samples, list) else []
    return _activity(
        log,
        sport="trail_running" if header.get("ActivityType") == TRAIL_RUNNING_SUUNTO else _suunto_sport(name),
        started_at=_utc(header.get("DateTime")),
        started_local=_local(header.get("DateTime")),
        distance_m=_number(header, "Distance"),
        moving_s=max(elapsed_s - pause_s, 0.0) if elapsed_s else None,
        elapsed_s=elapsed_s,
        ascent_m=_number(header, "Ascent"),
        descent_m=_number(header, "Descent"),
        avg_heart_rate_bpm=_mean_heart_rate_bpm(log.get("R-R")),
        title=_text(header.get("Activity"), as_written=True),
        note=_text(header.get("Notes"), as_written=True),
        track=_suunto_track(moments, has_beats=bool(log.get("R-R"))),
        pauses=_suunto_pauses(moments),
    )


def _suunto_sport(name: str | None) -> str | None:
    """The sport that a mode's name speaks of; None where the owner called it what he liked."""
    return name if sports.look_up(name) else None


def _mean_heart_rate_bpm(intervals: Any) -> float | None:
    """The mean of a list of intervals between heart beats in ms, leaving out what no heart does."""
    data = intervals.get("Data") if isinstance(intervals, dict) else None
    data = data if isinstance(data, list) else []
    between = [number for number in data if isinstance(number, int) and RR_LOW_MS <= number <= RR_HIGH_MS]
    return 60_000 * len(between) / sum(between) if between else None


def _suunto_track(moments: list[Item], has_beats: bool) -> pd.DataFrame | None:
    """The samples in TRACK_COLUMNS: place, wrist values and heart rate stand in samples of their own.

    Beside a list of beats there are one or two heart rates at the start, which would stand for the whole run.
    """
    rows = []
    for sample in moments:
        at = _utc(sample.get("UTC")) or _utc(sample.get("TimeISO8601"))
        if at is None or not SUUNTO_VALUES & sample.keys():
            continue
        latitude, longitude = _number(sample, "Latitude"), _number(sample, "Longitude")
        rows.append(
            (
                at.timestamp(),
                None if latitude is None else math.degrees(latitude),
                None if longitude is None else math.degrees(longitude),
                _number(sample, "Altitude"),
                _number(sample, "Distance"),
                _number(sample, "Speed"),
                None if has_beats else _number(sample, "HR", 60),
                _number(sample, "Cadence", 60),
            )
        )
    track = pd.DataFrame(rows, columns=list(TRACK_COLUMNS), dtype=float)
    if track["time_s"].nunique() < 2:  # noqa: PLR2004 - a place is no track
        return None
    # Samples of one second are one point.
    track["time_s"] = np.floor(track["time_s"])
    return track.groupby("time_s", as_index=False, sort=True).last()[list(TRACK_COLUMNS)]


def _suunto_pauses(moments: list[Item]) -> tuple[tuple[float, float], ...]:
    # {"Events": [{"Pause": {"State": true}}], "TimeISO8601": "2018-03-13T17:57:55.978+01:00"}
    turns = [
        (at.timestamp(), event["Pause"].get("State") is True)
        for sample in moments
        if isinstance(sample.get("Events"), list) and (at := _utc(sample.get("TimeISO8601")))
        for event in sample["Events"]
        if isinstance(event, dict) and isinstance(event.get("Pause"), dict)
    ]
    return tuple((start_s, end_s) for (start_s, stops), (end_s, goes_on) in pairwise(sorted(turns)) if stops and not goes_on)


# ---------------------------------------------------------------- what an item says


def _activity(
    item: Item, sport: str | None, started_at: datetime | None, started_local: datetime | None = None, **said: Any
) -> Activity:
    """The activity, with its sets where it was strength work. Raises NoActivity where nothing says when it was."""
    if started_at is None and started_local is None:
        raise NoActivity("it does not say when it started")
    local = None if started_at else started_local
    said["sub_sport"] = said.get("sub_sport") or sports.sub_sport_of(sport)
    kind = sports.look_up(sport)
    sets = (
        tuple(replace(one, performed_at=started_at, performed_local=local) for one in summarised_sets(item))
        if kind and kind.kind == sports.STRENGTH
        else ()
    )
    return Activity(sport=sport, started_at=started_at, started_local=local, sets=sets, **said)


def _number(item: Item, key: str, factor: float = 1.0) -> float | None:
    value = item.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= LARGEST_NUMBER:
        return None
    return value * factor


def _whole(item: Item, key: str) -> int:
    return int(max(_number(item, key) or 0, 0))


def _text(value: Any, as_written: bool = False) -> str | None:
    """Text of a cell; the name of an exercise in one spelling."""
    if not isinstance(value, str) or not value.strip():
        return None
    if as_written:
        return value.strip()
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", value.strip())
    return re.sub(r"[\s_-]+", "_", words).lower()


def _sport(value: Any) -> str | None:
    """A sport in one spelling: TrailRun, TRAIL_RUN and "Trail run" are trail_run."""
    return sports.normalised(value).replace(" ", "_") or None if isinstance(value, str) else None


def _moment(value: Any) -> datetime | None:
    # "2025-05-26 07:20:01", "2019-09-08T09:52:45Z", "2018-03-13T17:57:02.449+01:00"
    return moment_of(value) if isinstance(value, str) else None


def _utc(value: Any) -> datetime | None:
    """A time that is UTC or gives its offset."""
    return utc_of(value) if isinstance(value, str) else None


def _local(value: Any) -> datetime | None:
    """A local time; an offset that some write although it is none is left out."""
    moment = _moment(value)
    return moment and moment.replace(tzinfo=None)


def _epoch(item: Item, key: str, seconds: float = 1.0) -> datetime | None:
    since_s = _number(item, key, seconds)
    try:
        return None if since_s is None else datetime.fromtimestamp(since_s, UTC)
    except (OverflowError, ValueError, OSError):
        return None
