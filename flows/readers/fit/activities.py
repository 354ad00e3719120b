"""Turns the messages of a FIT file into activities: one for each session, with its part of the track."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import numpy as np
import pandas as pd

from flows.readers.fit.container import EXPORT_AGAIN
from flows.readers.fit.decoders import Message, Messages, file_type
from flows.readers.fit.profile import EVENT_STARTS, EVENT_STOPS, EVENT_TIMER, FILE_TYPE_ACTIVITY, SUB_SPORT_STRENGTH, enum_name
from flows.readers.fit.strength_sets import sets_of, sets_within
from flows.readers.track_clock import is_stray, start_among
from flows.records import TRACK_COLUMNS, Activity, RefusedRow, StrengthSet

# By the FIT profile, cadence of a foot sport is strides (one foot) a minute. Some apps write steps instead: above
# # these figures a number cannot be strides, because nobody runs 240 or walks 150 steps a minute for a whole session.
MOST_STRIDES_PER_MIN = {"running": 120, "walking": 75, "hiking": 75}


def activities_of(messages: Messages) -> list[Activity | RefusedRow]:
    """One Activity per session; without any session, one from the track if this is an activity file."""
    track = track_of(messages.records)
    times_s = track["time_s"].to_numpy()
    first_s = float(np.fmin.reduce(times_s[~is_stray(times_s)], initial=np.nan))
    if not messages.sessions:
        return [activity_from_track(messages, track, first_s)] if lacks_summary(messages) else []

    # The starts decide which leg a record belongs to. The start of a single session is checked later, with the track.
    timed = [(session.get("start_time", first_s), session) for session in messages.sessions]
    stray_notes: tuple[str, ...] = ()
    if len(timed) > 1:
        is_out = is_stray(times_s)
        stray_notes = ("points_days_away",) if is_out.any() else ()
        track, times_s = track[~is_out].reset_index(drop=True), times_s[~is_out]
        timed = [
            (start_among(times_s, start_s, session.get("timestamp"), session.get("total_elapsed_time")), session)
            for start_s, session in timed
        ]
    sessions = sorted((pair for pair in timed if not np.isnan(pair[0])), key=lambda pair: pair[0])
    starts_s = [start_s for start_s, _ in sessions]
    pauses = pauses_of(messages.events, times_s)
    sets = sets_of(messages.sets, strength_start(sessions))

    owner = np.searchsorted(starts_s, times_s, side="right") - 1  # a record without a time goes to the last
    owner = np.maximum(owner, 0)  # a record just before the first start goes to the first
    result: list[Activity | RefusedRow] = []
    for number, (start_s, session) in enumerate(sessions):
        from_s = start_s if number else -np.inf
        until_s = starts_s[number + 1] if number + 1 < len(starts_s) else np.inf
        leg = track if len(sessions) == 1 else track[owner == number].reset_index(drop=True)
        result.append(
            activity_from_session(
                session,
                start_s,
                leg,
                pauses=pauses_within(pauses, from_s, until_s),
                sets=sets_within(sets, from_s, until_s),
                is_leg=len(sessions) > 1,
                notes=stray_notes,
            )
        )
    reason = "a session has no start time, and there is no track to take it from"
    for session in (session for start_s, session in timed if np.isnan(start_s)):
        ended = session.get("timestamp")  # written at the end of the session
        moment = datetime.fromtimestamp(ended - session.get("total_elapsed_time", 0), UTC) if ended else None
        sport, sub_sport = enum_name("sport", session.get("sport")), enum_name("sub_sport", session.get("sub_sport"))
        result.append(RefusedRow("session", reason, EXPORT_AGAIN, started_at=moment, sport=sport, sub_sport=sub_sport))
    return result


def activity_from_session(
    session: Message,
    start_s: float,
    track: pd.DataFrame,
    pauses: tuple[tuple[float, float], ...],
    sets: tuple[StrengthSet, ...],
    notes: tuple[str, ...],
    is_leg: bool = False,
) -> Activity:
    """The activity of one session message, with its part of the track."""

    def value(name: str) -> float | None:
        return float(session[name]) if name in session else None

    sport = enum_name("sport", session.get("sport"))
    cadence, rpe = value("avg_cadence"), value("workout_rpe")
    if cadence is not None:
        cadence += value("avg_fractional_cadence") or 0
    return Activity(
        sport=sport,
        sub_sport=enum_name("sub_sport", session.get("sub_sport")),
        started_at=datetime.fromtimestamp(start_s, UTC),
        distance_m=value("total_distance"),
        moving_s=value("total_timer_time"),
        elapsed_s=value("total_elapsed_time"),
        ascent_m=value("total_ascent"),
        descent_m=value("total_descent"),
        avg_heart_rate_bpm=value("avg_heart_rate"),
        avg_cadence_spm=steps_from_strides(sport, cadence, minutes=1),
        steps=steps_from_strides(sport, value("total_cycles"), (value("total_timer_time") or 0) / 60),
        rpe=None if rpe is None else rpe / 10,  # the watch stores CR10 times ten
        is_leg=is_leg,
        track=track if len(track) else None,
        notes=(*notes, *(("start_from_points",) if session.get("start_time", start_s) != start_s else ())),
        pauses=pauses,
        sets=sets,
    )


def activity_from_track(messages: Messages, track: pd.DataFrame, first_s: float) -> Activity:
    """The activity of a file that lost its session message: start, track, pauses and sets only."""
    sport = messages.sports[0] if messages.sports else {}
    return Activity(
        sport=enum_name("sport", sport.get("sport")),
        sub_sport=enum_name("sub_sport", sport.get("sub_sport")),
        started_at=datetime.fromtimestamp(first_s, UTC),
        track=track,
        pauses=pauses_of(messages.events, track["time_s"].to_numpy()),
        sets=sets_of(messages.sets, first_s),
    )


def lacks_summary(messages: Messages) -> bool:
    """Whether an activity file has a track but no session message, which a watch writes last.

    Courses and segments have a track too, but nobody ran it.
    """
    has_track = bool(np.isfinite(messages.records.get("timestamp", np.array([]))).any())
    return has_track and not messages.sessions and file_type(messages) in {FILE_TYPE_ACTIVITY, None}


def strength_start(sessions: Sequence[tuple[float, Message]]) -> float:
    """Start of the strength leg in epoch seconds: sets without a start of their own are timed from it."""
    strength = [start_s for start_s, session in sessions if session.get("sub_sport") == SUB_SPORT_STRENGTH]
    return next(iter([*strength, *(start_s for start_s, _ in sessions)]), np.nan)


def steps_from_strides(sport: str | None, strides: float | None, minutes: float) -> float | None:
    """Steps of both feet from FIT's strides of one foot; None if the number cannot be strides."""
    most_per_min = MOST_STRIDES_PER_MIN.get(sport or "")
    if strides is None or most_per_min is None or strides > most_per_min * minutes:
        return None
    return 2 * strides


def track_of(records: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """The records in TRACK_COLUMNS; native fields win, a pod's developer fields fill their gaps."""
    length = len(next(iter(records.values()), ()))
    missing = np.full(length, np.nan)

    def first_known(*names: str) -> np.ndarray:
        known = missing
        for name in names:
            column = records.get(name, missing)
            known = np.where(np.isnan(known), column, known)
        return known

    fraction = np.nan_to_num(first_known("fractional_cadence"))
    columns = {
        "time_s": first_known("timestamp"),
        "latitude_deg": first_known("position_lat"),
        "longitude_deg": first_known("position_long"),
        "altitude_m": first_known("enhanced_altitude", "altitude"),
        "distance_m": first_known("distance", "developer distance"),
        "speed_mps": first_known("speed", "enhanced_speed", "developer speed"),
        "heart_rate_bpm": first_known("heart_rate"),
        "cadence_per_min": np.where(
            np.isnan(first_known("cadence")),
            first_known("developer cadence"),
            first_known("cadence") + fraction,
        ),
    }
    return pd.DataFrame(columns, columns=list(TRACK_COLUMNS), dtype=float)


def pauses_of(events: Sequence[Message], times_s: np.ndarray) -> tuple[tuple[float, float], ...]:
    """(start, end) of each timer stop: before the first start, in between, after the last stop.

    The first and the last may have length 0; they distinguish a file with timer events from one without.
    """
    turns = [
        (event["timestamp"], event["event_type"] in EVENT_STARTS)
        for event in events
        if event.get("event") == EVENT_TIMER and event.get("event_type") in EVENT_STARTS | EVENT_STOPS and "timestamp" in event
    ]
    if not turns:
        return ()
    turns.sort(key=lambda turn: turn[0])
    pauses = []
    stopped_s = np.fmin.reduce(times_s, initial=turns[0][0]) if turns[0][1] else None
    for time_s, is_start in turns:
        if is_start and stopped_s is not None:
            pauses.append((float(stopped_s), float(time_s)))
            stopped_s = None
        elif not is_start and stopped_s is None:
            stopped_s = time_s
    if stopped_s is not None:
        pauses.append((float(stopped_s), float(np.fmax.reduce(times_s, initial=stopped_s))))
    return tuple(pauses)


def pauses_within(pauses: tuple[tuple[float, float], ...], from_s: float, until_s: float) -> tuple[tuple[float, float], ...]:
    """The pauses of one leg; one pause of length 0 if the timer ran throughout."""
    clipped = tuple(
        (max(start_s, from_s), min(end_s, until_s)) for start_s, end_s in pauses if start_s < until_s and end_s >= from_s
    )
    return clipped or (((from_s, from_s),) if pauses else ())
