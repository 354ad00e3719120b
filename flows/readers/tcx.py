"""Reads TCX: every Activity of the file, also the legs of a multisport session, with the totals of its laps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pandas as pd
from lxml import etree

from flows.readers.days import when
from flows.readers.refusals import refuse_hopeless
from flows.readers.time_texts import utc_of
from flows.readers.xml_tracks import (
    EXPORT_AGAIN,
    WholeElements,
    child_text,
    content_of,
    first_time,
    local_name,
    lost_times,
    point_texts,
    track_of,
)
from flows.records import Activity, FileContent, RefusedRow

FORMATS = ("tcx",)
LARGEST_NUMBER = 1e12  # in a lap's metres or seconds; infinite values cannot be summed

# <Trackpoint><Time>2019-06-15T09:42:23.000Z</Time>
#   <Position><LatitudeDegrees>41.16</LatitudeDegrees><LongitudeDegrees>-74.18</LongitudeDegrees></Position>
#   <AltitudeMeters>147.2</AltitudeMeters><DistanceMeters>4.9</DistanceMeters>
#   <HeartRateBpm><Value>72</Value></HeartRateBpm><Cadence>49</Cadence>
#   <Extensions><TPX><Speed>2.5</Speed><RunCadence>49</RunCadence></TPX></Extensions></Trackpoint>
POINT_NAMES = {
    "time_s": ("Time",),
    "latitude_deg": ("LatitudeDegrees",),
    "longitude_deg": ("LongitudeDegrees",),
    "altitude_m": ("AltitudeMeters",),
    "distance_m": ("DistanceMeters",),
    "speed_mps": ("Speed",),
    "heart_rate_bpm": ("Value",),
    "cadence_per_min": ("RunCadence", "Cadence"),
}

MULTISPORT_PARTS = {"FirstSport", "NextSport"}


@dataclass(frozen=True, slots=True)
class Lap:
    """A lap's own start and totals, which come before its points."""

    started: str | None
    distance_m: float | None
    time_s: float | None


def read_tcx(data: bytes) -> FileContent:
    """The activities of one TCX file; a course or a workout is a plan and gives none."""
    elements = WholeElements(data, "Trackpoint", "Lap", "Activity", "Course", "Workout")
    activities: list[Activity] = []
    refused: list[RefusedRow] = []
    notes: list[str] = []
    points: list[dict[str, str | None]] = []
    laps: list[Lap] = []
    plan: RefusedRow | None = None
    activity_number = 0

    for name, element, is_closed in elements:
        if name == "Trackpoint":
            if is_closed:
                points.append(point_texts(element))
            continue
        if name == "Lap":
            laps.append(_lap(element, is_closed))
            continue
        if name == "Activity":
            activity_number += 1
            place = f"activity {activity_number}"
            track, codes, track_notes = track_of(points, POINT_NAMES)
            activity = _activity(element, laps, track, codes)
            if activity.started_at and (activity.track is not None or activity.moving_s):
                activities.append(activity)
                notes += [f"{place}: {note}" for note in (*track_notes, *_late_first_point(laps, track))]
            elif points or laps:
                said = " ".join(filter(None, (*(lap.started for lap in laps), child_text(element, "Id"))))
                lost = lost_times(points, POINT_NAMES)
                reason = f"{lost}, and it has no start or total" if lost else "It has no point with a time, or no start or total"
                refused.append(RefusedRow(place, reason, f"{EXPORT_AGAIN}.", sport=activity.sport, **when(said)))
                refuse_hopeless(refused, len(activities))
        else:
            plan = RefusedRow(
                "course or workout 1",
                "This is a plan (a TCX course or workout): nobody ran it yet",
                "Export the recorded activity instead, or remove the file.",
            )
        points, laps = [], []
        element.clear()

    return content_of("tcx", elements, activities=activities, refused=refused, notes=notes, plan=plan)


def _lap(element: etree._Element, is_closed: bool) -> Lap:
    # The totals come before the points, so those of a lap that is cut off include missing points.
    return Lap(
        started=element.get("StartTime"),
        distance_m=_number(child_text(element, "DistanceMeters")) if is_closed else None,
        time_s=_number(child_text(element, "TotalTimeSeconds")) if is_closed else None,
    )


def _activity(element: etree._Element, laps: Sequence[Lap], track: pd.DataFrame, codes: tuple[str, ...]) -> Activity:
    # TCX has three sports: Running, Biking, and Other for an unstated one; exporters write more.
    sport = (element.get("Sport") or "").strip()
    # A negative distance of a lap is unknown; then the track alone gives the total.
    distances_m = [None if lap.distance_m is not None and lap.distance_m < 0 else lap.distance_m for lap in laps]
    starts = [utc_of(said) for said in (*(lap.started for lap in laps), child_text(element, "Id"))]
    started_at = next(filter(None, starts), None)
    # The time of the first point is the exact one, but in some files the first points were written before the clock was set.
    if not track.empty and (started_at is None or abs(started_at - first_time(track)) <= timedelta(days=1)):
        started_at = first_time(track)
    return Activity(
        sport=None if sport.lower() in ("", "other") else sport,
        started_at=started_at,
        distance_m=_total(distances_m),
        moving_s=_total([lap.time_s for lap in laps]),
        note=child_text(element, "Notes"),
        is_leg=(above := element.getparent()) is not None and local_name(above) in MULTISPORT_PARTS,
        notes=codes if [lap.distance_m for lap in laps] == distances_m else (*codes, "lap_distance_dropped"),
        track=None if track.empty else track,
    )


def _late_first_point(laps: Sequence[Lap], track: pd.DataFrame) -> list[str]:
    lap_start = utc_of(laps[0].started) if laps else None
    if lap_start is None or track.empty or (first_time(track) - lap_start).total_seconds() < 1:
        return []
    return [f"the first lap starts at {lap_start:%H:%M:%S} UTC, the first point is later"]


def _total(values: Sequence[float | None]) -> float | None:
    """Sum over the laps; None if a lap has no value or all are 0 (exporters without the value)."""
    known = [value for value in values if value is not None]
    return math.fsum(known) or None if len(known) == len(values) else None


def _number(text: str | None) -> float | None:
    try:
        number = float(text) if text else None
    except ValueError:
        return None
    return number if number is not None and abs(number) <= LARGEST_NUMBER else None
