"""Apple Health's export.xml: the workouts, read as a stream because an export of years has gigabytes of heart rate samples."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from dataclasses import replace
from datetime import datetime
from typing import IO

from lxml import etree

from flows.readers.days import when
from flows.readers.refusals import refuse_hopeless
from flows.readers.sports import MULTISPORT, look_up, normalised
from flows.readers.time_texts import moment_of, utc_of
from flows.readers.xml_tracks import refuse_empty_tags
from flows.records import Activity, FileContent, ForeignFile, RefusedRow, UnreadableFile

FORMATS = ("apple_health",)
HEAD_BYTES = 1 << 16  # where the outermost element must have begun: Apple's document type takes 10 kB
CHUNK_BYTES = 1 << 16
# The elements directly below HealthData. As each ends, all before it are dropped from memory.
ELEMENTS = ("Workout", "Record", "Correlation", "ActivitySummary", "ClinicalRecord", "Audiogram", "VisionPrescription")

ACTIVITY_PREFIX = "HKWorkoutActivityType"
QUANTITY_PREFIX = "HKQuantityTypeIdentifier"
DISTANCE_TYPES = {"HKQuantityTypeIdentifierDistanceWalkingRunning"}
# A part of a multisport workout may state no sport: then the first of these measures that it has decides.
LEG_SPORTS = {"DistanceSwimming": "swimming", "Swimming": "swimming", "DistanceCycling": "cycling", "Cycling": "cycling"}
SHORTEST_LEG_M = 1000  # a transition zone on foot is shorter, the run of a race longer
HEART_RATE_TYPE = "HKQuantityTypeIdentifierHeartRate"
STEP_TYPE = "HKQuantityTypeIdentifierStepCount"
METRES_PER_UNIT = {"m": 1.0, "km": 1000.0, "mi": 1609.344, "ft": 0.3048, "yd": 0.9144, "cm": 0.01}
SECONDS_PER_UNIT = {"s": 1.0, "sec": 1.0, "min": 60.0, "hr": 3600.0, "h": 3600.0, "ms": 0.001}

EXPORT_AGAIN = "Export it again: Health app, your picture, Export All Health Data."


def is_apple_health(head: bytes) -> bool:
    """Whether the first HEAD_BYTES of a file are those of an Apple Health export."""
    return re.search(rb"<(?:!DOCTYPE\s+)?HealthData[\s>\[]", head) is not None


def is_clinical_document(head: bytes) -> bool:
    """Whether they are those of export_cda.xml, which accompanies export.xml and repeats its single values."""
    return re.search(rb"<ClinicalDocument[\s>]", head) is not None


def read_apple_health(stream: IO[bytes] | gzip.GzipFile) -> FileContent:
    """Every workout of an export, of whatever sport; memory does not grow with the file.

    Complete elements before the file is cut off are taken. Raises UnreadableFile if no element is complete.
    """
    activities: list[Activity] = []
    refused: list[RefusedRow] = []
    partly_because = None
    number = 0
    try:
        elements = etree.iterparse(
            WithoutDocumentType(stream),
            events=("end",),
            tag=ELEMENTS,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            collect_ids=False,
        )
        for _, element in elements:
            number += 1
            if element.tag == "Workout":
                found = _activities(element)
                if not found:
                    refused.append(
                        RefusedRow(
                            f"line {element.sourceline}",
                            "The workout does not say when it started",
                            EXPORT_AGAIN,
                            element.get("workoutActivityType", ""),
                            sport=_sport(element.get("workoutActivityType", "")),
                            **when(" ".join(element.get(name, "") for name in ("startDate", "endDate", "creationDate"))),
                        )
                    )
                    refuse_hopeless(refused, len(activities))
                activities += found
            _drop(element)
    except (etree.XMLSyntaxError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        place = f"line {error.lineno}" if isinstance(error, etree.XMLSyntaxError) else f"after element {number:,}"
        if not number:
            raise UnreadableFile(place, f"The export is broken off or damaged: {error}", EXPORT_AGAIN) from error
        partly_because = f"{place}: the export is broken off or damaged ({error}); what is whole before is taken"
    return FileContent(
        format="apple_health",
        parser="lxml",
        activities=tuple(activities),
        refused_rows=tuple(refused),
        partly_because=partly_because,
        nothing_because=None if activities or refused or partly_because else "an Apple Health export without workouts",
    )


class WithoutDocumentType:
    """A stream of XML without its document type.

    It is not needed, its entities could be made to expand without end, and some versions of iOS wrote one that no parser accepts.
    """

    def __init__(self, stream: IO[bytes] | gzip.GzipFile) -> None:
        self._stream = stream
        head = stream.read(HEAD_BYTES)
        if is_clinical_document(head):
            raise ForeignFile(
                "line 1", "This is export_cda.xml of Apple Health, which holds no workouts", "Keep export.xml alone."
            )
        # <!DOCTYPE HealthData [ <!ELEMENT HealthData (…)> … ]>, replaced by as many line breaks: faults name line numbers
        document_type = re.search(rb"<!DOCTYPE\s+HealthData\s*(?:\[.*?\]\s*>|>)", head, re.DOTALL)
        if document_type:
            lines = b"\n" * document_type.group().count(b"\n")
            head = head[: document_type.start()] + lines + head[document_type.end() :]
        self._head = io.BytesIO(head)
        self._tags = self._size_bytes = 0

    def read(self, size: int = CHUNK_BYTES) -> bytes:
        chunk = self._head.read(size) or self._stream.read(size)
        self._tags += chunk.count(b"<")
        self._size_bytes += len(chunk)
        refuse_empty_tags(self._tags, self._size_bytes)
        return chunk


def _drop(element: etree._Element) -> None:
    """Free an element that has been read, and everything before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _activities(workout: etree._Element) -> list[Activity]:
    """A workout, or the legs of a multisport workout; empty if it has no start."""
    whole = _activity(workout, _sport(workout.get("workoutActivityType") or ""))
    if whole is None:
        return []
    said = look_up(whole.sport)
    parts = list(workout.iterchildren("WorkoutActivity"))
    if not parts or said is None or said.kind != MULTISPORT:
        return [whole]
    legs = [_activity(part, _sport(part.get("workoutActivityType") or "") or _sport_of_leg(part)) for part in parts]
    return [replace(leg, is_leg=True) for leg in legs if leg]


def _sport_of_leg(part: etree._Element) -> str | None:
    """The sport of a leg by its statistics; None for a transition."""
    names = {(entry.get("type") or "").removeprefix(QUANTITY_PREFIX) for entry in part.iterchildren("WorkoutStatistics")}
    told = next((sport for word, sport in LEG_SPORTS.items() if any(name.startswith(word) for name in names)), None)
    if told:
        return told
    distance_m = _distance_m(part)
    return "running" if distance_m and distance_m >= SHORTEST_LEG_M else None


def _distance_m(workout: etree._Element) -> float | None:
    sums = (
        _amount(entry.get("sum"), entry.get("unit"), METRES_PER_UNIT)
        for entry in workout.iterchildren("WorkoutStatistics")
        if entry.get("type") in DISTANCE_TYPES
    )
    return next((distance for distance in sums if distance), None)


def _activity(workout: etree._Element, sport: str | None) -> Activity | None:
    """One workout or one leg of it; None if it has no start.

    Until iOS 15 the distance was in the workout itself, since then in a WorkoutStatistics below it.
    """
    # <Workout workoutActivityType="HKWorkoutActivityTypeRunning" duration="31.2" durationUnit="min"
    #  startDate="2024-05-01 07:25:41 +0200" endDate="2024-05-01 07:57:52 +0200">
    started_at, ended_at = _moment(workout.get("startDate")), _moment(workout.get("endDate"))
    if started_at is None:
        return None
    statistics = {entry.get("type"): entry for entry in workout.iterchildren("WorkoutStatistics")}
    metadata = {entry.get("key"): entry.get("value") for entry in workout.iterchildren("MetadataEntry")}
    heart_rate, steps = statistics.get(HEART_RATE_TYPE), statistics.get(STEP_TYPE)
    route = workout.find("WorkoutRoute/FileReference")
    return Activity(
        sport=sport,
        sub_sport="indoor_running" if sport == "running" and metadata.get("HKIndoorWorkout") == "1" else None,
        started_at=started_at,
        distance_m=_amount(workout.get("totalDistance"), workout.get("totalDistanceUnit"), METRES_PER_UNIT)
        or _distance_m(workout),
        moving_s=_amount(workout.get("duration"), workout.get("durationUnit"), SECONDS_PER_UNIT),
        elapsed_s=(ended_at - started_at).total_seconds() if ended_at and ended_at > started_at else None,
        ascent_m=_length(metadata.get("HKElevationAscended")),
        avg_heart_rate_bpm=None if heart_rate is None else _number(heart_rate.get("average")),
        steps=None if steps is None else _number(steps.get("sum")),
        # <WorkoutRoute …><FileReference path="/workout-routes/route_2019-06-11_3.00pm.gpx"/></WorkoutRoute>
        linked_file=None if route is None else (route.get("path") or "").lstrip("/") or None,
    )


def _sport(kind: str) -> str | None:
    """HKWorkoutActivityTypeTraditionalStrengthTraining -> traditional_strength_training."""
    return normalised(kind.removeprefix(ACTIVITY_PREFIX)).replace(" ", "_") or None


def _moment(text: str | None) -> datetime | None:
    # 2016-11-14 07:25:41 -0700, 2016-11-14 7:25:41 a.m. -0700 if the phone has a 12-hour clock
    moment = moment_of(text)
    return utc_of(text) if moment and moment.tzinfo else None


def _length(text: str | None) -> float | None:
    # 4210 cm
    amount, _, unit = (text or "").partition(" ")
    return _amount(amount, unit, METRES_PER_UNIT)


def _amount(text: str | None, unit: str | None, factors: dict[str, float]) -> float | None:
    number, factor = _number(text), factors.get(unit or "")
    return None if number is None or factor is None else number * factor


def _number(text: str | None) -> float | None:
    # An export that was opened and saved by hand may hold anything.
    return float(text) if text and re.fullmatch(r"\d{1,15}(\.\d+)?([eE][+-]?\d{1,2})?", text) else None
