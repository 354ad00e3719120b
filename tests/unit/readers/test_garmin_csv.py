"""Activities.csv of Garmin Connect: dashes for nothing, thousands marks, a language of its own, no units."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.readers.sniff import read_content
from flows.readers.sports import look_up
from flows.records import UnreadableFile
from tests.unit.readers.test_strava_csv import TEXTS, headings

# Header rows and rows in the shapes that public importers test with; the values are made up.
ENGLISH = (
    "Activity Type,Date,Favorite,Title,Distance,Calories,Time,Avg HR,Max HR,Aerobic TE,Avg Run Cadence,Max Run Cadence,Avg Pace,"
    "Best Pace,Total Ascent,Total Descent,Steps,Decompression,Best Lap Time,Number of Laps,Moving Time,Elapsed Time,"
    "Min Elevation,Max Elevation\n"
    'Running,2025-02-06 17:06:03,false,"Lanes","5.48","1,447","1:02:03.4","153","176","3.6","158","173","5:44","4:06","1,215",'
    '"200","9,808","No","00:02:15.3","6","01:01:08","01:05:57","\'-4","190"\n'
    'Strength Training,2025-02-07 18:00:00,false,"Gym","0.00","230","00:55:00","--","--","1.2","--","--","--","--","--","--",'
    '"--","No","00:55:00","1","00:55:00","00:55:00","--","--"\n'
)
GERMAN = (
    "Aktivitätstyp,Datum,Favorit,Titel,Distanz,Kalorien,Zeit,Ø HF,Max. HF,Positiver Höhenunterschied,Schritte\n"
    'Laufen,2024-04-22 13:12:32,false,"Runde","12,05","1.336","01:01:46","139","181","1.033","11.204"\n'
)
# A German table whose numbers are written the English way: so does Garmin's site where browser and account differ.
GERMAN_ENGLISH = GERMAN.replace('"12,05","1.336"', '"12.05","1,336"').replace('"1.033","11.204"', '"1,033","11,204"')


def test_a_row_is_read_with_its_dashes_marks_and_tenths() -> None:
    run, gym = read_content("Activities.csv", ENGLISH.encode()).activities
    assert (run.sport, run.title) == ("Running", "Lanes")
    assert run.started_local == datetime(2025, 2, 6, 17, 6, 3)
    assert run.started_at is None
    assert (run.distance_km_or_mi, run.distance_m) == (5.48, None)
    assert (run.moving_s, run.elapsed_s) == (3723.4, 3957.0)
    assert (run.ascent_m_or_ft, run.descent_m_or_ft, run.steps) == (1215.0, 200.0, 9808.0)
    assert (run.avg_heart_rate_bpm, run.avg_cadence_spm) == (153.0, 158.0)
    assert gym.sport == "Strength Training"
    assert (gym.avg_heart_rate_bpm, gym.ascent_m_or_ft, gym.steps) == (None, None, None)


@pytest.mark.parametrize("text", [GERMAN, GERMAN_ENGLISH], ids=["german", "english"])
def test_the_decimal_mark_is_seen_in_the_distances(text: str) -> None:
    (run,) = read_content("Activities.csv", text.encode()).activities
    assert (run.sport, run.distance_km_or_mi, run.ascent_m_or_ft, run.steps) == ("Laufen", 12.05, 1033.0, 11204.0)


def test_a_missing_column_is_named_and_a_broken_row_refused() -> None:
    with pytest.raises(UnreadableFile, match='The column "Zeit" is missing'):
        read_content("Activities.csv", GERMAN.replace(",Zeit,", ",Dauer der Pause,").encode())
    content = read_content("Activities.csv", (GERMAN + GERMAN.splitlines()[1].replace("01:01:46", "gestern")).encode())
    assert len(content.activities) == 1
    assert content.refused_rows[0].place == "row 3"


GERMAN_ROW = GERMAN.splitlines()[1]


@pytest.mark.parametrize(
    ("cell", "instead", "told"),
    [
        ("Laufen", "", (None, 12.05, 3706, ())),
        ('"139"', '"hoch"', ("Laufen", 12.05, 3706, ("value_not_read",))),
        ('"12,05"', '"--"', ("Laufen", None, 3706, ())),
        ('"01:01:46"', '"--"', ("Laufen", 12.05, None, ())),
    ],
)
def test_a_row_needs_its_start_and_its_distance_or_its_time(cell: str, instead: str, told: tuple[object, ...]) -> None:
    content = read_content("Activities.csv", (GERMAN + GERMAN_ROW.replace(cell, instead) + "\n").encode())
    assert not content.refused_rows
    run = content.activities[1]
    assert (run.sport, run.distance_km_or_mi, run.moving_s, run.notes) == told


def test_a_row_without_distance_and_time_is_refused() -> None:
    empty = GERMAN_ROW.replace('"12,05"', '"--"').replace('"01:01:46"', '"--"')
    (refused,) = read_content("Activities.csv", (GERMAN + empty + "\n").encode()).refused_rows
    assert refused.reason == '"Zeit" is empty'


ROWS = st.fixed_dictionaries(
    {
        "started_at": st.datetimes(datetime(2009, 1, 1), datetime(2030, 1, 1)).map(lambda at: at.replace(microsecond=0)),
        "title": TEXTS.filter(lambda text: text not in ("", "--", "-", "n/a") and not text.startswith("'")),
        "distance_km_or_mi": st.integers(1, 29_999).map(lambda value: value / 100),
        "moving_s": st.integers(1, 400_000).map(lambda tenths: tenths / 10),
        "avg_heart_rate_bpm": st.none() | st.integers(60, 220).map(float),
        "ascent_m_or_ft": st.none() | st.integers(0, 20_000).map(float),
    }
)
RUN = {"en": "Running", "de": "Laufen", "fr": "Course à pied", "es": "Carrera", "it": "Corsa", "pt": "Corrida", "nb": "Løping"}


@pytest.mark.parametrize("language", [*RUN, "nl"])
@settings(max_examples=25, deadline=None)
@given(rows=st.lists(ROWS, min_size=1, max_size=4))
def test_rows_come_back_as_they_were_written(language: str, rows: list[dict[str, Any]]) -> None:
    known = headings(language, "garmin")
    order = ["sport", "started_at", "title", "distance_km_or_mi", "moving_s", "avg_heart_rate_bpm", "ascent_m_or_ft"]
    target = io.StringIO()
    table = csv.writer(target, quoting=csv.QUOTE_ALL)
    table.writerow([known[meaning][0] for meaning in order])
    for row in rows:
        distance, ascent = f"{row['distance_km_or_mi']:.2f}", row["ascent_m_or_ft"]
        climb = "--" if ascent is None else f"{ascent:,.0f}"
        if language != "en":
            distance, climb = distance.replace(".", ","), climb.replace(",", ".")
        seconds = row["moving_s"]
        cells = {
            "sport": RUN.get(language, "Running"),
            "started_at": f"{row['started_at']:%Y-%m-%d %H:%M:%S}",
            "title": row["title"],
            "distance_km_or_mi": distance,
            "moving_s": f"{int(seconds // 3600)}:{int(seconds // 60 % 60):02d}:{seconds % 60:04.1f}",
            "avg_heart_rate_bpm": "--" if row["avg_heart_rate_bpm"] is None else f"{row['avg_heart_rate_bpm']:.0f}",
            "ascent_m_or_ft": climb,
        }
        table.writerow([cells[meaning] for meaning in order])
    content = read_content("Activities.csv", target.getvalue().encode())
    assert not content.refused_rows
    assert len(content.activities) == len(rows)
    for activity, row in zip(content.activities, rows, strict=True):
        assert look_up(activity.sport).kind == "run"
        assert activity.started_local == row["started_at"]
        assert activity.moving_s == pytest.approx(row["moving_s"], abs=1e-6)
        for meaning in ("title", "distance_km_or_mi", "avg_heart_rate_bpm", "ascent_m_or_ft"):
            assert getattr(activity, meaning) == row[meaning], meaning
