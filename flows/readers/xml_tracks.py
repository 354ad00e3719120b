"""Shared by GPX and TCX: safe reading of XML, also of damaged files, and track points as one table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain
from operator import methodcaller
from typing import Any

import numpy as np
import pandas as pd
from lxml import etree

from flows.readers.globe import on_the_globe
from flows.readers.time_texts import iso_text
from flows.readers.track_clock import leaves_dark, times_by_way
from flows.records import TRACK_COLUMNS, Activity, FileContent, RefusedRow, UnreadableFile

CHUNK_BYTES = 1 << 16

# XML faults that lose no element: accepted silently (undefined prefixes) or with a note (the others).
UNDEFINED_PREFIX = "NS_ERR_UNDEFINED_NAMESPACE"
HARMLESS_FAULTS = {
    "ERR_NAME_REQUIRED": "a bare & in a name",
    "ERR_ENTITYREF_SEMICOL_MISSING": "a bare & in a name",
    "ERR_UNDECLARED_ENTITY": "a character named in a way XML does not know",
    "WAR_UNDECLARED_ENTITY": "a character named in a way XML does not know",
    "ERR_INVALID_ENCODING": "letters in another encoding than the file claims",
    "ERR_UNSUPPORTED_ENCODING": "an encoding nobody knows",
}
BARE_LESS_THAN = "StartTag"  # a bare < has the same fault name as a bare &, but costs an element
SECOND_DOCUMENT_FAULTS = {"ERR_DOCUMENT_END", "ERR_RESERVED_XML_NAME"}
# The parser stops at these to protect itself: entities that expand without end.
ATTACK_FAULTS = {"ERR_ENTITY_LOOP", "ERR_RESOURCE_LIMIT"}

# <?xml version="1.0" encoding="utf-16"?>
UTF_16_CLAIM = re.compile(rb"\A<\?xml[^>]*encoding=.utf-16[^>]*\?>", re.IGNORECASE)
# </gpx>, </x:TrainingCenterDatabase > <!-- made by hand -->
ROOT_CLOSED = re.compile(rb"</(?:[\w.-]+:)?(?:gpx|TrainingCenterDatabase)\s*>(?:\s|<!--.*?-->)*$", re.DOTALL)
TAIL_BYTES = 400
# 23:59:59z, 23:59:59+02, 23:59:59-0330
OFFSET = re.compile(r"(?:[Zz]|[+-]\d\d:?(?:\d\d)?)$")

SHOWN_CHARACTERS = 40  # in the quote of a time that cannot be read
EARLIEST_S, LATEST_S = (datetime(year, 1, 1, tzinfo=UTC).timestamp() for year in (1900, 2200))  # else unreadable
# More tags than this, of fewer bytes each, are not a recording: even the shortest points have 14 bytes per tag.
TAGS_COUNT_FROM, LEAST_BYTES_PER_TAG = 200_000, 10

EXPORT_AGAIN = "Export the activity again from the watch or its web site"


def local_name(element: etree._Element) -> str:
    """The tag without namespace or prefix: '{http://...}trkpt' and 'gpx:trkpt' are both 'trkpt'."""
    return _local_part(str(element.tag))


@lru_cache(maxsize=1000)
def _local_part(tag: str) -> str:
    return tag.rpartition("}")[2].rpartition(":")[2]


def child_text(element: etree._Element, name: str) -> str | None:
    """Text of the first direct child of that local name; None if it is missing or blank."""
    for child in element.iterchildren("*"):
        if local_name(child) == name:
            return (child.text or "").strip() or None
    return None


def xml_parser(*names: str) -> etree.XMLPullParser:
    """A parser that recovers from faults, resolves no entities and opens no file or address.

    It reports the end of every element whose local name is among `names`, or the start of every element
    if no name is given.
    """
    return etree.XMLPullParser(
        events=("end",) if names else ("start",),
        tag=[f"{{*}}{name}" for name in names] or None,
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        collect_ids=False,
        remove_comments=True,
        remove_pis=True,
    )


def mended_start(data: bytes) -> bytes:
    """The XML without a byte order mark, leading blanks or a false claim of UTF-16, which some exporters write."""
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    # A declaration that is readable as bytes is not in UTF-16, even if it says so.
    return UTF_16_CLAIM.sub(b"", start, count=1)


def root_name(data: bytes) -> str | None:
    """Local name of the outermost element, from the first bytes of the file; None if there is none."""
    parser = xml_parser()
    parser.feed(mended_start(data[:CHUNK_BYTES]))
    return next((local_name(element) for element in _ready(parser)), None)


def _ready(parser: etree.XMLPullParser) -> Iterator[etree._Element]:
    for _, element in parser.read_events():
        # By the type stubs, there are also namespace events; none are requested.
        if isinstance(element, etree._Element):
            yield element


def refuse_empty_tags(tags: int, size_bytes: int) -> None:
    """Raise UnreadableFile for XML of many nearly empty tags, each of which costs memory."""
    if tags > TAGS_COUNT_FROM and size_bytes < LEAST_BYTES_PER_TAG * tags:
        reason = f"The XML has {tags:,} tags and next to nothing in them: no watch writes that"
        raise UnreadableFile("line 1", reason, f"{EXPORT_AGAIN}.")


class WholeElements:
    """The elements of the given local names, one by one as each ends; the caller clears each after use.

    Iterating gives (local name, element, is_closed); is_closed is False for an element that is still open
    where the file is cut off. Afterwards `fault` (place, reason) and `notes` say what was wrong.
    """

    def __init__(self, data: bytes, *names: str) -> None:
        self._data = mended_start(data)
        self._lines_skipped = data[: len(data) - len(self._data)].count(b"\n")
        self._names = names
        self.fault: tuple[str, str] | None = None
        self.notes: tuple[str, ...] = ()

    @property
    def partly_because(self) -> str | None:
        return f"{self.fault[0]}: {self.fault[1]}; what is whole is taken" if self.fault else None

    def __iter__(self) -> Iterator[tuple[str, etree._Element, bool]]:
        refuse_empty_tags(self._data.count(b"<"), len(self._data))
        parser = xml_parser(*self._names)
        for start in range(0, len(self._data), CHUNK_BYTES):
            parser.feed(self._data[start : start + CHUNK_BYTES])
            for element in _ready(parser):
                yield local_name(element), element, True
        try:
            parser.close()
        except etree.XMLSyntaxError as error:
            raise UnreadableFile(
                f"line {(error.lineno or 1) + self._lines_skipped}",
                f"The XML cannot be read ({error.msg})",
                f"{EXPORT_AGAIN}.",
            ) from error

        # Closing the parser reports elements that were still open and, after a fault, also those that have closed since.
        # # In a file that is cut off the last element of each name may be either, so it counts as open.
        ends_early = not ROOT_CLOSED.search(self._data[-TAIL_BYTES:].replace(b"\0", b""))
        late = [(local_name(element), element) for element in _ready(parser)]
        last_of_name = {name: position for position, (name, _) in enumerate(late)}
        for position, (name, element) in enumerate(late):
            yield name, element, not (ends_early and position == last_of_name[name])
        self._judge(parser.feed_error_log, ends_early)

    def _judge(self, faults: etree._ListErrorLog, ends_early: bool) -> None:
        notes = {}
        for fault in faults:
            place = f"line {fault.line + self._lines_skipped}"
            if fault.type_name in ATTACK_FAULTS:
                raise UnreadableFile(
                    place,
                    "The XML defines text that grows without end when it is read",
                    f"No watch writes that: do not trust this file. {EXPORT_AGAIN}.",
                )
            if fault.type_name == UNDEFINED_PREFIX:
                continue
            if fault.type_name in SECOND_DOCUMENT_FAULTS:
                self.fault = (place, "the file goes on after its end")
                break
            if ends_early:
                self.fault = (place, "the file ends in the middle")
            elif fault.type_name in HARMLESS_FAULTS and BARE_LESS_THAN not in fault.message:
                notes[HARMLESS_FAULTS[fault.type_name]] = place
            elif self.fault is None:
                self.fault = (place, f"the XML is damaged ({fault.message.strip()})")
        self.notes = tuple(f"{place}: {note}" for note, place in notes.items())


def point_texts(point: etree._Element) -> dict[str, str | None]:
    """Attributes and leaf texts of one track point by full tag; frees the element."""
    texts: dict[Any, Any] = dict(point.items())
    texts.update([(child.tag, child.text) for child in point.iterdescendants("*")])
    point.clear()
    return texts


def track_of(
    points: Sequence[Mapping[str, str | None]], names: Mapping[str, Sequence[str]]
) -> tuple[pd.DataFrame, tuple[str, ...], list[str]]:
    """Points as a track of TRACK_COLUMNS in the file's order, codes of the decisions, and notes in words.

    `names` lists the local names for each column, best first. Points without a time are left out; but if that would leave a gap,
    those between two timed points get times in proportion to their way.
    """
    tags = _tags_of(points)
    track = {column: np.full(len(points), np.nan) for column in TRACK_COLUMNS}
    codes: tuple[str, ...] = ()
    notes = []
    for column, values in track.items():
        for tag in (tag for name in names.get(column, ()) for tag in tags.get(name, [])):
            texts = list(map(methodcaller("get", tag), points))
            found, note = _epoch_seconds(texts) if column == "time_s" else (_numbers(texts), None)
            np.copyto(values, found, where=np.isnan(values))
            notes += [note] if note else []

    has_time = ~np.isnan(track["time_s"])
    if leaves_dark(track["time_s"]):
        track["time_s"] = times_by_way(track["time_s"], on_the_globe(track["latitude_deg"], track["longitude_deg"]))
        filled = int((~np.isnan(track["time_s"])).sum() - has_time.sum())
        if filled:
            codes = ("times_by_way",)
            notes.append(f"{filled} points without a readable time are placed by their way between those that have one")
        has_time = ~np.isnan(track["time_s"])
    if has_time.any() and not has_time.all():
        notes.append(f"{int((~has_time).sum())} points without a readable time are left out")
    if not has_time.any() and lost_times(points, names):
        codes = ("times_lost",)
        notes.append("no point has a time that can be read")
    return pd.DataFrame({column: values[has_time] for column, values in track.items()}), codes, notes


def lost_times(points: Sequence[Mapping[str, str | None]], names: Mapping[str, Sequence[str]]) -> str | None:
    """The reason for points whose times are all unreadable; None if one is readable or there are no times."""
    tags = _tags_of(points)
    texts = [text for name in names["time_s"] for tag in tags.get(name, []) for point in points if (text := point.get(tag))]
    if not texts or np.isfinite(_epoch_seconds(texts)[0]).any():
        return None
    shown = texts[0].strip()[:SHOWN_CHARACTERS]
    return f'None of the times of its {len(points)} points can be read (the first is "{shown}")'


def _tags_of(points: Sequence[Mapping[str, str | None]]) -> dict[str, list[str]]:
    """Local name -> the full tags with that name in any point."""
    tags: dict[str, list[str]] = {}
    for tag in dict.fromkeys(chain.from_iterable(points)):
        tags.setdefault(_local_part(tag), []).append(tag)
    return tags


def _numbers(texts: list[str | None]) -> np.ndarray:
    try:
        return np.fromiter(map(float, texts), dtype=float, count=len(texts))  # type: ignore[arg-type]  # where none is missing
    except (TypeError, ValueError):
        pass
    try:
        return np.array([float(text) if text else np.nan for text in texts])
    except ValueError:  # one text that is not a number must not spoil the others
        return pd.to_numeric(pd.Series(texts, dtype=object), errors="coerce").to_numpy(dtype=float)


def _epoch_seconds(texts: Sequence[str | None]) -> tuple[np.ndarray, str | None]:
    # 2019-06-15T09:42:23.000Z, 2015-12-11T15:43:13.123+01:00, 2018-05-13T14:11:03
    stripped = [(text or "").strip() for text in texts]
    seconds = _iso_seconds(stripped)
    unread = [place for place in np.flatnonzero(np.isnan(seconds)).tolist() if stripped[place]]
    if unread:
        for place in unread:
            stripped[place] = iso_text(stripped[place])
        seconds[unread] = _iso_seconds([stripped[place] for place in unread])
    is_bare = [not (text.endswith("Z") or OFFSET.search(text)) for text in stripped]
    without_offset = int((np.array(is_bare, dtype=bool) & ~np.isnan(seconds)).sum())
    return seconds, f"{without_offset} times have no time zone and are taken as UTC" if without_offset else None


def _iso_seconds(texts: list[str]) -> np.ndarray:
    times = pd.to_datetime(texts, format="ISO8601", utc=True, errors="coerce")
    moments = times.tz_localize(None).to_numpy(dtype="datetime64[us]")
    # A double holds microseconds since 1970 exactly, but not nanoseconds.
    seconds = np.where(np.isnat(moments), np.nan, moments.astype("int64") / 1e6)
    return np.where((seconds >= EARLIEST_S) & (seconds < LATEST_S), seconds, np.nan)


def first_time(track: pd.DataFrame) -> datetime:
    """The earliest time of a track, UTC."""
    return datetime.fromtimestamp(float(track["time_s"].min()), UTC)


def content_of(
    file_format: str,
    elements: WholeElements,
    *,
    activities: Sequence[Activity],
    refused: Sequence[RefusedRow],
    notes: Sequence[str],
    plan: RefusedRow | None,
) -> FileContent:
    """The content read from `elements`. Raises UnreadableFile if the file holds something but no activity.

    `plan` is the route, course or workout in the file: a file with nothing else was never run.
    """
    if not activities:
        if elements.fault:
            place, reason = elements.fault
            raise UnreadableFile(place, f"Nothing can be taken, because {reason}", f"{EXPORT_AGAIN}.")
        for problem in (*refused, *((plan,) if plan else ())):
            refusal = UnreadableFile(problem.place, problem.reason, problem.remedy)
            refusal.may_be_run = bool(refused)
            refusal.activity_date, refusal.started_at = problem.activity_date, problem.started_at
            raise refusal
    return FileContent(
        format=file_format,
        parser="lxml",
        activities=tuple(activities),
        refused_rows=tuple(refused),
        nothing_because=None if activities else f"the {file_format.upper()} file has no track points in it",
        partly_because=elements.partly_because,
        notes=(*elements.notes, *notes),
    )
