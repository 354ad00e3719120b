"""Recordings of runs in a few words, through the models that make them one; and the same once more in plain Python."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from flows.models import layers, seeds
from flows.places import SQL_DIR
from flows.readers.sports import look_up
from flows.state import database
from tests.models.harness import build_models, with_what_they_read

MODELS = ("twins", "runs", "run_bins", "run_hr_bins")  # and what they read
RANKS = {"fit": 1, "tcx": 2, "gpx": 3, "garmin_json": 4, "strava_csv": 8, "garmin_csv": 9, "csv": 10}
TRACKS = ("fit", "tcx", "gpx")


@dataclass(frozen=True)
class Recording:
    """One recording of an athlete's, as a file tells it."""

    at: str  # 07:00:00, UTC, of `day`
    minutes: float = 30
    km: float | None = 5.0
    kind: str = "fit"
    name: str = ""  # of the file; one of its own where it is not given
    day: date = date(2026, 6, 10)
    elapsed_minutes: float | None = None
    heart_rate: float | None = None
    has_track: bool | None = None
    is_partial: bool = False
    is_local: bool = False
    linked_file: str | None = None
    athlete_id: str = "0"
    sport: str | None = "running"
    rpe: float | None = None
    title: str | None = None
    gear: str | None = None
    note: str | None = None
    carried_kg: float | None = None
    ascent_m: float | None = None
    steps: float | None = None

    @property
    def start_s(self) -> int:
        moment = datetime.fromisoformat(f"{self.day}T{self.at}").replace(tzinfo=UTC)
        return round(moment.timestamp())

    @property
    def file(self) -> str:
        return self.name or f"{self.day} {self.at}.{self.kind}"

    @property
    def tracked(self) -> bool:
        return self.kind in TRACKS if self.has_track is None else self.has_track

    @property
    def moving_s(self) -> float:
        return 60 * self.minutes

    @property
    def elapsed_s(self) -> float:
        return 60 * (self.elapsed_minutes or self.minutes)

    @property
    def end_s(self) -> float:
        """A watch left on is taken to end when it has stood as long as it moved."""
        return self.start_s + max(1, min(self.elapsed_s, 2 * self.moving_s))

    @property
    def metres(self) -> float:
        return 1000 * (self.km or 0)


def kind_of(sport: str | None) -> str | None:
    said = look_up(sport)
    return said and said.kind


@dataclass(frozen=True)
class TwinModels:
    """A small warehouse with the rules of the house and some athletes."""

    connection: database.Connection
    models: Sequence[tuple[str, str]]

    def build(self, recordings: Sequence[Recording]) -> None:
        """Fill the raw tables in the order given and build every model up to activities.runs."""
        tables = ("runs", "run_bins", "run_hr_bins", "named_files", "contents", "paths")
        rows: dict[str, list[dict[str, Any]]] = {table: [] for table in tables}
        numbers: dict[tuple[str, str], int] = {}
        for one in recordings:
            content = {"athlete_id": one.athlete_id, "file_id": one.file}
            number = numbers[one.athlete_id, one.file] = numbers.get((one.athlete_id, one.file), 0) + 1
            activity = content | {"activity_number": number}
            rows["runs"].append(activity | row_of(one))
            # A table whose unit only squad.csv knows is read without bins.
            if one.km is not None and one.kind != "garmin_csv":
                rows["run_bins"].append(
                    activity | {"speed_bin": 10, "grade_bin": 0, "seconds": one.moving_s, "metres": one.metres}
                )
            if one.heart_rate and one.kind != "garmin_csv":
                beats = {"heart_rate_bin_bpm": one.heart_rate // 5 * 5, "beats": one.heart_rate * one.minutes}
                rows["run_hr_bins"].append(activity | beats | {"seconds": one.moving_s, "metres": 0})
            if one.linked_file:
                named = {"linked_file": one.linked_file, "sport_stated": one.sport, "sport_kind": kind_of(one.sport)}
                rows["named_files"].append(activity | named)
            if number == 1:
                rows["contents"].append(content | {"format": one.kind, "outcome": "loaded", "is_partial": one.is_partial})
                path = f"{one.athlete_id}/{one.file}"
                rows["paths"].append(content | {"path": path, "is_current": True, "is_present": True})
        for table, found in rows.items():
            self.connection.execute(f"delete from raw.{table}")
            if found:
                self.connection.register("found", pd.DataFrame(found))
                self.connection.execute(f"insert into raw.{table} by name select * from found")
                self.connection.unregister("found")
        build_models(self.connection, self.models)

    def runs(self) -> list[frozenset[str]]:
        """The files of each run."""
        rows = self.rows(
            """
            select list(athlete_id || ' ' || file_id || ' ' || row_number) as files
            from activities.run_recordings
            group by athlete_id, run_id
            """
        )
        return sorted((frozenset(row["files"]) for row in rows), key=sorted)

    def rows(self, query: str) -> list[dict[str, Any]]:
        return database.rows(self.connection, query)


@contextmanager
def twin_models(folder: Path, athletes: int) -> Iterator[TwinModels]:
    """Empty raw tables, athletes named 0, 1, 2, the rules of sql/seeds, and a calendar that ends in 2030."""
    work = folder / "models.duckdb"
    with database.writer(work) as connection:
        connection.execute("create schema seeds; create schema staging")
        connection.execute((SQL_DIR / "raw.sql").read_text(encoding="utf-8"))
        connection.execute("insert into raw.athletes (athlete_id, is_in_squad_file) select range, true from range(?)", [athletes])
    seeds.load_seeds(work, "UTC")
    layers.set_as_of(work, date(2030, 1, 1))
    with database.writer(work) as connection:
        yield TwinModels(connection, with_what_they_read(connection, MODELS))


def row_of(one: Recording) -> dict[str, Any]:
    """The row of raw.runs; row_number tells the start, so that the rows of one file can be told apart."""
    started_at = datetime.fromtimestamp(one.start_s, UTC)
    row = {
        "athlete_id": one.athlete_id,
        "file_id": one.file,
        "row_number": one.start_s,
        "source_format": one.kind,
        "parser": "made up",
        "sport_stated": one.sport,
        "sport_kind": kind_of(one.sport),
        "started_local" if one.is_local else "started_at": started_at.replace(tzinfo=None) if one.is_local else started_at,
        "summary_distance_m": None if one.km is None else one.metres,
        "summary_moving_s": one.moving_s,
        "summary_elapsed_s": one.elapsed_s,
        "summary_avg_heart_rate_bpm": one.heart_rate,
        "summary_ascent_m": one.ascent_m,
        "summary_steps": one.steps,
        "rpe": one.rpe,
        "title": one.title,
        "gear": one.gear,
        "note": one.note,
        "carried_kg": one.carried_kg,
    }
    return row | ({"track_points": 1000, "spike_points": 0} if one.tracked else {})


def told(one: Recording) -> str:
    """How TwinModels.runs names a recording."""
    return f"{one.athlete_id} {one.file} {one.start_s}"


# ---------------------------------------------------------------- the same in loops


def alike(one: float, other: float, share: float) -> bool:
    """Apart by no more than a share of the larger; the tables count in thousandths."""
    return abs(one - other) <= share * max(one, other) + 1e-9


def shared_s(one: Recording, other: Recording) -> float:
    return min(one.end_s, other.end_s) - max(one.start_s, other.start_s)


def lengths(one: Recording, other: Recording) -> tuple[float, float]:
    shorter, longer = sorted((one.end_s - one.start_s, other.end_s - other.start_s))
    return shorter, longer


def lies_within(part: Recording, whole: Recording) -> bool:
    return (
        part.file != whole.file
        and part.sport == whole.sport
        and None not in (part.km, whole.km)
        and part.moving_s < 0.8 * whole.moving_s
        and part.metres <= 1.02 * whole.metres
        and shared_s(part, whole) > 0.8 * lengths(part, whole)[0]
    )


def same_time(one: Recording, other: Recording) -> bool:
    shorter, longer = lengths(one, other)
    gap_s = abs(one.start_s - other.start_s)
    last_alike = alike(one.moving_s, other.moving_s, 0.05) or alike(one.elapsed_s, other.elapsed_s, 0.05)
    return (
        gap_s < 1
        or (gap_s <= 120 and shared_s(one, other) >= 0.5 * shorter and last_alike)
        or shared_s(one, other) > 0.8 * longer
        or lies_within(one, other)
        or lies_within(other, one)
    )


def hours_apart(one: Recording, other: Recording) -> int | None:
    """Whole hours between two starts that a wrong time zone may explain."""
    hours = round((one.start_s - other.start_s) / 3600)
    off_s = abs(one.start_s - other.start_s - 3600 * hours)
    fits = (
        one.sport == other.sport
        and 1 <= abs(hours) <= 14
        and off_s <= 60
        and min(one.metres, other.metres) > 0
        and alike(one.metres, other.metres, 0.02)
        and (alike(one.moving_s, other.moving_s, 0.05) or alike(one.elapsed_s, other.elapsed_s, 0.05))
        and (not one.heart_rate or not other.heart_rate or abs(one.heart_rate - other.heart_rate) <= 3)
    )
    return hours if fits else None


def clusters(recordings: Sequence[Recording]) -> list[frozenset[str]]:
    """Which recordings are one run, of each athlete alone."""
    athletes = {one.athlete_id for one in recordings}
    found = [run for name in athletes for run in clusters_of([one for one in recordings if one.athlete_id == name])]
    return sorted(found, key=sorted)


def clusters_of(recordings: Sequence[Recording]) -> list[frozenset[str]]:
    """Best first, each joins the leader whose time it tells of, else it leads; then come the leaders at wrong hours."""
    order = sorted(
        recordings,
        key=lambda one: (
            any(lies_within(one, other) for other in recordings),
            one.is_partial and one.tracked,
            not one.tracked,
            RANKS[one.kind],
            -one.metres,
            one.file,
        ),
    )
    groups: dict[Recording, list[Recording]] = {}
    for one in order:
        leaders = [leader for leader in groups if same_time(one, leader)]
        if leaders:
            groups[min(leaders, key=lambda leader: abs(leader.start_s - one.start_s))].append(one)
        else:
            groups[one] = [one]

    leaders = list(groups)
    kinds = {leader: {one.kind for one in group} for leader, group in groups.items()}
    fits = [
        (lesser, better, hours)
        for number, lesser in enumerate(leaders)
        for better in leaders[:number]
        if not kinds[lesser] & kinds[better] and (hours := hours_apart(lesser, better)) is not None
    ]
    times = [(lesser.kind, better.kind, hours) for lesser, better, hours in fits]
    wishes: dict[Recording, tuple[Recording, tuple[int, int]]] = {}
    for lesser in leaders:
        mine = [
            (RANKS[better.kind], -times.count((one.kind, better.kind, hours)), abs(hours), leaders.index(better))
            for one, better, hours in fits
            if one is lesser
        ]
        if mine:
            _, many, hours, number = min(mine)
            wishes[lesser] = (leaders[number], (many, hours))
    parents: dict[Recording, Recording] = {}
    for better in leaders:
        for kind in RANKS:
            suitors = [lesser for lesser, (wished, _) in wishes.items() if wished is better and lesser.kind == kind]
            if suitors:
                parents[min(suitors, key=lambda lesser: (wishes[lesser][1], lesser.start_s))] = better
    for lesser in reversed(leaders):
        if lesser in parents:
            groups[parents[lesser]] += groups.pop(lesser)
    return [frozenset(told(one) for one in group) for group in groups.values()]
