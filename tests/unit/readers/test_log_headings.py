"""Our own logs under headings in the languages of the site, typed as CSV or kept in a sheet."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from flows.readers.own_logs import LOGS
from flows.readers.sniff import read_content
from flows.readers.workbook import workbook_of
from flows.records import CalfTest, StrengthSet, Symptom, UnreadableFile
from flows.seed_files import seed_rows
from tests.lib.workbooks import xlsx

DAY = date(2026, 11, 20)
MORNINGS = {
    "de": ["Datum", "Seite", "Schmerz (0-10)", "Morgensteifigkeit (min)", "Am nächsten Morgen schlechter", "Notiz"],
    "es": ["Fecha", "Lado", "Dolor (0-10)", "Rigidez matutina (min)", "Peor a la mañana siguiente", "Nota"],
    "fr": ["Date", "Côté", "Douleur (0-10)", "Raideur matinale (min)", "Pire le lendemain matin", "Remarque"],
    "it": ["Data", "Lato", "Dolore (0-10)", "Rigidità mattutina (min)", "Peggio la mattina dopo", "Nota"],
    "nl": ["Datum", "Kant", "Pijn (0-10)", "Ochtendstijfheid (min)", "De volgende ochtend erger", "Opmerking"],
    "pt": ["Data", "Lado", "Dor (0-10)", "Rigidez matinal (min)", "Pior na manhã seguinte", "Observação"],
    "en": ["Date", "Side", "Pain (0-10)", "Morning stiffness (min)", "Worse next morning", "Comment"],
}
LEFT_YES_NO = {
    "de": ("links", "ja", "nein"),
    "es": ("izquierda", "sí", "no"),
    "fr": ("gauche", "oui", "non"),
    "it": ("sinistra", "sì", "no"),
    "nl": ("links", "ja", "nee"),
    "pt": ("esquerda", "sim", "não"),
    "en": ("left", "yes", "no"),
}


@pytest.mark.parametrize("language", MORNINGS)
def test_a_morning_is_read_in_each_language_of_the_site(language: str) -> None:
    left, yes, no = LEFT_YES_NO[language]
    rows = [MORNINGS[language], [DAY, left, 3, 10, yes, "x"], [DAY, left, 2, 5, no, None]]
    text = "\n".join(";".join("" if cell is None else str(cell) for cell in row) for row in rows) + "\n"
    wanted = (Symptom(DAY, "left", 3, 10, None, True, note="x", row=2), Symptom(DAY, "left", 2, 5, None, False, row=3))
    assert read_content("log.csv", text.encode()).symptoms == wanted
    assert read_content("Sheet1", workbook_of(xlsx({"Sheet1": rows})).sheets["Sheet1"], "book.xlsx").symptoms == wanted


def test_one_word_is_the_day_of_each_log() -> None:
    runs = read_content("a.csv", b"Datum;Kilometer;Zeit\n2026-11-20;12,5;1:02:30\n")
    assert [(run.started_local, run.distance_m, run.moving_s) for run in runs.activities] == [
        (datetime(2026, 11, 20), 12_500, 3750)
    ]
    sets = read_content("a.csv", "Datum;Übung;Wiederholungen;Gewicht (kg)\n2026-11-20;Wadenheben;12;20\n".encode())
    assert sets.strength_sets == (
        StrengthSet("Wadenheben", performed_local=datetime(2026, 11, 20), reps=12, weight_kg=20, row=2),
    )
    tests = read_content("a.csv", b"Datum;Seite;Wiederholungen;Knie\n2026-11-20;links;24;straight\n")
    assert tests.calf_tests == (CalfTest(DAY, "left", 24, "straight", row=2),)


def test_a_table_of_an_app_that_may_hold_rides_is_not_taken_for_our_log_of_runs() -> None:
    with pytest.raises(UnreadableFile):
        read_content("a.csv", b"Date;Discipline;Distance (km);Time\n2026-11-20;Ride;40;1:30:00\n")


def test_every_heading_means_a_column_of_a_log() -> None:
    rows = [row for row in seed_rows("export_headers") if row["program"] == "tendonwatch"]
    assert {row["language"] for row in rows} == {*MORNINGS}
    assert {row["meaning"] for row in rows} <= {column for log in LOGS.values() for column in log.columns}
