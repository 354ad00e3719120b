"""Workbooks of rows of Python values, in each of the three formats, written by libraries other than the one that reads them."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import xlsxwriter
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

Rows = Sequence[Sequence[Any]]
FIRST_DAY = datetime(1899, 12, 30)
DATE, MOMENT, CLOCK, LENGTH = "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss", "h:mm:ss", "[h]:mm:ss"


def format_of(value: Any) -> str | None:
    match value:
        case datetime():
            return MOMENT
        case date():
            return DATE
        case time():
            return CLOCK
        case timedelta():
            return LENGTH
    return None


def days_of(value: Any) -> float:
    """A date or time as the number that a spreadsheet keeps."""
    if isinstance(value, time):
        value = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second)
    elif not isinstance(value, timedelta):
        value = datetime(*value.timetuple()[:6]) - FIRST_DAY
    return value / timedelta(days=1)


def xlsx(sheets: Mapping[str, Rows], change: Callable[[xlsxwriter.Workbook], None] | None = None, **options: Any) -> bytes:
    """`change` may do more with the workbook before it is closed."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, **options})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for row, cells in enumerate(rows):
            for column, value in enumerate(cells):
                if known := format_of(value):
                    sheet.write_datetime(row, column, value, book.add_format({"num_format": known}))
                elif value is not None:
                    sheet.write(row, column, value)
    if change:
        change(book)
    book.close()
    return target.getvalue()


def xls(sheets: Mapping[str, Rows]) -> bytes:
    book = xlwt.Workbook()
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for row, cells in enumerate(rows):
            for column, value in enumerate(cells):
                if known := format_of(value):
                    sheet.write(row, column, days_of(value), xlwt.easyxf(num_format_str=known))
                elif value is not None:
                    sheet.write(row, column, value)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def ods(sheets: Mapping[str, Rows]) -> bytes:
    book = OpenDocumentSpreadsheet()
    for name, rows in sheets.items():
        table = Table(name=name)
        for cells in rows:
            row = TableRow()
            for value in cells:
                row.addElement(_ods_cell(value))
            table.addElement(row)
        book.spreadsheet.addElement(table)
    target = io.BytesIO()
    book.write(target)
    return target.getvalue()


def _ods_cell(value: Any) -> TableCell:
    match value:
        case None:
            return TableCell()
        case bool():
            return TableCell(valuetype="boolean", booleanvalue=str(value).lower())
        case int() | float():
            return TableCell(valuetype="float", value=repr(value))
        case date():
            return TableCell(valuetype="date", datevalue=value.isoformat())
        case time():
            return TableCell(valuetype="time", timevalue=value.strftime("PT%HH%MM%SS"))
        case timedelta():
            seconds = round(value.total_seconds())
            return TableCell(valuetype="time", timevalue=f"PT{seconds // 3600:02}H{seconds // 60 % 60:02}M{seconds % 60:02}S")
    cell = TableCell(valuetype="string")
    cell.addElement(P(text=value))
    return cell


WRITERS: dict[str, Callable[[Mapping[str, Rows]], bytes]] = {"xlsx": xlsx, "xls": xls, "ods": ods}


def under_password(data: bytes) -> bytes:
    """An .xls turned into what Excel makes of a workbook with a password: the same container, its stream called otherwise."""
    at = data.index("Workbook".encode("utf-16-le"))
    name = "EncryptedPackage".encode("utf-16-le")
    return data[:at] + name.ljust(64, b"\0") + (len(name) + 2).to_bytes(2, "little") + data[at + 66 :]
