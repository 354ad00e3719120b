"""Turns an invented run or strength session into the bytes of a FIT, GPX or TCX file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from garmin_fit_sdk import Encoder, Profile


@dataclass(frozen=True)
class Point:
    time_s: int  # seconds since 1970-01-01 UTC
    distance_m: float
    speed_mps: float
    altitude_m: float
    heart_rate_bpm: int
    cadence_spm: float
    latitude_deg: float
    longitude_deg: float


@dataclass(frozen=True)
class Track:
    points: tuple[Point, ...]
    lap_ends: tuple[int, ...]  # index of the last point of each lap
    pauses: tuple[tuple[int, int], ...]  # the timer was stopped from, to (epoch seconds)
    rpe: int

    @property
    def start_s(self) -> int:
        return self.points[0].time_s

    @property
    def elapsed_s(self) -> int:
        return self.points[-1].time_s - self.start_s

    @property
    def moving_s(self) -> int:
        return self.elapsed_s - sum(end - start for start, end in self.pauses)

    @property
    def distance_m(self) -> float:
        return self.points[-1].distance_m

    @property
    def climbs_m(self) -> tuple[float, float]:
        """Metres up and metres down."""
        steps = [after.altitude_m - before.altitude_m for before, after in pairwise(self.points)]
        return sum(s for s in steps if s > 0), -sum(s for s in steps if s < 0)

    @property
    def mean_heart_rate_bpm(self) -> float:
        return self._moving_mean([point.heart_rate_bpm for point in self.points])

    @property
    def mean_cadence_spm(self) -> float:
        return self._moving_mean([point.cadence_spm for point in self.points])

    def _moving_mean(self, values: Sequence[float]) -> float:
        """Mean over moving time: each value applies to the interval that ends with it."""
        paused = {start for start, _ in self.pauses}
        total = 0.0
        for (before, after), value in zip(pairwise(self.points), values[1:], strict=True):
            if before.time_s not in paused:
                total += value * (after.time_s - before.time_s)
        return total / self.moving_s


FIT_EPOCH_S = 631_065_600  # 1989-12-31 UTC
MESSAGE = Profile["mesg_num"]
SPORTS = {"running": (1, 0), "cycling": (2, 0), "strength": (10, 20)}  # FIT sport and sub-sport


def fit_file(start_s: int, end_s: int, messages: Iterable[dict[str, Any]]) -> bytes:
    """Wrap messages into an activity file with one session; its maker, 255, is "development"."""
    encoder = Encoder()
    opening = {"mesg_num": MESSAGE["FILE_ID"], "type": 4, "manufacturer": 255, "product": 1}
    encoder.write_mesg({**opening, "serial_number": 1, "time_created": start_s - FIT_EPOCH_S})
    encoder.write_mesg(timer_event(start_s, is_start=True))
    for message in messages:
        encoder.write_mesg(message)
    encoder.write_mesg({"mesg_num": MESSAGE["ACTIVITY"], "timestamp": end_s - FIT_EPOCH_S, "num_sessions": 1, "type": 0})
    return bytes(encoder.close())


def timer_event(time_s: int, *, is_start: bool) -> dict[str, Any]:
    event_type = 0 if is_start else 4  # start, stop_all
    return {
        "mesg_num": MESSAGE["EVENT"],
        "timestamp": time_s - FIT_EPOCH_S,
        "event": 0,  # timer
        "event_type": event_type,
    }


def fit_run(track: Track, *, sport: str = "running", rates_effort: bool = False) -> bytes:
    """A run as a watch writes it: records, pauses as timer events, a lap for each part, one session."""
    messages: list[dict[str, Any]] = []
    paused_at = dict(track.pauses)
    for point in track.points:
        messages.append(
            {
                "mesg_num": MESSAGE["RECORD"],
                "timestamp": point.time_s - FIT_EPOCH_S,
                "position_lat": semicircles(point.latitude_deg),
                "position_long": semicircles(point.longitude_deg),
                "distance": point.distance_m,
                "enhanced_speed": point.speed_mps,
                "enhanced_altitude": point.altitude_m,
                "heart_rate": point.heart_rate_bpm,
                "cadence": round(point.cadence_spm / 2),  # watches count one foot
            }
        )
        if point.time_s in paused_at:
            messages.append(timer_event(point.time_s, is_start=False))
            messages.append(timer_event(paused_at[point.time_s], is_start=True))
    end_s = track.points[-1].time_s
    messages.append(timer_event(end_s, is_start=False))
    lap_starts = (0, *track.lap_ends[:-1])
    for number, (first, last) in enumerate(zip(lap_starts, track.lap_ends, strict=True)):
        part = replace(
            track,
            points=track.points[first : last + 1],
            pauses=tuple(p for p in track.pauses if track.points[first].time_s <= p[0] < track.points[last].time_s),
        )
        messages.append({"mesg_num": MESSAGE["LAP"], "message_index": number, **fit_totals(part, sport)})
    session = {"mesg_num": MESSAGE["SESSION"], "message_index": 0, **fit_totals(track, sport)}
    session |= {"first_lap_index": 0, "num_laps": len(track.lap_ends)}
    if rates_effort:
        session["workout_rpe"] = track.rpe * 10
    messages.append(session)
    return fit_file(track.start_s, end_s, messages)


def fit_totals(track: Track, sport: str) -> dict[str, Any]:
    """The fields that a lap and a session share."""
    distance_m = track.distance_m - track.points[0].distance_m
    ascent_m, descent_m = track.climbs_m
    strides_per_min = track.mean_cadence_spm / 2
    return {
        "timestamp": track.points[-1].time_s - FIT_EPOCH_S,
        "event": 9,  # lap
        "event_type": 1,  # stop
        "start_time": track.start_s - FIT_EPOCH_S,
        "sport": SPORTS[sport][0],
        "sub_sport": SPORTS[sport][1],
        "total_elapsed_time": track.elapsed_s,
        "total_timer_time": track.moving_s,
        "total_distance": distance_m,
        "total_cycles": round(strides_per_min * track.moving_s / 60),
        "total_ascent": round(ascent_m),
        "total_descent": round(descent_m),
        "enhanced_avg_speed": distance_m / track.moving_s,
        "avg_heart_rate": round(track.mean_heart_rate_bpm),
        "max_heart_rate": max(point.heart_rate_bpm for point in track.points),
        "avg_cadence": round(strides_per_min),
    }


def semicircles(degrees: float) -> int:
    return round(degrees * 2**31 / 180)


SET_S, REST_S = 40, 60


@dataclass(frozen=True)
class FitSet:
    reps: int
    weight_kg: float
    category: int
    subtype: int


def fit_strength(start_s: int, sets: Iterable[FitSet]) -> bytes:
    """A strength session as a watch writes it: a `set` message for each set and each rest."""
    now_s = start_s
    messages: list[dict[str, Any]] = []
    for done in sets:
        active = {
            "repetitions": done.reps,
            "weight": done.weight_kg,
            "category": [done.category],
            "category_subtype": [done.subtype],
        }
        for set_type, length_s, more in ((1, SET_S, active), (0, REST_S, {})):
            messages.append(
                {
                    "mesg_num": MESSAGE["SET"],
                    "timestamp": now_s + length_s - FIT_EPOCH_S,
                    "start_time": now_s - FIT_EPOCH_S,
                    "duration": length_s,
                    "set_type": set_type,
                    "message_index": len(messages),
                    **more,
                }
            )
            now_s += length_s
    messages.append(timer_event(now_s, is_start=False))
    messages.append(
        {
            "mesg_num": MESSAGE["SESSION"],
            "message_index": 0,
            "timestamp": now_s - FIT_EPOCH_S,
            "start_time": start_s - FIT_EPOCH_S,
            "sport": SPORTS["strength"][0],
            "sub_sport": SPORTS["strength"][1],
            "total_elapsed_time": now_s - start_s,
            "total_timer_time": now_s - start_s,
        }
    )
    return fit_file(start_s, now_s, messages)


def gpx_run(track: Track, *, name: str, gpx_type: str, counts: str) -> bytes:
    """GPX 1.1 with heart rate and cadence in Garmin's extension; a pause is only a gap in time."""
    per_step = 1.0 if counts == "steps" else 0.5
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<gpx version="1.1" creator="invented" xmlns="http://www.topografix.com/GPX/1/1"',
        ' xmlns:gpxtpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v1">',
        f"<metadata><time>{utc_text(track.start_s)}</time></metadata>",
        f"<trk><name>{name}</name><type>{gpx_type}</type><trkseg>",
    ]
    lines += [
        f"{gpx_place(point)}<time>{utc_text(point.time_s)}</time><extensions><gpxtpx:TrackPointExtension>"
        f"<gpxtpx:hr>{point.heart_rate_bpm}</gpxtpx:hr>"
        f"<gpxtpx:cad>{round(point.cadence_spm * per_step)}</gpxtpx:cad>"
        "</gpxtpx:TrackPointExtension></extensions></trkpt>"
        for point in track.points
    ]
    lines.append("</trkseg></trk></gpx>")
    return text_bytes(lines)


def gpx_place(point: Point) -> str:
    return f'<trkpt lat="{point.latitude_deg:.6f}" lon="{point.longitude_deg:.6f}"><ele>{point.altitude_m:.1f}</ele>'


def gpx_route_without_times(track: Track) -> bytes:
    """A route drawn on a map: it looks like a run but was never run."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<gpx version="1.1" creator="invented" xmlns="http://www.topografix.com/GPX/1/1">',
        "<trk><name>Sunday route, planned</name><type>running</type><trkseg>",
    ]
    lines += [f"{gpx_place(point)}</trkpt>" for point in track.points[::5]]
    lines.append("</trkseg></trk></gpx>")
    return text_bytes(lines)


def tcx_run(track: Track) -> bytes:
    """A Garmin TCX with one lap; RunCadence counts one foot."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<TrainingCenterDatabase xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"',
        ' xmlns:ns3="http://www.garmin.com/xmlschemas/ActivityExtension/v2">',
        f'<Activities><Activity Sport="Running"><Id>{utc_text(track.start_s)}</Id>',
        f'<Lap StartTime="{utc_text(track.start_s)}"><TotalTimeSeconds>{track.moving_s}</TotalTimeSeconds>',
        f"<DistanceMeters>{track.distance_m:.2f}</DistanceMeters><Calories>0</Calories>",
        f"<AverageHeartRateBpm><Value>{round(track.mean_heart_rate_bpm)}</Value></AverageHeartRateBpm>",
        "<Intensity>Active</Intensity><TriggerMethod>Manual</TriggerMethod><Track>",
    ]
    lines += [
        f"<Trackpoint><Time>{utc_text(point.time_s)}</Time>"
        f"<Position><LatitudeDegrees>{point.latitude_deg:.6f}</LatitudeDegrees>"
        f"<LongitudeDegrees>{point.longitude_deg:.6f}</LongitudeDegrees></Position>"
        f"<AltitudeMeters>{point.altitude_m:.1f}</AltitudeMeters>"
        f"<DistanceMeters>{point.distance_m:.2f}</DistanceMeters>"
        f"<HeartRateBpm><Value>{point.heart_rate_bpm}</Value></HeartRateBpm>"
        f"<Extensions><ns3:TPX><ns3:Speed>{point.speed_mps:.3f}</ns3:Speed>"
        f"<ns3:RunCadence>{round(point.cadence_spm / 2)}</ns3:RunCadence></ns3:TPX></Extensions></Trackpoint>"
        for point in track.points
    ]
    lines.append("</Track></Lap></Activity></Activities></TrainingCenterDatabase>")
    return text_bytes(lines)


def utc_text(time_s: int) -> str:
    return datetime.fromtimestamp(time_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def text_bytes(lines: Iterable[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode()
