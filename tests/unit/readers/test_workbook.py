"""Workbooks: each sheet is read as the CSV of the same rows would be, and what is wrong with one says so and stays alone."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.intake import ingest
from flows.readers.sniff import read_content
from flows.readers.workbook import SHEET_MAGIC, workbook_of
from flows.records import FileContent, Symptom, UnreadableFile
from flows.state import database
from tests.lib.workbooks import WRITERS, under_password, xls, xlsx

SYMPTOMS = [
    ["date", "side", "pain_0_10", "next_morning_worse", "note"],
    [date(2026, 11, 17), "left", 3, False, "after the hill"],
    [date(2026, 11, 18), "left", 5.5, True, None],
]
RUNS = [
    ["started_at", "distance_km", "moving_time", "rpe"],
    [datetime(2026, 11, 16, 7, 30), 10.25, time(0, 52, 30), 4],
    [datetime(2026, 11, 21, 5, 0, 7), "100,5", timedelta(hours=27, minutes=3, seconds=9), None],
]


def read(data: bytes, name: str = "Sheet1", within: str = "book.xlsx") -> FileContent:
    return read_content(name, workbook_of(data).sheets[name], within)


@pytest.mark.parametrize("kind", WRITERS)
def test_dates_times_long_times_yes_and_decimal_commas_are_read_as_every_program_keeps_them(kind):
    data = WRITERS[kind]({"Morning": SYMPTOMS, "Runs": RUNS})
    assert read(data, "Morning").symptoms == (
        Symptom(date(2026, 11, 17), "left", 3, None, None, False, note="after the hill", row=2),
        Symptom(date(2026, 11, 18), "left", 5.5, None, None, True, row=3),
    )
    short, long = read(data, "Runs").activities
    assert (short.started_local, short.distance_m, short.moving_s) == (datetime(2026, 11, 16, 7, 30), 10_250, 52 * 60 + 30)
    assert (long.started_local, long.distance_m) == (datetime(2026, 11, 21, 5, 0, 7), 100_500)
    assert long.moving_s == 27 * 3600 + 3 * 60 + 9
    assert read(data, "Runs").parser == "calamine"


def test_both_calendars_of_excel_give_the_same_days_and_a_time_above_a_day_needs_no_format_of_its_own():
    def with_a_long_time(book):
        # 27:03:09 in the format h:mm:ss, under which a cell shows 3:03:09
        book.worksheets()[0].write_number(1, 2, (27 + 3 / 60 + 9 / 3600) / 24, book.add_format({"num_format": "h:mm:ss"}))

    for options in ({}, {"date_1904": True}):
        (run, _) = read(xlsx({"Sheet1": RUNS}, with_a_long_time, **options)).activities
        assert run.started_local == datetime(2026, 11, 16, 7, 30)
        assert run.moving_s == 27 * 3600 + 3 * 60 + 9


def test_titles_above_and_a_row_of_units_below_the_headings_are_skipped_and_said_and_rows_keep_their_numbers():
    rows = [
        ["Ada's diary"],
        [],
        SYMPTOMS[0],
        ["yyyy-mm-dd", "left/right", "0-10", "yes/no"],
        SYMPTOMS[1],
        [],
        ["19.11.", "left", 2],
    ]
    content = read(xlsx({"Sheet1": rows}))
    assert [symptom.row for symptom in content.symptoms] == [5]
    assert [row.place for row in content.refused_rows] == ["row 7"]
    assert content.notes[:2] == ("above the headings, and skipped: row 1", "row 4 explains the headings and is skipped")


def test_headings_over_two_rows_are_one():
    rows = [["started", "distance", "moving"], ["at", "km", "time"], RUNS[1]]
    content = read(xlsx({"Sheet1": rows}))
    assert content.activities[0].distance_m == 10_250
    assert content.notes[0] == "rows 1 and 2 are read as one row of headings"


def test_a_formula_with_an_error_is_not_understood_which_is_not_the_same_as_empty():
    def with_errors(book):
        book.worksheets()[0].write_formula(1, 2, "=Z9/0", None, "#DIV/0!")
        book.worksheets()[0].write_formula(2, 0, "=Old!A3", None, "#REF!")

    content = read(xlsx({"Sheet1": SYMPTOMS}, with_errors))
    assert [(symptom.row, symptom.pain_0_10) for symptom in content.symptoms] == [(2, None)]
    assert [(row.place, row.reason) for row in content.refused_rows] == [
        ("row 2", 'pain_0_10 is "#DIV/0!", not a number: left out, the rest of the row counts'),
        ("row 3", 'date is "#REF!", not a date'),
    ]


def test_an_error_in_a_table_of_libreoffice_is_not_understood_either():
    data = WRITERS["ods"]({"Sheet1": [SYMPTOMS[0], [date(2026, 11, 17), "left", "PAIN", True]]})
    # As LibreOffice 7 writes a cell that shows #DIV/0!
    broken = (
        b'<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" '
        b'calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>'
    )
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(target, "w") as after:
        for entry in before.infolist():
            content = before.read(entry)
            if entry.filename == "content.xml":
                start = content.rindex(b"<table:table-cell", 0, content.index(b"PAIN"))
                end = content.index(b"</table:table-cell>", start) + len(b"</table:table-cell>")
                name = b'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
                content = (content[:start] + broken + content[end:]).replace(b"<office:body", b"<office:body " + name, 1)
            after.writestr(entry.filename, content)
    (row,) = read(target.getvalue()).refused_rows
    assert row.reason == 'pain_0_10 is "#DIV/0!", not a number: left out, the rest of the row counts'


def test_of_merged_cells_a_date_counts_for_each_row_and_a_number_once():
    rows = [["performed_at", "exercise", "reps"], [None, "Calf raise", 12], [None, "Calf raise", 10], [None, "Calf raise", None]]

    def merge(book):
        sheet = book.worksheets()[0]
        sheet.merge_range(1, 0, 3, 0, "")
        sheet.write_datetime(1, 0, date(2026, 11, 17), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.merge_range(2, 2, 3, 2, 10)

    content = read(xlsx({"Sheet1": rows}, merge))
    assert [(one.performed_local, one.reps) for one in content.strength_sets] == [
        (datetime(2026, 11, 17), 12),
        (datetime(2026, 11, 17), 10),
    ]
    assert [(row.place, row.reason) for row in content.refused_rows] == [("row 4", "reps and hold_s are both empty")]
    assert content.notes[0].startswith("merged cells in rows 2-4, 3-4:")


def test_cells_beside_the_table_are_named_and_never_shift_it():
    rows = [SYMPTOMS[0], [*SYMPTOMS[1], None, "ask the physio"]]
    content = read(xlsx({"Sheet1": rows}))
    assert len(content.symptoms) == 1
    assert content.notes == ("cells without a heading above them are not read: column G",)


def test_a_line_break_in_a_cell_keeps_the_rows_below_in_their_places():
    rows = [SYMPTOMS[0], [date(2026, 11, 17), "left", 3, False, "hill\nstairs"], SYMPTOMS[2]]
    assert [(one.row, one.note) for one in read(xlsx({"Sheet1": rows})).symptoms] == [(2, "hill stairs"), (3, None)]


def test_the_name_of_sheet_or_workbook_tells_the_log_where_its_headings_alone_do_not():
    rows = [["date", "side"], [date(2026, 11, 17), "left"]]
    assert read(xlsx({"Symptoms": rows}), "Symptoms").format == "symptoms_csv"
    assert read(xlsx({"Sheet1": rows}), within="symptoms.xlsx").format == "symptoms_csv"


PLAIN_BOOK = xlsx({"Sheet1": SYMPTOMS})


def with_rows(extra: bytes) -> bytes:
    """The workbook with more in its first sheet than its writer would put there."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(PLAIN_BOOK)) as before,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for entry in before.infolist():
            content = before.read(entry)
            if entry.filename == "xl/worksheets/sheet1.xml":
                content = content.replace(b"</sheetData>", extra + b"</sheetData>")
            after.writestr(entry.filename, content)
    return target.getvalue()


def xls_under_password() -> bytes:
    data = xls({"Sheet1": SYMPTOMS})
    at = data.index(b"\x42\x00\x02\x00")  # the record of the code page becomes one of encryption
    return data[:at] + b"\x2f\x00\x02\x00" + data[at + 4 :]


def many_long_texts() -> bytes:
    """A small file: the longest text that a cell may hold, once in the table of texts and in 2,000 cells."""
    return xlsx({"Sheet1": [SYMPTOMS[0], *([None, "x" * 32_767] for _ in range(2000))]})


BAD_BOOKS = {
    "locked.xlsx": (under_password(xls({"Sheet1": SYMPTOMS})), "locked with a password"),
    "locked.xls": (xls_under_password(), "locked with a password"),
    "far.xlsx": (with_rows(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), "larger than any log"),
    "bomb.xlsx": (with_rows(b'<row r="9"><c r="A9"><v>1</v></c></row>' * 12_000_000), "larger than any log"),
    "texts.xlsx": (many_long_texts(), "larger than any log (its cells hold more than 32,000,000 characters)"),
    "cut.xls": (xls({"Sheet1": SYMPTOMS})[:3000], "cut short, damaged or no workbook"),
    "cut.xlsx": (PLAIN_BOOK[:3000], "cut short or damaged"),
    "names.xlsx": (xlsx({"Team": [["Name", "Phone"], ["Ada", 1]]}), "no sheet of it has the headings of a log we know: Team"),
}


def became_of(raw: Path, files: Mapping[str, bytes | str]) -> dict[str, dict[str, Any]]:
    """Path -> what became of it, after the files were read into a new memory."""
    for name, content in files.items():
        path = raw / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    memory = raw.parent / "memory.duckdb"
    ingest.import_files(raw, memory, workers=1)
    with database.reader(memory) as connection:
        rows = database.rows(
            connection,
            "select path, outcome, format, reason, remedy from raw.paths left join raw.contents using (athlete_id, file_id)",
        )
        return {row["path"]: row for row in rows}


def test_a_bad_workbook_says_one_line_with_a_remedy_and_the_rest_is_read(tmp_path):
    files = {f"ada/{name}": data for name, (data, _) in BAD_BOOKS.items()}
    said = became_of(tmp_path / "raw", files | {"ada/good.xlsx": PLAIN_BOOK, "ada/~$good.xlsx": b"\x05Coach" + bytes(160)})
    for name, (_, why) in BAD_BOOKS.items():
        assert said[f"ada/{name}"]["outcome"] == "quarantined"
        assert why in said[f"ada/{name}"]["reason"]
        assert said[f"ada/{name}"]["remedy"]
    assert said["ada/good.xlsx!Sheet1"]["outcome"] == "loaded"
    assert said["ada/~$good.xlsx"]["outcome"] == "ignored"
    assert "somebody has the workbook open" in said["ada/~$good.xlsx"]["reason"]


def test_sheets_that_are_no_logs_or_hidden_are_ignored_and_said_and_empty_ones_are_not_listed(tmp_path):
    data = xlsx(
        {"Pain": SYMPTOMS, "Team": [["Name", "Phone"], ["Ada", 1]], "Old": SYMPTOMS, "Sheet4": []},
        lambda book: book.get_worksheet_by_name("Old").hide(),
    )
    said = became_of(tmp_path / "raw", {"ada/book.xlsx": data})
    assert {path: row["outcome"] for path, row in said.items()} == {
        "ada/book.xlsx": "loaded",
        "ada/book.xlsx!Pain": "loaded",
        "ada/book.xlsx!Team": "ignored",
        "ada/book.xlsx!Old": "ignored",
    }
    assert said["ada/book.xlsx!Old"]["reason"] == "not a log: The sheet is hidden; show it in the workbook if it shall count"


def test_a_workbook_at_the_root_names_its_athletes_in_each_row_and_one_in_a_zip_is_read_too(tmp_path):
    squad = [
        ["athlete_id", "date", "pain_0_10"],
        ["ada", date(2026, 11, 17), 3],
        ["ben", date(2026, 11, 17), 4],
        [None, date(2026, 11, 18), 5],
    ]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("diary.xlsx", PLAIN_BOOK)
    became_of(tmp_path / "raw", {"pain.xlsx": xlsx({"Sheet1": squad}), "cleo/upload.zip": packed.getvalue()})
    with database.reader(tmp_path / "memory.duckdb") as connection:
        read_rows = connection.execute("select athlete_id, pain_0_10 from raw.symptoms order by all").fetchall()
        refused = connection.execute("select place, reason from raw.refused_rows").fetchall()
    assert read_rows == [("ada", 3), ("ben", 4), ("cleo", 3), ("cleo", 5.5)]
    assert refused == [("row 4", "it names no athlete and lies in no athlete's folder")]


def test_of_a_changed_workbook_only_the_changed_sheet_is_read_again(tmp_path):
    raw, memory = tmp_path / "raw", tmp_path / "memory.duckdb"
    became_of(raw, {"ada/book.xlsx": xlsx({"Pain": SYMPTOMS, "Runs": RUNS})})
    changed = [*SYMPTOMS, [date(2026, 11, 19), "left", 1]]
    (raw / "ada/book.xlsx").write_bytes(xlsx({"Pain": changed, "Runs": RUNS}))
    assert ingest.import_files(raw, memory, workers=1).files_parsed == 2  # the workbook itself, and its changed sheet
    with database.reader(memory) as connection:
        assert connection.execute("select pain_0_10 from raw.symptoms order by row_number").fetchall() == [(3,), (5.5,), (1,)]
        assert connection.execute("select count(*) from raw.runs").fetchall() == [(2,)]


def test_what_only_looks_like_a_sheet_is_refused():
    with pytest.raises(UnreadableFile):
        read_content("a.csv", SHEET_MAGIC + b"{nothing")


WORDS = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp", "Co", "Cn")), max_size=20).map(str.strip)
NOTES = WORDS.filter(lambda text: not text.startswith(("'", "http", "mailto:", "ftp", "internal:", "external:", "file:")))
DAYS = st.dates(date(2001, 1, 1), date(2029, 12, 31))
MAYBE = st.none()
ROWS_OF = {
    "symptoms": (
        ["date", "side", "pain_0_10", "morning_stiffness_min", "next_morning_worse", "note"],
        st.tuples(
            DAYS,
            MAYBE | st.sampled_from(["left", "right", "both"]),
            MAYBE | st.integers(0, 100).map(lambda tenths: tenths / 10),
            MAYBE | st.integers(0, 120),
            MAYBE | st.booleans(),
            MAYBE | NOTES,
        ),
    ),
    "runs": (
        ["started_at", "distance_km", "moving_time", "rpe"],
        st.tuples(
            st.datetimes(datetime(2001, 1, 1), datetime(2029, 12, 31)).map(lambda moment: moment.replace(microsecond=0)),
            st.floats(0.1, 200, allow_subnormal=False).map(lambda km: round(km, 4)),
            MAYBE | st.integers(1, 200_000).map(lambda seconds: timedelta(seconds=seconds)),
            MAYBE | st.integers(0, 10) | st.just("12,5"),
        ),
    ),
    "calf_tests": (
        ["date", "side", "repetitions", "knee"],
        st.tuples(DAYS, st.sampled_from(["left", "right"]), st.integers(0, 60), MAYBE | st.sampled_from(["straight", "bent"])),
    ),
}


def in_csv(value: Any) -> str:
    """A cell as a person types it into a CSV file."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case timedelta():
            seconds = round(value.total_seconds())
            return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return str(value)


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_the_same_rows_as_csv_and_as_a_sheet_say_the_same(data):
    log = data.draw(st.sampled_from(sorted(ROWS_OF)))
    headings, row = ROWS_OF[log]
    rows = [headings, *data.draw(st.lists(row, min_size=1, max_size=5))]
    text = io.StringIO()
    csv.writer(text).writerows([[in_csv(value) for value in row] for row in rows])
    kind = data.draw(st.sampled_from(sorted(WRITERS)))
    as_csv = read_content(f"{log}.csv", text.getvalue().encode())
    as_sheet = read(WRITERS[kind]({log: rows}), log)
    assert replace(as_sheet, parser=as_csv.parser) == replace(as_csv, refused_rows=as_sheet.refused_rows)
    told = [[(one.place, one.reason) for one in content.refused_rows] for content in (as_csv, as_sheet)]
    assert told[0] == told[1]
