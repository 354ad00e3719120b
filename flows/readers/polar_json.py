"""Reads training-session-*.json of Polar Flow's account export: a session and its exercises, one for each sport.

Times are local, with the offset in minutes in a field of its own; durations look like PT3600.5S; distances are in metres,
speeds in km/h. Later exports code the sport as a number and are not read here.
"""

from __future__ import annotations

import json
import re
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, timedelta
from typing import Any

import pandas as pd

from flows.records import TRACK_COLUMNS, Activity, FileContent, RefusedRow

FORMATS = ("polar_json",)
Item = dict[str, Any]

DURATION = re.compile(r"PT(?:(\d{1,4})H)?(?:(\d{1,6})M)?(?:(\d{1,8}(?:\.\d{1,9})?)S)?")
MPS_PER_KMH = 1 / 3.6
LARGEST_NUMBER = 1e12  # in any unit; a comparison with it also excludes NaN
SHOWN_TEXT = 200
# Lists of samples: (name of the list, key of the value, column of the track, factor).
SAMPLES = (
    ("recordedRoute", "latitude", "latitude_deg", 1.0),
    ("recordedRoute", "longitude", "longitude_deg", 1.0),
    ("altitude", "value", "altitude_m", 1.0),
    ("distance", "value", "distance_m", 1.0),
    ("speed", "value", "speed_mps", MPS_PER_KMH),
    ("heartRate", "value", "heart_rate_bpm", 1.0),
    ("cadence", "value", "cadence_per_min", 1.0),
)
MOVEMENT = ["latitude_deg", "distance_m", "speed_mps"]  # a track needs one of these to show movement


def is_polar_session(document: Any) -> bool:
    """Whether this parsed JSON is a session of an export that writes its sports as words."""
    return (
        isinstance(document, dict)
        and isinstance(document.get("exercises"), list)
        and any(isinstance(one, dict) and isinstance(one.get("sport"), str) for one in document["exercises"])
        and ("exportVersion" in document or all("duration" in one for one in document["exercises"] if isinstance(one, dict)))
    )


def read_polar_session(session: Item) -> FileContent:
    """Every exercise of the session, of any sport; one without a start is refused, the others are taken."""
    activities, refused = [], []
    for number, exercise in enumerate(session["exercises"], start=1):
        activity = _activity_of(exercise, session) if isinstance(exercise, dict) else None
        if activity:
            activities.append(activity)
        else:
            refused.append(
                RefusedRow(
                    f"activity {number}",
                    "it does not say when it started",
                    "Export the session from Polar Flow as TCX instead.",
                    json.dumps(exercise)[:SHOWN_TEXT],
                    _day_of(session),
                )
            )
    return FileContent(format="polar_json", parser="json", activities=tuple(activities), refused_rows=tuple(refused))


def _activity_of(exercise: Item, session: Item) -> Activity | None:
    started_local = _moment(exercise.get("startTime"))
    if started_local is None:
        return None
    offset = _offset(exercise, session)
    stopped_local = _moment(exercise.get("stopTime"))
    heart_rate = exercise.get("heartRate")
    sport, name = exercise.get("sport"), session.get("name")
    return Activity(
        sport=sport.strip().lower() if isinstance(sport, str) and sport.strip() else None,
        started_at=None if offset is None else (started_local - offset).replace(tzinfo=UTC),
        started_local=started_local if offset is None else None,
        distance_m=_number(exercise, "distance"),
        moving_s=_duration_s(exercise.get("duration")),
        elapsed_s=(stopped_local - started_local).total_seconds() if stopped_local and stopped_local > started_local else None,
        ascent_m=_number(exercise, "ascent"),
        descent_m=_number(exercise, "descent"),
        avg_heart_rate_bpm=_number(heart_rate, "avg") if isinstance(heart_rate, dict) else None,
        title=name.strip() or None if isinstance(name, str) else None,
        track=_track_of(exercise.get("samples"), offset or timedelta(0)),
    )


def _track_of(samples: Any, offset: timedelta) -> pd.DataFrame | None:
    """The lists of samples joined by time; None if none of them shows movement."""
    moments: dict[float, dict[str, float]] = {}
    for name, key, column, factor in SAMPLES:
        listed = samples.get(name) if isinstance(samples, dict) else None
        for sample in listed if isinstance(listed, list) else []:
            at = _moment(sample.get("dateTime")) if isinstance(sample, dict) else None
            value = _number(sample, key, factor) if at else None
            if at and value is not None:
                moments.setdefault((at - offset).replace(tzinfo=UTC).timestamp(), {})[column] = value
    track = pd.DataFrame.from_dict(moments, orient="index", columns=list(TRACK_COLUMNS[1:]), dtype=float).sort_index()
    if len(track) < 2 or track[MOVEMENT].isna().all(axis=None):  # noqa: PLR2004 - one point is not a track
        return None
    return track.rename_axis("time_s").reset_index()[list(TRACK_COLUMNS)]


def _offset(exercise: Item, session: Item) -> timedelta | None:
    """The offset of local time from UTC."""
    minutes = (
        _number(of, key) for of in (exercise, session) for key in ("timezoneOffset", "timeZoneOffset", "timezoneOffsetMinutes")
    )
    known = next((number for number in minutes if number is not None), None)
    return timedelta(minutes=known) if known is not None and abs(known) < 24 * 60 else None


def _day_of(session: Item) -> date | None:
    started = _moment(session.get("startTime"))
    return started.date() if started else None


def _duration_s(text: Any) -> float | None:
    parts = DURATION.fullmatch(text) if isinstance(text, str) and text != "PT" else None
    if not parts:
        return None
    hours, minutes, seconds = (float(part or 0) for part in parts.groups())
    return 3600 * hours + 60 * minutes + seconds


def _moment(text: Any) -> datetime | None:
    """A local time; an offset in its text is ignored, because it has a field of its own."""
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    # An offset would overflow in the first and the last year.
    return moment.replace(tzinfo=None) if moment and MINYEAR < moment.year < MAXYEAR else None


def _number(item: Item, key: str, factor: float = 1.0) -> float | None:
    value = item.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < LARGEST_NUMBER:
        return None
    return value * factor
