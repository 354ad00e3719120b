"""Reads activities.csv of a Strava account export, in the language of the account. Its times are UTC."""

from __future__ import annotations

from flows.readers.export_tables import Cells, belongs_to, in_utc, read_rows
from flows.readers.sports import sub_sport_of
from flows.records import Activity, FileContent

FORMATS = ("strava_csv",)
REQUIRED = (("started_at",), ("sport",), ("moving_s", "elapsed_s"), ("distance_m", "distance_km_or_mi"))
WANTED = ("title", "linked_file", "rpe")


def is_strava_table(names: list[str]) -> bool:
    """Whether these are the headings of activities.csv in any language of sql/seeds/export_headers.csv."""
    return belongs_to("strava", names)


def read_strava_csv(data: bytes) -> FileContent:
    """Every row as an activity that names the file of its track, if it has one.

    Of headings that occur twice, the second is the exact one: metres after kilometres or miles.
    Raises UnreadableFile if a needed column is missing.
    """
    return read_rows(data, "strava", REQUIRED, WANTED, None, _activity_of)


def _activity_of(cells: Cells) -> Activity:
    sport = cells.text("sport")
    distance_m = cells.number_in("distance_m")
    distance_km_or_mi = cells.number_in("distance_km_or_mi") if distance_m is None else None
    moving_s = cells.number_in("moving_s")
    elapsed_s = cells.number_in("elapsed_s") if moving_s is None else cells.spare_number("elapsed_s")
    if distance_m is None and distance_km_or_mi is None and moving_s is None:
        cells.required("moving_s", "elapsed_s")
    return Activity(
        sport=sport,
        sub_sport=sub_sport_of(sport),
        started_at=in_utc(cells.moment("started_at")),
        distance_m=distance_m,
        distance_km_or_mi=distance_km_or_mi,
        moving_s=moving_s or elapsed_s,  # exports before 2020 have only the elapsed time; 0 means not measured
        elapsed_s=elapsed_s,
        ascent_m=cells.spare_number("ascent_m"),
        descent_m=cells.spare_number("descent_m"),
        avg_heart_rate_bpm=cells.spare_number("avg_heart_rate_bpm"),
        steps=cells.spare_number("steps"),
        rpe=cells.spare_number("rpe"),
        title=cells.text("title"),
        gear=cells.text("gear"),
        linked_file=cells.text("linked_file"),
        note=cells.text("note"),
        notes=cells.codes,
        row=cells.number,
    )
