"""activities.csv of a Strava export: every language whose headings are known, every way of writing dates and numbers."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.readers.export_tables import moment_of
from flows.readers.sniff import read_content
from flows.readers.sports import look_up
from flows.records import FileContent, UnreadableFile

SEEDS = Path(__file__).parents[3] / "sql" / "seeds"

# The header row of a German export of 2024, as martin-ueding/geo-activity-playground issue 191 shows it, shortened after
# the columns that are read; 99 columns in all with those that follow.
GERMAN = (
    "Aktivitäts-ID,Aktivitätsdatum,Name der Aktivität,Aktivitätsart,Aktivitätsbeschreibung,Verstrichene Zeit,Distanz,"
    "Max. Herzfrequenz,Relative Leistung,Pendeln,Hinweis zur Privatsphäre für Aktivitäten,Aktivitätsausrüstung,Dateiname,"
    "Sportlergewicht,Fahrradgewicht,Verstrichene Zeit,Bewegungszeit,Distanz,Höchstgeschw.,Durchschnittliche Geschwindigkeit,"
    "Höhenzunahme,Höhenunterschied,Min. Höhe,Max. Höhe,Max. Herzfrequenz,Durchschnittliche Herzfrequenz,Relative Leistung,"
    "Gefühlte Anstrengung,Art,Startzeit"
)
GERMAN_ROW = (
    '8228026758,"09.12.2022, 15:24:49",Feierabendrunde,Lauf,"kalt, nass",3189,"9,44",171,,false,"",Alte Treter,'
    "activities/8228026758.fit.gz,70.0,,3189.0,2970.0,9444.7,4.2,3.18,119.125,85.5,,,171.0,152.4,,7.0,,"
)

# How each language writes one moment: by hand, from the exports named in export_headers.csv.
DATES = {
    "en": ("Dec 9, 2022, 3:24:49 PM", "9 Dec 2022, 15:24:49", "Dec 9, 2022, 3:24:49\u202fPM"),
    "de": ("09.12.2022, 15:24:49", "9. Dez. 2022, 15:24:49"),
    "fr": ("9 déc. 2022, 15:24:49", "9 déc. 2022 à 15:24:49", "9 décembre 2022 15:24:49"),
    "es": ("9 dic 2022, 15:24:49", "9 dic. 2022 15:24:49", "9 dic 2022, 3:24:49 p. m."),
    "it": ("9 dic 2022, 15:24:49", "9/12/2022 15:24:49"),
    "pt": ("9 de dez. de 2022, 15:24:49", "9/12/2022, 15:24:49"),
    "nl": ("9 dec. 2022 15:24:49", "9 dec 2022 om 15:24:49"),
    "da": ("9. dec. 2022, 15.24.49", "9. dec. 2022 kl. 15.24.49"),
    "cs": ("9. 12. 2022 15:24:49",),
}


def read(header: str, *rows: str) -> FileContent:
    return read_content("activities.csv", ("\n".join([header, *rows]) + "\n").encode())


def headings(language: str, program: str = "strava") -> dict[str, tuple[str, int]]:
    """Meaning -> (heading, which of those of this name), the first spelling of each."""
    with (SEEDS / "export_headers.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if (row["program"], row["language"]) == (program, language)]
    found: dict[str, tuple[str, int]] = {}
    for row in rows:
        found.setdefault(row["meaning"], (row["header"], int(row["occurrence"])))
    return found


def test_a_german_row_is_read_by_meaning() -> None:
    content = read(GERMAN, GERMAN_ROW)
    assert content.format == "strava_csv"
    (run,) = content.activities
    assert (run.sport, run.title, run.gear, run.rpe) == ("Lauf", "Feierabendrunde", "Alte Treter", 7.0)
    assert run.started_at == datetime(2022, 12, 9, 15, 24, 49, tzinfo=UTC)
    assert run.linked_file == "activities/8228026758.fit.gz"
    assert (run.distance_m, run.distance_km_or_mi) == (9444.7, None)  # the second Distanz, in metres
    assert (run.moving_s, run.elapsed_s) == (2970.0, 3189.0)
    assert (run.ascent_m, run.descent_m, run.avg_heart_rate_bpm) == (119.125, 85.5, 152.4)
    assert run.note == "kalt, nass"
    assert run.row == 2


def test_the_order_of_the_columns_says_nothing() -> None:
    cells = list(zip(next(csv.reader([GERMAN])), next(csv.reader([GERMAN_ROW])), strict=True))
    target = io.StringIO()
    # Of two columns of one name the first stays before the second.
    csv.writer(target).writerows(zip(*sorted(cells, key=lambda cell: cell[0]), strict=True))
    (run,) = read_content("x", target.getvalue().encode()).activities
    (as_it_was,) = read(GERMAN, GERMAN_ROW).activities
    assert run == as_it_was


def test_an_old_export_has_one_distance_in_the_accounts_unit() -> None:
    # The header row of 2019, hugovk/strava-tools pull request 1.
    header = (
        "Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,Distance,Commute,"
        "Activity Gear,Filename"
    )
    (run,) = read(header, '1836776031,"Sep 12, 2018, 3:02:23 PM",Evening,Run,,783,3.68,true,Merida,activities/1.gpx').activities
    assert (run.distance_m, run.distance_km_or_mi, run.moving_s) == (None, 3.68, 783.0)


@pytest.mark.parametrize(("language", "text"), [(language, text) for language, texts in DATES.items() for text in texts])
def test_every_language_writes_the_same_moment(language: str, text: str) -> None:
    assert moment_of(text, language, day_first=True) == datetime(2022, 12, 9, 15, 24, 49)


def test_an_english_date_of_numbers_is_settled_by_the_others_of_the_table() -> None:
    header = "Activity ID,Activity Date,Activity Name,Activity Type,Moving Time,Distance"
    rows = ["1,4/7/2020 15:36:00,a,Run,600,2", "2,4/17/2020 15:36:00,b,Run,600,2"]
    assert read(header, *rows).activities[0].started_at == datetime(2020, 4, 7, 15, 36, tzinfo=UTC)
    (refused,) = read(header, rows[0]).refused_rows
    assert "day or month first?" in refused.reason


@pytest.mark.parametrize(
    ("meaning", "name"),
    [("started_at", "Aktivitätsdatum"), ("sport", "Aktivitätsart"), ("moving_s", "Bewegungszeit"), ("distance_m", "Distanz")],
)
def test_a_missing_column_is_named(meaning: str, name: str) -> None:
    gone = {"moving_s": ("Bewegungszeit", "Verstrichene Zeit")}.get(meaning, (name,))
    header = ",".join("Weg" if cell in gone else cell for cell in GERMAN.split(","))
    with pytest.raises(UnreadableFile) as refusal:
        read(header, GERMAN_ROW)
    assert f'The column "{name}" is missing' in refusal.value.reason


def test_a_column_that_only_adds_something_is_missed_aloud() -> None:
    header = GERMAN.replace("Gefühlte Anstrengung", "Weg")
    content = read(header, GERMAN_ROW)
    assert content.activities[0].rpe is None
    assert 'no column "Gefühlte Anstrengung"' in content.notes


def test_what_can_be_read_is_read_and_the_rest_refused_by_row() -> None:
    broken_date = GERMAN_ROW.replace("09.12.2022, 15:24:49", "39.12.2022, 15:24:49")
    no_number = GERMAN_ROW.replace("9444.7", "viel")
    open_quote = GERMAN_ROW.replace('"kalt, nass"', '"kalt, nass')
    text = "\n".join([GERMAN, GERMAN_ROW, broken_date, GERMAN, no_number, open_quote, GERMAN_ROW, GERMAN_ROW[:40]])
    content = read_content("activities.csv", text.encode())
    assert [activity.row for activity in content.activities] == [2, 7]
    assert [row.place for row in content.refused_rows] == ["row 3", "row 5", "row 6", "row 8"]
    assert all(row.remedy and row.text for row in content.refused_rows)
    assert "row 4 repeats the headings and is skipped" in content.notes
    assert "ends in the middle" in content.refused_rows[-1].reason


@pytest.mark.parametrize(
    ("cell", "instead", "told"),
    [
        (",Lauf,", ",,", (None, 9444.7, 2970, ())),
        ("152.4", "viel", ("Lauf", 9444.7, 2970, ("value_not_read",))),
        (",2970.0,", ",0.0,", ("Lauf", 9444.7, 3189, ())),
        (",7.0,", ",hart,", ("Lauf", 9444.7, 2970, ("value_not_read",))),
        ('"9,44",171,,false,"",', ',171,,false,"",', ("Lauf", 9444.7, 2970, ())),
    ],
)
def test_what_a_run_does_without_refuses_no_row(cell: str, instead: str, told: tuple[object, ...]) -> None:
    content = read(GERMAN, GERMAN_ROW.replace(cell, instead))
    assert not content.refused_rows
    (run,) = content.activities
    assert (run.sport, run.distance_m, run.moving_s, run.notes) == told


def test_headings_of_two_languages_are_both_understood() -> None:
    mixed = GERMAN.replace("Gefühlte Anstrengung", "Perceived Exertion").replace("Dateiname", "Filename")
    assert read(mixed, GERMAN_ROW).activities == read(GERMAN, GERMAN_ROW).activities


def test_an_activity_type_that_no_list_knows_stays_as_it_is_written() -> None:
    assert read(GERMAN, GERMAN_ROW.replace(",Lauf,", ",Kanufahrt,")).activities[0].sport == "Kanufahrt"


def test_every_heading_names_its_source() -> None:
    with (SEEDS / "export_headers.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert all(row["source"] and row["header"] and row["meaning"] for row in rows)
    told = [(row["program"], row["language"], row["header"], row["occurrence"]) for row in rows]
    assert len(told) == len(set(told))
    assert {row["language"] for row in rows if row["program"] == "strava"} >= {"en", "de", "fr", "es", "pt", "nl", "da"}
    assert {row["language"] for row in rows if row["program"] == "garmin"} >= {"en", "de", "fr", "es", "it", "pt", "nl"}


# ---------------------------------------------------------------- write rows in a dialect, read the same rows

SHORT_MONTHS = {
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    "fr": "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
    "es": "ene feb mar abr may jun jul ago sept oct nov dic",
    "pt": "jan. fev. mar. abr. mai. jun. jul. ago. set. out. nov. dez.",
    "nl": "jan. feb. mrt. apr. mei jun. jul. aug. sep. okt. nov. dec.",
    "da": "jan. feb. mar. apr. maj jun. jul. aug. sep. okt. nov. dec.",
}


def written(moment: datetime, language: str) -> str:
    if language == "de":
        return f"{moment:%d.%m.%Y, %H:%M:%S}"
    if language == "cs":
        return f"{moment.day}. {moment.month}. {moment:%Y %H:%M:%S}"
    month = SHORT_MONTHS[language].split()[moment.month - 1]
    if language == "en":
        return f"{month} {moment.day}, {moment.year}, {moment.hour % 12 or 12}:{moment:%M:%S} {moment:%p}"
    if language == "pt":
        return f"{moment.day} de {month} de {moment:%Y, %H:%M:%S}"
    if language == "da":
        return f"{moment.day}. {month} {moment:%Y, %H.%M.%S}"
    return f"{moment.day} {month} {moment:%Y, %H:%M:%S}"


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), max_size=20).map(str.strip)
ROWS = st.fixed_dictionaries(
    {
        "started_at": st.datetimes(datetime(2009, 1, 1), datetime(2030, 1, 1)).map(lambda at: at.replace(microsecond=0)),
        "title": TEXTS.filter(lambda text: text not in ("", "--", "-", "n/a") and not text.startswith("'")),
        "moving_s": st.integers(1, 90_000).map(float),
        "distance_m": st.integers(0, 2_000_000).map(lambda value: value / 8),  # eighths: three decimals, no thousands
        "distance_km_or_mi": st.integers(0, 30_000).map(lambda value: value / 100),
        "ascent_m": st.none() | st.integers(0, 24_000).map(lambda value: value / 8),
        "rpe": st.none() | st.integers(1, 10).map(float),
        "linked_file": st.none() | st.integers(1, 10**10).map("activities/{}.fit.gz".format),
    }
)


@pytest.mark.parametrize("language", [*SHORT_MONTHS, "de", "cs"])
@settings(max_examples=25, deadline=None)
@given(rows=st.lists(ROWS, min_size=1, max_size=4))
def test_rows_come_back_as_they_were_written(language: str, rows: list[dict[str, Any]]) -> None:
    known = headings(language)
    order = ["activity_id", "started_at", "title", "sport", "distance_km_or_mi", "linked_file", "moving_s", "distance_m"]
    order += [meaning for meaning in ("ascent_m", "rpe") if meaning in known]
    order = [meaning for meaning in order if meaning in known]
    target = io.StringIO()
    table = csv.writer(target)
    table.writerow([known[meaning][0] for meaning in order])
    sport = {
        "en": "Run",
        "de": "Lauf",
        "fr": "Course à pied",
        "es": "Carrera",
        "pt": "Corrida",
        "nl": "Hardloopsessie",
        "da": "Løb",
    }
    for row in rows:
        cells = row | {"activity_id": 1, "sport": sport.get(language, "Run"), "started_at": written(row["started_at"], language)}
        if language != "en":
            cells["distance_km_or_mi"] = str(row["distance_km_or_mi"]).replace(".", ",")
        table.writerow(["" if cells[meaning] is None else cells[meaning] for meaning in order])
    content = read_content("activities.csv", target.getvalue().encode())
    assert not content.refused_rows
    assert len(content.activities) == len(rows)
    for activity, row in zip(content.activities, rows, strict=True):
        assert look_up(activity.sport).kind == "run"
        assert activity.started_at == row["started_at"].replace(tzinfo=UTC)
        for meaning in set(order) - {"activity_id", "sport", "started_at", "distance_km_or_mi"}:
            assert getattr(activity, meaning) == row[meaning], meaning
