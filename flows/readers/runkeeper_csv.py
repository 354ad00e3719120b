"""Reads cardioActivities.csv of a Runkeeper export. Its times are the athlete's local time; each row names its GPX file."""

from __future__ import annotations

from flows.readers.export_tables import Cells, belongs_to, duration_s, read_rows
from flows.records import Activity, FileContent
from flows.sports import sub_sport_of

REQUIRED = (("started_at",), ("sport",), ("moving_s",), ("distance_km", "distance_mi"))
WANTED = ("linked_file", "avg_heart_rate_bpm")
METRES = {"distance_km": 1000.0, "distance_mi": 1609.344, "ascent_m": 1.0, "ascent_ft": 0.3048}


def is_runkeeper_table(names: list[str]) -> bool:
    """Are these the headings of cardioActivities.csv?"""
    return belongs_to("runkeeper", names)


def read_runkeeper_csv(data: bytes) -> FileContent:
    """Every row as an activity. Raises UnreadableFile where a column is missing without which no row can be understood."""
    return read_rows(data, "runkeeper", REQUIRED, WANTED, None, _activity_of)


def _activity_of(cells: Cells) -> Activity:
    sport = cells.required("sport")
    return Activity(
        sport=sport,
        sub_sport=sub_sport_of(sport),
        started_local=cells.moment("started_at").replace(tzinfo=None),
        distance_m=_metres(cells, "distance_km", "distance_mi"),
        moving_s=duration_s(cells.required("moving_s"), "Duration"),
        ascent_m=_metres(cells, "ascent_m", "ascent_ft"),
        avg_heart_rate_bpm=cells.number_in("avg_heart_rate_bpm"),
        title=cells.text("title"),
        linked_file=cells.text("linked_file"),
        note=cells.text("note"),
        row=cells.number,
    )


def _metres(cells: Cells, *meanings: str) -> float | None:
    found = ((cells.number_in(meaning), METRES[meaning]) for meaning in meanings)
    return next((number * factor for number, factor in found if number is not None), None)
