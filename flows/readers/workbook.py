"""Workbooks (.xlsx, .xlsm, .xlsb, .xls, .ods) as folders of sheets: each sheet is a content of its own, as in an archive."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from typing import IO, Any

from flows.readers import workbook_decoder
from flows.readers.workbook_decoder import PASSWORD, TOO_LARGE
from flows.records import ForeignFile, UnreadableFile

FORMATS = ("workbook",)
OLD_OFFICE = b"\xd0\xcf\x11\xe0"  # .xls, but also .doc, and every newer Office file under a password
SHEET_MAGIC = b"\0sheet "  # begins the content of a sheet
ENDINGS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
LARGEST_WORKBOOK_BYTES = 64 << 20  # a lifetime of logs is smaller than one MB
LONGEST_WAIT_S = 120
# The member of a zip that makes it a workbook.
WORKBOOK_MARKS = ("xl/workbook.xml", "xl/workbook.bin")
OPEN_TABLE = b"opendocument.spreadsheet"

NO_PASSWORD = "Open it, take the password away (save a copy without one), or save the sheet as CSV."  # noqa: S105
COPY_TABLE = "Copy the table into a new workbook, and replace the file."


def is_workbook_zip(archive: zipfile.ZipFile) -> bool:
    """Whether an opened zip is a workbook."""
    names = set(archive.namelist())
    if any(mark in names for mark in WORKBOOK_MARKS):
        return True
    if not {"content.xml", "mimetype"} <= names or archive.getinfo("mimetype").file_size > 200:  # noqa: PLR2004
        return False
    return OPEN_TABLE in archive.read("mimetype")


@dataclass(frozen=True, slots=True)
class Workbook:
    """The sheets of a workbook, empty ones left out: name -> content."""

    sheets: dict[str, bytes]
    empty: int  # sheets without any cell

    def open(self, name: str) -> IO[bytes]:
        return io.BytesIO(self.sheets[name])


def workbook_of(data: bytes) -> Workbook:
    """Decode a workbook, in a process with limits. Raises UnreadableFile if that fails, ForeignFile if it holds no table."""
    if len(data) > LARGEST_WORKBOOK_BYTES:
        raise UnreadableFile(
            "", f"The workbook has more than {LARGEST_WORKBOOK_BYTES:,} bytes: no log is so large", "Save its tables as CSV."
        )
    said = _decoded(data)
    if "error" in said:
        raise _refusal(said["error"], said["said"], data)
    sheets = said["sheets"]
    kept = {sheet["name"]: _content(sheet) for sheet in sheets if any(sheet["rows"])}
    return Workbook(kept, len(sheets) - len(kept))


def _decoded(data: bytes) -> dict[str, Any]:
    command = [sys.executable, "-I", workbook_decoder.__file__]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=LONGEST_WAIT_S, check=False)
    except subprocess.TimeoutExpired:
        return {"error": TOO_LARGE, "said": f"reading it takes more than {LONGEST_WAIT_S} seconds"}
    if done.returncode < 0:  # killed by a limit, or by the machine itself
        return {"error": TOO_LARGE, "said": "reading it takes more memory or time than any log does"}
    if done.returncode:
        last = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        return {"error": workbook_decoder.DAMAGED, "said": last[:200]}
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def _refusal(kind: str, said: str, data: bytes) -> UnreadableFile:
    why = f" ({said})" if said else ""
    if kind == PASSWORD:
        return UnreadableFile("", "The workbook is locked with a password", NO_PASSWORD)
    if kind == TOO_LARGE:
        return UnreadableFile("", f"The workbook is larger than any log{why}; nothing of it is taken", COPY_TABLE)
    if data.startswith(OLD_OFFICE) and b"W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0" in data:
        return ForeignFile("byte 0", "This is an old Word document, not a running log", "Save the table in it as CSV.")
    return UnreadableFile(
        "",
        f"The workbook is cut short, damaged or no workbook{why}; nothing of it is taken",
        "Save or copy it again, or save it as CSV.",
    )


def _content(sheet: dict[str, Any]) -> bytes:
    about = {name: sheet[name] for name in ("is_hidden", "merged", "rows")}
    return SHEET_MAGIC + json.dumps(about, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
