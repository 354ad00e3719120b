"""squad.csv: every row and cell that can be taken is taken, every other one is refused by name."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from flows.squad.own_tables import OwnRows, read_own_table
from flows.squad.people import PEOPLE


def read(folder: Path, content: str | bytes) -> OwnRows:
    path = folder / "squad.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_own_table(PEOPLE, path)


def test_without_the_file_there_is_nobody_and_nothing_is_wrong(tmp_path: Path) -> None:
    assert read_own_table(PEOPLE, tmp_path / "squad.csv") == OwnRows()


def test_every_column_is_read(tmp_path: Path) -> None:
    squad = read(
        tmp_path,
        "athlete_id,name,squad,sex,birth_year,body_mass_kg,timezone,resting_hr_bpm,max_hr_bpm,threshold_pace_s_per_km,foot_strike,"
        "achilles_history_until,race_date,units,strength_weight_unit\n"
        "ada,Ada Åberg,women,F,1990,61.5,Europe/Stockholm,48,188,255,Midfoot,2025-03-01,2027-04-19,mi,lb\n",
    )
    assert squad.records == (
        {
            "athlete_id": "ada", "name": "Ada Åberg", "squad": "women", "sex": "f", "birth_year": 1990, "body_mass_kg": 61.5,
            "timezone": "Europe/Stockholm", "resting_hr_bpm": 48, "max_hr_bpm": 188, "threshold_pace_s_per_km": 255,
            "foot_strike": "midfoot", "achilles_history_until": date(2025, 3, 1), "race_date": date(2027, 4, 19), "units": "mi",
            "strength_weight_unit": "lb",
        },
    )  # fmt: skip
    assert squad.refused_rows == ()


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfathlete_id,name,body_mass_kg\nada,\xc3\x85sa,61.5\n",
        "athlete_id,name,body_mass_kg\nada,Åsa,61.5\n".encode("utf-16"),
        "athlete_id,name,body_mass_kg\nada,Åsa,61.5\n".encode("latin-1"),
        "athlete_id;name;body_mass_kg\r\nada;Åsa;61,5\r\n".encode(),
        b" Athlete_ID , NAME ,Body_mass_kg\n ada , \xc3\x85sa , 61.5 \n",
    ],
    ids=["byte order mark", "UTF-16", "Latin-1", "semicolons and decimal commas", "capitals and blanks"],
)
def test_it_is_read_as_spreadsheets_write_it(tmp_path: Path, content: bytes) -> None:
    squad = read(tmp_path, content)
    assert squad.records == ({"athlete_id": "ada", "name": "Åsa", "body_mass_kg": 61.5},)
    assert (squad.refused_rows, squad.refused_because) == ((), None)


@pytest.mark.parametrize(
    ("column", "cell", "word"),
    [
        ("timezone", "Europe/Stokholm", "Europe/Stockholm"),
        ("body_mass_kg", "6150", "20 to 250 kg"),
        ("body_mass_kg", "heavy", "body_mass_kg"),
        ("body_mass_kg", "nan", "body_mass_kg"),
        ("birth_year", "90", "1900"),
        ("birth_year", "14", "year of birth"),
        ("birth_year", "03.05.12", "birth_year"),
        ("sex", "x", "f, m"),
        ("units", "miles", "km, mi"),
        ("race_date", "2026-02-30", "race_date"),
        ("max_hr_bpm", "1888", "100 to 250 bpm"),
    ],
)
def test_a_wrong_cell_is_refused_by_column_and_the_rest_of_its_row_stays(
    tmp_path: Path, column: str, cell: str, word: str
) -> None:
    squad = read(tmp_path, f"athlete_id,name,{column}\nada,Ada,{cell}\nben,Ben,\n")
    expected: list[dict[str, Any]] = [{"athlete_id": "ada", "name": "Ada"}, {"athlete_id": "ben", "name": "Ben"}]
    assert list(squad.records) == expected
    (refused,) = squad.refused_rows
    assert refused.place == "row 2"
    assert word in refused.reason
    assert column in refused.reason
    assert refused.remedy


@pytest.mark.parametrize("cell", ["2012", "2012-05-03", "03.05.2012", "3/5/2012", "2012/05/03", "3-5-2012"])
def test_a_birth_date_is_its_year(tmp_path: Path, cell: str) -> None:
    squad = read(tmp_path, f"athlete_id,birth_year\nada,{cell}\n")
    assert squad.records == ({"athlete_id": "ada", "birth_year": 2012},)
    assert squad.refused_rows == ()


def test_an_unknown_column_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    squad = read(tmp_path, "athlete_id,time_zone\nada,UTC\n")
    assert "timezone" in squad.refused_rows[0].reason
    assert squad.records == ({"athlete_id": "ada"},)


def test_a_second_row_of_an_athlete_and_a_row_of_nobody_are_refused(tmp_path: Path) -> None:
    squad = read(tmp_path, "athlete_id,name\nada,Ada\nada,Ada again\n,Nobody\n\n")
    assert squad.records == ({"athlete_id": "ada", "name": "Ada"},)
    assert [row.place for row in squad.refused_rows] == ["row 3", "row 4"]


@pytest.mark.parametrize("content", [b"name,squad\nAda,women\n", b"", b"%PDF-1.7\n\x00\x01\x02"])
def test_a_file_without_an_athlete_id_column_is_refused_whole_with_a_remedy(tmp_path: Path, content: bytes) -> None:
    squad = read(tmp_path, content)
    assert squad.records == ()
    assert squad.refused_because
    assert squad.remedy
