"""Lays out long logs column by column. What is laid out here is plain: every value within its bound, nothing to drop or note.

Every other row is left to lay_out, which decides row by row; so both come to the same rows.
"""

from __future__ import annotations

from collections.abc import Callable
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
OPEN_KINDS = (sports.UNSTATED, sports.STRENGTH, sports.OTHER, None)  # the sport is to be found elsewhere, or is no run


def plain_runs(job: Job, content: FileContent) -> tuple[ColumnRows | None, set[int]]:
    """The plain runs among the activities of a log, and their places; nothing where the reader held no columns."""
    said = content.activities
    if not isinstance(said, Columns):
        return None, set()
    table = _Table(job, said, "runs", RUN_NUMBERS, RUN_TEXTS, ("started_at", "started_local"))
    is_plain = table.is_plain
    known = {sport: _said_of(sport) for sport in set(said.column("sport"))}
    is_plain &= np.array([known[sport] is not None for sport in said.column("sport")], dtype=bool)
    is_plain &= ~np.array([bool(notes) for notes in said.column("notes")], dtype=bool) if "notes" in said.values else True
    table.values |= {
        column: np.array([(known[sport] or {}).get(column) for sport in said.column("sport")], dtype=object)
        for column in ("sport_kind", "sub_sport")
    }
    for unused in {*said.values} - {*RUN_NUMBERS.values(), *RUN_TEXTS.values(), *table.fields, "avg_cadence_spm", "notes"}:
        is_plain &= np.array([value == said.defaults[unused] for value in said.column(unused)], dtype=bool)
    _count_steps(table, _numbers(said.column("avg_cadence_spm")))
    _refuse_steep(table)
    is_plain &= ~(table.values["summary_distance_m"] == 0) & ~(table.values["summary_distance_km_or_mi"] == 0)
    table.values["activity_number"] = np.arange(1, len(said) + 1)
    table.same |= {"source_format": content.format.removeprefix("runs_"), "parser": content.parser}
    return table.plain(), {*np.flatnonzero(is_plain).tolist()}


def plain_sets(job: Job, content: FileContent) -> tuple[ColumnRows | None, set[int]]:
    """The plain sets of a strength log, and their places."""
    said = content.strength_sets
    if not isinstance(said, Columns):
        return None, set()
    table = _Table(job, said, "strength_sets", SET_NUMBERS, SET_TEXTS, ("performed_at", "performed_local"))
    for unused in {*said.values} - {*SET_NUMBERS.values(), *SET_TEXTS.values(), *table.fields, "is_warmup"}:
        table.is_plain &= np.array([value == said.defaults[unused] for value in said.column(unused)], dtype=bool)
    table.values["is_warmup"] = np.array(said.column("is_warmup"), dtype=bool)
    table.values["set_row"] = np.arange(1, len(said) + 1)
    table.same["source_format"] = content.format.removeprefix("strength_")
    return table.plain(), {*np.flatnonzero(table.is_plain).tolist()}


def _said_of(sport: str | None) -> dict[str, Any] | None:
    """What the words for a sport mean; None if the row is not plainly a run, a walk or a hike."""
    sub_sport = sports.sub_sport_of(sport)
    found = sports.look_up(sport, sub_sport)
    if found is None or found.kind in OPEN_KINDS:
        return None
    return {"sport_kind": found.kind, "sub_sport": sub_sport and storable(sub_sport)}


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
        if named.count(None) == len(named) and job.athlete_id != ROOT:
            self.same["athlete_id"] = job.athlete_id
        else:
            owners = _by_value(named, partial(owner_of, job=job))
            is_own = [owner != ROOT and job.athlete_id in (ROOT, owner) for owner in owners]
            self.is_plain &= np.array(is_own, dtype=bool)
            self.values["athlete_id"] = owners

    def plain(self) -> ColumnRows:
        return ColumnRows({column: values[self.is_plain] for column, values in self.values.items()}, self.same)


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
    found = np.empty(len(values), dtype=object)
    found[:] = list(map(known.__getitem__, values))
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
