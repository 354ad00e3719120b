"""Decodes one workbook in a process of its own: bytes on standard input, its sheets as JSON on standard output.

A workbook can be made to unpack to more than any machine holds, and its decoder is not ours: here it may use so much memory and
time and no more. Runs as a program of its own and imports nothing of flows. Cells come out as people write them in our CSV
files: dates as 2026-11-20, times as 7:05:09, numbers with a point. What is a title and what a heading is decided elsewhere.
"""

from __future__ import annotations

import io
import json
import re
import resource
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.etree import ElementTree

from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

MEMORY_BYTES = 1 << 30
CPU_S = 60
LARGEST_UNPACKED_BYTES = 400 << 20  # of all files in an .xlsx or .ods
MOST_CELLS = 10_000_000  # between the first and the last filled cell of a sheet, empty ones included
MOST_CHARACTERS = 32_000_000  # in all cells together
MOST_SHEETS = 200
MOST_MERGED = 10_000  # ranges of a sheet
DAMAGED, PASSWORD, TOO_LARGE = "damaged", "password", "too large"
ERRORS = {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"}
# A length of time above a day comes as a date of these years, unless its format says that its hours may pass 24.
FIRST_DAYS = {1899: datetime(1899, 12, 31), 1900: datetime(1899, 12, 31), 1904: datetime(1904, 1, 1)}  # noqa: DTZ001
LEAP_DAY_THAT_NEVER_WAS = datetime(1900, 3, 1)  # noqa: DTZ001 - the first calendar of spreadsheets has a 29 February 1900
RELATIONS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
ERROR_CELL = re.compile(rb'<(?:\w+:)?c\s(?=[^>]*\bt="e")[^>]*\br="([A-Z]{1,3})([0-9]{1,7})"[^>]*>(.*?)</(?:\w+:)?c>', re.DOTALL)
ODS_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
ODS_CELL_TYPE = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
IS_ODS_ERROR = b'value-type="error"'
ODS_LENGTH = re.compile(r"PT(\d{1,6})H(\d{1,2})M(\d{1,2}(?:[.,]\d+)?)S")  # more than a day, in an .ods
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")  # the stream that holds a newer workbook under a password
VALUE = re.compile(rb"<(?:\w+:)?v>([^<]{1,20})<")


def main() -> None:
    """Write {"sheets": [...]} or {"error": kind, "said": text} to standard output."""
    limit()
    data = sys.stdin.buffer.read()
    json.dump(decoded(data), sys.stdout)


def limit() -> None:
    """Keep this process within its memory and time."""
    for kind, most in ((resource.RLIMIT_AS, MEMORY_BYTES), (resource.RLIMIT_CPU, CPU_S), (resource.RLIMIT_CORE, 0)):
        with suppress(ValueError, OSError):  # a lower limit holds already
            resource.setrlimit(kind, (most, most))


def decoded(data: bytes) -> dict[str, Any]:
    """Every sheet of the workbook, or why there are none."""
    try:
        if data.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(data)) as packed:
                unpacked = sum(entry.file_size for entry in packed.infolist())
                if unpacked > LARGEST_UNPACKED_BYTES:
                    return {"error": TOO_LARGE, "said": f"it unpacks to {unpacked:,} bytes"}
                if _is_locked(packed):
                    return {"error": PASSWORD, "said": ""}
                broken = _broken_cells(packed)
        else:
            broken = {}
            if ENCRYPTED_PACKAGE in data:
                return {"error": PASSWORD, "said": ""}
        with _opened(data) as workbook:
            about = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
            if len(about) > MOST_SHEETS:
                return {"error": TOO_LARGE, "said": f"it has {len(about):,} sheets"}
            sheets: list[dict[str, Any]] = []
            characters = 0
            for sheet in about:
                said = _sheet(workbook.get_sheet_by_name(sheet.name), sheet.visible != SheetVisibleEnum.Visible, broken)
                # One long text may stand in a million cells, and would be written a million times.
                characters += sum(len(cell) for row in said["rows"] for cell in row)
                if characters > MOST_CHARACTERS:
                    return {"error": TOO_LARGE, "said": f"its cells hold more than {MOST_CHARACTERS:,} characters"}
                sheets.append(said)
            return {"sheets": sheets}
    except PasswordError:
        return {"error": PASSWORD, "said": ""}
    except (MemoryError, OverflowError) as error:
        return {"error": TOO_LARGE, "said": str(error)}
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # what the decoder throws as it panics is no Exception
        return {"error": DAMAGED, "said": " ".join(str(error).split())[:200]}


def _opened(data: bytes) -> CalamineWorkbook:
    if data.startswith(b"PK"):
        return CalamineWorkbook.from_filelike(io.BytesIO(data))
    # Only of a file that is called .xls does the decoder tell that it has a password.
    with tempfile.NamedTemporaryFile(suffix=".xls") as file:
        file.write(data)
        file.flush()
        return CalamineWorkbook.from_path(file.name)


def _is_locked(packed: zipfile.ZipFile) -> bool:
    """Whether this is an OpenDocument file under a password: its list of files then says how each is encrypted."""
    return "META-INF/manifest.xml" in packed.namelist() and b"encryption-data" in packed.read("META-INF/manifest.xml")


def _sheet(sheet: CalamineSheet, is_hidden: bool, broken: dict[str, dict[tuple[int, int], str]]) -> dict[str, Any]:
    width, height = sheet.total_width, sheet.total_height
    if width * height > MOST_CELLS:
        raise OverflowError(
            f"sheet {sheet.name} reaches to row {height:,} and column {width:,}, though few of these cells are filled"
        )
    rows = [[text_of(cell) if cell != "" else "" for cell in row] for row in sheet.iter_rows()]
    for (row, column), text in broken.get(sheet.name, {}).items():
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = text
    merged = (sheet.merged_cell_ranges or [])[:MOST_MERGED]
    down = [(top, left, bottom) for (top, left), (bottom, _) in merged if bottom > top]
    _fill_down(sheet, rows, down)
    return {
        "name": sheet.name,
        "is_hidden": is_hidden,
        "rows": [_without_blank_end(row) for row in rows],
        "merged": [[top + 1, bottom + 1] for top, _, bottom in down],
    }


def _fill_down(sheet: CalamineSheet, rows: list[list[str]], down: list[tuple[int, int, int]]) -> None:
    """Let a date or a word that stands once beside some rows count for each of them; a number is never counted twice."""
    if not down:
        return
    cells = sheet.to_python(skip_empty_area=False, nrows=max(top for top, _, _ in down) + 1)
    for top, left, bottom in down:
        if top < len(cells) and left < len(cells[top]) and isinstance(cells[top][left], str | date):
            for row in rows[top + 1 : bottom + 1]:
                row[left] = row[left] or rows[top][left]


def _without_blank_end(row: list[str]) -> list[str]:
    end = len(row)
    while end and not row[end - 1]:
        end -= 1
    return row[:end]


def text_of(cell: Any) -> str:
    """A cell as people write it in our CSV files."""
    match cell:
        case bool():
            return "true" if cell else "false"
        case int():
            return str(cell)
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)  # noqa: PLR2004
        case datetime():
            return _moment(cell)
        case date():
            return _length(datetime(*cell.timetuple()[:3])) if cell.year in FIRST_DAYS else cell.isoformat()  # noqa: DTZ001
        case timedelta():
            return _clock(cell)
        case time():
            return _clock(timedelta(hours=cell.hour, minutes=cell.minute, seconds=cell.second, microseconds=cell.microsecond))
    text = str(cell)
    if length := ODS_LENGTH.fullmatch(text):
        hours, minutes, seconds = length.groups()
        return _clock(timedelta(hours=int(hours), minutes=int(minutes), seconds=float(seconds.replace(",", "."))))
    return re.sub(r"[\r\n\v\f\x85\u2028\u2029]+", " ", text).replace("\0", "\ufffd")


def _moment(moment: datetime) -> str:
    if moment.year in FIRST_DAYS:
        return _length(moment)
    # Spreadsheets count days: 7:30 may be kept as a billionth of a second before it.
    near = moment.replace(microsecond=0) + timedelta(milliseconds=round(moment.microsecond / 1000))
    if (near.hour, near.minute, near.second, near.microsecond) == (0, 0, 0, 0):
        return near.date().isoformat()
    return near.isoformat(" ", "milliseconds" if near.microsecond else "seconds")


def _length(moment: datetime) -> str:
    since = moment - FIRST_DAYS[moment.year]
    return _clock(since + timedelta(days=1) if moment.year == LEAP_DAY_THAT_NEVER_WAS.year and moment >= LEAP_DAY_THAT_NEVER_WAS
                  else since)  # fmt: skip


def _clock(length: timedelta) -> str:
    """h:mm:ss, with hours above 24 where there are as many."""
    milliseconds = round(length / timedelta(milliseconds=1))
    seconds, rest = divmod(abs(milliseconds), 1000)
    fraction = f".{rest:03}" if rest else ""
    return f"{'-' if milliseconds < 0 else ''}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}{fraction}"


def _broken_cells(packed: zipfile.ZipFile) -> dict[str, dict[tuple[int, int], str]]:
    """Sheet -> (row, column) from 0 -> the error that stands there: the decoder gives such a cell as an empty one."""
    names = set(packed.namelist())
    if "content.xml" in names and IS_ODS_ERROR in (content := packed.read("content.xml")):
        tables = ElementTree.fromstring(content).iter(f"{ODS_TABLE}table")  # noqa: S314 - within this process's limits
        return {table.get(f"{ODS_TABLE}name") or "": dict(_broken_in_ods(table)) for table in tables}
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return {}
    links = ElementTree.fromstring(packed.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    files = {link.get("Id"): (link.get("Target") or "").removeprefix("/xl/") for link in links}
    found = {}
    for element in ElementTree.fromstring(packed.read("xl/workbook.xml")).iter():  # noqa: S314
        file = f"xl/{files.get(element.get(RELATIONS), '')}"
        if element.tag.endswith("}sheet") and file in names:
            found[element.get("name") or ""] = dict(_broken_in(packed.read(file)))
    return found


def _broken_in(xml: bytes) -> Iterator[tuple[tuple[int, int], str]]:
    if b't="e"' not in xml:
        return
    for letters, row, inner in ERROR_CELL.findall(xml):
        column = 0
        for letter in letters:
            column = column * 26 + letter - ord("A") + 1
        value = VALUE.search(inner)
        said = value[1].decode("ascii", "replace") if value else ""
        yield (int(row) - 1, column - 1), said if said in ERRORS else "#VALUE!"


def _broken_in_ods(table: ElementTree.Element) -> Iterator[tuple[tuple[int, int], str]]:
    row = 0
    for line in table.iter(f"{ODS_TABLE}table-row"):
        column = 0
        for cell in line:
            if cell.get(ODS_CELL_TYPE) == "error":
                yield (row, column), "".join(cell.itertext()).strip() or "#VALUE!"
            column += int(cell.get(f"{ODS_TABLE}number-columns-repeated", 1))
        row += int(line.get(f"{ODS_TABLE}number-rows-repeated", 1))


if __name__ == "__main__":
    main()
