"""What readers yield. Units are part of the field names; a value that the file does not give is None.

A reader interprets nothing: it returns what the file says, in the file's order, or refuses it and says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time
from typing import Any, Generic, TypeVar, overload

import pandas as pd

TRACK_COLUMNS = (
    "time_s",  # seconds since 1970-01-01 UTC
    "latitude_deg",
    "longitude_deg",
    "altitude_m",
    "distance_m",  # cumulative, as the device counted it
    "speed_mps",
    "heart_rate_bpm",
    "cadence_per_min",  # as the file says; strides or steps, not yet known
)


class UnreadableFile(Exception):
    """A file of which nothing can be read: where reading failed, why, and what to do about it."""

    def __init__(self, place: str, reason: str, remedy: str) -> None:
        super().__init__(f"{place}: {reason}. {remedy}")
        self.place = place
        self.reason = reason
        self.remedy = remedy
        self.may_be_run = True  # False if the lost data cannot be a run: a strength log, a planned route
        self.may_be_strength = False  # True if the lost data are a strength log
        self.sport: str | None = None  # as in Activity, if the content says so
        self.sub_sport: str | None = None
        self.activity_date: date | None = None  # the local day that stays unknown without the file, if its content says so
        self.started_at: datetime | None = None  # or the moment (aware)


class ForeignFile(UnreadableFile):
    """A file of a kind that we do not read: a photo, a table of something else. In an account export it is ignored."""


class ForeignSheet(ForeignFile):
    """A sheet of a workbook that is none of our logs: a list of names, a chart of the season. It is ignored."""


class UnknownTable(UnreadableFile):
    """A text or table with unknown headings, which may be a log.

    It is ignored only in an account export whose other tables are known.
    """


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """One row (or one part) of a file that could not be read, while the rest could."""

    place: str  # "row 7", "byte 7472", "track 2"
    reason: str
    remedy: str
    text: str = ""  # the row as it stands in the file
    activity_date: date | None = None  # the local day that stays unknown without the row, if row or file name say so
    started_at: datetime | None = None  # aware, if the row gives the moment; the athlete's time zone gives the day
    sport: str | None = None  # as in Activity; a sport that is not running leaves no day unknown
    sub_sport: str | None = None
    athlete_id: str | None = None


@dataclass(frozen=True, slots=True)
class StrengthSet:
    """One set as logged. Exactly one of performed_at (aware) and performed_local (naive) is given."""

    exercise_name: str | None
    performed_at: datetime | None = None
    performed_local: datetime | None = None
    set_number: int | None = None
    reps: float | None = None
    weight_kg: float | None = None
    weight_unstated: float | None = None  # in kg or lb: the file does not say which, but squad.csv may
    hold_s: float | None = None
    duration_s: float | None = None  # length of the set by the watch; not a hold
    side: str | None = None  # left, right, both
    rpe: float | None = None
    rir: float | None = None
    is_warmup: bool = False
    fit_category: int | None = None  # the watch's first guess
    fit_subtype: int | None = None
    fit_guesses: int | None = None  # how many guesses; 1 if the exercise was named by hand
    note: str | None = None
    row: int | None = None
    athlete_id: str | None = None


@dataclass(frozen=True, slots=True)
class Activity:
    """One leg of one sport. Exactly one of started_at (aware, UTC) and started_local (naive) is given,
    except for a track without any time, which a reader refuses.

    The summary fields are the file's own; `track` has TRACK_COLUMNS as float64, NaN for missing, unsorted: in the
    file's order. `pauses` are (start, end) in epoch seconds while the watch's timer was stopped.
    """

    sport: str | None  # as the file says: "running", "Course à pied"; None if it names none
    sub_sport: str | None = None
    started_at: datetime | None = None
    started_local: datetime | None = None
    distance_m: float | None = None
    distance_km_or_mi: float | None = None  # in the account's unit: the file does not name it, squad.csv does
    moving_s: float | None = None
    elapsed_s: float | None = None
    ascent_m: float | None = None
    ascent_m_or_ft: float | None = None  # likewise
    descent_m: float | None = None
    descent_m_or_ft: float | None = None
    avg_heart_rate_bpm: float | None = None
    avg_cadence_spm: float | None = None  # steps a minute, both feet; only if the format leaves no doubt
    steps: float | None = None  # both feet
    rpe: float | None = None  # CR10
    carried_kg: float | None = None
    title: str | None = None  # the name that the runner or the app gave it
    gear: str | None = None
    linked_file: str | None = None  # the file of the same activity, as a table names it: "activities/123.fit.gz"
    note: str | None = None
    notes: tuple[str, ...] = ()  # codes of sql/seeds/run_notes.csv: what was dropped or decided while reading
    is_leg: bool = False  # of a multisport activity, in which a leg without a sport is a transition
    track: pd.DataFrame | None = None
    pauses: tuple[tuple[float, float], ...] = ()
    sets: tuple[StrengthSet, ...] = ()
    row: int | None = None
    athlete_id: str | None = None


@dataclass(frozen=True, slots=True)
class Symptom:
    report_date: date
    side: str | None = None
    pain_0_10: float | None = None
    morning_stiffness_min: float | None = None
    visa_a: float | None = None
    is_worse_next_morning: bool | None = None
    event: str | None = None  # pop, cannot_raise, examined
    note: str | None = None
    row: int | None = None
    athlete_id: str | None = None


@dataclass(frozen=True, slots=True)
class Injury:
    onset_date: date
    site: str
    side: str | None = None
    resolved_date: date | None = None
    note: str | None = None
    row: int | None = None
    athlete_id: str | None = None


@dataclass(frozen=True, slots=True)
class CalfTest:
    test_date: date
    side: str
    repetitions: float
    knee: str | None = None  # straight, bent
    row: int | None = None
    athlete_id: str | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    from_date: date
    to_date: date
    kind: str  # illness, holiday, race, missing
    row: int | None = None
    athlete_id: str | None = None


@dataclass(frozen=True, slots=True)
class CoachNote:
    note_date: date
    kind: str  # called, note, quiet_until
    until_date: date | None = None  # the last quiet day
    text: str | None = None
    row: int | None = None
    athlete_id: str | None = None


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """One planned run or strength session, or a repeated one: then the repeat_* fields say when, as in RFC 5545.

    `plan_date` is the day as the file gives it, in the file's own time zone if a start time is given.
    """

    plan_date: date
    kind: str | None  # easy, long, fast, race, strength; None if a calendar's title names a run and no kind of it
    is_strength: bool
    distance_m: float | None = None
    moving_s: float | None = None
    title: str | None = None
    start_time: time | None = None
    time_zone: str | None = None  # of the start time; None for the athlete's own
    event_id: str | None = None  # a calendar's UID
    event_version: int | None = None  # and its SEQUENCE
    repeat_every: str | None = None  # daily, weekly, monthly, yearly
    repeat_interval: int | None = None
    repeat_weekdays: tuple[str, ...] | None = None  # MO; of a month 1MO, -1SU
    repeat_month_days: tuple[int, ...] | None = None  # negative ones count from the month's end
    repeat_months: tuple[int, ...] | None = None
    repeat_week_start: int | None = None  # days after Monday
    repeat_until: date | None = None
    repeat_except: tuple[date, ...] | None = None
    row: int | None = None
    athlete_id: str | None = None


Record = TypeVar("Record")


class Columns(Sequence[Record], Generic[Record]):
    """Records of one class, held as one list of values for each field; a field that no record sets has no list."""

    def __init__(self, record: type[Record]) -> None:
        self.record = record
        self.defaults = {one.name: one.default for one in fields(record)}  # type: ignore[arg-type]
        self.values: dict[str, list[Any]] = {}
        self._count = 0

    def append(self, record: Record) -> None:
        self.extend(1, {name: [getattr(record, name)] for name in self.defaults})

    def extend(self, count: int, values: dict[str, list[Any]]) -> None:
        """Add so many records; a field that is not among these values has its default in all of them."""
        for name, default in self.defaults.items():
            said = values.get(name)
            if name not in self.values:
                if said is None or all(value == default for value in said):
                    continue
                self.values[name] = [default] * self._count
            self.values[name] += [default] * count if said is None else said
        self._count += count

    def column(self, name: str) -> list[Any]:
        return self.values.get(name) or [self.defaults[name]] * self._count

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> Record: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Record]: ...
    def __getitem__(self, place: int | slice) -> Record | Sequence[Record]:
        if isinstance(place, slice):
            return tuple(self[one] for one in range(*place.indices(self._count)))
        one = range(self._count)[place]
        return self.record(**{name: column[one] for name, column in self.values.items()})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class FormWords:
    """What the squad's forms ask and answer, and who may answer. `owner` is the athlete whose folder a file lies in."""

    questions: tuple[tuple[str, str], ...] = ()  # (question, our column)
    answers: tuple[tuple[str, str, str], ...] = ()  # (question, answer, what our column says)
    people: tuple[tuple[str, str | None, str], ...] = ()  # (athlete_id, name, time zone)
    default_zone: str = "UTC"
    owner: str = ""


@dataclass(frozen=True, slots=True)
class FileContent:
    """Everything one file says.

    `format` is the kind of content (fit, gpx, tcx, runs_csv, strength_csv, ...), `parser` what read it.
    `nothing_because` is set when the file is whole but holds nothing that runs or strength work could come
    from (a monitoring file): it is then ignored with that reason.
    `partly_because` is set when only a part of the file could be read: that part is used, the night reports it.
    """

    format: str
    parser: str
    activities: Sequence[Activity] = ()
    strength_sets: Sequence[StrengthSet] = ()  # of plain logs; a watch's sets are in their Activity
    symptoms: tuple[Symptom, ...] = ()
    injuries: tuple[Injury, ...] = ()
    calf_tests: tuple[CalfTest, ...] = ()
    marks: tuple[Mark, ...] = ()
    coach_notes: tuple[CoachNote, ...] = ()
    plan: tuple[PlannedDay, ...] = ()
    refused_rows: tuple[RefusedRow, ...] = ()
    nothing_because: str | None = None
    partly_because: str | None = None
    notes: tuple[str, ...] = field(default=())
