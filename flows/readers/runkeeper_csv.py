"""Reads cardioActivities.csv of a Runkeeper export. Its times are the athlete's local time; each row names its GPX file."""

from __future__ import annotations

from collections.abc import Callable

from flows.readers.export_cells import duration_s
from flows.readers.export_tables import Cells, belongs_to, read_rows
from flows.readers.sports import sub_sport_of
from flows.records import Activity, FileContent

FORMATS = ("runkeeper_csv",)
REQUIRED = (("started_at",), ("sport",), ("moving_s",), ("distance_km", "distance_mi"))
WANTED = ("linked_file", "avg_heart_rate_bpm")
METRES = {"distance_km": 1000.0, "distance_mi": 1609.344, "ascent_m": 1.0, "ascent_ft": 0.3048}


def is_runkeeper_table(names: list[str]) -> bool:
    """Whether these are the headings of cardioActivities.csv."""
    return belongs_to("runkeeper", names)


def read_runkeeper_csv(data: bytes) -> FileContent:
    """Every row as an activity. Raises UnreadableFile if a needed column is missing."""
    return read_rows(data, "runkeeper", REQUIRED, WANTED, None, _activity_of)


def _activity_of(cells: Cells) -> Activity:
    sport = cells.text("sport")
    time, distance_m = cells.text("moving_s"), _metres(cells.number_in, "distance_km", "distance_mi")
    if distance_m is None:
        cells.required("moving_s")
    return Activity(
        sport=sport,
        sub_sport=sub_sport_of(sport),
        started_local=cells.moment("started_at").replace(tzinfo=None),
        distance_m=distance_m,
        moving_s=duration_s(time, "Duration") if time else None,
        ascent_m=_metres(cells.spare_number, "ascent_m", "ascent_ft"),
        avg_heart_rate_bpm=cells.spare_number("avg_heart_rate_bpm"),
        title=cells.text("title"),
        linked_file=cells.text("linked_file"),
        note=cells.text("note"),
        notes=cells.codes,
        row=cells.number,
    )


def _metres(number_in: Callable[[str], float | None], *meanings: str) -> float | None:
    found = ((number_in(meaning), METRES[meaning]) for meaning in meanings)
    return next((number * factor for number, factor in found if number is not None), None)
