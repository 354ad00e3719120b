"""Lays out long logs column by column. What is laid out here is plain: every value within its bound, nothing to drop or note.

Every other row is left to lay_out, which decides row by row; so both come to the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from flows.intake import bounds
from flows.intake.contents import ROOT, ColumnRows, Job, owner_of
from flows.readers import sports
from flows.records import Columns, FileContent
from flows.texts import storable

# Column of raw.runs -> field of Activity; the same for raw.strength_sets and StrengthSet.
RUN_NUMBERS = {
    "summary_distance_m": "distance_m",
    "summary_distance_km_or_mi": "distance_km_or_mi",
    "summary_moving_s": "moving_s",
    "summary_elapsed_s": "elapsed_s",
    "summary_ascent_m": "ascent_m",
    "summary_descent_m": "descent_m",
    "summary_ascent_m_or_ft": "ascent_m_or_ft",
    "summary_descent_m_or_ft": "descent_m_or_ft",
    "summary_avg_heart_rate_bpm": "avg_heart_rate_bpm",
    "summary_steps": "steps",
    "rpe": "rpe",
    "carried_kg": "carried_kg",
}
RUN_TEXTS = {"sport_stated": "sport", "title": "title", "gear": "gear", "note": "note"}
SET_NUMBERS = {name: name for name in ("set_number", "reps", "weight_kg", "weight_unstated", "hold_s", "rpe", "rir")}
SET_TEXTS = {name: name for name in ("exercise_name", "side", "note")}
RUN_KINDS = {*sports.ON_FOOT, sports.MULTISPORT}
NAMED_COLUMNS = ("activity_number", "linked_file", "started_at", "started_local", "sport_stated", "sport_kind", "athlete_id")
SNAPSHOTS = {"strava_csv", "garmin_csv", "runkeeper_csv"}  # tables of a whole account: a later one repeats the rows
ONLY_THESE_COUNT = "only running, walking, hiking and strength work count"


@dataclass(frozen=True, slots=True)
class PlainRuns:
    """The plain activities of a log: their rows by table, what was ignored and why, and the places of all of them."""

    columns: dict[str, ColumnRows]
    ignored: list[str]
    places: set[int]


def plain_runs(job: Job, content: FileContent) -> PlainRuns:
    """The plain runs among the activities of a log and those of other sports; nothing where the reader held no columns."""
    said = content.activities
    if not isinstance(said, Columns) or not len(said):
        return PlainRuns({}, [], set())
    is_account = content.format in SNAPSHOTS
    table = _Table(job, said, "runs", RUN_NUMBERS, RUN_TEXTS, ("started_at", "started_local"))
    words = list(zip(said.column("sport"), said.column("sub_sport"), strict=True))
    known = {pair: _said_of(*pair) for pair in set(words)}
    found = [known[pair] for pair in words]
    read = {*RUN_NUMBERS.values(), *RUN_TEXTS.values(), *table.fields, "sub_sport", "avg_cadence_spm"}
    for unused in {*said.values} - read - ({"linked_file"} if is_account else set()):
        table.is_plain &= np.array([value == said.defaults[unused] for value in said.column(unused)], dtype=bool)
    is_other = table.is_plain_so_far(found, {sports.OTHER}) & (is_account or "linked_file" not in said.values)
    table.is_plain &= np.array([one is not None and one.kind in RUN_KINDS for one in found], dtype=bool)
    table.values["sport_kind"] = _objects([one and one.kind for one in found])
    table.values["sub_sport"] = _objects([one and one.sub_sport for one in found])
    _count_steps(table, _numbers(said.column("avg_cadence_spm")))
    _refuse_steep(table)
    table.is_plain &= ~(table.values["summary_distance_m"] == 0) & ~(table.values["summary_distance_km_or_mi"] == 0)
    table.values["activity_number"] = np.arange(1, len(said) + 1)
    columns = {
        "runs": table.rows(table.is_plain, {"source_format": content.format.removeprefix("runs_"), "parser": content.parser})
    }
    if is_account:
        table.values["linked_file"] = _by_value(said.column("linked_file"), lambda text: text and storable(text))
        columns["named_files"] = table.rows(table.is_plain | is_other, {}, NAMED_COLUMNS)
    other = [found[place] for place in np.flatnonzero(is_other)]
    ignored = [f"{one.meaning}: {ONLY_THESE_COUNT}" for one in other if one]
    places = {*np.flatnonzero(table.is_plain | is_other).tolist()}
    return PlainRuns({name: rows for name, rows in columns.items() if len(rows)}, ignored, places)


def plain_sets(job: Job, content: FileContent) -> tuple[dict[str, ColumnRows], set[int]]:
    """The plain sets of a strength log, and their places."""
    said = content.strength_sets
    if not isinstance(said, Columns):
        return {}, set()
    table = _Table(job, said, "strength_sets", SET_NUMBERS, SET_TEXTS, ("performed_at", "performed_local"))
    for unused in {*said.values} - {*SET_NUMBERS.values(), *SET_TEXTS.values(), *table.fields, "is_warmup"}:
        table.is_plain &= np.array([value == said.defaults[unused] for value in said.column(unused)], dtype=bool)
    table.values["is_warmup"] = np.array(said.column("is_warmup"), dtype=bool)
    table.values["set_row"] = np.arange(1, len(said) + 1)
    rows = table.rows(table.is_plain, {"source_format": content.format.removeprefix("strength_")})
    return ({"strength_sets": rows} if len(rows) else {}), {*np.flatnonzero(table.is_plain).tolist()}


def _said_of(sport: str | None, sub_sport: str | None) -> sports.Sport | None:
    """What the words for a sport mean, with the narrower sport that they name; None if nobody knows them."""
    narrower = sub_sport or sports.sub_sport_of(sport)
    found = sports.look_up(sport, narrower)
    return found and replace(found, sub_sport=narrower and storable(narrower))


class _Table:
    """The columns of one raw table, and which of its rows are plain so far."""

    def __init__(
        self, job: Job, said: Columns[Any], table: str, numbers: dict[str, str], texts: dict[str, str], moments: tuple[str, str]
    ) -> None:
        self.fields = (*moments, "row", "athlete_id")
        self.is_plain = np.ones(len(said), dtype=bool)
        self.values: dict[str, np.ndarray] = {"row_number": _numbers(said.column("row"))}
        self.same: dict[str, Any] = {"file_id": job.file_id}
        self.is_plain &= ~np.isnan(self.values["row_number"])
        limits = bounds.BOUNDS[table]
        for column, field in numbers.items():
            self.values[column] = _numbers(said.column(field))
            if column in limits:
                self.is_plain &= _within(self.values[column], limits[column])
        for column in moments:
            moment = _moments(said.column(column))
            low, high = (np.datetime64(one.replace(tzinfo=None)) for one in (limits[column].lowest, limits[column].highest))
            self.is_plain &= np.isnat(moment) | ((low <= moment) & (moment <= high))
            self.values[column] = moment
        for column, field in texts.items():
            self.values[column] = _by_value(said.column(field), lambda text: text and storable(text))
        named = said.column("athlete_id")
        self.is_own = np.ones(len(said), dtype=bool)
        if named.count(None) == len(named) and job.athlete_id != ROOT:
            self.same["athlete_id"] = job.athlete_id
        else:
            owners = _by_value(named, partial(owner_of, job=job))
            self.is_own = np.array([owner != ROOT and job.athlete_id in (ROOT, owner) for owner in owners], dtype=bool)
            self.is_plain &= self.is_own
            self.values["athlete_id"] = owners

    def is_plain_so_far(self, found: list[sports.Sport | None], kinds: set[str]) -> np.ndarray:
        """Which rows are of these kinds of sport and belong to the owner of the log."""
        return self.is_own & np.array([one is not None and one.kind in kinds for one in found], dtype=bool)

    def rows(self, chosen: np.ndarray, same: dict[str, Any], columns: Sequence[str] = ()) -> ColumnRows:
        """The chosen rows, with what is the same in all of them; of the columns those named, or all."""
        return ColumnRows(
            {name: self.values[name][chosen] for name in columns or self.values if name in self.values}, self.same | same
        )


def _numbers(values: list[Any]) -> np.ndarray:
    return np.array(values, dtype=float)


def _moments(values: list[datetime | None]) -> np.ndarray:
    if values.count(None) == len(values):
        return np.full(len(values), np.datetime64("NaT"), dtype="datetime64[us]")
    if any(value.tzinfo for value in values if value):
        values = [value and value.replace(tzinfo=None) for value in values]
    return np.array(values, dtype="datetime64[us]")


def _by_value(values: list[Any], of: Callable[[Any], Any]) -> np.ndarray:
    """The result for each value, worked out once for each different one."""
    known = {value: of(value) for value in set(values)}
    return _objects(list(map(known.__getitem__, values)))


def _objects(values: list[Any]) -> np.ndarray:
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return found


def _within(values: np.ndarray, bound: bounds.Bound) -> np.ndarray:
    inside = np.isnan(values) | ((values >= bound.lowest) & (values <= bound.highest))
    if bound.zero == "kept":
        return inside | (values == 0)
    return inside & (values != 0) if bound.zero == "unmeasured" else inside


def _count_steps(table: _Table, cadence_spm: np.ndarray) -> None:
    """Work out the steps of rows that give only a cadence. Rows with a strange cadence or too many steps are not plain."""
    steps, moving_s = table.values["summary_steps"], table.values["summary_moving_s"]
    is_counted = np.isnan(steps) & ~np.isnan(cadence_spm) & ~np.isnan(moving_s)
    table.is_plain &= ~is_counted | ((cadence_spm >= bounds.SLOWEST_CADENCE_SPM) & (cadence_spm <= bounds.FASTEST_CADENCE_SPM))
    counted = np.where(is_counted, cadence_spm * moving_s / 60, steps)
    table.values["summary_steps"] = counted
    table.is_plain &= _within(counted, bounds.STEPS)
    table.is_plain &= ~(counted > bounds.FASTEST_CADENCE_SPM * (moving_s + 60) / 60)


def _refuse_steep(table: _Table) -> None:
    """Rows that climb much for their length are not plain."""
    metres = np.nan_to_num(table.values["summary_distance_m"])
    km_or_mi = np.nan_to_num(table.values["summary_distance_km_or_mi"])
    length = {
        "m": np.where(metres > 0, metres, 1609.344 * km_or_mi),
        "m_or_ft": np.where(metres > 0, metres / 1000, km_or_mi) * 5280,
    }
    for climb in ("ascent", "descent"):
        for unit, long in length.items():
            steep = np.maximum(bounds.CLIMB_FREE_M, bounds.STEEPEST_CLIMB * long)
            table.is_plain &= ~(table.values[f"summary_{climb}_{unit}"] > steep)


def frame_of(some: list[ColumnRows]) -> pd.DataFrame:
    """The rows of several contents as one frame, in their order."""
    lengths = [len(rows) for rows in some]
    columns: dict[str, Any] = {}
    for name in dict.fromkeys(name for rows in some for name in (*rows.values, *rows.same)):
        if all(name in rows.same for rows in some):
            columns[name] = _repeated([rows.same[name] for rows in some], lengths)
            continue
        parts = [
            rows.values[name] if name in rows.values else np.full(length, rows.same.get(name), dtype=object)
            for rows, length in zip(some, lengths, strict=True)
        ]
        column = np.concatenate(parts)
        if not pd.isna(column).all():  # what no row has is null without being told
            columns[name] = column
    frame = pd.DataFrame(columns)
    for name in ("started_at", "performed_at"):
        if name in frame:
            frame[name] = frame[name].dt.tz_localize("UTC")
    return frame


def _repeated(values: list[Any], lengths: list[int]) -> pd.Categorical:
    """Each value so many times."""
    categories = list(dict.fromkeys(values))
    places = {value: place for place, value in enumerate(categories)}
    codes = np.repeat(np.array([places[value] for value in values], dtype=np.int32), lengths)
    return pd.Categorical.from_codes(codes, categories=pd.Index(categories, dtype=object))
