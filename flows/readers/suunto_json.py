"""One log of the Suunto app as JSON, with its track."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from flows.readers import sports
from flows.readers.json_items import Item, NoActivity, activity_at, local, number, sport_of, text_of, utc
from flows.records import TRACK_COLUMNS, Activity

RR_LOW_MS, RR_HIGH_MS = 250, 2000  # 240 and 30 beats a minute
SUUNTO_VALUES = {"Latitude", "Longitude", "Altitude", "Distance", "Speed", "HR", "Cadence"}
TRAIL_RUNNING_SUUNTO = 82  # the only sport id of Suunto that public code agrees on; the name is the owner's own name of the mode
FORMATS = ("suunto_json",)


def suunto_activity(log: Item) -> Activity:
    """One log of the Suunto app: m and s, but heart rate and cadence in Hz, positions in radians, times with an offset each.

    The header's Duration includes pauses. The heart beats are a list of intervals without times: only their mean is read.
    """
    header = log.get("Header")
    if not isinstance(header, dict):
        raise NoActivity("it has no Header")
    elapsed_s, pause_s = number(header, "Duration"), number(header, "PauseDuration") or 0
    name = sport_of(header.get("Activity"))
    samples = log.get("Samples")
    moments = [sample for sample in samples if isinstance(sample, dict)] if isinstance(samples, list) else []
    return activity_at(
        sport="trail_running" if header.get("ActivityType") == TRAIL_RUNNING_SUUNTO else _suunto_sport(name),
        started_at=utc(header.get("DateTime")),
        started_local=local(header.get("DateTime")),
        distance_m=number(header, "Distance"),
        moving_s=max(elapsed_s - pause_s, 0.0) if elapsed_s else None,
        elapsed_s=elapsed_s,
        ascent_m=number(header, "Ascent"),
        descent_m=number(header, "Descent"),
        avg_heart_rate_bpm=_mean_heart_rate_bpm(log.get("R-R")),
        title=text_of(header.get("Activity"), as_written=True),
        note=text_of(header.get("Notes"), as_written=True),
        track=_suunto_track(moments, has_beats=bool(log.get("R-R"))),
        pauses=_suunto_pauses(moments),
    )


def _suunto_sport(name: str | None) -> str | None:
    """The sport in a mode's name; None if the owner's name of it has none."""
    return name if sports.look_up(name) else None


def _mean_heart_rate_bpm(intervals: Any) -> float | None:
    """The mean heart rate from a list of intervals between beats in ms, without impossible intervals."""
    data = intervals.get("Data") if isinstance(intervals, dict) else None
    data = data if isinstance(data, list) else []
    between = [number for number in data if isinstance(number, int) and RR_LOW_MS <= number <= RR_HIGH_MS]
    return 60_000 * len(between) / sum(between) if between else None


def _suunto_track(moments: list[Item], has_beats: bool) -> pd.DataFrame | None:
    """The samples in TRACK_COLUMNS: position, wrist values and heart rate come in separate samples.

    In a log with a list of beats, heart rate samples are left out: there are only one or two, at the start of the run.
    """
    rows = []
    for sample in moments:
        at = utc(sample.get("UTC")) or utc(sample.get("TimeISO8601"))
        if at is None or not SUUNTO_VALUES & sample.keys():
            continue
        latitude, longitude = number(sample, "Latitude"), number(sample, "Longitude")
        rows.append(
            (
                at.timestamp(),
                None if latitude is None else math.degrees(latitude),
                None if longitude is None else math.degrees(longitude),
                number(sample, "Altitude"),
                number(sample, "Distance"),
                number(sample, "Speed"),
                None if has_beats else number(sample, "HR", 60),
                number(sample, "Cadence", 60),
            )
        )
    track = pd.DataFrame(rows, columns=list(TRACK_COLUMNS), dtype=float)
    if track["time_s"].nunique() < 2:  # noqa: PLR2004 - one point is not a track
        return None
    # Samples of one second are one point.
    track["time_s"] = np.floor(track["time_s"])
    return track.groupby("time_s", as_index=False, sort=True).last()[list(TRACK_COLUMNS)]


def _suunto_pauses(moments: list[Item]) -> tuple[tuple[float, float], ...]:
    # {"Events": [{"Pause": {"State": true}}], "TimeISO8601": "2018-03-13T17:57:55.978+01:00"}
    turns = [
        (at.timestamp(), event["Pause"].get("State") is True)
        for sample in moments
        if isinstance(sample.get("Events"), list) and (at := utc(sample.get("TimeISO8601")))
        for event in sample["Events"]
        if isinstance(event, dict) and isinstance(event.get("Pause"), dict)
    ]
    return tuple((start_s, end_s) for (start_s, stops), (end_s, goes_on) in pairwise(sorted(turns)) if stops and not goes_on)
