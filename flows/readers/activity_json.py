"""JSON files of activities: passes each document to the reader of Garmin, Strava, Suunto, Polar or Hevy.

Runs of other apps are refused one by one."""

from __future__ import annotations

import json
from typing import Any

from flows.readers.foreign_runs import runs_in_json
from flows.readers.garmin_json import garmin_account_activity, garmin_health_activity, garmin_list_activity
from flows.readers.hevy_json import read_hevy_json, workouts_in
from flows.readers.json_items import EXPORT_AGAIN, Item, Reader, read_items
from flows.readers.polar_json import is_polar_session, read_polar_session
from flows.readers.strava_json import strava_activity
from flows.readers.suunto_json import suunto_activity
from flows.records import FileContent, UnreadableFile

# Large parts of an activity that are not read: dropped while parsing, because an account's list may have 100 MB.
HEAVY_KEYS = {"splits", "splitSummaries", "userRoles", "map", "Windows", "summarizedDiveInfo"}
# A list with one of these keys holds activities, even if none can be read; other JSON is ignored.
ACTIVITY_KEYS = {"activityId", "summaryId", "start_date", "moving_time", "startTimeGMT"}
# More lists and objects than this, of fewer bytes each, are only nesting; an empty one takes 64 bytes of memory.
BRACKETS_COUNT_FROM, LEAST_BYTES_PER_BRACKET = 200_000, 8


def read_activity_json(data: bytes) -> FileContent:
    """Every activity of one JSON file, whatever its sport.

    Raises UnreadableFile if the JSON is cut off or damaged, or holds activities without a start or sport.
    """
    document = _parsed(data)
    if isinstance(document, dict) and isinstance(document.get("DeviceLog"), dict):
        return read_items(("suunto_json", suunto_activity), [document["DeviceLog"]])
    if is_polar_session(document):
        return read_polar_session(document)
    if (workouts := workouts_in(document)) is not None:
        return read_hevy_json(workouts)
    items = _items(document)
    known = [item for item in items if isinstance(item, dict)]
    reader = next((reader for item in known if (reader := _reader_of(item))), None)
    if reader:
        return read_items(reader, items)
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
        reason = f"This JSON is not an export of activities: {brackets:,} lists and objects, and next to nothing in them"
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
        raise UnreadableFile(f"byte {error.start}", "The JSON is not UTF-8 text from here on", f"{EXPORT_AGAIN}.") from error
    except RecursionError as error:
        reason = "This JSON is not an export of activities: its lists and objects lie too deep in one another"
        raise UnreadableFile("byte 0", reason, f"{EXPORT_AGAIN}.") from error
    except ValueError as error:
        raise UnreadableFile("byte 0", f"This JSON is not an export of activities ({error})", f"{EXPORT_AGAIN}.") from error


def _loaded(text: str) -> Any:
    try:
        return json.loads(text, object_hook=_without_heavy_keys, parse_constant=lambda _: None)
    except json.JSONDecodeError:
        raise
    except ValueError:  # a number of thousands of digits: too long for int, infinite as a float
        return json.loads(text, object_hook=_without_heavy_keys, parse_constant=lambda _: None, parse_int=float)


def _without_heavy_keys(item: Item) -> Item:
    return {key: value for key, value in item.items() if key not in HEAVY_KEYS} if HEAVY_KEYS & item.keys() else item


def _items(document: Any) -> list[Any]:
    """The activities of a file: bare, in activityList, or in Garmin's [{"summarizedActivitiesExport": […]}]."""
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
