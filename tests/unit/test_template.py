"""The workbook to fill in: empty it says nothing, filled it says what was written, and its examples are never data."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from flows.demo.template import HELP, SHEETS, columns_of, write_template
from flows.intake import ingest
from flows.intake.contents import LOG_TABLES
from flows.readers.own_logs import LOGS
from flows.readers.sniff import is_log_sheet, read_content
from flows.readers.workbook import workbook_of
from flows.records import CoachNote, Symptom
from flows.state import database
from tests.nights.test_cli import tendonwatch

FILLED: dict[str, dict[str, Any]] = {
    "runs": {"started_at": datetime(2026, 11, 20, 7, 30), "distance_km": 12.5, "moving_time": "62:30", "rpe": 4},
    "strength": {
        "performed_at": date(2026, 11, 20),
        "exercise": "Calf raise",
        "set": 1,
        "reps": 12,
        "weight_kg": 20,
        "side": "left",
    },
    "symptoms": {"date": date(2026, 11, 20), "side": "left", "pain_0_10": 3, "next_morning_worse": "no"},
    "injuries": {"onset_date": date(2026, 11, 1), "site": "achilles_midportion", "side": "right"},
    "calf_tests": {"date": date(2026, 11, 20), "side": "left", "repetitions": 24, "knee": "straight"},
    "marks": {"from_date": date(2026, 11, 2), "to_date": date(2026, 11, 4), "kind": "illness"},
    "notes": {"date": date(2026, 11, 20), "kind": "called", "text": "feels fine"},
    "plan": {"date": date(2026, 11, 27), "distance_km": 10, "kind": "easy"},
}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("template") / "logs.xlsx"
    write_template(path)
    return path.read_bytes()


def filled(template: bytes, rows: Mapping[str, Mapping[str, Any]]) -> bytes:
    """The template with one row in each of these sheets, as cells of text and number, without the library that made it."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(template)) as before, zipfile.ZipFile(target, "w") as after:
        names = re.findall(r'<sheet name="([^"]+)"', before.read("xl/workbook.xml").decode())
        for entry in before.infolist():
            content = before.read(entry)
            if at := re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", entry.filename):
                name = names[int(at[1]) - 1]
                if name in rows:
                    columns = columns_of(LOGS[f"{name}_csv"])
                    places = [place for place, column in enumerate(columns) if column in rows[name]]
                    cells = "".join(cell(rows[name][columns[place]], place) for place in places)
                    content = content.replace(b"</sheetData>", f'<row r="2">{cells}</row></sheetData>'.encode())
            after.writestr(entry.filename, content)
    return target.getvalue()


def cell(value: Any, place: int) -> str:
    where = f'r="{chr(ord("A") + place)}2"'
    if isinstance(value, date):
        value = value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, str):
        return f'<c {where} t="inlineStr"><is><t>{value}</t></is></c>'
    return f"<c {where}><v>{value}</v></c>"


def after_a_night(folder: Path, data: bytes) -> Path:
    (folder / "raw" / "ada").mkdir(parents=True, exist_ok=True)
    (folder / "raw" / "ada" / "logs.xlsx").write_bytes(data)
    ingest.import_files(folder / "raw", folder / "memory.duckdb", workers=1)
    return folder / "memory.duckdb"


def test_there_is_a_sheet_with_every_column_of_each_of_our_logs_and_help_for_each() -> None:
    assert {f"{name}_csv" for name in SHEETS} == set(LOGS)
    columns = {column for name in SHEETS for column in columns_of(LOGS[f"{name}_csv"])}
    assert columns == set(HELP)


def test_empty_it_says_nothing_and_nothing_of_it_is_refused(tmp_path: Path, template: bytes) -> None:
    memory = after_a_night(tmp_path, template)
    with database.reader(memory) as connection:
        fates = dict(connection.execute("select path, outcome from raw.paths join raw.contents using (file_id)").fetchall())
        rows = {table: connection.execute(f"select count(*) from raw.{table}").fetchall()[0][0] for table in LOG_TABLES}
    assert not any(rows.values())
    assert fates.pop("ada/logs.xlsx") == "loaded"
    assert fates == {f"ada/logs.xlsx!{name}": "ignored" for name in ("Read me", *SHEETS)}


@pytest.mark.parametrize("called", ["logs.xlsx", *(f"{name}.xlsx" for name in SHEETS)])
def test_the_sheet_that_explains_is_no_log_whatever_the_workbook_is_called(template: bytes, called: str) -> None:
    assert not is_log_sheet("Read me", called, workbook_of(template).sheets["Read me"])


def test_what_is_written_into_it_is_read_back(tmp_path: Path, template: bytes) -> None:
    data = filled(template, FILLED)
    sheets = workbook_of(data).sheets
    said = {name: read_content(name, sheets[name], "logs.xlsx") for name in SHEETS}
    assert {name: content.format for name, content in said.items()} == {name: f"{name}_csv" for name in SHEETS}
    assert all(not content.refused_rows for content in said.values())
    assert said["symptoms"].symptoms == (Symptom(date(2026, 11, 20), "left", 3, None, None, False, row=2),)
    assert said["notes"].coach_notes == (CoachNote(date(2026, 11, 20), "called", None, "feels fine", row=2),)
    memory = after_a_night(tmp_path, data)
    with database.reader(memory) as connection:
        assert connection.execute("select summary_distance_m, summary_moving_s from raw.runs").fetchall() == [(12_500, 3750)]
        for table in ("strength_sets", "symptoms", "injuries", "calf_tests", "marks", "notes", "plan"):
            assert connection.execute(f"select athlete_id from raw.{table}").fetchall() == [("ada",)], table


def test_words_come_from_lists_and_every_heading_has_help(template: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(template)) as book:
        parts = {name: book.read(name).decode() for name in book.namelist()}
    assert any("illness,holiday,race,missing" in part for name, part in parts.items() if "worksheets/sheet" in name)
    assert sum("comments" in name and name.startswith("xl/comments") for name in parts) == len(SHEETS)


def test_the_verb_writes_it_and_never_over_a_file(tmp_path: Path) -> None:
    path = tmp_path / "logs.xlsx"
    assert tendonwatch(tmp_path, "demo", "--template", str(path)).exit_code == 0
    assert "Read me" in workbook_of(path.read_bytes()).sheets
    before = path.read_bytes()
    again = tendonwatch(tmp_path, "demo", "--template", str(path))
    assert again.exit_code == 2
    assert "is there already" in again.output
    assert path.read_bytes() == before
    for wrong in (
        ("demo",),
        ("demo", "--template", str(tmp_path / "logs.csv")),
        ("demo", str(tmp_path / "d"), "--template", str(path)),
    ):
        assert tendonwatch(tmp_path, *wrong).exit_code == 2


def test_the_same_template_has_the_same_bytes(tmp_path: Path, template: bytes) -> None:
    write_template(tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == template
