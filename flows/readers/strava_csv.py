"""Reads activities.csv of a Strava account export, in the language of the account. Its times are UTC."""

from __future__ import annotations

from flows.readers.export_tables import Cells, Ways, belongs_to, in_utc, read_rows
from flows.readers.plain_rows import Plain, Values
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
    return read_rows(data, "strava", REQUIRED, WANTED, None, _activity_of, _plain_of)


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


QUANTITIES = ("distance_m", "distance_km_or_mi", "moving_s", "elapsed_s")
NUMBERS = (*QUANTITIES, "ascent_m", "descent_m", "avg_heart_rate_bpm", "steps", "rpe")
TEXTS = ("sport", "title", "gear", "linked_file", "note")


def _plain_of(ways: Ways) -> Plain:
    """As _activity_of, column by column."""
    return Plain(
        record=Activity,
        moment="started_at",
        moment_fields=("started_at", "started_local"),
        read_moment=lambda cell, _: (in_utc(ways.moment(cell)), None),
        cells={name: {name: ways.number_in} for name in NUMBERS} | {name: {name: ways.text} for name in TEXTS},
        needed=(QUANTITIES,),
        finish=_finish,
    )


def _finish(values: Values) -> None:
    if "distance_m" in values and "distance_km_or_mi" in values:
        pairs = zip(values["distance_m"], values["distance_km_or_mi"], strict=True)
        values["distance_km_or_mi"] = [None if metres is not None else km_or_mi for metres, km_or_mi in pairs]
    if "elapsed_s" in values:
        moving = values.get("moving_s", [None] * len(values["elapsed_s"]))
        values["moving_s"] = [moving_s or elapsed_s for moving_s, elapsed_s in zip(moving, values["elapsed_s"], strict=True)]
    values["sub_sport"] = list(map(sub_sport_of, values["sport"]))
