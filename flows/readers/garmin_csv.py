"""Reads Activities.csv of Garmin Connect, in the language of the account. Its times are the athlete's local time.

Distances and climbs are in the account's units, km and m or miles and feet, and the file does not say which.
"""

from __future__ import annotations

from datetime import datetime

from flows.readers.export_cells import duration_s
from flows.readers.export_tables import Cells, Ways, belongs_to, in_utc, read_rows
from flows.readers.plain_rows import Plain, Values
from flows.readers.sports import ON_FOOT, look_up, sub_sport_of
from flows.records import Activity, FileContent

FORMATS = ("garmin_csv",)
REQUIRED = (("started_at",), ("sport",), ("moving_s",), ("distance_km_or_mi",))
WANTED = ("title", "avg_heart_rate_bpm")


def is_garmin_table(names: list[str]) -> bool:
    """Whether these are the headings of Activities.csv in any language of sql/seeds/export_headers.csv."""
    return belongs_to("garmin", names)


def read_garmin_csv(data: bytes) -> FileContent:
    """Every row as an activity. Raises UnreadableFile if a needed column is missing."""
    return read_rows(data, "garmin", REQUIRED, WANTED, "distance_km_or_mi", _activity_of, _plain_of)


def _activity_of(cells: Cells) -> Activity:
    sport = cells.text("sport")
    kind = look_up(sport)
    started = cells.moment("started_at")
    time, distance = cells.text("moving_s"), cells.number_in("distance_km_or_mi")
    if distance is None:
        cells.required("moving_s")
    return Activity(
        sport=sport,
        sub_sport=sub_sport_of(sport),
        started_at=in_utc(started) if started.tzinfo else None,
        started_local=_local(started),
        distance_km_or_mi=distance,
        moving_s=duration_s(time, "Time") if time else None,
        elapsed_s=cells.spare_duration_s("elapsed_s"),
        ascent_m_or_ft=cells.spare_number("ascent_m_or_ft"),
        descent_m_or_ft=cells.spare_number("descent_m_or_ft"),
        avg_heart_rate_bpm=cells.spare_number("avg_heart_rate_bpm"),
        # Older tables have one column for running and cycling cadence.
        avg_cadence_spm=cells.spare_number("avg_cadence_spm") if kind is None or kind.kind in ON_FOOT else None,
        steps=cells.spare_number("steps"),
        title=cells.text("title"),
        notes=cells.codes,
        row=cells.number,
    )


def _local(started: datetime) -> datetime | None:
    return None if started.tzinfo else started


NUMBERS = ("distance_km_or_mi", "ascent_m_or_ft", "descent_m_or_ft", "avg_heart_rate_bpm", "avg_cadence_spm", "steps")


def _plain_of(ways: Ways) -> Plain:
    """As _activity_of, column by column."""

    def moments(cell: str, _meaning: str) -> tuple[datetime | None, datetime | None]:
        started = ways.moment(cell)
        return in_utc(started) if started.tzinfo else None, _local(started)

    return Plain(
        record=Activity,
        moment="started_at",
        moment_fields=("started_at", "started_local"),
        read_moment=moments,
        cells={name: {name: ways.number_in} for name in NUMBERS}
        | {name: {name: ways.duration_s} for name in ("moving_s", "elapsed_s")}
        | {name: {name: ways.text} for name in ("sport", "title")},
        needed=(("distance_km_or_mi", "moving_s"),),
        finish=_finish,
    )


def _finish(values: Values) -> None:
    kinds = list(map(look_up, values["sport"]))
    if "avg_cadence_spm" in values:
        pairs = zip(kinds, values["avg_cadence_spm"], strict=True)
        values["avg_cadence_spm"] = [spm if kind is None or kind.kind in ON_FOOT else None for kind, spm in pairs]
    values["sub_sport"] = list(map(sub_sport_of, values["sport"]))
