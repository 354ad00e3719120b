"""Reads GPX 1.0 and 1.1: every track of the file is one activity."""

from __future__ import annotations

from dataclasses import replace

from lxml import etree

from flows.readers.days import when
from flows.readers.refusals import refuse_hopeless
from flows.readers.xml_tracks import (
    EXPORT_AGAIN,
    WholeElements,
    child_text,
    content_of,
    first_time,
    lost_times,
    point_texts,
    track_of,
)
from flows.records import Activity, FileContent, RefusedRow

FORMATS = ("gpx",)
# <trkpt lat="46.52" lon="6.57"><ele>411.0</ele><time>2024-05-01T06:00:00Z</time><extensions>
#   <gpxtpx:TrackPointExtension><gpxtpx:hr>142</gpxtpx:hr><gpxtpx:cad>84</gpxtpx:cad>
# A distance in the extensions is ignored: some exporters count from the start, some from the last point.
POINT_NAMES = {
    "time_s": ("time",),
    "latitude_deg": ("lat",),
    "longitude_deg": ("lon",),
    "altitude_m": ("ele",),
    "speed_mps": ("speed",),
    "heart_rate_bpm": ("hr", "heartrate", "heart_rate", "HeartRate", "HeartRateBpm"),
    "cadence_per_min": ("cad", "cadence", "Cadence", "RunCadence"),
}

# Strava's exports have a number of their own instead of a word: <type>9</type>. The list is not
# # published; these four come from exports of known activities.
STRAVA_SPORTS = {"1": "cycling", "4": "hiking", "9": "running", "10": "walking"}


def read_gpx(data: bytes) -> FileContent:
    """The activities of one GPX file; a track without times is refused, because a plan is not a run."""
    elements = WholeElements(data, "trkpt", "rtept", "trk")
    activities: list[Activity] = []
    refused: list[RefusedRow] = []
    notes: list[str] = []
    points: list[dict[str, str | None]] = []
    route: RefusedRow | None = None
    track_number = 0

    for name, element, is_closed in elements:
        if name == "trkpt":
            if is_closed:
                points.append(point_texts(element))
            continue
        if name == "rtept":
            route = _planned("route 1")
        else:
            track_number += 1
            place = f"track {track_number}"
            if points:
                track, codes, track_notes = track_of(points, POINT_NAMES)
                notes += [f"{place}: {note}" for note in track_notes]
                if track.empty:
                    said = child_text(element, "name") or ""
                    lost = lost_times(points, POINT_NAMES)
                    row = RefusedRow(place, lost, f"{EXPORT_AGAIN}.") if lost else _planned(place)
                    refused.append(replace(row, sport=_sport(element), **when(said)))
                    refuse_hopeless(refused, len(activities))
                else:
                    activities.append(
                        Activity(
                            sport=_sport(element),
                            started_at=first_time(track),
                            title=child_text(element, "name"),
                            notes=codes,
                            track=track,
                        )
                    )
                points = []
        element.clear()

    return content_of("gpx", elements, activities=activities, refused=refused, notes=notes, plan=route)


def _planned(place: str) -> RefusedRow:
    return RefusedRow(
        place,
        "This is a planned route: its points have no times, so nobody ran it yet",
        "Export the recorded activity instead of the route, or remove the file.",
    )


def _sport(track: etree._Element) -> str | None:
    said = child_text(track, "type")
    return STRAVA_SPORTS.get(said or "", said)
